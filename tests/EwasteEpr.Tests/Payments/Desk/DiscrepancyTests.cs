using EwasteEpr.Payments.Desk;
using EwasteEpr.Tests.Payments.BankStatements;

namespace EwasteEpr.Tests.Payments.Desk;

/// <summary>Nothing to see in health; every injected fault is listed, and nothing else.</summary>
public sealed class DiscrepancyTests : IAsyncLifetime
{
    private readonly GivenBank bank = new();

    public Task InitializeAsync() => bank.InitializeAsync();

    public Task DisposeAsync() => bank.DisposeAsync();

    [Fact]
    public async Task List_InHealth_IsEmpty()
    {
        await FillAsync();
        Assert.Empty(await ListAsync());
    }

    [Theory]
    [InlineData("a webhook that never came", "insert into payment_attempts (invoice_id, organisation_id, amount_tiyn, state, is_live, idempotency_key, language, title, pay_page, expires_at, session_id, url) select invoice_id, organisation_id, 700, 'Open', false, 'k', 'kk', 't', 'p', app.now() - interval '2 hours', 's', 'u' from invoices limit 1", "ProviderSilent INV 700 -")]
    [InlineData("a row of the bank that is gone", "delete from bank_rows where document_no = 'paid'", "NoSource paid - 100000,TurnoverDiffers kl_to_1c.txt 100500 500,LedgerDiffers  500 100500")]
    [InlineData("a row doubled by hand", "insert into bank_rows (statement_id, row_no, account, way, amount_tiyn, booked_on, document_on, document_no, party_name, party_number, purpose, status, class, occurrence) select statement_id, row_no, account, way, amount_tiyn, booked_on, document_on, document_no, party_name, party_number, purpose, status, class, 2 from bank_rows where document_no = 'paid'", "NoReceipt paid 100000 -,TurnoverDiffers kl_to_1c.txt 100500 200500,LedgerDiffers  200500 100500")]
    [InlineData("an amount changed by hand", "update receipts set amount_tiyn = 99999, allocated_tiyn = 99999 where reference = 'paid'", "AmountDiffers paid 100000 99999")]
    [InlineData("a posting changed by hand", "update ledger.transfers set amount = 99999 where kind = 'receipt_bank' and amount = 100000", "AmountDiffers paid 100000 99999,LedgerDiffers  100500 100499")]
    [InlineData("a row that nobody takes", "update bank_rows set status = 'Pending', class = null, created_at = app.now() - interval '1 hour' where document_no = 'fee'", "RowWaits fee 5000 -,LedgerDiffers  105500 100500")]
    public async Task List_WhenAFaultIsInjected_NamesExactlyIt(string fault, string sql, string expected)
    {
        Assert.NotEmpty(fault);
        await FillAsync();
        await bank.Money.Database.ExecuteAsOwnerAsync($"set session_replication_role = replica; {sql}; set session_replication_role = default");
        var found = await ListAsync();
        Assert.Equal(expected.Split(','), found.Select(one => $"{one.Kind} {(one.Document.StartsWith("INV", StringComparison.Ordinal) ? "INV" : one.Document)} {one.ToldTiyn?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "-"} {one.BooksTiyn?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "-"}").Order(Comparer.Instance));
    }

    [Fact]
    public async Task List_WhenAStatementIsMissingBetweenTwo_SaysSo()
    {
        await bank.ImportAsync(new GivenStatement { From = new DateOnly(2026, 11, 1), Until = new DateOnly(2026, 11, 10), OpeningTiyn = 100_00 }.Out(50_00, "a", "Комиссия", day: "09.11.2026"));
        await bank.ImportAsync(new GivenStatement { From = new DateOnly(2026, 11, 12), Until = new DateOnly(2026, 11, 20), OpeningTiyn = 80_00 }.Out(10_00, "b", "Комиссия"));
        Assert.Equal(("StatementMissing", 80_00, 50_00), (await ListAsync()).Select(one => (one.Kind, one.ToldTiyn, one.BooksTiyn)).Single());
    }

    private Task<IReadOnlyList<Discrepancy>> ListAsync() => new Discrepancies(bank.Db).ListAsync(default);

    private async Task FillAsync()
    {
        var importer = await bank.Money.OrganisationAsync();
        var (_, reference, _) = await bank.InvoiceAsync(importer, 1_000_00);
        await bank.ImportAsync(new GivenStatement().In(1_000_00, "paid", reference, await bank.BinAsync(importer)).In(55_00, "unknown", "за аренду", "", "Некто").Out(50_00, "fee", "Комиссия"));
        var stranger = await bank.Money.OrganisationAsync();
        await bank.Money.InvoiceAsync(stranger, 4_000_00);
    }

    /// <summary>In the order in which a test reads: the thing first, the sums that follow from it last.</summary>
    private sealed class Comparer : IComparer<string>
    {
        public static readonly Comparer Instance = new();

        public int Compare(string? x, string? y) => Rank(x!).CompareTo(Rank(y!));

        private static int Rank(string line) => line.StartsWith("Turnover", StringComparison.Ordinal) ? 1 : line.StartsWith("Ledger", StringComparison.Ordinal) ? 2 : 0;
    }
}
