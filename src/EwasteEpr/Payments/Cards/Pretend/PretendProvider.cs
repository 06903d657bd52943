using System.Net.Http.Headers;
using EwasteEpr.Kernel;

namespace EwasteEpr.Payments.Cards.Pretend;

/// <summary>The pretended provider's other side: what happens on its page, and the signed events that it sends to our webhook over real HTTP.</summary>
/// <param name="webhook">Our own webhook's address, when the site listens.</param>
public sealed class PretendProvider(Db db, PretendGateway gateway, HttpClient http, CardOptions options, TimeProvider clock, Func<Uri?> webhook)
{
    private const string CompleteSql = """
        update pretend.sessions set state = 'complete', payment_id = @payment where session_id = @sessionId and state = 'open' and expires_at > app.now()
        """;

    private const string TellSql = "insert into pretend.events (event_id, body, next_at) values (@id, @body, app.now()) on conflict (event_id) do nothing";

    /// <param name="loseEvents">Nothing is told: our sweep has to ask.</param>
    public async Task<bool> PayAsync(string sessionId, bool loseEvents, CancellationToken ct)
    {
        if (await gateway.PageAsync(sessionId, ct) is not { } session)
        {
            return false;
        }

        var payment = "pretend_pay_" + Crockford.Random(16);
        var paid = await db.InTransactionAsync(
            async transaction =>
            {
                if (await transaction.ExecuteAsync(CompleteSql, new { sessionId, payment }, ct) == 0)
                {
                    return false;
                }

                foreach (var body in loseEvents ? [] : new[] { PretendEvents.SessionCompleted(session, payment), PretendEvents.PaymentSucceeded(session, payment) })
                {
                    await transaction.ExecuteAsync(TellSql, new { id = PretendEvents.IdOf(body), body }, ct);
                }

                return true;
            },
            ct);
        await DeliverAsync(ct);
        return paid;
    }

    public async Task<bool> DeclineAsync(string sessionId, CancellationToken ct)
    {
        if (await gateway.PageAsync(sessionId, ct) is not { State: "open" } session)
        {
            return false;
        }

        var body = PretendEvents.Declined(session, "pretend_pay_" + Crockford.Random(16));
        await db.ExecuteAsync(TellSql, new { id = PretendEvents.IdOf(body), body }, ct);
        await DeliverAsync(ct);
        return true;
    }

    private const string WaitingSql = """
        update pretend.events set tries = tries + 1, next_at = app.now() + interval '5 seconds' * power(2, least(tries, 8))
         where event_id in (select event_id from pretend.events where delivered_at is null and next_at <= app.now() order by next_at, event_id limit 50 for update skip locked)
        returning event_id, body
        """;

    private const string DeliveredSql = "update pretend.events set delivered_at = clock_timestamp() where event_id = @EventId";

    /// <summary>The sweep: delivers what was not answered with 2xx, again and again, as a real provider does.</summary>
    public async Task<int> DeliverAsync(CancellationToken ct)
    {
        if (webhook() is not { } address)
        {
            return 0;
        }

        var delivered = 0;
        foreach (var row in await db.QueryAsync<EventRow>(WaitingSql, null, ct))
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new ByteArrayContent(row.Body) };
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            request.Headers.Add(StripeGateway.SignatureHeader, WebhookSignature.Sign(row.Body, options.WebhookSecrets[0], clock.GetUtcNow()));
            try
            {
                using var answer = await http.SendAsync(request, ct);
                if (answer.IsSuccessStatusCode)
                {
                    await db.ExecuteAsync(DeliveredSql, row, ct);
                    delivered++;
                }
            }
            catch (HttpRequestException)
            {
                break; // the site is on its way up or down: the row waits for its next time
            }
        }

        return delivered;
    }

    private sealed record EventRow(string EventId, byte[] Body);
}
