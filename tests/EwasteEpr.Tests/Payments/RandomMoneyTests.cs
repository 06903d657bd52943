using EwasteEpr.Kernel;
using EwasteEpr.Payments.Statements;
using Npgsql;
using NpgsqlTypes;

namespace EwasteEpr.Tests.Payments;

/// <summary>Random invoices, corrections, returns, payments, decisions, refunds and failed refunds: an independent calculation agrees to the tiyn.</summary>
/// <remarks>5 000 steps in <c>./test</c>, 100 000 with EWASTE_TEST_ALL=1. The seed is fixed, so a difference can be looked at again.</remarks>
public sealed class RandomMoneyTests : IAsyncLifetime
{
    private const int Seed = 20261122;
    private const int Batch = 500;
    private readonly GivenMoney given = new();
    private readonly Random random = new(Seed);
    private readonly MoneyModel model = new();
    private readonly List<Step> steps = [];
    private readonly List<(int Deed, int Organisation, int Version, long Fee)> versions = [];

    private readonly Dictionary<int, int> lastVersions = [];
    private readonly HashSet<(int Deed, int Version)> returned = [];

    private static int Count => Environment.GetEnvironmentVariable("EWASTE_TEST_ALL") == "1" ? 100_000 : 5_000;

    private static int Organisations => Count / 50;

    public Task InitializeAsync() => given.InitializeAsync();

    public Task DisposeAsync() => given.DisposeAsync();

    [Fact]
    public async Task AllSteps_AgreeWithAnIndependentCalculation_InDocumentsLedgerAndStatements()
    {
        while (steps.Count < Count)
        {
            Next();
        }

        Assert.True(steps.Select(step => step.Op).Distinct().Count() == 5, "Every kind of step must occur.");
        await PrepareAsync();
        await RunAsync();
        await given.Database.ExecuteAsOwnerAsync("analyze"); // as the server does by itself when it is given time
        await AssertInvoicesAsync();
        await AssertReceiptsAsync();
        await AssertLedgerAndStatementsAsync();
        await given.AssertBooksAsync();
    }

    private void Next()
    {
        var dice = random.Next(100);
        if (dice < 50)
        {
            Bill(dice);
        }
        else if (dice < 80)
        {
            Receive();
        }
        else if (dice < 90)
        {
            Allocate();
        }
        else
        {
            Leave(dice);
        }
    }

    private void Bill(int dice)
    {
        var deeds = model.Deeds.Count;
        var isNew = deeds == 0 || dice < 35;
        var deed = isNew ? deeds : random.Next(deeds);
        var organisation = isNew ? random.Next(Organisations) : model.Deeds[deed].Organisation;
        var last = lastVersions.GetValueOrDefault(deed);
        if (dice >= 47 && !isNew && model.Deeds[deed].Fee > 0 && returned.Add((deed, last)))
        {
            steps.Add(new Step(Op.Bill) { Deed = deed, Version = last, IsReturn = true });
            model.Bill(deed, organisation, 0, last);
            return;
        }

        var version = last + 1;
        lastVersions[deed] = version;
        var fee = random.Next(12) == 0 ? 0 : random.NextInt64(1, 2_000_000);
        versions.Add((deed, organisation, version, fee));
        steps.Add(new Step(Op.Bill) { Deed = deed, Version = version });
        model.Bill(deed, organisation, fee, version);
    }

    private void Receive()
    {
        var organisation = random.Next(Organisations);
        var debt = model.InvoicesOf(organisation).Where(one => one.Open > 0).OrderBy(_ => random.Next()).FirstOrDefault();
        var isNamed = debt is not null && random.Next(4) > 0;
        var amount = isNamed && random.Next(3) > 0 ? debt!.Open : random.NextInt64(1, 2_500_000);
        var receipt = new Coming(model.Receipts.Count, amount, random.Next(20));
        var isKnown = random.Next(8) > 0;
        // Now and then somebody else pays: the money is the payer's, the invoice another's.
        receipt.Owner = isKnown ? random.Next(15) == 0 ? random.Next(Organisations) : organisation : null;
        var owner = receipt.Owner;
        model.Receive(receipt, isNamed ? debt : null);
        steps.Add(new Step(Op.Receive) { Receipt = receipt.Order, Organisation = owner, Invoice = isNamed ? debt!.Order : null, Tiyn = amount, DaysAgo = receipt.DaysAgo, IsCard = random.Next(2) == 0 });
    }

    private void Allocate()
    {
        if (model.Receipts.Count == 0 || model.Receipts[random.Next(model.Receipts.Count)] is not { Waiting: > 0 } receipt)
        {
            return;
        }

        var candidates = model.InvoicesOf(receipt.Owner is { } owner && random.Next(6) > 0 ? owner : random.Next(Organisations)).Where(one => one.Open > 0).ToList();
        if (candidates.Count > 0)
        {
            var debt = candidates[random.Next(candidates.Count)];
            var most = Math.Min(receipt.Waiting, debt.Open);
            var tiyn = random.Next(2) == 0 ? most : random.NextInt64(1, most + 1);
            model.Allocate(receipt, debt, tiyn);
            steps.Add(new Step(Op.Allocate) { Receipt = receipt.Order, Invoice = debt.Order, Tiyn = tiyn });
        }
    }

    private void Leave(int dice)
    {
        if (dice >= 98 && model.Leavings.GetValueOrDefault(random.Next(model.Leavings.Count + 1)) is { IsBack: false } failed)
        {
            model.Return(failed);
            steps.Add(new Step(Op.Return) { Leaving = failed.Id, Tiyn = failed.Amount });
        }
        else if (model.Receipts.Count > 0 && model.Receipts[random.Next(model.Receipts.Count)] is { } receipt && receipt.Amount > receipt.Gone)
        {
            var leaving = new Leaving(model.Leavings.Count, receipt, random.NextInt64(1, receipt.Amount - receipt.Gone + 1));
            model.Leave(leaving);
            steps.Add(new Step(Op.Leave) { Leaving = leaving.Id, Receipt = receipt.Order, Tiyn = leaving.Amount });
        }
    }

    private static Guid Id(char kind, int number) => new($"{kind}0000000-0000-7000-8000-{number:x12}");

    private const string OrganisationsSql = """
        insert into organisations (organisation_id, slug, kind, bin, number_hash, name_kk, name_ru, region_kato, address, contact_name, contact_email, contact_phone, activities)
        select ('a0000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 'p' || lpad(n::text, 9, '0'), 'company', lpad(n::text, 12, '0'), sha256(n::text::bytea), 'Сынақ', 'Проба', '750000000', '-', '-', '-', '-', array['importer']
          from generate_series(0, @count - 1) n
        """;

    private const string VersionsSql = """
        set session_replication_role = replica;
        insert into declarations (declaration_id, organisation_id, kind, document_no, state, current_version)
        select deed, organisation, 'Consignment', 'DT-' || row_number() over (order by deed), 'Submitted', max(version) from random_versions group by deed, organisation;
        insert into declaration_versions (declaration_id, version, state, lines, priced_lines, mass_grams, fee_tiyn, programme, submitted_at, submitted_revision, canonical_sha256)
        select deed, version, 'Submitted', 1, 1, fee * 10, fee, 'Illustrative', app.now(), 1, sha256('') from random_versions;
        insert into declaration_lines (declaration_id, version, line_no, changed_revision, content_hash, category, mass_grams, methodology_id, tariff_row_id, tariff_match, coefficient, mci_value, mci_from, product_fee_tiyn, fee_tiyn)
        select deed, version, 1, 1, 1, '6', fee * 10, uuidv7(), uuidv7(), 'Any', 1, 1000, '2026-01-01', fee, fee from random_versions;
        set session_replication_role = default;
        insert into billing_queue (declaration_id, version, event) select deed, version, 'Submitted' from random_versions;
        analyze declarations; analyze declaration_versions; analyze declaration_lines; analyze billing_queue
        """;

    private async Task PrepareAsync()
    {
        await using var connection = await given.Database.Owner.OpenConnectionAsync();
        await using (var command = new NpgsqlCommand(OrganisationsSql.Replace("@count", Organisations.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal), connection))
        {
            await command.ExecuteNonQueryAsync();
        }

        await using (var table = new NpgsqlCommand("create temporary table random_versions (deed uuid, organisation uuid, version int, fee bigint)", connection))
        {
            await table.ExecuteNonQueryAsync();
        }

        await using (var copy = await connection.BeginBinaryImportAsync("copy random_versions from stdin (format binary)"))
        {
            foreach (var (deed, organisation, version, fee) in versions)
            {
                await copy.StartRowAsync();
                await copy.WriteAsync(Id('d', deed), NpgsqlDbType.Uuid);
                await copy.WriteAsync(Id('a', organisation), NpgsqlDbType.Uuid);
                await copy.WriteAsync(version, NpgsqlDbType.Integer);
                await copy.WriteAsync(fee, NpgsqlDbType.Bigint);
            }

            await copy.CompleteAsync();
        }

        await using var fill = new NpgsqlCommand(VersionsSql, connection) { CommandTimeout = 600 };
        await fill.ExecuteNonQueryAsync();
    }

    // The product's own steps, in their order; many in one round trip.
    private const string RunSql = """
        select case s.op
                 when 'Bill' then payments.bill_version(s.deed, s.version, case when s.is_return then 'Returned' else 'Submitted' end, null, null,
                      translate(lpad(to_hex(s.number), 8, '0'), 'abcdef', 'ABCDEF'), '{}', '{"role": "system", "request_id": "random"}')
                 when 'Receive' then payments.record_receipt(s.receipt, case when s.is_card then 'Card' else 'Bank' end, s.receipt, s.organisation, i.invoice_id, s.tiyn, app.today() - s.days_ago, 'r', '', null, '{"role": "system", "request_id": "random"}')::text
                 when 'Allocate' then payments.allocate_receipt(s.receipt, array[i.invoice_id], array[s.tiyn], 'decided', '{"role": "system", "request_id": "random"}')::text
                 when 'Leave' then payments.reverse_receipt(s.receipt, s.tiyn, 'Refund', s.leaving, '{"role": "system", "request_id": "random"}')::text
                 else payments.restore_receipt('Refund', s.leaving, s.tiyn, '{"role": "system", "request_id": "random"}')::text end
          from (select $1::text as op, $2::uuid as deed, $3::int as version, $4::boolean as is_return, $5::int as number, $6::uuid as receipt, $7::uuid as organisation,
                       $8::bigint as serial, $9::bigint as tiyn, $10::int as days_ago, $11::boolean as is_card, $12::uuid as leaving) s
          left join invoices i on i.serial = s.serial
        """;

    private async Task RunAsync()
    {
        await using var connection = await given.Db.Source.OpenConnectionAsync();
        for (var from = 0; from < steps.Count; from += Batch)
        {
            await using var transaction = await connection.BeginTransactionAsync();
            await using var batch = new NpgsqlBatch(connection, transaction) { Timeout = 600 };
            for (var number = from; number < Math.Min(from + Batch, steps.Count); number++)
            {
                batch.BatchCommands.Add(Command(steps[number], number));
            }

            await batch.ExecuteNonQueryAsync();
            await transaction.CommitAsync();
        }
    }

    private static NpgsqlBatchCommand Command(Step step, int number) => new(RunSql)
    {
        Parameters =
        {
            new() { Value = step.Op.ToString() },
            Uuid(step.Op == Op.Bill ? Id('d', step.Deed) : null),
            new() { Value = step.Version },
            new() { Value = step.IsReturn },
            new() { Value = number },
            Uuid(step.Receipt is { } receipt ? Id('c', receipt) : null),
            Uuid(step.Organisation is { } organisation ? Id('a', organisation) : null),
            new() { Value = step.Invoice is { } order ? order + 1L : DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bigint },
            new() { Value = step.Tiyn },
            new() { Value = step.DaysAgo },
            new() { Value = step.IsCard },
            Uuid(step.Leaving is { } leaving ? Id('f', leaving) : null),
        },
    };

    private static NpgsqlParameter Uuid(Guid? id) => new() { Value = (object?)id ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Uuid };

    private async Task AssertInvoicesAsync()
    {
        var rows = await given.Db.QueryAsync<InvoiceRow>("select serial, amount_tiyn, credited_tiyn, allocated_tiyn, open_tiyn, state from invoices order by serial", null, default);
        Assert.Equal(model.Invoices.Select(one => new InvoiceRow(one.Order + 1, one.Amount, one.Credited, one.Allocated, one.Open, StateOf(one))), rows);
        Assert.Equal(model.CreditNotes, await given.Db.QuerySingleAsync<long>("select count(*) from credit_notes", null, default));
    }

    private async Task AssertReceiptsAsync()
    {
        var rows = await given.Db.QueryAsync<ReceiptRow>("select receipt_id, organisation_id, amount_tiyn, allocated_tiyn, credit_tiyn, reversed_tiyn, unallocated_tiyn from receipts order by receipt_id", null, default);
        Assert.Equal(
            model.Receipts.Select(one => new ReceiptRow(Id('c', one.Order), one.Owner is { } owner ? Id('a', owner) : null, one.Amount, one.Allocated, one.Credit, one.Gone, one.Waiting)), rows);
    }

    private async Task AssertLedgerAndStatementsAsync()
    {
        var books = (await given.Db.QueryAsync<BookRow>("select purpose, owner_id, sum(balance)::bigint as tiyn from ledger.balances group by purpose, owner_id having sum(balance) <> 0", null, default))
            .ToDictionary(row => (row.Purpose, row.OwnerId), row => row.Tiyn);
        long Book(string purpose, Guid? owner = null) => books.GetValueOrDefault((purpose, owner));
        Assert.Equal(model.Invoices.Sum(one => one.Open), Book("fund_accrued"));
        Assert.Equal(model.Invoices.Sum(one => one.Allocated), Book("fund_received"));
        Assert.Equal(-model.Receipts.Sum(one => one.Amount), Book("card_clearing") + Book("bank"));
        Assert.Equal(model.Receipts.Where(one => one.Owner is null).Sum(one => one.Waiting), Book("unallocated_receipts"));

        var statements = (await new StatementService(given.Db).AllAsync(new DateRange(new DateOnly(2000, 1, 1), null), default)).ToDictionary(row => row.OrganisationId, row => row.ClosingTiyn);
        var leaving = model.Leavings.Values.Where(one => !one.IsBack).ToLookup(one => one.Owner ?? -1, one => one.Amount);
        for (var organisation = 0; organisation < Organisations; organisation++)
        {
            var (id, owed, own) = (Id('a', organisation), -model.OpenOf(organisation), model.ReceiptsOf(organisation));
            Assert.Equal((owed, own.Sum(one => one.Credit), own.Sum(one => one.Waiting)), (Book("receivable", id), Book("credit", id), Book("unallocated_receipts", id)));
            Assert.Equal(leaving[organisation].Sum(), Book("refunds_payable", id));
            Assert.Equal(owed + own.Sum(one => one.Credit + one.Waiting) + Book("refunds_payable", id), statements.GetValueOrDefault(id));
        }

        Assert.Equal(model.Receipts.Sum(one => one.Gone), books.Where(pair => pair.Key.Purpose == "refunds_payable").Sum(pair => pair.Value));
        var one = await new StatementService(given.Db).GetAsync(new OrganisationId(Id('a', 0)), new DateRange(new DateOnly(2000, 1, 1), null), default);
        Assert.Equal(statements.GetValueOrDefault(Id('a', 0)), one.OpeningTiyn + one.Entries.Sum(entry => entry.Tiyn));
    }

    private static string StateOf(Debt one) =>
        one.Credited == one.Amount ? "Credited" : one.Open == 0 ? "Paid" : one.Allocated > 0 ? "PartPaid" : "Unpaid";

    private enum Op
    {
        Bill,
        Receive,
        Allocate,
        Leave,
        Return,
    }

    private sealed record Step(Op Op)
    {
        public int Deed { get; init; }

        public int Version { get; init; }

        public bool IsReturn { get; init; }

        public int? Receipt { get; init; }

        public int? Organisation { get; init; }

        public int? Invoice { get; init; }

        public int? Leaving { get; init; }

        public long Tiyn { get; init; }

        public int DaysAgo { get; init; }

        public bool IsCard { get; init; }
    }

    private sealed record InvoiceRow(long Serial, long AmountTiyn, long CreditedTiyn, long AllocatedTiyn, long OpenTiyn, string State);

    private sealed record ReceiptRow(Guid ReceiptId, Guid? OrganisationId, long AmountTiyn, long AllocatedTiyn, long CreditTiyn, long ReversedTiyn, long UnallocatedTiyn);

    private sealed record BookRow(string Purpose, Guid? OwnerId, long Tiyn);
}
