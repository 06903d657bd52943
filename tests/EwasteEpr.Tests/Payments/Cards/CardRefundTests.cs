using EwasteEpr.Kernel;
using EwasteEpr.Payments.Cards;
using EwasteEpr.Payments.Receipts;
using EwasteEpr.Tests.Support;

namespace EwasteEpr.Tests.Payments.Cards;

public sealed class CardRefundTests(GivenCards given) : IClassFixture<GivenCards>, IAsyncLifetime
{
    private static readonly Actor Asker = GivenCards.Person();
    private static readonly Actor Approver = GivenCards.Person();

    public Task InitializeAsync() => given.Money.Database.SetClockOffsetAsync(TimeSpan.Zero);

    public Task DisposeAsync() => given.Money.AssertBooksAsync(withCards: true);

    [Fact]
    public async Task ARefund_NeedsTwoPeople_AndTheProvidersWord()
    {
        var attempt = await given.PaidAsync(1_000_000);
        var id = await RequestedAsync(attempt, 300_000);
        Assert.Equal(RefundOutcome.SamePerson, await given.Refunds().ApproveAsync(id, Asker, default));
        await given.Refunds().SweepAsync(default);
        Assert.Equal("Requested", await StateAsync(id)); // the provider hears nothing of what one person wants
        Assert.Equal(RefundOutcome.Done, await given.Refunds().ApproveAsync(id, Approver, default));
        Assert.Equal(RefundOutcome.AlreadyDecided, await given.Refunds().ApproveAsync(id, GivenCards.Person(), default));
        Assert.Equal("receivable -300000, refunds_payable 300000", await given.BooksAsync(attempt.Scene.Organisation));
        Assert.Equal("PartPaid", (await given.Money.InvoiceAsync(attempt.Scene.Invoice)).State);

        await TellRefundAsync(attempt, id, 300_000, "pending");
        Assert.Equal("Sent", await StateAsync(id));
        var clearing = await given.Money.BalanceAsync("card_clearing");
        await TellRefundAsync(attempt, id, 300_000, "succeeded");
        Assert.Equal("Succeeded", await StateAsync(id));
        Assert.Equal("receivable -300000", await given.BooksAsync(attempt.Scene.Organisation));
        Assert.Equal(clearing + 300_000, await given.Money.BalanceAsync("card_clearing"));
    }

    [Fact]
    public async Task TheSweep_TellsTheProviderOnceUnderTheStoredKey_AndAsksAboutWhatNobodyConfirmed()
    {
        // Through the pretended provider, whose events are lost here: so the sweep has to ask.
        var open = await given.OpenAsync(1_000_000);
        await new EwasteEpr.Payments.Cards.Pretend.PretendProvider(given.Db, new(given.Db), new HttpClient(), GivenCards.Options, TimeProvider.System, () => null).PayAsync(open.Session, loseEvents: true, default);
        await given.Settling().AskAsync(open.Id, default);
        var id = await RequestedAsync(open, 1_000_000);
        await given.Refunds().ApproveAsync(id, Approver, default);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => given.Refunds().SweepAsync(default)));
        Assert.Equal("Sent", await StateAsync(id));
        await given.Money.Database.SetClockOffsetAsync(TimeSpan.FromHours(1));
        await given.Refunds().SweepAsync(default);
        Assert.Equal("Succeeded", await StateAsync(id));
        Assert.Equal(1, await given.Db.QuerySingleAsync<long>("select count(*) from pretend.refunds where refund_id = @id", new { id }, default));
        Assert.Equal("receivable -1000000", await given.BooksAsync(open.Scene.Organisation));
    }

    [Fact]
    public async Task Refunds_AboveWhatWasPaid_OneByOneOrAtOnce_AreRefused()
    {
        var attempt = await given.PaidAsync(1_000);
        Assert.Equal(RefundOutcome.AboveWhatWasPaid, await given.Refunds().RequestAsync(attempt.Id, Money.FromTiyn(1_001), "too much", Asker, default));
        Assert.Equal(RefundOutcome.NotValid, await given.Refunds().RequestAsync(attempt.Id, Money.FromTiyn(0), "nothing", Asker, default));
        Assert.Equal(RefundOutcome.NotValid, await given.Refunds().RequestAsync(attempt.Id, Money.FromTiyn(-5), "negative", Asker, default));
        Assert.Equal(RefundOutcome.NotValid, await given.Refunds().RequestAsync(attempt.Id, Money.FromTiyn(5), " ", Asker, default));
        Assert.Equal(RefundOutcome.NotFound, await given.Refunds().RequestAsync(Guid.CreateVersion7(), Money.FromTiyn(5), "no such", Asker, default));
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 25).Select(_ => given.Refunds().RequestAsync(attempt.Id, Money.FromTiyn(300), "at once", Asker, default)));
        Assert.Equal(3, outcomes.Count(outcome => outcome == RefundOutcome.Done));
        Assert.Equal(22, outcomes.Count(outcome => outcome == RefundOutcome.AboveWhatWasPaid));
    }

    [Fact]
    public async Task Approve_TwentyFiveTimesAtOnce_IsOneApproval()
    {
        var attempt = await given.PaidAsync(1_000);
        var id = await RequestedAsync(attempt, 1_000);
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 25).Select(_ => given.Refunds().ApproveAsync(id, GivenCards.Person(), default)));
        Assert.Single(outcomes, outcome => outcome == RefundOutcome.Done);
        Assert.Equal("receivable -1000, refunds_payable 1000", await given.BooksAsync(attempt.Scene.Organisation));
    }

    [Fact]
    public async Task AWithdrawnRequest_GivesItsMoneyFree()
    {
        var attempt = await given.PaidAsync(1_000);
        var id = await RequestedAsync(attempt, 1_000);
        Assert.Equal(RefundOutcome.Done, await given.Refunds().WithdrawAsync(id, Asker, default));
        Assert.Equal(RefundOutcome.AlreadyDecided, await given.Refunds().WithdrawAsync(id, Asker, default));
        Assert.Equal(RefundOutcome.AlreadyDecided, await given.Refunds().ApproveAsync(id, Approver, default));
        await RequestedAsync(attempt, 1_000);
    }

    [Theory]
    [InlineData("failed")]
    [InlineData("succeeded failed")]
    [InlineData("failed succeeded")]
    [InlineData("pending failed succeeded pending")]
    public async Task ARefundThatFails_AlsoAfterItsSuccess_PaysItsInvoiceAgain(string steps)
    {
        var attempt = await given.PaidAsync(1_000);
        var id = await RequestedAsync(attempt, 1_000);
        await given.Refunds().ApproveAsync(id, Approver, default);
        foreach (var step in steps.Split(' '))
        {
            await TellRefundAsync(attempt, id, 1_000, step);
        }

        Assert.Equal("Failed", await StateAsync(id));
        Assert.Equal("", await given.BooksAsync(attempt.Scene.Organisation));
        Assert.Equal("Paid", (await given.Money.InvoiceAsync(attempt.Scene.Invoice)).State);
        Assert.Equal(["RefundFailed"], await given.CasesAsync(attempt));
        await RequestedAsync(attempt, 1_000); // another one may be asked for
    }

    [Fact]
    public async Task ARefundMadePastUs_IsInTheBooks_AndAPersonIsTold()
    {
        var attempt = await given.PaidAsync(1_000);
        var refund = ProviderBodies.Id("re");
        await given.TellAsync(attempt.Refunded(refund, 250, "pending"), attempt.Refunded(refund, 250), attempt.Refunded(refund, 250));
        Assert.Equal("receivable -250", await given.BooksAsync(attempt.Scene.Organisation));
        Assert.Equal(["RefundOutside"], await given.CasesAsync(attempt));
        Assert.Equal(RefundOutcome.AboveWhatWasPaid, await given.Refunds().RequestAsync(attempt.Id, Money.FromTiyn(751), "too much", Asker, default));
    }

    [Fact]
    public async Task ARefundToldWithAnotherAmount_IsHeld()
    {
        var attempt = await given.PaidAsync(1_000);
        var id = await RequestedAsync(attempt, 300);
        await given.Refunds().ApproveAsync(id, Approver, default);
        await TellRefundAsync(attempt, id, 301, "succeeded");
        Assert.Equal("Approved", await StateAsync(id));
        Assert.Equal(["AmountDiffers"], await given.CasesAsync(attempt));
    }

    [Fact]
    public async Task ARefundPastUs_OfWhatIsReserved_WaitsForAPerson_AndIsAppliedWhenTheRequestIsWithdrawn()
    {
        var attempt = await given.PaidAsync(1_000);
        var id = await RequestedAsync(attempt, 1_000);
        var outside = attempt.Refunded(ProviderBodies.Id("re"), 1_000);
        await given.TellAsync(outside);
        for (var tries = 1; tries < 12; tries++)
        {
            await given.LaterAsync(TimeSpan.FromHours(tries));
        }

        Assert.Equal("Held", await given.EventStateAsync(outside));
        await given.Refunds().WithdrawAsync(id, Asker, default);
        var open = (await given.Cases.ListAsync(true, default)).Single(one => one.Kind == "NotApplicable" && one.EventId is not null && outside.Contains(one.EventId, StringComparison.Ordinal));
        Assert.True(await given.Cases.RetryAsync(open.CaseId, Asker, default));
        await given.Applying().SweepAsync(default);
        Assert.Equal("Applied", await given.EventStateAsync(outside));
        Assert.Equal("receivable -1000", await given.BooksAsync(attempt.Scene.Organisation));
    }

    [Theory]
    [InlineData("created", "")]
    [InlineData("funds_withdrawn", "disputed 1000, receivable -1000")]
    [InlineData("created funds_withdrawn", "disputed 1000, receivable -1000")]
    [InlineData("funds_withdrawn created funds_withdrawn", "disputed 1000, receivable -1000")]
    [InlineData("created funds_withdrawn funds_reinstated", "")]
    [InlineData("funds_reinstated created funds_withdrawn", "")]
    [InlineData("created funds_withdrawn closed:won", "")]
    [InlineData("closed:won funds_reinstated funds_withdrawn created", "")]
    [InlineData("created funds_withdrawn closed:lost", "receivable -1000")]
    [InlineData("closed:lost created funds_withdrawn closed:lost", "receivable -1000")]
    [InlineData("closed:warning_closed", "")]
    public async Task ADispute_IsFollowedWhateverTheOrder(string steps, string books)
    {
        var attempt = await given.PaidAsync(1_000);
        var clearing = await given.Money.BalanceAsync("card_clearing");
        var dispute = ProviderBodies.Id("dp");
        foreach (var step in steps.Split(' '))
        {
            var (name, status) = step.Split(':') is [var left, var right] ? (left, right) : (step, "needs_response");
            await given.TellAsync(attempt.Disputed(dispute, name, status));
        }

        Assert.Equal(books, await given.BooksAsync(attempt.Scene.Organisation));
        Assert.Equal(clearing + (steps.Contains("lost", StringComparison.Ordinal) ? 1_000 : 0), await given.Money.BalanceAsync("card_clearing"));
        Assert.Equal(books.Length == 0 ? "Paid" : "Unpaid", (await given.Money.InvoiceAsync(attempt.Scene.Invoice)).State);
    }

    private async Task<Guid> RequestedAsync(OpenAttempt attempt, long tiyn)
    {
        Assert.Equal(RefundOutcome.Done, await given.Refunds().RequestAsync(attempt.Id, Money.FromTiyn(tiyn), "the payer asked", Asker, default));
        return await given.Db.QuerySingleAsync<Guid>("select refund_id from card_refunds where attempt_id = @Id and state = 'Requested' order by requested_at desc, refund_id desc limit 1", attempt, default);
    }

    private Task TellRefundAsync(OpenAttempt attempt, Guid id, long tiyn, string status) => given.TellAsync(attempt.Refunded("re_" + id.ToString("N"), tiyn, status, id));

    private Task<string> StateAsync(Guid refund) => given.Db.QuerySingleAsync<string>("select state from card_refunds where refund_id = @refund", new { refund }, default);
}
