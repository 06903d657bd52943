using EwasteEpr.Kernel;
using EwasteEpr.Payments;
using EwasteEpr.Payments.Receipts;
using Npgsql;

namespace EwasteEpr.Tests.Payments;

/// <summary>Where each tiyn of a receipt is, and that the ledger says the same.</summary>
public sealed class ReceiptBookTests : IAsyncLifetime
{
    private readonly GivenMoney given = new();

    public Task InitializeAsync() => given.InitializeAsync();

    public Task DisposeAsync() => given.DisposeAsync();

    [Fact]
    public async Task Record_WhenTheInvoiceIsNamed_PaysIt()
    {
        var organisation = await given.OrganisationAsync();
        var invoice = await given.InvoiceAsync(organisation, 10_000);
        Assert.Equal((-10_000, 10_000), (await given.BalanceAsync("receivable", organisation), await given.BalanceAsync("fund_accrued")));

        await given.PaidAsync(null, invoice, 4_000);
        Assert.Equal(new InvoiceFigures("PartPaid", 0, 4_000, 6_000), await given.InvoiceAsync(invoice));
        await given.PaidAsync(null, invoice, 6_000, ReceiptSource.Bank);
        Assert.Equal(new InvoiceFigures("Paid", 0, 10_000, 0), await given.InvoiceAsync(invoice));

        Assert.Equal((0, 0), (await given.BalanceAsync("receivable", organisation), await given.BalanceAsync("fund_accrued")));
        Assert.Equal((10_000, -4_000, -6_000), (await given.BalanceAsync("fund_received"), await given.BalanceAsync("card_clearing"), await given.BalanceAsync("bank")));
        await given.AssertBooksAsync();
    }

    [Fact]
    public async Task Record_WhenTheSourceCameBefore_DoesNothing()
    {
        var organisation = await given.OrganisationAsync();
        var invoice = await given.InvoiceAsync(organisation, 10_000);
        var receipt = given.Receipt(organisation, invoice, 10_000);
        Assert.True(await given.RecordAsync(receipt));
        Assert.False(await given.RecordAsync(receipt with { ReceiptId = ReceiptId.New() }));
        Assert.Equal(10_000, await given.BalanceAsync("fund_received"));
    }

    [Fact]
    public async Task Record_WhenTheSameSourceComesTwentyTimesAtOnce_PaysOnce()
    {
        var organisation = await given.OrganisationAsync();
        var invoice = await given.InvoiceAsync(organisation, 10_000);
        var receipt = given.Receipt(organisation, invoice, 10_000);
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => given.RecordAsync(receipt with { ReceiptId = ReceiptId.New() })));
        Assert.Single(answers, recorded => recorded);
        await given.AssertBooksAsync();
    }

    [Fact]
    public async Task Record_WhenMoreComesThanIsOwed_TheRestIsCreditOnlyWithNothingElseOpen()
    {
        var organisation = await given.OrganisationAsync();
        var invoice = await given.InvoiceAsync(organisation, 10_000);
        var other = await given.InvoiceAsync(organisation, 500);
        var first = await given.PaidAsync(organisation, invoice, 10_700);
        Assert.Equal(new ReceiptFigures(10_000, 0, 0, 700), await given.ReceiptAsync(first));

        await given.AllocateAsync(first, (other, 500));
        Assert.Equal(new ReceiptFigures(10_500, 200, 0, 0), await given.ReceiptAsync(first));
        Assert.Equal(200, await given.BalanceAsync("credit", organisation));
        await given.AssertBooksAsync();
    }

    [Fact]
    public async Task Allocate_WhenNobodyKnewThePayer_TheMoneyIsTheDebtorsFromThenOn()
    {
        var organisation = await given.OrganisationAsync();
        var invoice = await given.InvoiceAsync(organisation, 10_000);
        var receipt = await given.PaidAsync(null, null, 9_000, ReceiptSource.Bank);
        Assert.Equal(9_000, await given.BalanceAsync("unallocated_receipts"));

        await given.AllocateAsync(receipt, (invoice, 8_000));
        Assert.Equal((0, 1_000), (await given.BalanceAsync("unallocated_receipts"), await given.BalanceAsync("unallocated_receipts", organisation)));
        await given.AssertBooksAsync();
    }

    [Fact]
    public async Task Allocate_WhenOnePayerPaysForTwoOrganisations_EachInvoiceIsPaid()
    {
        var (payer, one, two) = (await given.OrganisationAsync(), await given.OrganisationAsync(), await given.OrganisationAsync());
        var (first, second) = (await given.InvoiceAsync(one, 3_000), await given.InvoiceAsync(two, 4_000));
        var receipt = await given.PaidAsync(payer, null, 7_000, ReceiptSource.Bank);
        Assert.Equal(new ReceiptFigures(0, 0, 0, 7_000), await given.ReceiptAsync(receipt)); // it may be meant for somebody else, so it waits

        await given.AllocateAsync(receipt, (first, 3_000), (second, 4_000));
        Assert.Equal(("Paid", "Paid"), ((await given.InvoiceAsync(first)).State, (await given.InvoiceAsync(second)).State));
        await given.AssertBooksAsync();
    }

    [Fact]
    public async Task Allocate_WhenItIsMoreThanWaitsOrThanIsOwed_IsRefusedAndNothingMoves()
    {
        var organisation = await given.OrganisationAsync();
        var (small, large) = (await given.InvoiceAsync(organisation, 1_000), await given.InvoiceAsync(organisation, 100_000));
        var receipt = await given.PaidAsync(organisation, null, 5_000, ReceiptSource.Bank);
        Assert.True((await Assert.ThrowsAsync<PostgresException>(() => given.AllocateAsync(receipt, (small, 1_001)))).IsInvoicePaid());
        Assert.True((await Assert.ThrowsAsync<PostgresException>(() => given.AllocateAsync(receipt, (large, 5_001)))).IsReceiptUsedUp());
        Assert.Equal(new ReceiptFigures(0, 0, 0, 5_000), await given.ReceiptAsync(receipt));
        await given.AssertBooksAsync();
    }

    [Fact]
    public async Task Reverse_TakesWhatWaitsThenCreditThenTheLatestAllocation_AndTheInvoiceIsOpenAgain()
    {
        var organisation = await given.OrganisationAsync();
        var (first, second) = (await given.InvoiceAsync(organisation, 1_000), await given.InvoiceAsync(organisation, 2_000));
        var receipt = await given.PaidAsync(organisation, first, 3_500);
        await given.AllocateAsync(receipt, (second, 2_000)); // and 500 are credit now
        Assert.Equal(new ReceiptFigures(3_000, 500, 0, 0), await given.ReceiptAsync(receipt));

        var refund = new Reversal(ReversalCause.Refund, Guid.CreateVersion7(), Money.FromTiyn(700));
        Assert.True(await given.ReverseAsync(receipt, refund));
        Assert.False(await given.ReverseAsync(receipt, refund));
        Assert.Equal(new ReceiptFigures(2_800, 0, 700, 0), await given.ReceiptAsync(receipt));
        Assert.Equal(new InvoiceFigures("PartPaid", 0, 1_800, 200), await given.InvoiceAsync(second));
        Assert.Equal(700, await given.BalanceAsync("refunds_payable", organisation));
        await given.AssertBooksAsync();
    }

    [Fact]
    public async Task Reverse_WhenItIsMoreThanIsLeft_IsRefused()
    {
        var organisation = await given.OrganisationAsync();
        var receipt = await given.PaidAsync(organisation, await given.InvoiceAsync(organisation, 1_000), 1_000);
        await given.ReverseAsync(receipt, new Reversal(ReversalCause.Refund, Guid.CreateVersion7(), Money.FromTiyn(600)));
        var refused = await Assert.ThrowsAsync<PostgresException>(
            () => given.ReverseAsync(receipt, new Reversal(ReversalCause.Refund, Guid.CreateVersion7(), Money.FromTiyn(401))));
        Assert.True(refused.IsReceiptUsedUp());
        await given.AssertBooksAsync();
    }

    [Fact]
    public async Task Reverse_TwentyRefundsAtOnce_NeverMoreThanWasPaid()
    {
        var organisation = await given.OrganisationAsync();
        var receipt = await given.PaidAsync(organisation, await given.InvoiceAsync(organisation, 1_000), 1_000);
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 20).Select(async _ =>
        {
            try
            {
                return await given.ReverseAsync(receipt, new Reversal(ReversalCause.Refund, Guid.CreateVersion7(), Money.FromTiyn(300)));
            }
            catch (PostgresException problem) when (problem.IsReceiptUsedUp())
            {
                return false;
            }
        }));
        Assert.Equal(3, outcomes.Count(done => done));
        await given.AssertBooksAsync();
    }

    [Fact]
    public async Task Restore_AfterADisputeWasWon_PaysTheInvoiceAgain()
    {
        var organisation = await given.OrganisationAsync();
        var invoice = await given.InvoiceAsync(organisation, 1_000);
        var receipt = await given.PaidAsync(organisation, invoice, 1_000);
        var dispute = new Reversal(ReversalCause.Dispute, Guid.CreateVersion7(), Money.FromTiyn(1_000));
        await given.ReverseAsync(receipt, dispute);
        Assert.Equal(("Unpaid", 1_000), ((await given.InvoiceAsync(invoice)).State, await given.BalanceAsync("disputed", organisation)));

        await given.Db.InTransactionAsync(async transaction => { await ReceiptBook.RestoreAsync(transaction, dispute, GivenMoney.Teller, default); return true; }, default);
        Assert.Equal(("Paid", 0), ((await given.InvoiceAsync(invoice)).State, await given.BalanceAsync("disputed", organisation)));
        await given.AssertBooksAsync();
    }

    [Fact]
    public async Task Post_AFactOfItsOwn_OnceOnly()
    {
        var payout = new MoneyFact("provider_payout", MoneyFactType.Payout, Guid.CreateVersion7(), null, "po_1");
        var move = new MoneyMove(new MoneyPlace("bank"), new MoneyPlace("card_clearing"), Money.FromTiyn(900));
        Assert.True(await given.Db.InTransactionAsync(transaction => PaymentLedger.PostAsync(transaction, payout, move, default), default));
        Assert.False(await given.Db.InTransactionAsync(transaction => PaymentLedger.PostAsync(transaction, payout, move, default), default));
        Assert.Equal((-900, 900), (await given.BalanceAsync("bank"), await given.BalanceAsync("card_clearing")));
    }
}
