using EwasteEpr.Kernel;
using EwasteEpr.Payments;
using EwasteEpr.Payments.Receipts;
using EwasteEpr.Tests.Support;

namespace EwasteEpr.Tests.Payments;

/// <summary>A check must be able to fail: each case breaks one rule as a superuser would and sees that invariant object.</summary>
public sealed class PaymentInvariantsTests
{
    private static readonly Scene Scene = new(SetAsync);

    [Theory]
    [InlineData("Each invoice and credit note equals its lines", "says 5000 tiyn", "update invoice_lines set amount_tiyn = amount_tiyn + 1 where amount_tiyn = 5000")]
    [InlineData("Each invoice and credit note equals its lines", "CRN-", "delete from credit_note_lines")]
    [InlineData("Each invoice and credit note equals its lines", "CRN-", "update credit_note_parts set paid_tiyn = paid_tiyn + 1")]
    [InlineData("Each invoice is paid and lowered", "counts 1301 tiyn paid", "alter table invoices drop constraint invoice_not_paid_above_what_is_owed; update invoices set allocated_tiyn = allocated_tiyn + 1 where amount_tiyn = 1300")]
    [InlineData("Each invoice is paid and lowered", "INV-", "alter table invoices drop constraint invoice_not_paid_above_what_is_owed; update invoices set allocated_tiyn = 99999; update allocations set amount_tiyn = 99999")]
    [InlineData("Each receipt is used for what", "its reversals to 0", "delete from receipt_reversals")]
    [InlineData("Each receipt is used for what", "of 1 tiyn", "alter table receipts drop constraint receipt_not_used_above_its_amount; update receipts set amount_tiyn = 1 where amount_tiyn = 5000")]
    [InlineData("What was taken back from each allocation", "its rows say 0", "delete from take_backs where cause = 'CreditNote'")]
    [InlineData("What each organisation owes", "receivable of organisation", "update invoices set credited_tiyn = credited_tiyn + 1 where amount_tiyn = 777")]
    [InlineData("The credit of each organisation", "credit of organisation", "alter table receipts drop constraint receipt_used_by_somebody; update receipts set credit_tiyn = credit_tiyn + 1 where amount_tiyn = 300")]
    [InlineData("The money that waits", "unallocated_receipts of organisation (unknown)", "update receipts set amount_tiyn = 301 where amount_tiyn = 300")]
    [InlineData("What the fund accrued and received", "the fund has", "update ledger.transfers set amount = amount + 1 where kind = 'fund_receipt' and transfer_id = (select transfer_id from ledger.transfers where kind = 'fund_receipt' order by transfer_id limit 1)")]
    [InlineData("Numbers of invoices and credit notes", "the counter stands at", "update app.counters set last_number = last_number + 1 where series = 'Invoice'")]
    [InlineData("Numbers of invoices and credit notes", "Invoice", "update invoices set serial = 9, number = 'INV-2026-000009' where serial = 1")]
    [InlineData("Each posting of money has a day", "(invoice_issued) has no day", "delete from payment_facts where fact = 'Invoice'")]
    [InlineData("Each submitted version is billed", "was neither billed", "delete from billed_versions where outcome = 'Invoice'")]
    [InlineData("Each submitted version is billed", "costs 3000 tiyn", "update invoices set amount_tiyn = amount_tiyn + 1 where amount_tiyn = 5000")]
    [InlineData("Nothing is entered into closed books", "into books that were closed", "insert into period_locks (period_from, period_until, state, reason, proposed_by, decided_by, decided_at) values ('2000-01-01', app.today() + 1, 'Applied', 'x', uuidv7(), uuidv7(), now() - interval '1 hour')")]
    public async Task BrokenByHand_IsFound(string invariant, string expected, string sql)
    {
        var found = await Scene.BreakAsync(invariant, $"set session_replication_role = replica; {sql}");
        Assert.Contains(expected, found.FirstBroken, StringComparison.Ordinal);
    }

    [Fact]
    public void All_HaveANameOfTheirOwn() => Assert.Equal(PaymentInvariants.All.Count, PaymentInvariants.All.Select(one => one.Name).Distinct().Count());

    /// <summary>A paid invoice that a credit note lowered, whose credit pays part of the next; a refund; an open invoice; money of nobody.</summary>
    private static async Task<TestDatabase> SetAsync()
    {
        var given = new GivenMoney();
        await given.InitializeAsync();
        var organisation = await given.OrganisationAsync();
        var declaration = await given.DeclarationAsync(organisation, 5_000);
        await given.BillAsync(declaration);
        await given.PaidAsync(organisation, await given.InvoiceOfAsync(declaration), 5_000);
        await given.VersionAsync(declaration, 2, 3_000);
        await given.BillAsync(declaration, 2);
        var next = await given.InvoiceAsync(organisation, 1_300);
        Assert.Equal("Paid", (await given.InvoiceAsync(next)).State);
        var other = await given.OrganisationAsync();
        var refunded = await given.PaidAsync(other, await given.InvoiceAsync(other, 777), 777);
        await given.ReverseAsync(refunded, new Reversal(ReversalCause.Refund, Guid.CreateVersion7(), Money.FromTiyn(500)));
        await given.PaidAsync(null, null, 300, ReceiptSource.Bank);
        await given.AssertBooksAsync();
        return given.Database;
    }
}
