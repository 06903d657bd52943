using EwasteEpr.Kernel;
using EwasteEpr.Payments.Cards;
using EwasteEpr.Tests.Support;

namespace EwasteEpr.Tests.Payments.Cards;

/// <summary>The gateway over real HTTP against a real stand-in; every request and every stub is held against the provider's own description.</summary>
public sealed class StripeGatewayTests(WireMockServer provider) : IClassFixture<WireMockServer>, IAsyncLifetime
{
    private const string Sessions = "/v1/checkout/sessions";
    private static readonly Guid Attempt = Guid.Parse("0198c000-0000-7000-8000-000000000001");

    public Task InitializeAsync() => WireMockServer.Missing is null ? provider.ResetAsync() : Task.CompletedTask;

    public Task DisposeAsync() => Task.CompletedTask;

    [ProviderFact]
    public async Task Create_SendsTengeInTiynAndNothingOfAPerson()
    {
        await provider.StubAsync("POST", Sessions, ProviderBodies.Session("cs_1", 12_543_055, Attempt));
        var session = await Gateway().CreateSessionAsync(Request(125_430.55m), CancellationToken.None);
        Assert.Equal(new CardSession("cs_1", CardSessionState.Open, false, new Uri("https://pay.example.kz/c/cs_1"), null, new MinorAmount(12_543_055, "KZT"), false), session);
        var asked = Assert.Single(await provider.RequestsAsync());
        Assert.Contains("unit_amount%5D=12543055", asked.Body, StringComparison.Ordinal);
        Assert.Contains("currency%5D=kzt", asked.Body, StringComparison.Ordinal);
        Assert.Equal("Bearer sk_test_x", asked.Headers["Authorization"]);
        Assert.Equal("attempt-1", asked.Headers["Idempotency-Key"]);
        Assert.DoesNotContain("customer", asked.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("email", asked.Body, StringComparison.Ordinal);
    }

    [ProviderTheory]
    [InlineData("CONNECTION_RESET_BY_PEER")]
    [InlineData("EMPTY_RESPONSE")]
    [InlineData("RANDOM_DATA_THEN_CLOSE")]
    public async Task Create_WhenTheWireBreaks_AsksAgainUnderTheSameKey(string fault)
    {
        await provider.StubFaultAsync("POST", Sessions, fault, new StubScene("broken", Then: "well"));
        await provider.StubAsync("POST", Sessions, ProviderBodies.Session("cs_2", 100, Attempt), scene: new StubScene("broken", When: "well"));
        Assert.Equal("cs_2", (await Gateway().CreateSessionAsync(Request(1m), CancellationToken.None)).SessionId);
        var asked = await provider.RequestsAsync();
        Assert.True(asked.Count >= 2);
        Assert.Single(asked.Select(one => one.Headers["Idempotency-Key"]).Distinct());
        Assert.Single(asked.Select(one => one.Body).Distinct());
    }

    [ProviderTheory]
    [InlineData(500)]
    [InlineData(503)]
    [InlineData(429)]
    [InlineData(409)]
    public async Task Create_WhenTheProviderIsBusy_AsksAgain_AndThenNobodyKnows(int status)
    {
        await provider.StubAsync("POST", Sessions, ProviderBodies.Error("lock_timeout", "api_error"), status);
        var problem = await Assert.ThrowsAsync<CardGatewayException>(() => Gateway().CreateSessionAsync(Request(1m), CancellationToken.None));
        Assert.False(problem.IsRefusal);
        Assert.Equal(3, (await provider.RequestsAsync()).Count);
    }

    [ProviderFact]
    public async Task Create_WhenNoAnswerComesInTime_NobodyKnows()
    {
        await provider.StubAsync("POST", Sessions, ProviderBodies.Session("cs_3", 100, Attempt), delayMs: 5_000);
        var problem = await Assert.ThrowsAsync<CardGatewayException>(() => Gateway(TimeSpan.FromMilliseconds(200)).CreateSessionAsync(Request(1m), CancellationToken.None));
        Assert.False(problem.IsRefusal);
    }

    [ProviderTheory]
    [InlineData("<html>Bad gateway</html>")]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("""{"id":"cs_1","status":"new","payment_status":"paid","amount_total":100,"currency":"kzt"}""")]
    [InlineData("""{"id":"cs_1","status":"open","payment_status":"unpaid","url":"javascript:alert(1)","amount_total":100,"currency":"kzt"}""")]
    [InlineData("""{"id":"cs_1","status":"open","payment_status":"unpaid","amount_total":"100","currency":"kzt"}""")]
    [InlineData("""{"id":"cs_1","status":"open","payment_status":"unpaid","amount_total":1e400,"currency":"kzt"}""")]
    public async Task Create_AnsweredByGarbage_NobodyKnows(string garbage)
    {
        await provider.StubGarbageAsync("POST", Sessions, garbage);
        var problem = await Assert.ThrowsAsync<CardGatewayException>(() => Gateway().CreateSessionAsync(Request(1m), CancellationToken.None));
        Assert.False(problem.IsRefusal);
    }

    [ProviderTheory]
    [InlineData(101, "kzt")]
    [InlineData(100, "usd")]
    public async Task Create_AnsweredWithAnotherAmount_IsRefused(long amount, string currency)
    {
        await provider.StubAsync("POST", Sessions, ProviderBodies.Session("cs_4", amount, Attempt, currency: currency));
        var problem = await Assert.ThrowsAsync<CardGatewayException>(() => Gateway().CreateSessionAsync(Request(1m), CancellationToken.None));
        Assert.Equal(("amount_differs", true), (problem.Code, problem.IsRefusal));
    }

    [ProviderFact]
    public async Task Create_Refused_SaysTheProvidersWord_AndIsNotRepeated()
    {
        await provider.StubAsync("POST", Sessions, ProviderBodies.Error("amount_too_large"), 400);
        var problem = await Assert.ThrowsAsync<CardGatewayException>(() => Gateway().CreateSessionAsync(Request(1m), CancellationToken.None));
        Assert.Equal(("amount_too_large", true), (problem.Code, problem.IsRefusal));
        Assert.DoesNotContain("sk_test_x", problem.ToString(), StringComparison.Ordinal);
        Assert.Single(await provider.RequestsAsync());
    }

    [ProviderFact]
    public async Task FindAndExpire_TellTheState()
    {
        await provider.StubAsync("GET", Sessions + "/cs_5", ProviderBodies.Session("cs_5", 100, Attempt, "complete", "pi_5"));
        await provider.StubAsync("POST", Sessions + "/cs_6/expire", ProviderBodies.Session("cs_6", 100, Attempt, "expired"));
        var found = await Gateway().FindSessionAsync("cs_5", CancellationToken.None);
        Assert.Equal((CardSessionState.Complete, true, "pi_5"), (found.State, found.IsPaid, found.PaymentId));
        Assert.Equal(CardSessionState.Expired, (await Gateway().ExpireSessionAsync("cs_6", CancellationToken.None)).State);
    }

    [ProviderFact]
    public async Task Refund_NamesOurs_AndTheListTellsAll()
    {
        var refund = Guid.CreateVersion7();
        await provider.StubAsync("POST", "/v1/refunds", ProviderBodies.Refund("re_1", "pi_7", 40, refund, "pending"));
        await provider.StubAsync("GET", "/v1/refunds?limit=100&payment_intent=pi_7", ProviderBodies.Refunds(ProviderBodies.Refund("re_1", "pi_7", 40, refund), ProviderBodies.Refund("re_2", "pi_7", 60, null, "failed")));
        var made = await Gateway().RefundAsync(new NewCardRefund(refund, "refund-1", "pi_7", Money.FromTiyn(40)), CancellationToken.None);
        Assert.Equal(new CardRefund("re_1", refund, "pi_7", new MinorAmount(40, "KZT"), CardRefundState.Pending, null), made);
        var all = await Gateway().RefundsOfAsync("pi_7", CancellationToken.None);
        Assert.Equal([CardRefundState.Succeeded, CardRefundState.Failed], all.Select(one => one.State));
        Assert.Null(all[1].RefundId);
    }

    [Theory]
    [InlineData("sk_live_abc", true)]
    [InlineData("rk_live_abc", true)]
    [InlineData("sk_test_abc", false)]
    [InlineData("pk_live_abc", null)]
    [InlineData("whsec_abc", null)]
    public void AKey_SaysItsMode(string key, bool? isLive) => Assert.Equal(isLive, StripeGateway.IsLiveKey(key));

    [Fact]
    public void TheContract_ObjectsToWhatIsNotDescribed()
    {
        var contract = ProviderContract.Load();
        Assert.NotEmpty(contract.ProblemsOfRequest("POST", Sessions, "mode=payment"));
        Assert.NotEmpty(contract.ProblemsOfRequest("POST", Sessions, "success_url=x&nonsense=1"));
        Assert.NotEmpty(contract.ProblemsOfRequest("POST", Sessions, "success_url=x&mode=gift"));
        Assert.NotEmpty(contract.ProblemsOfRequest("POST", Sessions, "success_url=x&line_items[0][quantity]=two"));
        Assert.NotEmpty(contract.ProblemsOfRequest("DELETE", Sessions, ""));
        Assert.NotEmpty(contract.ProblemsOfRequest("GET", "/v1/refunds?payment=pi_1", ""));
        Assert.NotEmpty(contract.ProblemsOfAnswer("GET", Sessions + "/cs_1", 200, """{"id":"cs_1"}"""));
        Assert.NotEmpty(contract.ProblemsOfEvent("""{"id":"evt_1","object":"event","type":"x","created":1,"livemode":"no","pending_webhooks":1,"data":{"object":{}}}"""));
        Assert.Empty(contract.ProblemsOfRequest("POST", Sessions, "success_url=x&line_items[0][quantity]=2"));
    }

    private StripeGateway Gateway(TimeSpan? answer = null) => new(
        new HttpClient { Timeout = Timeout.InfiniteTimeSpan }, new CardKey("sk_test_x", IsLive: false, provider.Address), new CardPatience(answer ?? TimeSpan.FromSeconds(10), TimeSpan.FromMilliseconds(20)));

    private static NewCardSession Request(decimal tenge) => new(
        Attempt, "attempt-1", Money.FromTenge(tenge), "INV-2026-000001", "kk", DateTimeOffset.FromUnixTimeSeconds(1_790_007_200),
        new Uri("https://ewaste.example.kz/back"), new Uri("https://ewaste.example.kz/pay"));
}
