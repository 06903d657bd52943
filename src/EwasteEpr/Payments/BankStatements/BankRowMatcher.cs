using EwasteEpr.Kernel;
using EwasteEpr.Organisations;
using EwasteEpr.Payments.Invoicing;

namespace EwasteEpr.Payments.BankStatements;

/// <summary>Finds out what a document of the bank is: by reference, payer and amount. It changes nothing.</summary>
public sealed class BankRowMatcher(OrganisationService organisations, BankAccounts accounts)
{
    private static readonly string[] StornoWords = ["сторно", "сторнир", "ошибочно зачислен", "ошибочного зачислен", "аннулирован", "қате есептелген", "қайтарып алу", "reversal"];
    private static readonly string[] FeeWords = ["комисси", "за обслуживание", "за ведение счет", "абонентская плата", "банк қызмет", "шот жүргізу", "bank fee", "commission"];

    private const string InvoicesSql = """
        select i.invoice_id, i.organisation_id, i.open_tiyn, i.payment_reference = any (@references) as by_reference,
               @party::text is null or o.bin = @party or i.payer_bin = @party or o.number_hash = @partyHash as payer_agrees
          from invoices i join organisations o using (organisation_id)
         where i.payment_reference = any (@references) or i.number = any (@numbers)
         order by i.invoice_id
         limit 50
        """;

    private const string PayerSql = "select organisation_id from organisations where bin = @party or number_hash = @partyHash limit 1";

    private const string OpenSql = """
        select invoice_id, open_tiyn from invoices where (organisation_id = @organisation or payer_bin = @party) and open_tiyn > 0 order by coalesce(due_on, issued_on), invoice_id limit 200
        """;

    internal async Task<BankRowMatch> FindAsync(DbTransaction transaction, OpenBankRow row, CancellationToken ct) =>
        row.Way == nameof(MoneyWay.In) ? await IncomingAsync(transaction, row, ct) : await OutgoingAsync(transaction, row, ct);

    private async Task<BankRowMatch> IncomingAsync(DbTransaction transaction, OpenBankRow row, CancellationToken ct)
    {
        if (row.PartyNumber is { } theirs && theirs == await accounts.AcquirerAsync(ct))
        {
            return new BankRowMatch(BankRowClass.Payout) { IsSure = true };
        }

        var number = Bin.Check(row.PartyNumber, out var bin) == BinCheck.Valid ? bin.Digits : null;
        var party = new { party = row.PartyNumber, partyHash = number is null ? null : organisations.NumberHash(bin), references = ReferenceFinder.Candidates(row.Purpose, PaymentReference.Parse).ToArray(), numbers = ReferenceFinder.InvoiceNumbers(row.Purpose).ToArray() };
        var payer = row.PartyNumber is null ? null : await transaction.QuerySingleOrDefaultAsync<OrganisationId?>(PayerSql, party, ct);
        var named = party.references.Length + party.numbers.Length == 0 ? [] : await transaction.QueryAsync<NamedInvoice>(InvoicesSql, party, ct);
        return named.Count > 0 ? ByInvoices(row, payer, named) : await ByPayerAsync(transaction, row, payer, ct);
    }

    private static BankRowMatch ByInvoices(OpenBankRow row, OrganisationId? payer, IReadOnlyList<NamedInvoice> named)
    {
        // A number is printed on every copy and easily mistyped: it names an invoice only when no reference does.
        var invoices = named.Any(invoice => invoice.ByReference) ? [.. named.Where(invoice => invoice.ByReference)] : named;
        if (invoices is not [var invoice])
        {
            return new BankRowMatch(BankRowClass.Split) { Organisation = payer ?? OnlyOwner(invoices) };
        }

        if (!invoice.PayerAgrees)
        {
            return new BankRowMatch(BankRowClass.OtherPayer) { Invoice = new InvoiceId(invoice.InvoiceId) };
        }

        var sure = row.AmountTiyn == invoice.OpenTiyn && (invoice.ByReference || row.PartyNumber is not null);
        return new BankRowMatch(sure ? BankRowClass.Exact : row.AmountTiyn < invoice.OpenTiyn ? BankRowClass.Part : row.AmountTiyn > invoice.OpenTiyn ? BankRowClass.Over : BankRowClass.Payer)
        {
            IsSure = sure, Organisation = new OrganisationId(invoice.OrganisationId), Invoice = new InvoiceId(invoice.InvoiceId),
        };
    }

    private static OrganisationId? OnlyOwner(IReadOnlyList<NamedInvoice> invoices) =>
        invoices.Select(invoice => invoice.OrganisationId).Distinct().ToList() is [var owner] && invoices.All(invoice => invoice.PayerAgrees) ? new OrganisationId(owner) : null;

    private static async Task<BankRowMatch> ByPayerAsync(DbTransaction transaction, OpenBankRow row, OrganisationId? payer, CancellationToken ct)
    {
        if (payer is not { } organisation)
        {
            return new BankRowMatch(BankRowClass.Unknown);
        }

        var open = await transaction.QueryAsync<OpenInvoice>(OpenSql, new { organisation, party = row.PartyNumber }, ct);
        var equal = open.Where(invoice => invoice.OpenTiyn == row.AmountTiyn).ToList();
        if (equal is [var only])
        {
            return new BankRowMatch(BankRowClass.Exact) { IsSure = true, Organisation = organisation, Invoice = new InvoiceId(only.InvoiceId) };
        }

        var isWhole = equal.Count == 0 && open.Count > 1 && open.Sum(invoice => invoice.OpenTiyn) == row.AmountTiyn;
        return new BankRowMatch(isWhole ? BankRowClass.Split : BankRowClass.Payer) { Organisation = organisation };
    }

    private const string EarlierSql = """
        select b.bank_row_id, b.document_no
          from bank_rows b join receipts r using (receipt_id)
         where b.account = @Account and b.way = 'In' and b.amount_tiyn = @AmountTiyn and b.booked_on <= @BookedOn
           and (b.document_no = @DocumentNo or b.party_number = @PartyNumber or b.party_account = @PartyAccount)
           and r.reversed_tiyn = 0
           and not exists (select from bank_rows s where s.takes_back_id = b.bank_row_id and s.status in ('Matched', 'Decided'))
         order by b.document_no = @DocumentNo desc, b.booked_on desc, b.bank_row_id desc
         limit 10
        """;

    private const string RefundsSql = """
        select refund_id, number = any (@numbers) as by_number
          from bank_refunds
         where state = 'Approved' and amount_tiyn = @AmountTiyn and (number = any (@numbers) or payee_number = @PartyNumber or payee_account = @PartyAccount)
         order by decided_at, refund_id
         limit 10
        """;

    private static async Task<BankRowMatch> OutgoingAsync(DbTransaction transaction, OpenBankRow row, CancellationToken ct)
    {
        if (Says(row.Purpose, StornoWords))
        {
            var earlier = await transaction.QueryAsync<EarlierRow>(EarlierSql, row, ct);
            var same = earlier.Where(one => one.DocumentNo == row.DocumentNo).ToList();
            var found = same is [var byNumber] ? byNumber : earlier is [var only] ? only : null;
            return new BankRowMatch(BankRowClass.Storno) { IsSure = found is not null, TakesBack = found?.BankRowId };
        }

        var refunds = await transaction.QueryAsync<ApprovedRefund>(
            RefundsSql, new { row.AmountTiyn, row.PartyNumber, row.PartyAccount, numbers = ReferenceFinder.RefundNumbers(row.Purpose).ToArray() }, ct);
        if (refunds.Count > 0)
        {
            var named = refunds.Where(one => one.ByNumber).ToList();
            var found = named is [var byNumber] ? byNumber : refunds is [var only] ? only : null;
            return new BankRowMatch(BankRowClass.Refund) { IsSure = found is not null, Refund = found?.RefundId };
        }

        return Says(row.Purpose, FeeWords) ? new BankRowMatch(BankRowClass.Fee) { IsSure = true } : new BankRowMatch(BankRowClass.Other);
    }

    private static bool Says(string purpose, string[] words) => Array.Exists(words, word => purpose.Contains(word, StringComparison.OrdinalIgnoreCase));

    private sealed record NamedInvoice(Guid InvoiceId, Guid OrganisationId, long OpenTiyn, bool ByReference, bool PayerAgrees);

    private sealed record OpenInvoice(Guid InvoiceId, long OpenTiyn);

    private sealed record EarlierRow(Guid BankRowId, string DocumentNo);

    private sealed record ApprovedRefund(Guid RefundId, bool ByNumber);
}

/// <param name="Class">What it is.</param>
internal sealed record BankRowMatch(BankRowClass Class)
{
    /// <summary>Nothing is left for a person to decide.</summary>
    public bool IsSure { get; init; }

    /// <summary>Whose money it is.</summary>
    public OrganisationId? Organisation { get; init; }

    /// <summary>The invoice that is meant.</summary>
    public InvoiceId? Invoice { get; init; }

    /// <summary>The earlier row that this one takes back.</summary>
    public Guid? TakesBack { get; init; }

    /// <summary>The refund that this one pays.</summary>
    public Guid? Refund { get; init; }
}
