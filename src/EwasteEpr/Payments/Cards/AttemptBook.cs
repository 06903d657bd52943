using EwasteEpr.Kernel;
using EwasteEpr.Payments.Receipts;

namespace EwasteEpr.Payments.Cards;

/// <summary>What an attempt becomes by the provider's word, whether it told us or was asked. Everything here happens under the attempt's lock.</summary>
internal static class AttemptBook
{
    private const string LockSql = """
        select attempt_id, invoice_id, organisation_id, amount_tiyn, state, session_id, payment_id, receipt_id, refunded_tiyn
          from payment_attempts
         where attempt_id = @attempt or session_id = @session or payment_id = @payment
         order by attempt_id
         limit 1
           for update
        """;

    public static Task<LockedAttempt?> LockAsync(DbTransaction transaction, Guid? attempt, string? session, string? payment, CancellationToken ct) =>
        transaction.QuerySingleOrDefaultAsync<LockedAttempt>(LockSql, new { attempt, session, payment }, ct);

    private const string PaidSql = """
        update payment_attempts
           set state = 'Paid', payment_id = @Payment, receipt_id = @receipt, paid_at = @At, session_id = coalesce(session_id, @Session), settled_at = app.now(), last_error = null
         where attempt_id = @attempt
        """;

    // Only rows that nobody works on: waiting for one here could close a circle.
    private const string WakeSql = """
        update provider_events set next_at = app.now()
         where event_id in (select event_id from provider_events where waiting_for = @Payment and state = 'Pending' order by event_id limit 100 for update skip locked)
        """;

    private const string HoldSql = """
        update payment_attempts set state = 'Held', settled_at = app.now(), last_error = @why where attempt_id = @attempt and state not in ('Paid', 'Held')
        """;

    /// <summary>Money was taken. One receipt for one attempt, whatever told it and how often.</summary>
    public static async Task<PaidOutcome> PayAsync(DbTransaction transaction, LockedAttempt attempt, ChargedPayment charge, CancellationToken ct)
    {
        if (attempt.PaymentId == charge.Payment)
        {
            return PaidOutcome.Known;
        }

        var differs = !charge.Amount.Is(Money.FromTiyn(attempt.AmountTiyn));
        if (attempt.PaymentId is not null || differs)
        {
            await transaction.ExecuteAsync(HoldSql, new { attempt = attempt.AttemptId, why = $"{charge.Payment}: {charge.Amount}" }, ct);
            return differs ? PaidOutcome.Differs : PaidOutcome.Second;
        }

        var receipt = ReceiptId.New();
        var actor = Actor.System("card-payments");
        await ReceiptBook.RecordAsync(
            transaction,
            new NewReceipt(
                receipt, ReceiptSource.Card, attempt.AttemptId, new OrganisationId(attempt.OrganisationId), new InvoiceId(attempt.InvoiceId), Money.FromTiyn(attempt.AmountTiyn),
                BusinessTime.DayOf(charge.At), charge.Payment, PayerName: "", PayerBin: null),
            actor,
            ct);
        await transaction.ExecuteAsync(PaidSql, new { attempt = attempt.AttemptId, charge.Payment, charge.Session, charge.At, receipt }, ct);
        await transaction.ExecuteAsync(WakeSql, charge, ct);
        return PaidOutcome.Recorded;
    }

    private const string ExpiredSql = """
        update payment_attempts
           set state = 'Expired', settled_at = app.now(), session_id = coalesce(session_id, @session), last_error = null
         where attempt_id = @attempt and state in ('Created', 'Open')
        """;

    /// <returns>False when it had ended before.</returns>
    public static async Task<bool> ExpireAsync(DbTransaction transaction, Guid attempt, string? session, CancellationToken ct) =>
        await transaction.ExecuteAsync(ExpiredSql, new { attempt, session }, ct) > 0;

    private const string DeclinedSql = "update payment_attempts set last_decline = left(@code, 100) where attempt_id = @attempt and state in ('Created', 'Open')";

    public static Task DeclineAsync(DbTransaction transaction, Guid attempt, string code, CancellationToken ct) => transaction.ExecuteAsync(DeclinedSql, new { attempt, code }, ct);
}

internal sealed record LockedAttempt(
    Guid AttemptId, Guid InvoiceId, Guid OrganisationId, long AmountTiyn, string State, string? SessionId, string? PaymentId, Guid? ReceiptId, long RefundedTiyn);

/// <param name="Payment">The provider's id of the payment.</param>
/// <param name="Session">The provider's page it came through, where that was told.</param>
/// <param name="At">When the provider says.</param>
internal sealed record ChargedPayment(string Payment, string? Session, MinorAmount Amount, DateTimeOffset At);

internal enum PaidOutcome
{
    Recorded,
    Known,

    /// <summary>Another amount or currency than we asked for.</summary>
    Differs,

    /// <summary>The attempt was paid by another payment already.</summary>
    Second,
}
