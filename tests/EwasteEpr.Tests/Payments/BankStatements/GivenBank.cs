using Dapper;
using EwasteEpr.Kernel;
using EwasteEpr.Messages;
using EwasteEpr.Organisations;
using EwasteEpr.Payments.BankStatements;

namespace EwasteEpr.Tests.Payments.BankStatements;

/// <summary>An operator with an account, and statements that are imported as a person would.</summary>
public sealed class GivenBank : IAsyncLifetime
{
    public const string AcquirerBin = "040340008429";

    public static readonly Actor Accountant = new(Guid.CreateVersion7(), null, null, "operator_preparer", "test", null);
    public static readonly Actor Approver = new(Guid.CreateVersion7(), null, null, "operator_approver", "test", null);

    public GivenMoney Money { get; } = new();

    public Db Db => Money.Db;

    internal BankAccounts Accounts => new(Db);

    internal StatementUploads Uploads => new(Db, Accounts);

    internal StatementImport Import => new(Db);

    internal BankDecisions Decisions => new(Db);

    internal BankRefunds Refunds => new(Db);

    internal BankRowSweep Sweep { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        await Money.InitializeAsync();
        await Money.Database.ExecuteAsOwnerAsync($"""
            {GivenMoney.OperatorSql};
            update app.settings set value = '{GivenStatement.Account}' where key = 'payments.bank_accounts';
            update app.settings set value = '{AcquirerBin}' where key = 'payments.acquirer_bin';
            create or replace function app.now() returns timestamptz language sql stable return timestamptz '2026-11-20 12:00:00+05';
            """);
        Sweep = new BankRowSweep(Db, new BankRowMatcher(new OrganisationService(Db, new Secrets(new byte[32]), new Outbox(Db, new Secrets(new byte[32]))), Accounts));
    }

    public Task DisposeAsync() => Money.DisposeAsync();

    public async Task<string> BinAsync(OrganisationId organisation) => await Db.QuerySingleAsync<string>("select bin from organisations where organisation_id = @organisation", new { organisation }, default);

    public async Task<(InvoiceId Id, string Reference, string Number)> InvoiceAsync(OrganisationId organisation, long tiyn)
    {
        var id = await Money.InvoiceAsync(organisation, tiyn);
        var (reference, number) = await Db.QuerySingleAsync<(string, string)>("select payment_reference, number from invoices where invoice_id = @id", new { id }, default);
        return (id, reference, number);
    }

    internal async Task<Guid> PreviewAsync(GivenStatement file) =>
        Assert.IsType<UploadedStatement.Preview>(await Uploads.UploadAsync("kl_to_1c.txt", null, file.Windows1251(), Accountant, default)).StatementId;

    internal async Task<int> ImportAsync(GivenStatement file, params int[] secondPayments)
    {
        var id = await PreviewAsync(file);
        var done = Assert.IsType<ImportedStatement.Done>(await Import.ImportAsync(id, secondPayments, Accountant, default));
        await Sweep.SweepAsync(default);
        return done.Rows;
    }

    public Task<IReadOnlyList<BankRowSeen>> RowsAsync() => Db.QueryAsync<BankRowSeen>(
        "select bank_row_id, document_no, way, amount_tiyn, status, class, organisation_id, invoice_id, receipt_id, revision, last_error from bank_rows order by statement_id, row_no limit 1000", null, default);

    public async Task<BankRowSeen> RowAsync(string documentNo) => (await RowsAsync()).Single(row => row.DocumentNo == documentNo);

    internal async Task<DecideOutcome> DecideAsync(string documentNo, BankDecision decision, string reason = "as the payer's letter says")
    {
        var row = await RowAsync(documentNo);
        return await Decisions.DecideAsync(row.BankRowId, row.Revision, decision, reason, Accountant, default);
    }

    public Task<IEnumerable<string>> FatesAsync(Guid statement) => QueryOwnerAsync<string>($"select fate from bank_statement_rows where statement_id = '{statement}' order by row_no");

    public async Task AssertBooksAsync()
    {
        Assert.DoesNotContain(await RowsAsync(), row => row.LastError is not null);
        await Money.AssertBooksAsync(withBank: true);
    }

    private async Task<IEnumerable<T>> QueryOwnerAsync<T>(string sql)
    {
        await using var connection = await Money.Database.Owner.OpenConnectionAsync();
        return await connection.QueryAsync<T>(sql);
    }
}

public sealed record BankRowSeen(
    Guid BankRowId, string DocumentNo, string Way, long AmountTiyn, string Status, string? Class, OrganisationId? OrganisationId, InvoiceId? InvoiceId, ReceiptId? ReceiptId, int Revision, string? LastError);
