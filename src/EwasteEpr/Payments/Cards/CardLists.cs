using EwasteEpr.Kernel;

namespace EwasteEpr.Payments.Cards;

/// <summary>Card payments as the operator sees them: lists, one attempt with everything that happened to it, refunds that wait.</summary>
public sealed class CardLists(Db db)
{
    private const string AttemptColumns = """
        a.attempt_id, i.number as invoice_number, o.name_kk, o.name_ru, a.state, a.amount_tiyn, a.refunded_tiyn, a.payment_id, a.created_at, a.paid_at, a.last_error, a.last_decline
        """;

    private const string AttemptsSql = $"""
        select {AttemptColumns}
          from payment_attempts a join invoices i using (invoice_id) join organisations o on o.organisation_id = a.organisation_id
         where (@state::text is null or a.state = @state) and (@before::uuid is null or a.attempt_id < @before)
         order by a.attempt_id desc
         limit @limit
        """;

    public const int PageSize = 50;

    /// <summary>The newest first.</summary>
    public Task<IReadOnlyList<CardAttempt>> AttemptsAsync(AttemptState? state, Guid? before, CancellationToken ct) =>
        db.QueryAsync<CardAttempt>(AttemptsSql, new { state = state?.ToString(), before, limit = PageSize }, ct);

    private const string AttemptSql = $"""
        select {AttemptColumns}
          from payment_attempts a join invoices i using (invoice_id) join organisations o on o.organisation_id = a.organisation_id
         where a.attempt_id = @attempt
        """;

    private const string EventsSql = """
        select event_id, type, state, effect, created_at, received_at, last_error
          from provider_events
         where attempt_id = @attempt or payment_id = (select payment_id from payment_attempts where attempt_id = @attempt)
         order by received_at, event_id
         limit 200
        """;

    private const string RefundColumns = """
        r.refund_id, r.attempt_id, i.number as invoice_number, r.amount_tiyn, r.reason, r.origin, r.state, r.requested_by, p.name as requester, r.requested_at, d.name as decider, r.decided_at, r.failure, r.last_error
        """;

    private const string RefundJoins = """
          from card_refunds r
          join payment_attempts a using (attempt_id)
          join invoices i using (invoice_id)
          left join people p on p.person_id = r.requested_by
          left join people d on d.person_id = r.decided_by
        """;

    private const string RefundsOfSql = $"select {RefundColumns} {RefundJoins} where r.attempt_id = @attempt order by r.refund_id limit 200";

    private const string DisputesSql = """
        select provider_dispute_id, amount_tiyn, reason, opened_at, withdrawn_at, reinstated_at, outcome, books from card_disputes where attempt_id = @attempt order by opened_at, dispute_id limit 200
        """;

    public async Task<CardAttemptDetail?> FindAsync(Guid attempt, CancellationToken ct)
    {
        var parameters = new { attempt };
        return await db.QuerySingleOrDefaultAsync<CardAttempt>(AttemptSql, parameters, ct) is { } found
            ? new CardAttemptDetail(
                found,
                await db.QueryAsync<CardEventRow>(EventsSql, parameters, ct),
                await db.QueryAsync<CardRefundRow>(RefundsOfSql, parameters, ct),
                await db.QueryAsync<CardDisputeRow>(DisputesSql, parameters, ct))
            : null;
    }

    private const string WaitingSql = $"select {RefundColumns} {RefundJoins} where r.state = 'Requested' order by r.requested_at, r.refund_id limit 200";

    /// <summary>Refunds that wait for their second person, the oldest first.</summary>
    public Task<IReadOnlyList<CardRefundRow>> RefundsWaitingAsync(CancellationToken ct) => db.QueryAsync<CardRefundRow>(WaitingSql, null, ct);
}

public sealed record CardAttempt(
    Guid AttemptId, string InvoiceNumber, string NameKk, string NameRu, string State, long AmountTiyn, long RefundedTiyn, string? PaymentId, DateTimeOffset CreatedAt, DateTimeOffset? PaidAt,
    string? LastError, string? LastDecline)
{
    public string Name(string language) => language == "kk" ? NameKk : NameRu;

    public AttemptState Status => Enum.Parse<AttemptState>(State);

    /// <summary>What may still be refunded.</summary>
    public long LeftTiyn => State == nameof(AttemptState.Paid) ? AmountTiyn - RefundedTiyn : 0;
}

public sealed record CardEventRow(string EventId, string Type, string State, string? Effect, DateTimeOffset CreatedAt, DateTimeOffset ReceivedAt, string? LastError);

public sealed record CardRefundRow(
    Guid RefundId, Guid AttemptId, string InvoiceNumber, long AmountTiyn, string Reason, string Origin, string State, Guid? RequestedBy, string? Requester, DateTimeOffset RequestedAt,
    string? Decider, DateTimeOffset? DecidedAt, string? Failure, string? LastError);

public sealed record CardDisputeRow(
    string ProviderDisputeId, long AmountTiyn, string Reason, DateTimeOffset OpenedAt, DateTimeOffset? WithdrawnAt, DateTimeOffset? ReinstatedAt, string? Outcome, string Books);

public sealed record CardAttemptDetail(
    CardAttempt Attempt, IReadOnlyList<CardEventRow> Events, IReadOnlyList<CardRefundRow> Refunds, IReadOnlyList<CardDisputeRow> Disputes);
