using System.Text;
using EwasteEpr.Kernel;
using EwasteEpr.Payments.Cards;
using EwasteEpr.Payments.Cards.Pretend;
using EwasteEpr.Tests.Support;

namespace EwasteEpr.Tests.Payments.Cards;

/// <summary>Card payments on the books of <see cref="GivenMoney"/>: what the provider tells is written, signed and taken in as over the wire.</summary>
public sealed class GivenCards : IAsyncLifetime
{
    private const string Secret = "whsec_test";
    public static readonly CardOptions Options = new(IsOffered: true, IsPretend: true, [Secret]);

    public GivenMoney Money { get; } = new();

    public Db Db => Money.Db;

    public ICardGateway Gateway { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        await Money.InitializeAsync();
        await Money.Database.ExecuteAsOwnerAsync("update app.settings set value = '999999.99' where key = 'payments.card_max'");
        Gateway = new PretendGateway(Db);
    }

    public Task DisposeAsync() => Money.DisposeAsync();

    public CardSettling Settling(ICardGateway? gateway = null) => new(Db, gateway ?? Gateway);

    public CardPayments Payments(ICardGateway? gateway = null) => new(Db, gateway ?? Gateway, Options, Settling(gateway));

    public ApplyProviderEvents Applying(ICardGateway? gateway = null) => new(Db, gateway ?? Gateway);

    public CardRefunds Refunds(ICardGateway? gateway = null) => new(Db, gateway ?? Gateway);

    public PaymentCases Cases => new(Db);

    public static Actor Person(Guid? id = null) => new(id ?? Guid.CreateVersion7(), null, null, "operator_preparer", "test", null);

    public async Task<PayableScene> InvoiceAsync(long tiyn, OrganisationId? of = null)
    {
        var organisation = of ?? await Money.OrganisationAsync();
        var invoice = await Money.InvoiceAsync(organisation, tiyn);
        var number = await Db.QuerySingleAsync<string>("select number from invoices where invoice_id = @invoice", new { invoice }, default);
        return new PayableScene(organisation, invoice, number, tiyn);
    }

    public Task<StartOutcome> StartAsync(PayableScene scene, ICardGateway? gateway = null) => Payments(gateway).StartAsync(
        new StartPayment(scene.Organisation, scene.Number, new Uri($"https://ewaste.example.kz/kk/org/x/invoices/{scene.Number}/pay"), "kk"), Person(), default);

    /// <summary>An attempt with the provider's page open.</summary>
    public async Task<OpenAttempt> OpenAsync(long tiyn = 12_543_055, PayableScene? of = null)
    {
        var scene = of ?? await InvoiceAsync(tiyn);
        var opened = Assert.IsType<StartOutcome.Opened>(await StartAsync(scene));
        var session = await Db.QuerySingleAsync<string>("select session_id from payment_attempts where attempt_id = @AttemptId", opened.Attempt, default);
        return new OpenAttempt(scene, opened.Attempt.AttemptId, session, ProviderBodies.Id("pi"), opened.Attempt.AmountTiyn);
    }

    public async Task<OpenAttempt> PaidAsync(long tiyn = 12_543_055, PayableScene? of = null)
    {
        var attempt = await OpenAsync(tiyn, of);
        await TellAsync(attempt.PaymentSucceeded());
        Assert.Equal("Paid", await StateAsync(attempt));
        return attempt;
    }

    /// <summary>Taken in as a delivery.</summary>
    public async Task HearAsync(string body)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        using var events = new ProviderEvents(Db, Gateway, Options, TimeProvider.System);
        Assert.Equal(AcceptOutcome.Stored, await events.AcceptAsync(WebhookSignature.Sign(bytes, Secret, TimeProvider.System.GetUtcNow()), bytes, default));
    }

    /// <summary>Taken in and applied.</summary>
    public async Task TellAsync(params string[] bodies)
    {
        foreach (var body in bodies)
        {
            await HearAsync(body);
            await Applying().SweepAsync(default);
        }
    }

    /// <summary>Whatever waits for a later time has its time.</summary>
    public async Task LaterAsync(TimeSpan time)
    {
        await Money.Database.SetClockOffsetAsync(time);
        await Applying().SweepAsync(default);
    }

    public Task<string> StateAsync(OpenAttempt attempt) => Db.QuerySingleAsync<string>("select state from payment_attempts where attempt_id = @Id", attempt, default);

    public Task<string> EventStateAsync(string body) =>
        Db.QuerySingleAsync<string>("select state from provider_events where event_id = @id", new { id = ProviderJson.ReadHead(Encoding.UTF8.GetBytes(body)).EventId }, default);

    public async Task<string[]> CasesAsync(OpenAttempt attempt) =>
        [.. await Db.QueryAsync<string>("select kind from payment_cases where attempt_id = @Id and state = 'Open' order by kind", attempt, default)];

    public Task<long> ReceiptsAsync(PayableScene scene) => Db.QuerySingleAsync<long>("select count(*) from receipts where organisation_id = @Organisation", scene, default);

    /// <summary>The books of one payer: what stands on every account of it.</summary>
    public async Task<string> BooksAsync(OrganisationId organisation) => string.Join(
        ", ",
        await Db.QueryAsync<string>("select purpose || ' ' || balance from ledger.balances where owner_id = @organisation and balance <> 0 order by purpose", new { organisation }, default));
}

public sealed record PayableScene(OrganisationId Organisation, InvoiceId Invoice, string Number, long Tiyn);

/// <summary>What the provider could tell about one attempt; each call is an event of its own.</summary>
public sealed record OpenAttempt(PayableScene Scene, Guid Id, string Session, string Payment, long Tiyn)
{
    public string SessionCompleted(long? amount = null, string currency = "kzt") => Event("checkout.session.completed", ProviderBodies.Session(Session, amount ?? Tiyn, Id, "complete", Payment, currency));

    public string PaymentSucceeded(long? amount = null, string currency = "kzt", string? payment = null) => Event("payment_intent.succeeded", ProviderBodies.PaymentIntent(payment ?? Payment, amount ?? Tiyn, Id, currency));

    public string SessionExpired() => Event("checkout.session.expired", ProviderBodies.Session(Session, Tiyn, Id, "expired"));

    public string Refunded(string refund, long amount, string status = "succeeded", Guid? ours = null) => Event("refund.updated", ProviderBodies.Refund(refund, Payment, amount, ours, status));

    public string RefundedInAll(long amount) => Event("charge.refunded", ProviderBodies.Charge(Payment, Tiyn, amount));

    public string Disputed(string dispute, string step, string status = "needs_response") => Event("charge.dispute." + step, ProviderBodies.Dispute(dispute, Payment, Tiyn, status));

    public static string Event(string type, string thing) => ProviderBodies.Event(ProviderBodies.Id("evt"), type, thing);
}
