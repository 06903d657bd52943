using EwasteEpr.Kernel;
using EwasteEpr.Payments.Cards;
using EwasteEpr.Payments.Cards.Pretend;

namespace EwasteEpr.Tests.Payments.Cards;

public sealed class CardPaymentTests(GivenCards given) : IClassFixture<GivenCards>, IAsyncLifetime
{
    public Task InitializeAsync() => given.Money.Database.SetClockOffsetAsync(TimeSpan.Zero);

    public Task DisposeAsync() => given.Money.AssertBooksAsync(withCards: true);

    [Fact]
    public async Task Start_TwentyFiveTimesAtOnce_IsOnePage()
    {
        var scene = await given.InvoiceAsync(12_543_055);
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 25).Select(_ => given.StartAsync(scene)));
        Assert.Single(outcomes.Select(outcome => Assert.IsType<StartOutcome.Opened>(outcome).Attempt.Url).Distinct());
        Assert.Equal(1, await given.Db.QuerySingleAsync<long>("select count(*) from payment_attempts where invoice_id = @Invoice", scene, default));
        Assert.Equal(1, await given.Db.QuerySingleAsync<long>("select count(*) from pretend.sessions where title = @Number", scene, default));
        var session = await given.Db.QuerySingleAsync<long>("select amount_tiyn from pretend.sessions where title = @Number", scene, default);
        Assert.Equal(12_543_055, session);
    }

    [Fact]
    public async Task Start_AfterAPartWasPaidByBank_ClosesTheOldPageAndAsksForTheRest()
    {
        var attempt = await given.OpenAsync(1_000_000);
        await given.Money.PaidAsync(attempt.Scene.Organisation, attempt.Scene.Invoice, 400_000, EwasteEpr.Payments.Receipts.ReceiptSource.Bank);
        var opened = Assert.IsType<StartOutcome.Opened>(await given.StartAsync(attempt.Scene));
        Assert.Equal(600_000, opened.Attempt.AmountTiyn);
        Assert.Equal("Expired", await given.StateAsync(attempt));
        Assert.Equal("expired", (await new PretendGateway(given.Db).PageAsync(attempt.Session, default))!.State);
    }

    [Fact]
    public async Task Start_WhereThereIsNothingToPay_OrTooMuch_OrItIsAnothers_IsRefused()
    {
        var paid = await given.PaidAsync();
        Assert.IsType<StartOutcome.NothingToPay>(await given.StartAsync(paid.Scene));
        var large = await given.InvoiceAsync(100_000_000);
        Assert.Equal(Money.FromTenge(999_999.99m), Assert.IsType<StartOutcome.AboveCardMax>(await given.StartAsync(large)).Most);
        Assert.IsType<StartOutcome.Opened>(await given.StartAsync(await given.InvoiceAsync(99_999_999)));
        Assert.IsType<StartOutcome.NotFound>(await given.StartAsync(large with { Organisation = await given.Money.OrganisationAsync() }));
        var closed = new CardPayments(given.Db, given.Gateway, new CardOptions(false, false, []), given.Settling());
        Assert.IsType<StartOutcome.NotOffered>(await closed.StartAsync(new StartPayment(large.Organisation, large.Number, new Uri("https://x.kz/kk/pay"), "kk"), GivenCards.Person(), default));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Paid_ToldTwiceInEitherOrder_IsOneReceipt(bool sessionFirst)
    {
        var attempt = await given.OpenAsync();
        string[] told = [attempt.SessionCompleted(), attempt.PaymentSucceeded()];
        await given.TellAsync(sessionFirst ? told : [told[1], told[0]]);
        Assert.Equal("Paid", await given.StateAsync(attempt));
        Assert.Equal(1, await given.ReceiptsAsync(attempt.Scene));
        Assert.Equal("Paid", (await given.Money.InvoiceAsync(attempt.Scene.Invoice)).State);
        Assert.All(await Task.WhenAll(told.Select(given.EventStateAsync)), state => Assert.Equal("Applied", state));
    }

    [Theory]
    [InlineData(12_543_054, "kzt")]
    [InlineData(12_543_056, "kzt")]
    [InlineData(12_543_055, "usd")]
    [InlineData(0, "kzt")]
    [InlineData(-12_543_055, "kzt")]
    [InlineData(long.MaxValue, "kzt")]
    public async Task Paid_WithAnotherAmountOrCurrency_IsHeldForAPerson(long amount, string currency)
    {
        var attempt = await given.OpenAsync();
        var told = attempt.PaymentSucceeded(amount, currency);
        await given.TellAsync(told);
        Assert.Equal(("Held", "Held"), (await given.StateAsync(attempt), await given.EventStateAsync(told)));
        Assert.Equal(["AmountDiffers"], await given.CasesAsync(attempt));
        Assert.Equal(0, await given.ReceiptsAsync(attempt.Scene));
        Assert.IsType<StartOutcome.BeingLookedAt>(await given.StartAsync(attempt.Scene)); // not a second charge while nobody has looked

        var open = (await given.Cases.ListAsync(true, default)).Single(one => one.AttemptId == attempt.Id);
        Assert.True(await given.Cases.CloseAsync(open.CaseId, "given back at the provider", GivenCards.Person(), default));
        Assert.False(await given.Cases.CloseAsync(open.CaseId, "again", GivenCards.Person(), default));
        Assert.IsType<StartOutcome.Opened>(await given.StartAsync(attempt.Scene));
    }

    [Fact]
    public async Task Paid_ByASecondPayment_IsHeld_AndTheFirstStands()
    {
        var attempt = await given.PaidAsync();
        var second = attempt.PaymentSucceeded(payment: "pi_second" + attempt.Id.ToString("N"));
        await given.TellAsync(second);
        Assert.Equal("Held", await given.EventStateAsync(second));
        Assert.Equal(["SecondPayment"], await given.CasesAsync(attempt));
        Assert.Equal(("Paid", 1L), (await given.StateAsync(attempt), await given.ReceiptsAsync(attempt.Scene)));
    }

    [Fact]
    public async Task AnUnknownPayment_IsKeptAndTried_ThenACase_AndRetriedWhenItIsKnown()
    {
        var attempt = await given.OpenAsync();
        var early = attempt.Refunded(Support.ProviderBodies.Id("re"), 100);
        await given.TellAsync(early);
        Assert.Equal("Pending", await given.EventStateAsync(early));
        for (var tries = 1; tries < 12; tries++)
        {
            await given.LaterAsync(TimeSpan.FromHours(tries));
        }

        Assert.Equal("Held", await given.EventStateAsync(early));
        var open = (await given.Cases.ListAsync(true, default)).Single(one => one.Kind == "UnknownPayment");
        await given.TellAsync(attempt.PaymentSucceeded());
        Assert.Equal("Held", await given.EventStateAsync(early));
        Assert.True(await given.Cases.RetryAsync(open.CaseId, GivenCards.Person(), default));
        await given.Applying().SweepAsync(default);
        Assert.Equal("Applied", await given.EventStateAsync(early));
        Assert.DoesNotContain(await given.Cases.ListAsync(true, default), one => one.CaseId == open.CaseId);
    }

    [Fact]
    public async Task AnEarlyRefund_IsAppliedAtOnce_WhenItsPaymentBecomesKnown()
    {
        var attempt = await given.OpenAsync();
        var early = attempt.Refunded(Support.ProviderBodies.Id("re"), attempt.Tiyn);
        await given.TellAsync(early, attempt.SessionCompleted());
        Assert.Equal("Applied", await given.EventStateAsync(early));
        Assert.Equal("Unpaid", (await given.Money.InvoiceAsync(attempt.Scene.Invoice)).State);
        Assert.Equal($"receivable {-attempt.Tiyn}", await given.BooksAsync(attempt.Scene.Organisation));
    }

    [Fact]
    public async Task ALostEvent_IsMadeGoodByAsking()
    {
        var attempt = await given.OpenAsync();
        await new PretendProvider(given.Db, new PretendGateway(given.Db), new HttpClient(), GivenCards.Options, TimeProvider.System, () => null).PayAsync(attempt.Session, loseEvents: true, default);
        await given.Settling().SweepAsync(default);
        Assert.Equal("Open", await given.StateAsync(attempt)); // its time has not come
        await given.Money.Database.SetClockOffsetAsync(TimeSpan.FromMinutes(2));
        await given.Settling().SweepAsync(default);
        Assert.Equal(("Paid", 1L), (await given.StateAsync(attempt), await given.ReceiptsAsync(attempt.Scene)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task AnExpiredPage_ToldOrAsked_FreesTheInvoice_AndALatePaymentStillCounts(bool told)
    {
        var attempt = await given.OpenAsync();
        await given.Money.Database.SetClockOffsetAsync(TimeSpan.FromHours(3));
        if (told)
        {
            await given.TellAsync(attempt.SessionExpired());
        }

        await given.Settling().SweepAsync(default);
        Assert.Equal("Expired", await given.StateAsync(attempt));
        await given.TellAsync(attempt.PaymentSucceeded()); // the provider's last word
        Assert.Equal(("Paid", 1L), (await given.StateAsync(attempt), await given.ReceiptsAsync(attempt.Scene)));
    }

    [Fact]
    public async Task TwoPaymentsOfOneInvoice_AreTwoReceipts_AndNothingVanishes()
    {
        var first = await given.OpenAsync(1_000);
        await given.TellAsync(first.SessionExpired());
        var second = await given.OpenAsync(of: first.Scene);
        await given.TellAsync(second.PaymentSucceeded(), first.PaymentSucceeded());
        Assert.Equal(2, await given.ReceiptsAsync(first.Scene));
        Assert.Equal("Paid", (await given.Money.InvoiceAsync(first.Scene.Invoice)).State);
        Assert.Equal("unallocated_receipts 1000", await given.BooksAsync(first.Scene.Organisation)); // visible, for a person to decide
    }

    [Theory]
    [InlineData("""{"object":"event","id":"evt_x1","type":"payment_intent.succeeded","livemode":false,"created":1790000000,"data":{"object":{"id":"pi_1"}}}""")]
    [InlineData("""{"object":"event","id":"evt_x2","type":"refund.updated","livemode":false,"created":1790000000,"data":{"object":[]}}""")]
    [InlineData("""{"object":"event","id":"evt_x3","type":"charge.dispute.created","livemode":false,"created":1790000000}""")]
    public async Task AnEventThatCannotBeRead_IsKeptForAPerson(string body)
    {
        await given.TellAsync(body);
        Assert.Equal("Held", await given.EventStateAsync(body));
        Assert.Contains(await given.Cases.ListAsync(true, default), one => one.Kind == "NotUnderstood" && body.Contains(one.EventId!, StringComparison.Ordinal));
    }

    [Fact]
    public async Task AnEventOfAnotherKind_IsIgnored()
    {
        var body = OpenAttempt.Event("product.created", """{"id":"prod_1","object":"product"}""");
        await given.TellAsync(body);
        Assert.Equal("Ignored", await given.EventStateAsync(body));
    }

    [Fact]
    public async Task ADecline_IsShownAndChangesNothing()
    {
        var attempt = await given.OpenAsync();
        await new PretendProvider(given.Db, new PretendGateway(given.Db), new HttpClient(), GivenCards.Options, TimeProvider.System, () => null).DeclineAsync(attempt.Session, default);
        var body = await given.Db.QuerySingleAsync<byte[]>("select body from pretend.events where event_id like 'pretend_evt_declined%' order by created_at desc limit 1", null, default);
        await given.TellAsync(System.Text.Encoding.UTF8.GetString(body));
        var view = await given.Payments().AttemptAsync(attempt.Scene.Organisation, attempt.Scene.Number, attempt.Id, default);
        Assert.Equal((AttemptState.Open, "insufficient_funds"), (view!.State, view.LastDecline));
    }
}
