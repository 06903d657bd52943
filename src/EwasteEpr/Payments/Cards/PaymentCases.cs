using System.Text.Json;
using EwasteEpr.Audit;
using EwasteEpr.Kernel;

namespace EwasteEpr.Payments.Cards;

/// <summary>What only a person can decide about card payments. Open until somebody closes it with a reason.</summary>
public sealed class PaymentCases(Db db)
{
    private const string OpenSql = """
        insert into payment_cases (kind, subject, event_id, attempt_id, details)
        values (@kind, @Subject, @Event, @Attempt, @details::jsonb)
        on conflict on constraint payment_case_once do nothing
        """;

    internal static Task OpenAsync(DbTransaction transaction, NewCase made, CancellationToken ct) => transaction.ExecuteAsync(
        OpenSql, new { kind = made.Kind.ToString(), made.Subject, made.Event, made.Attempt, details = JsonSerializer.Serialize(made.Details) }, ct);

    private const string ListSql = """
        select c.case_id, c.kind, c.subject, c.event_id, c.attempt_id, c.details::text as details, c.state, c.opened_at, c.closed_at, c.note, p.name as closed_by,
               e.type as event_type, e.state as event_state, e.last_error, i.number as invoice_number, o.name_kk, o.name_ru, a.amount_tiyn, a.state as attempt_state
          from payment_cases c
          left join provider_events e on e.event_id = c.event_id
          left join payment_attempts a on a.attempt_id = c.attempt_id
          left join invoices i on i.invoice_id = a.invoice_id
          left join organisations o on o.organisation_id = a.organisation_id
          left join people p on p.person_id = c.closed_by
         where @isOpen::boolean is null or (c.state = 'Open') = @isOpen
         order by c.state desc, c.opened_at desc, c.case_id desc
         limit 200
        """;

    /// <summary>Open ones first, the newest first. For the operator only.</summary>
    public Task<IReadOnlyList<PaymentCase>> ListAsync(bool? isOpen, CancellationToken ct) => db.QueryAsync<PaymentCase>(ListSql, new { isOpen }, ct);

    private const string CountSql = "select count(*)::int from payment_cases where state = 'Open'";

    public Task<int> CountOpenAsync(CancellationToken ct) => db.QuerySingleAsync<int>(CountSql, null, ct);

    // A held attempt stands in the way of another payment of its invoice: with its case it is closed too.
    private const string CloseSql = """
        with closed as (
            update payment_cases set state = 'Closed', closed_at = app.now(), closed_by = @person, note = @note
             where case_id = @id and state = 'Open'
            returning case_id, kind, attempt_id
        ), freed as (
            update payment_attempts a set state = 'Closed' from closed
             where a.attempt_id = closed.attempt_id and a.state = 'Held' and closed.kind in ('AmountDiffers', 'SecondPayment')
        )
        select audit.write(@actor::jsonb, 'payment_case.closed', 'payment_case', case_id::text, jsonb_build_object('kind', kind, 'note', @note)) from closed
        """;

    /// <returns>False when it is not open, or not there.</returns>
    public async Task<bool> CloseAsync(Guid id, string note, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(actor);
        ArgumentException.ThrowIfNullOrWhiteSpace(note);
        return (await db.QueryAsync<Guid>(CloseSql, new { id, note, person = actor.UserId, actor = actor.ToJson() }, ct)).Count > 0;
    }

    private const string RetrySql = """
        with again as (
            update provider_events e
               set state = 'Pending', effect = null, settled_at = null, attempts = 0, next_at = app.now(), last_error = null
              from payment_cases c
             where c.case_id = @id and c.state = 'Open' and e.event_id = c.event_id and e.state = 'Held'
            returning e.event_id, c.case_id
        )
        select audit.write(@actor::jsonb, 'payment_case.retried', 'payment_case', case_id::text, jsonb_build_object('event', event_id)) from again
        """;

    /// <summary>The held event is applied again: what stood in its way was put right.</summary>
    public async Task<bool> RetryAsync(Guid id, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(actor);
        return (await db.QueryAsync<Guid>(RetrySql, new { id, actor = actor.ToJson() }, ct)).Count > 0;
    }

    // The event had its effect after all: the case that waited for it is over.
    private const string SolvedSql = """
        update payment_cases set state = 'Closed', closed_at = app.now(), closed_by = '00000000-0000-0000-0000-000000000000', note = 'applied'
         where event_id = @eventId and state = 'Open' and kind in ('UnknownPayment', 'NotUnderstood', 'NotApplicable')
        """;

    internal static Task SolvedAsync(DbTransaction transaction, string eventId, CancellationToken ct) => transaction.ExecuteAsync(SolvedSql, new { eventId }, ct);
}

public enum PaymentCaseKind
{
    /// <summary>An event about a payment that none of our attempts knows.</summary>
    UnknownPayment,

    /// <summary>Another amount or currency than we asked for.</summary>
    AmountDiffers,

    /// <summary>An attempt that was paid is said to be paid by another payment too.</summary>
    SecondPayment,

    /// <summary>An event that cannot be read.</summary>
    NotUnderstood,

    /// <summary>The books refuse what it says, again and again.</summary>
    NotApplicable,

    /// <summary>Somebody refunded on the provider's own screen, past our two people.</summary>
    RefundOutside,
    RefundFailed,
    DisputeOpened,
    DisputeLost,
}

/// <param name="Subject">With the kind: one case however often it is met.</param>
internal sealed record NewCase(PaymentCaseKind Kind, string Subject)
{
    public string? Event { get; init; }

    public Guid? Attempt { get; init; }

    public object Details { get; init; } = new { };
}

public sealed record PaymentCase(
    Guid CaseId, string Kind, string Subject, string? EventId, Guid? AttemptId, string Details, string State, DateTimeOffset OpenedAt, DateTimeOffset? ClosedAt, string? Note, string? ClosedBy,
    string? EventType, string? EventState, string? LastError, string? InvoiceNumber, string? NameKk, string? NameRu, long? AmountTiyn, string? AttemptState)
{
    public string? Name(string language) => language == "kk" ? NameKk : NameRu;
}
