using EwasteEpr.Payments.BankStatements;
using EwasteEpr.Payments.Certificates;
using EwasteEpr.Tests.Support;

namespace EwasteEpr.Tests.Payments.BankStatements;

/// <summary>A check must be able to fail: each case breaks one rule as a superuser would and sees that invariant object.</summary>
public sealed class BankInvariantsTests
{
    private static readonly Scene Scene = new(SetAsync);

    [Theory]
    [InlineData("The ledger's bank account equals", "the bank account has", "update bank_rows set amount_tiyn = amount_tiyn + 1 where document_no = 'fee'")]
    [InlineData("Each transfer that came is one receipt", "document paid of 2026-11-17 over 100001 tiyn has a receipt", "update bank_rows set amount_tiyn = amount_tiyn + 1 where document_no = 'paid'")]
    [InlineData("Each transfer that came is one receipt", "has no receipt", "delete from receipts where reference = 'unknown'")]
    [InlineData("Each transfer that came is one receipt", "has no document of the bank", "delete from bank_rows where document_no = 'unknown'")]
    [InlineData("Each document of the bank is here once", "document fee of 2026-11-17 over 5000 tiyn is here 2 times", "alter table bank_rows drop constraint bank_row_once; insert into bank_rows (statement_id, row_no, account, way, amount_tiyn, booked_on, document_on, document_no, party_name, party_number, purpose, status, class) select statement_id, row_no, account, way, amount_tiyn, booked_on, document_on, document_no, party_name, party_number, purpose, status, class from bank_rows where document_no = 'fee'")]
    [InlineData("Each row of each statement was", "rows read, 3 kept", "delete from bank_statement_rows where document_no = 'fee'")]
    [InlineData("Each row of each statement was", "1 neither imported nor known", "update bank_statement_rows set fate = 'New', bank_row_id = null where document_no = 'fee'")]
    [InlineData("Each decided document has one decision", "document unknown is Decided and has 0", "delete from bank_decisions")]
    [InlineData("Each refund by bank was approved", "is Approved over 5500 tiyn, 0 left its receipt", "update bank_refunds set state = 'Approved', decided_by = uuidv7()")]
    [InlineData("Each refund by bank was approved", "is Approved over 5500 tiyn", "alter table bank_refunds drop constraint bank_refund_two_people; update bank_refunds set state = 'Approved', decided_by = requested_by")]
    [InlineData("Each paid invoice has one live certificate", "has 0 live certificates", "update certificates set state = 'Annulled', annulled_at = now(), annulled_cause = 'Refund'")]
    [InlineData("Each paid invoice has one live certificate", "has 1 live certificates", "update invoices set allocated_tiyn = 0")]
    [InlineData("Each certificate equals its documents", "its documents add up to 100001", "update certificate_documents set amount_tiyn = amount_tiyn + 1")]
    [InlineData("Numbers of certificates have no gaps", "the counter stands at 2", "update app.counters set last_number = 2 where series = 'Certificate'")]
    [InlineData("Each code leads to its document", "leads to - -, which says code", "delete from verification_codes where kind = 'Extract'")]
    [InlineData("Each code leads to its document", "which says code -", "delete from certificate_documents")]
    public async Task BrokenByHand_IsFound(string invariant, string expected, string sql)
    {
        var found = await Scene.BreakAsync(invariant, $"set session_replication_role = replica; {sql}");
        Assert.Contains(expected, found.FirstBroken, StringComparison.Ordinal);
    }

    /// <summary>A payment that found its invoice and has its certificate, one sent back on request, a fee and something nobody explains.</summary>
    private static async Task<TestDatabase> SetAsync()
    {
        var bank = new GivenBank();
        await bank.InitializeAsync();
        var importer = await bank.Money.OrganisationAsync();
        var (_, reference, _) = await bank.InvoiceAsync(importer, 1_000_00);
        await bank.ImportAsync(new GivenStatement()
            .In(1_000_00, "paid", reference, await bank.BinAsync(importer)).In(55_00, "unknown", "за аренду", "", "Некто").Out(50_00, "fee", "Комиссия").Out(7_00, "other", "за что-то"));
        Assert.Equal(DecideOutcome.Done, await bank.DecideAsync("unknown", new BankDecision.Return()));
        await new CertificateSweep(bank.Db).SweepAsync(default);
        await bank.AssertBooksAsync();
        return bank.Money.Database;
    }
}
