using EwasteEpr.Payments.Cards;
using EwasteEpr.Payments.Receipts;
using EwasteEpr.Tests.Support;

namespace EwasteEpr.Tests.Payments.Cards;

/// <summary>The books against a provider that answers late, wrongly, or that it is too late: over real HTTP to the stand-in.</summary>
public sealed class ProviderAnswersTests(WireMockServer provider, GivenCards given) : IClassFixture<WireMockServer>, IClassFixture<GivenCards>, IAsyncLifetime
{
    private const string Sessions = "/v1/checkout/sessions";

    public Task InitializeAsync() => WireMockServer.Missing is null ? provider.ResetAsync() : Task.CompletedTask;

    public Task DisposeAsync() => given.Money.AssertBooksAsync(withCards: true);

    [ProviderFact]
    public async Task AProviderThatIsAway_LeavesTheAttempt_AndTheNextTryIsTheSamePayment()
    {
        var scene = await given.InvoiceAsync(700_000);
        await provider.StubFaultAsync("POST", Sessions, "CONNECTION_RESET_BY_PEER");
        var away = Assert.IsType<StartOutcome.Unavailable>(await given.StartAsync(scene, Gateway()));
        await provider.ResetAsync();
        await provider.StubAsync("POST", Sessions, ProviderBodies.Session("cs_back", 700_000, away.AttemptId));
        Assert.Equal(away.AttemptId, Assert.IsType<StartOutcome.Opened>(await given.StartAsync(scene, Gateway())).Attempt.AttemptId);
        Assert.Equal("attempt-" + away.AttemptId, Assert.Single(await provider.RequestsAsync()).Headers["Idempotency-Key"]);
    }

    [ProviderFact]
    public async Task AProviderThatRefuses_EndsTheAttempt_AndNothingIsOwedToAnybody()
    {
        var scene = await given.InvoiceAsync(700_000);
        await provider.StubAsync("POST", Sessions, ProviderBodies.Error("amount_too_large"), 400);
        Assert.Equal("amount_too_large", Assert.IsType<StartOutcome.Refused>(await given.StartAsync(scene, Gateway())).Code);
        Assert.Equal("Refused", await given.Db.QuerySingleAsync<string>("select state from payment_attempts where invoice_id = @Invoice", new { scene.Invoice }, default));
    }

    [ProviderFact]
    public async Task ASessionThatCanNoLongerBeClosed_BecauseItWasPaid_IsFoundPaid()
    {
        var scene = await given.InvoiceAsync(700_000);
        await provider.StubAsync("POST", Sessions, ProviderBodies.Session("cs_late", 700_000, Guid.Empty));
        var attempt = Assert.IsType<StartOutcome.Opened>(await given.StartAsync(scene, Gateway())).Attempt.AttemptId;
        await given.Money.PaidAsync(scene.Organisation, scene.Invoice, 200_000, ReceiptSource.Bank); // meanwhile: so its page should be closed
        await provider.StubAsync("POST", Sessions + "/cs_late/expire", ProviderBodies.Error("session_complete"), 400);
        await provider.StubAsync("GET", Sessions + "/cs_late", ProviderBodies.Session("cs_late", 700_000, attempt, "complete", "pi_late"));
        await new CardSettling(given.Db, Gateway()).AskAsync(attempt, default);
        Assert.Equal("Paid", await given.Db.QuerySingleAsync<string>("select state from payment_attempts where attempt_id = @attempt", new { attempt }, default));
        Assert.Equal(2, await given.ReceiptsAsync(scene)); // both stand; the surplus is visible
    }

    [ProviderFact]
    public async Task AnAnswerOfAnotherAmount_IsHeldForAPerson()
    {
        var scene = await given.InvoiceAsync(700_000);
        await provider.StubAsync("POST", Sessions, ProviderBodies.Session("cs_other", 700_000, Guid.Empty));
        var attempt = Assert.IsType<StartOutcome.Opened>(await given.StartAsync(scene, Gateway())).Attempt.AttemptId;
        await provider.StubAsync("GET", Sessions + "/cs_other", ProviderBodies.Session("cs_other", 699_999, attempt, "complete", "pi_other"));
        await new CardSettling(given.Db, Gateway()).AskAsync(attempt, default);
        Assert.Equal("Held", await given.Db.QuerySingleAsync<string>("select state from payment_attempts where attempt_id = @attempt", new { attempt }, default));
        Assert.Equal(0, await given.ReceiptsAsync(scene));
    }

    [ProviderFact]
    public async Task ASumOfRefundsThatNobodyNamed_IsAskedFor_AlsoWhenTheProviderIsAwayFirst()
    {
        var paid = await given.PaidAsync(1_000);
        var list = $"/v1/refunds?limit=100&payment_intent={paid.Payment}";
        await provider.StubGarbageAsync("GET", list, "<html>busy</html>", 503);
        var told = paid.RefundedInAll(1_000);
        await given.HearAsync(told);
        await given.Applying(Gateway()).SweepAsync(default);
        Assert.Equal("Pending", await given.EventStateAsync(told));
        await provider.ResetAsync();
        await provider.StubAsync("GET", list, ProviderBodies.Refunds(ProviderBodies.Refund(ProviderBodies.Id("re"), paid.Payment, 400), ProviderBodies.Refund(ProviderBodies.Id("re"), paid.Payment, 600)));
        await given.Money.Database.SetClockOffsetAsync(TimeSpan.FromHours(1));
        await Task.WhenAll(given.Applying(Gateway()).SweepAsync(default), given.Applying(Gateway()).SweepAsync(default));
        await given.Money.Database.SetClockOffsetAsync(TimeSpan.Zero);
        Assert.Equal("Applied", await given.EventStateAsync(told));
        Assert.Equal("receivable -1000", await given.BooksAsync(paid.Scene.Organisation));
        var again = paid.RefundedInAll(1_000); // known by now: nobody is asked
        var asked = (await provider.RequestsAsync()).Count;
        await given.HearAsync(again);
        await given.Applying(Gateway()).SweepAsync(default);
        Assert.Equal(("Applied", asked), (await given.EventStateAsync(again), (await provider.RequestsAsync()).Count));
    }

    private StripeGateway Gateway() => new(
        new HttpClient { Timeout = Timeout.InfiniteTimeSpan }, new CardKey("sk_test_x", IsLive: false, provider.Address), new CardPatience(TimeSpan.FromSeconds(5), TimeSpan.FromMilliseconds(20)));
}
