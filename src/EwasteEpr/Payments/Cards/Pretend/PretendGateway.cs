using EwasteEpr.Kernel;

namespace EwasteEpr.Payments.Cards.Pretend;

/// <summary>The card provider of the demonstration: no card, no money, the same wire. It keeps books of its own, as a real one does elsewhere.</summary>
public sealed class PretendGateway(Db db) : ICardGateway
{
    public bool IsLive => false;

    // The update changes nothing: with it the statement returns also the row that somebody else wrote a moment ago, which a select of the same statement would not see.
    private const string CreateSql = """
        insert into pretend.sessions (session_id, idempotency_key, attempt_id, amount_tiyn, title, back_to, gave_up_to, expires_at)
        values (@session, @IdempotencyKey, @Attempt, @tiyn, @Title, @backTo, @gaveUpTo, @ExpiresAt)
        on conflict (idempotency_key) do update set idempotency_key = excluded.idempotency_key
        returning session_id
        """;

    public async Task<CardSession> CreateSessionAsync(NewCardSession request, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(request);
        var parameters = new
        {
            session = "pretend_" + Crockford.Random(20), request.IdempotencyKey, request.Attempt, tiyn = request.Amount.Tiyn, request.Title,
            backTo = request.BackTo.AbsoluteUri, gaveUpTo = request.GaveUpTo.AbsoluteUri, request.ExpiresAt,
        };
        return await FindSessionAsync(await db.QuerySingleAsync<string>(CreateSql, parameters, ct), ct);
    }

    private const string FindSql = """
        select session_id, attempt_id, amount_tiyn, title, back_to, gave_up_to,
               case when state = 'open' and expires_at <= app.now() then 'expired' else state end as state, payment_id
          from pretend.sessions
         where session_id = @sessionId
        """;

    public async Task<CardSession> FindSessionAsync(string sessionId, CancellationToken ct) =>
        await PageAsync(sessionId, ct) is { } page ? page.ToSession() : throw CardGatewayException.Refused("resource_missing", "No such session.");

    /// <summary>What its page shows; none for another address.</summary>
    public Task<PretendSession?> PageAsync(string sessionId, CancellationToken ct) => db.QuerySingleOrDefaultAsync<PretendSession>(FindSql, new { sessionId }, ct);

    private const string ExpireSql = "update pretend.sessions set state = 'expired' where session_id = @sessionId and state = 'open'";

    public async Task<CardSession> ExpireSessionAsync(string sessionId, CancellationToken ct)
    {
        await db.ExecuteAsync(ExpireSql, new { sessionId }, ct);
        return await FindSessionAsync(sessionId, ct);
    }

    // A real provider tells at once that it will, and by an event that it has.
    private const string RefundSql = """
        with made as (
            insert into pretend.refunds (provider_refund_id, idempotency_key, payment_id, refund_id, amount_tiyn)
            select @id, @IdempotencyKey, @PaymentId, @RefundId, @tiyn
             where not exists (select from pretend.refunds where idempotency_key = @IdempotencyKey)
               and @tiyn <= (select s.amount_tiyn - coalesce((select sum(r.amount_tiyn) from pretend.refunds r where r.payment_id = s.payment_id and r.status <> 'failed'), 0)
                               from pretend.sessions s where s.payment_id = @PaymentId)
            on conflict (idempotency_key) do update set idempotency_key = excluded.idempotency_key
            returning provider_refund_id, payment_id, refund_id, amount_tiyn, status
        )
        select * from made
        union all
        select provider_refund_id, payment_id, refund_id, amount_tiyn, status from pretend.refunds where idempotency_key = @IdempotencyKey
        limit 1
        """;

    private const string TellSql = """
        insert into pretend.events (event_id, body, next_at) values (@id, @body, app.now()) on conflict (event_id) do nothing
        """;

    private const string DoneSql = "update pretend.refunds set status = 'succeeded' where provider_refund_id = @ProviderRefundId";

    public async Task<CardRefund> RefundAsync(NewCardRefund request, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(request);
        var parameters = new { id = "pretend_re_" + Crockford.Random(16), request.IdempotencyKey, request.PaymentId, request.RefundId, tiyn = request.Amount.Tiyn };
        var row = await db.QuerySingleOrDefaultAsync<RefundRow>(RefundSql, parameters, ct) ?? throw CardGatewayException.Refused("charge_already_refunded", "Not that much is left.");
        await db.ExecuteAsync(TellSql, new { id = "pretend_evt_" + row.ProviderRefundId, body = PretendEvents.Refunded(row.ToRefund() with { State = CardRefundState.Succeeded }) }, ct);
        await db.ExecuteAsync(DoneSql, row, ct);
        return row.ToRefund();
    }

    private const string RefundsSql = "select provider_refund_id, payment_id, refund_id, amount_tiyn, status from pretend.refunds where payment_id = @paymentId order by provider_refund_id limit 100";

    public async Task<IReadOnlyList<CardRefund>> RefundsOfAsync(string paymentId, CancellationToken ct) =>
        [.. (await db.QueryAsync<RefundRow>(RefundsSql, new { paymentId }, ct)).Select(row => row.ToRefund())];

    private sealed record RefundRow(string ProviderRefundId, string PaymentId, Guid RefundId, long AmountTiyn, string Status)
    {
        public CardRefund ToRefund() => new(
            ProviderRefundId, RefundId, PaymentId, new MinorAmount(AmountTiyn, "KZT"), Status == "succeeded" ? CardRefundState.Succeeded : CardRefundState.Pending, null);
    }
}

/// <summary>A pretended payment page.</summary>
public sealed record PretendSession(string SessionId, Guid AttemptId, long AmountTiyn, string Title, string BackTo, string GaveUpTo, string State, string? PaymentId)
{
    internal CardSession ToSession() => new(
        SessionId,
        State switch { "open" => CardSessionState.Open, "complete" => CardSessionState.Complete, _ => CardSessionState.Expired },
        State == "complete",
        State == "open" ? new Uri(new Uri(BackTo), $"/{new Uri(BackTo).Segments[1].Trim('/')}/demo/card/{SessionId}") : null, // in the language of the page it came from
        PaymentId,
        new MinorAmount(AmountTiyn, "KZT"),
        IsLive: false);
}
