using EwasteEpr.Kernel;
using EwasteEpr.Payments.BankStatements;
using EwasteEpr.Payments.Invoicing;
using EwasteEpr.Payments.Receipts;

namespace EwasteEpr.Tests.Payments.BankStatements;

/// <summary>What each kind of payment turns into by itself, and what a person makes of the rest.</summary>
public sealed class BankMatchingTests : IAsyncLifetime
{
    private readonly GivenBank bank = new();
    private OrganisationId importer;
    private string bin = "";

    public async Task InitializeAsync()
    {
        await bank.InitializeAsync();
        importer = await bank.Money.OrganisationAsync();
        bin = await bank.BinAsync(importer);
    }

    public Task DisposeAsync() => bank.DisposeAsync();

    [Theory]
    [InlineData("{0}")]
    [InlineData("Оплата по счёту. Код платежа: {0}, в т.ч. без НДС")]
    [InlineData("код {1} {2}")]
    [InlineData("код {1}-{2};")]
    [InlineData("КОД{0}ПЛАТЕЖА")]
    [InlineData("код {3}")]
    [InlineData("код {4}")]
    public async Task Exact_HoweverTheReferenceIsTyped_IsPaidWithoutAPerson(string purpose)
    {
        var (invoice, reference, _) = await bank.InvoiceAsync(importer, 125_430_55);
        var cyrillic = string.Concat(reference.Select(c => "ABCEHKMPTYX".IndexOf(c, StringComparison.Ordinal) is var at and >= 0 ? "АВСЕНКМРТУХ"[at] : c == '0' ? 'О' : c));
        await bank.ImportAsync(new GivenStatement().In(125_430_55, "447", string.Format(System.Globalization.CultureInfo.InvariantCulture, purpose, reference, reference[..4], reference[4..], reference.ToLowerInvariant(), cyrillic), bin));
        Assert.Equal(("Matched", "Exact", (InvoiceId?)invoice), (await bank.RowAsync("447")) is var row ? (row.Status, row.Class, row.InvoiceId) : default);
        Assert.Equal("Paid", (await bank.Money.InvoiceAsync(invoice)).State);
        await bank.AssertBooksAsync();
    }

    [Fact]
    public async Task Exact_ByPayerAndAmountAlone_OnlyWhenOneInvoiceFits()
    {
        var (one, _, _) = await bank.InvoiceAsync(importer, 500_00);
        await bank.InvoiceAsync(importer, 700_00);
        await bank.InvoiceAsync(importer, 700_00);
        await bank.ImportAsync(new GivenStatement().In(500_00, "1", "утилизационный платёж", bin).In(700_00, "2", "утилизационный платёж", bin));
        Assert.Equal("Paid", (await bank.Money.InvoiceAsync(one)).State);
        Assert.Equal(("Waiting", "Payer"), (await bank.RowAsync("2")) is var row ? (row.Status, row.Class) : default);
        await bank.AssertBooksAsync();
    }

    [Fact]
    public async Task EveryOtherPayment_WaitsInItsOwnClass_AndNothingIsLost()
    {
        var (first, reference, number) = await bank.InvoiceAsync(importer, 1_000_00);
        var (_, second, _) = await bank.InvoiceAsync(importer, 2_000_00);
        var wrong = reference[..7] + (reference[7] == '0' ? '1' : '0');
        var other = await bank.BinAsync(await bank.Money.OrganisationAsync());
        await bank.ImportAsync(new GivenStatement()
            .In(400_00, "part", reference, bin).In(1_500_00, "over", reference, bin).In(3_000_00, "split", $"{reference} {second}", bin).In(3_000_00, "all", "за всё", bin)
            .In(1_000_00, "other", reference, other).In(77_00, "payer", number.Replace('-', ' '), bin).In(55_00, "unknown", "за аренду", "", "Некто").In(56_00, "wrong", wrong, "", "Некто"));
        Assert.Equal(
            [("part", "Part"), ("over", "Over"), ("split", "Split"), ("all", "Split"), ("other", "OtherPayer"), ("payer", "Part"), ("unknown", "Unknown"), ("wrong", "Unknown")],
            (await bank.RowsAsync()).Select(row => (row.DocumentNo, row.Class!)));
        Assert.All(await bank.RowsAsync(), row => Assert.Equal("Waiting", row.Status));
        Assert.Equal("Unpaid", (await bank.Money.InvoiceAsync(first)).State);
        Assert.Equal(-(await bank.RowsAsync()).Sum(row => row.AmountTiyn), await bank.Money.BalanceAsync("bank"));
        await bank.AssertBooksAsync();
    }

    [Fact]
    public async Task Over_WhenTheInvoiceWasPaidBefore_WaitsAndIsNotLost()
    {
        var (invoice, reference, _) = await bank.InvoiceAsync(importer, 1_000_00);
        await bank.Money.PaidAsync(importer, invoice, 1_000_00);
        await bank.ImportAsync(new GivenStatement().In(1_000_00, "1", reference, bin));
        Assert.Equal(("Waiting", "Over"), (await bank.RowAsync("1")) is var row ? (row.Status, row.Class) : default);
        Assert.Equal(1_000_00, await bank.Money.BalanceAsync("unallocated_receipts", importer));
    }

    [Fact]
    public async Task Decide_SplitOverTwoInvoices_AndTakeItBack()
    {
        var (first, _, _) = await bank.InvoiceAsync(importer, 1_000_00);
        var (second, _, _) = await bank.InvoiceAsync(importer, 2_000_00);
        await bank.ImportAsync(new GivenStatement().In(2_500_00, "1", "за аренду", "", "Некто"));
        var decision = new BankDecision.Allocate([new InvoicePart(first, Money.FromTiyn(1_000_00)), new InvoicePart(second, Money.FromTiyn(1_500_00))]);
        Assert.Equal(DecideOutcome.Done, await bank.DecideAsync("1", decision));
        Assert.Equal(("Paid", "PartPaid"), ((await bank.Money.InvoiceAsync(first)).State, (await bank.Money.InvoiceAsync(second)).State));
        await bank.AssertBooksAsync();

        var row = await bank.RowAsync("1");
        Assert.Equal(DecideOutcome.Done, await bank.Decisions.UndoAsync(row.BankRowId, "the wrong payer", GivenBank.Accountant, default));
        Assert.Equal(("Unpaid", "Unpaid"), ((await bank.Money.InvoiceAsync(first)).State, (await bank.Money.InvoiceAsync(second)).State));
        Assert.Equal((2_500_00, 0), (await bank.Money.BalanceAsync("unallocated_receipts"), await bank.Money.BalanceAsync("unallocated_receipts", importer)));
        await bank.AssertBooksAsync();
        Assert.Equal(DecideOutcome.Done, await bank.DecideAsync("1", decision));
        await bank.AssertBooksAsync();
    }

    [Fact]
    public async Task Decide_ByTwentyAtOnce_HasOneEffect()
    {
        var (invoice, _, _) = await bank.InvoiceAsync(importer, 1_000_00);
        await bank.ImportAsync(new GivenStatement().In(3_000_00, "1", "x", bin));
        var row = await bank.RowAsync("1");
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => bank.Decisions.DecideAsync(
            row.BankRowId, row.Revision, i % 2 == 0 ? new BankDecision.Allocate([new InvoicePart(invoice, Money.FromTiyn(1_000_00))]) : new BankDecision.Credit(null), "at once", GivenBank.Accountant, default)));
        Assert.Single(outcomes, DecideOutcome.Done);
        Assert.Equal(19, outcomes.Count(outcome => outcome == DecideOutcome.AlreadyDecided));
        await bank.AssertBooksAsync();
    }

    [Fact]
    public async Task Decide_WhatDoesNotFit_IsRefusedAndChangesNothing()
    {
        var (invoice, _, _) = await bank.InvoiceAsync(importer, 1_000_00);
        var strangers = await bank.InvoiceAsync(await bank.Money.OrganisationAsync(), 100_00);
        await bank.ImportAsync(new GivenStatement().In(1_500_00, "1", "x", "", "Некто").Out(10_00, "2", "x"));
        Assert.Equal(DecideOutcome.AmountsDoNotFit, await bank.DecideAsync("1", new BankDecision.Allocate([new InvoicePart(invoice, Money.FromTiyn(1_600_00))])));
        Assert.Equal(DecideOutcome.AmountsDoNotFit, await bank.DecideAsync("1", new BankDecision.Allocate([new InvoicePart(invoice, Money.FromTiyn(1_400_00))])));
        Assert.Equal(DecideOutcome.AmountsDoNotFit, await bank.DecideAsync("1", new BankDecision.Allocate([new InvoicePart(invoice, Money.FromTiyn(1_000_00)), new InvoicePart(strangers.Id, Money.FromTiyn(100_00))])));
        Assert.Equal(DecideOutcome.AmountsDoNotFit, await bank.DecideAsync("1", new BankDecision.Allocate([])));
        Assert.Equal(DecideOutcome.PayerNeeded, await bank.DecideAsync("1", new BankDecision.Credit(null)));
        Assert.Equal(DecideOutcome.ReasonNeeded, await bank.DecideAsync("1", new BankDecision.Credit(importer), " "));
        Assert.Equal(DecideOutcome.WrongWay, await bank.DecideAsync("1", new BankDecision.Fee()));
        Assert.Equal(DecideOutcome.WrongWay, await bank.DecideAsync("2", new BankDecision.Return()));
        Assert.Equal(DecideOutcome.NotFound, await bank.Decisions.DecideAsync(Guid.CreateVersion7(), 0, new BankDecision.Fee(), "why not", GivenBank.Accountant, default));
        Assert.Equal(("Waiting", 1_500_00), ((await bank.RowAsync("1")).Status, await bank.Money.BalanceAsync("unallocated_receipts")));
        await bank.AssertBooksAsync();
    }

    [Fact]
    public async Task Credit_IsTakenBackOnlyWhileItPaysNothing()
    {
        await bank.ImportAsync(new GivenStatement().In(1_500_00, "1", "x", bin).In(600_00, "2", "y", bin));
        Assert.Equal(DecideOutcome.Done, await bank.DecideAsync("1", new BankDecision.Credit(null)));
        Assert.Equal(1_500_00, await bank.Money.BalanceAsync("credit", importer));
        Assert.Equal(DecideOutcome.Done, await bank.Decisions.UndoAsync((await bank.RowAsync("1")).BankRowId, "not theirs", GivenBank.Accountant, default));
        Assert.Equal((0, 2_100_00), (await bank.Money.BalanceAsync("credit", importer), await bank.Money.BalanceAsync("unallocated_receipts", importer)));

        Assert.Equal(DecideOutcome.Done, await bank.DecideAsync("1", new BankDecision.Credit(null)));
        await bank.InvoiceAsync(importer, 1_000_00);
        await bank.Db.ExecuteAsync("select payments.lock_organisations(array[@importer::uuid]); select payments.set_off_credit(@importer)", new { importer }, default);
        Assert.Equal(DecideOutcome.UsedSince, await bank.Decisions.UndoAsync((await bank.RowAsync("1")).BankRowId, "too late", GivenBank.Accountant, default));
        await bank.AssertBooksAsync();
    }

    [Fact]
    public async Task Return_TakesTwoPeopleAndTheBanksOwnWord()
    {
        await bank.ImportAsync(new GivenStatement().In(1_500_00, "1", "ошибочный платёж", "", "Некто"));
        Assert.Equal(DecideOutcome.Done, await bank.DecideAsync("1", new BankDecision.Return()));
        var refund = Assert.Single(await bank.Refunds.ListAsync(open: true, default));
        Assert.Equal(BankRefundOutcome.SamePerson, await bank.Refunds.ApproveAsync(refund.RefundId, GivenBank.Accountant, default));
        Assert.Equal(0, await bank.Money.BalanceAsync("refunds_payable"));
        var approvals = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => bank.Refunds.ApproveAsync(refund.RefundId, GivenBank.Approver, default)));
        Assert.Single(approvals, BankRefundOutcome.Done);
        Assert.Equal((1_500_00, 0), (await bank.Money.BalanceAsync("refunds_payable"), await bank.Money.BalanceAsync("unallocated_receipts")));
        await bank.AssertBooksAsync();

        await bank.ImportAsync(new GivenStatement { From = new DateOnly(2026, 11, 18) }.Out(1_500_00, "9", $"Возврат {refund.Number}", "", "Некто", "19.11.2026"));
        Assert.Equal(("Matched", "Refund"), (await bank.RowAsync("9")) is var row ? (row.Status, row.Class) : default);
        Assert.Equal((0, 0), (await bank.Money.BalanceAsync("refunds_payable"), await bank.Money.BalanceAsync("bank")));
        Assert.Empty(await bank.Refunds.ListAsync(open: true, default));
        await bank.AssertBooksAsync();
    }

    [Fact]
    public async Task Return_WhenTheSecondPersonRefuses_TheMoneyWaitsAgain()
    {
        await bank.ImportAsync(new GivenStatement().In(1_500_00, "1", "x", "", "Некто"));
        await bank.DecideAsync("1", new BankDecision.Return());
        var refund = Assert.Single(await bank.Refunds.ListAsync(open: true, default));
        Assert.Equal(BankRefundOutcome.Done, await bank.Refunds.WithdrawAsync(refund.RefundId, "it is for an invoice after all", GivenBank.Approver, default));
        Assert.Equal("Waiting", (await bank.RowAsync("1")).Status);
        Assert.Equal(BankRefundOutcome.AlreadyDecided, await bank.Refunds.ApproveAsync(refund.RefundId, GivenBank.Approver, default));
        await bank.AssertBooksAsync();
    }

    [Fact]
    public async Task Payout_AndFees_AndWhatNobodyExplains_KeepTheBankEqualToTheStatement()
    {
        var (invoice, _, _) = await bank.InvoiceAsync(importer, 1_000_00);
        await bank.Money.PaidAsync(importer, invoice, 1_000_00);
        await bank.ImportAsync(new GivenStatement()
            .In(985_00, "1", "Возмещение по операциям за 16.11.2026, комиссия 15,00", GivenBank.AcquirerBin).Out(50_00, "2", "Комиссия за обслуживание счёта").Out(70_00, "3", "за что-то"));
        Assert.Equal(["Payout", "Fee", "Other"], (await bank.RowsAsync()).Select(row => row.Class!));
        Assert.Equal((0, -15_00, -50_00, -70_00), (await bank.Money.BalanceAsync("card_clearing"), await bank.Money.BalanceAsync("provider_fees"), await bank.Money.BalanceAsync("bank_fees"), await bank.Money.BalanceAsync("bank_unexplained")));
        Assert.Equal(-(985_00 - 120_00), await bank.Money.BalanceAsync("bank"));

        Assert.Equal(DecideOutcome.Done, await bank.DecideAsync("3", new BankDecision.Fee()));
        Assert.Equal((-120_00, 0), (await bank.Money.BalanceAsync("bank_fees"), await bank.Money.BalanceAsync("bank_unexplained")));
        Assert.Equal(DecideOutcome.Done, await bank.Decisions.UndoAsync((await bank.RowAsync("3")).BankRowId, "no fee", GivenBank.Accountant, default));
        Assert.Equal((-50_00, -70_00), (await bank.Money.BalanceAsync("bank_fees"), await bank.Money.BalanceAsync("bank_unexplained")));
        Assert.Equal(-(985_00 - 120_00), await bank.Money.BalanceAsync("bank"));
        await bank.AssertBooksAsync();
    }

    [Fact]
    public async Task Storno_FindsItsTransfer_AndTheInvoiceIsOpenAgain()
    {
        var (invoice, reference, _) = await bank.InvoiceAsync(importer, 1_000_00);
        await bank.ImportAsync(new GivenStatement().In(1_000_00, "447", reference, bin));
        Assert.Equal("Paid", (await bank.Money.InvoiceAsync(invoice)).State);
        await bank.ImportAsync(new GivenStatement().Out(1_000_00, "447", "Сторно ошибочно зачисленной суммы", bin, day: "18.11.2026"));
        Assert.Equal(("Matched", "Storno"), ((await bank.RowsAsync())[1] is var row) ? (row.Status, row.Class) : default);
        Assert.Equal("Unpaid", (await bank.Money.InvoiceAsync(invoice)).State);
        Assert.Equal(0, await bank.Money.BalanceAsync("bank"));
        await bank.AssertBooksAsync();
    }

    [Fact]
    public async Task Storno_OfOneOfTwo_WaitsForAPerson_AndCanBeTakenBack()
    {
        var (invoice, reference, _) = await bank.InvoiceAsync(importer, 1_000_00);
        await bank.ImportAsync(new GivenStatement().In(1_000_00, "1", reference, bin).In(1_000_00, "2", reference, bin));
        await bank.ImportAsync(new GivenStatement().Out(1_000_00, "77", "сторно", bin, day: "18.11.2026"));
        Assert.Equal(("Waiting", "Storno"), (await bank.RowAsync("77")) is var row ? (row.Status, row.Class) : default);
        var earlier = (await bank.RowAsync("1")).BankRowId;
        Assert.Equal(DecideOutcome.Done, await bank.DecideAsync("77", new BankDecision.Storno(earlier)));
        Assert.Equal(("Unpaid", -1_000_00), ((await bank.Money.InvoiceAsync(invoice)).State, await bank.Money.BalanceAsync("bank")));
        await bank.AssertBooksAsync();
        Assert.Equal(DecideOutcome.Done, await bank.Decisions.UndoAsync((await bank.RowAsync("77")).BankRowId, "the other one", GivenBank.Accountant, default));
        Assert.Equal(("Paid", -1_000_00), ((await bank.Money.InvoiceAsync(invoice)).State, await bank.Money.BalanceAsync("bank")));
        Assert.Equal(DecideOutcome.Done, await bank.DecideAsync("77", new BankDecision.Storno((await bank.RowAsync("2")).BankRowId)));
        await bank.AssertBooksAsync();
    }

    [Fact]
    public void ReferenceFinder_FindsNothingInOrdinaryWords() =>
        Assert.Empty(ReferenceFinder.Candidates("Утилизационный платёж за IV квартал 2026 года, счёт от 18.11.2026", PaymentReference.Parse));

    [Theory]
    [InlineData("возмещение 98 500.00, комиссия 1 500.00", 1_500_00)]
    [InlineData("Комиссия: 15,50 тг", 15_50)]
    [InlineData("без удержаний", null)]
    public void Payout_TellsItsFee(string purpose, int? tiyn) => Assert.Equal(tiyn, BankRowSweep.FeeIn(purpose)?.Tiyn);
}
