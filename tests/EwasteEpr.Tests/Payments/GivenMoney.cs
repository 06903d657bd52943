using Dapper;
using EwasteEpr.Declarations;
using EwasteEpr.Kernel;
using EwasteEpr.Payments.BankStatements;
using EwasteEpr.Payments.Cards;
using EwasteEpr.Payments.Invoicing;
using EwasteEpr.Payments.Receipts;
using EwasteEpr.Reconciliation;
using EwasteEpr.Tests.Support;
using EwasteEpr.Verification;

namespace EwasteEpr.Tests.Payments;

/// <summary>Invoices of any amount without the way through a declaration's pages, and the words in which tests speak of money.</summary>
public sealed class GivenMoney : IAsyncLifetime
{
    public static readonly Actor Teller = Actor.System("test");
    private int organisations;
    private int documents;

    /// <summary>As two people of the operator would have settled it.</summary>
    public const string OperatorSql = """
        update app.settings s set value = v.value
          from (values ('payments.beneficiary', 'АО «Сынақ»'), ('payments.beneficiary_bin', '040340008429'), ('payments.iik', 'KZ00TEST0000000001'), ('payments.bik', 'TESTKZKA'),
                       ('payments.kbe', '16'), ('payments.knp', '000'), ('payments.invoice_days', '15')) as v(key, value)
         where s.key = v.key
        """;

    public TestDatabase Database { get; } = new();

    public Db Db => Database.Db;

    public Task InitializeAsync() => Database.InitializeAsync();

    public Task DisposeAsync() => Database.DisposeAsync();

    public async Task<OrganisationId> OrganisationAsync()
    {
        var number = Interlocked.Increment(ref organisations);
        var id = OrganisationId.New();
        await using var connection = await Database.Owner.OpenConnectionAsync();
        await connection.ExecuteAsync(
            """
            insert into organisations (organisation_id, slug, kind, bin, number_hash, name_kk, name_ru, region_kato, address, contact_name, contact_email, contact_phone, activities)
            values (@id, @slug, 'company', @bin, sha256(convert_to(@bin, 'UTF8')), 'Сынақ', 'Проба', '750000000', 'Алматы', 'Сынақ', 'test@example.test', '+7', array['importer'])
            """,
            new { id, slug = $"money{number:D5}", bin = $"{number:D12}" });
        return id;
    }

    public Task OperatorIsKnownAsync() => Database.ExecuteAsOwnerAsync(OperatorSql);

    /// <summary>A submitted declaration of one line that costs so much, not invoiced yet.</summary>
    public async Task<Guid> DeclarationAsync(OrganisationId organisation, long tiyn)
    {
        var id = Guid.CreateVersion7();
        await using var connection = await Database.Owner.OpenConnectionAsync();
        await connection.ExecuteAsync(
            """
            insert into declarations (declaration_id, organisation_id, kind, document_no, state, current_version)
            values (@id, @organisation, 'Consignment', @document, 'Submitted', 1)
            """,
            new { id, organisation, document = $"DT-{Interlocked.Increment(ref documents)}" });
        await VersionAsync(id, 1, tiyn);
        return id;
    }

    /// <summary>Another version of it that costs so much.</summary>
    public async Task VersionAsync(Guid declaration, int version, long tiyn)
    {
        await using var connection = await Database.Owner.OpenConnectionAsync();
        await connection.ExecuteAsync(
            """
            set session_replication_role = replica;
            insert into declaration_versions (declaration_id, version, state, lines, priced_lines, mass_grams, fee_tiyn, programme, submitted_at, submitted_revision, canonical_sha256)
            values (@declaration, @version, 'Submitted', 1, 1, @tiyn * 10, @tiyn, 'Illustrative', app.now(), 1, sha256(''));
            insert into declaration_lines (declaration_id, version, line_no, changed_revision, content_hash, category, mass_grams, methodology_id, tariff_row_id, tariff_match,
                                           coefficient, mci_value, mci_from, product_fee_tiyn, fee_tiyn)
            values (@declaration, @version, 1, 1, 1, '6', @tiyn * 10, uuidv7(), uuidv7(), 'Any', 1, 1000, '2026-01-01', @tiyn, @tiyn);
            update declarations set current_version = @version, state = 'Submitted' where declaration_id = @declaration;
            set session_replication_role = default;
            insert into billing_queue (declaration_id, version, event) values (@declaration, @version, 'Submitted');
            """,
            new { declaration, version, tiyn });
    }

    /// <summary>What the sweep does with a version: an invoice, a credit note, or nothing.</summary>
    public async Task<string?> BillAsync(Guid declaration, int version = 1, string happened = "Submitted", DateOnly? dueOn = null) =>
        await Db.QuerySingleAsync<string?>(
            "select payments.bill_version(@declaration, @version, @happened, null, @dueOn, @reference, '{}', @actor::jsonb)",
            new { declaration, version, happened, dueOn, reference = PaymentReference.New(), actor = Teller.ToJson() },
            default);

    public async Task<InvoiceId> InvoiceAsync(OrganisationId organisation, long tiyn)
    {
        var declaration = await DeclarationAsync(organisation, tiyn);
        Assert.Equal("Invoice", await BillAsync(declaration));
        return await InvoiceOfAsync(declaration);
    }

    public async Task<InvoiceId> InvoiceOfAsync(Guid declaration, int version = 1) =>
        new(await Db.QuerySingleAsync<Guid>("select invoice_id from invoices where declaration_id = @declaration and version = @version", new { declaration, version }, default));

    public NewReceipt Receipt(OrganisationId? organisation, InvoiceId? invoice, long tiyn, ReceiptSource source = ReceiptSource.Card) =>
        new(ReceiptId.New(), source, Guid.CreateVersion7(), organisation, invoice, Money.FromTiyn(tiyn), BusinessTime.Today(TimeProvider.System), "ref-1", "ТОО Проба", null);

    public async Task<ReceiptId> PaidAsync(OrganisationId? organisation, InvoiceId? invoice, long tiyn, ReceiptSource source = ReceiptSource.Card)
    {
        var receipt = Receipt(organisation, invoice, tiyn, source);
        Assert.True(await RecordAsync(receipt));
        return receipt.ReceiptId;
    }

    public Task<bool> RecordAsync(NewReceipt receipt) => Db.InTransactionAsync(transaction => ReceiptBook.RecordAsync(transaction, receipt, Teller, default), default);

    public Task<bool> ReverseAsync(ReceiptId receipt, Reversal reversal) =>
        Db.InTransactionAsync(transaction => ReceiptBook.ReverseAsync(transaction, receipt, reversal, Teller, default), default);

    public Task AllocateAsync(ReceiptId receipt, params (InvoiceId Invoice, long Tiyn)[] parts) => Db.InTransactionAsync(
        async transaction =>
        {
            await ReceiptBook.AllocateAsync(transaction, receipt, [.. parts.Select(part => new InvoicePart(part.Invoice, Money.FromTiyn(part.Tiyn)))], "as the payer wrote", Teller, default);
            return true;
        },
        default);

    public Task<InvoiceFigures> InvoiceAsync(InvoiceId invoice) =>
        Db.QuerySingleAsync<InvoiceFigures>("select state, credited_tiyn, allocated_tiyn, open_tiyn from invoices where invoice_id = @invoice", new { invoice }, default);

    public Task<ReceiptFigures> ReceiptAsync(ReceiptId receipt) =>
        Db.QuerySingleAsync<ReceiptFigures>("select allocated_tiyn, credit_tiyn, reversed_tiyn, unallocated_tiyn from receipts where receipt_id = @receipt", new { receipt }, default);

    /// <summary>Credits minus debits of an account in tenge; nothing is zero.</summary>
    public Task<long> BalanceAsync(string purpose, OrganisationId? owner = null) => Db.QuerySingleAsync<long>(
        "select coalesce(sum(balance), 0)::bigint from ledger.balances where purpose = @purpose and owner_id is not distinct from @owner", new { purpose, owner }, default);

    /// <summary>Everything that must hold in the books. Declarations and card receipts here are made by hand, so their own invariants are not asked.</summary>
    /// <param name="withBank">Also what compares receipts with documents of the bank; elsewhere receipts come from nowhere.</param>
    public async Task AssertBooksAsync(bool withBank = false, bool withCards = false)
    {
        var others = DeclarationInvariants.All.Concat(ReconciliationInvariants.All).Concat(withCards ? [] : CardInvariants.All).Concat(withBank ? [] : BankInvariants.All).Select(one => one.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var invariant in Verifier.All.Where(one => !others.Contains(one.Name)))
        {
            var (_, broken) = await Db.QuerySingleAsync<(long, string?)>(invariant.Sql, null, TimeSpan.FromMinutes(10), default);
            Assert.True(broken is null, $"{invariant.Name}: {broken}");
        }
    }
}

public sealed record InvoiceFigures(string State, long CreditedTiyn, long AllocatedTiyn, long OpenTiyn);

public sealed record ReceiptFigures(long AllocatedTiyn, long CreditTiyn, long ReversedTiyn, long UnallocatedTiyn);
