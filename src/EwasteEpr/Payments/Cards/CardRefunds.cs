using EwasteEpr.Audit;
using EwasteEpr.Kernel;
using EwasteEpr.Payments.Receipts;
using Npgsql;

namespace EwasteEpr.Payments.Cards;

/// <summary>Money given back to a card: one person of the operator asks, another approves, the sweep tells the provider, the provider's event confirms.</summary>
public sealed class CardRefunds(Db db, ICardGateway gateway)
{
    public const int MostReasonCharacters = 1000;

    // Reserved when it is asked for: two requests at once cannot together pass what was paid.
    private const string RequestSql = """
        with reserved as (
            update payment_attempts set refunded_tiyn = refunded_tiyn + @tiyn where attempt_id = @attempt and state = 'Paid' returning attempt_id
        ), made as (
            insert into card_refunds (refund_id, attempt_id, amount_tiyn, reason, origin, state, idempotency_key, requested_by)
            select @id, attempt_id, @tiyn, @reason, 'Ours', 'Requested', 'refund-' || @id, @person from reserved
            returning refund_id
        )
        select audit.write(@actor::jsonb, 'card_refund.requested', 'card_refund', refund_id::text, jsonb_build_object('attempt', @attempt, 'tiyn', @tiyn, 'reason', @reason)) from made
        """;

    public async Task<RefundOutcome> RequestAsync(Guid attempt, Money amount, string reason, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(actor);
        if (amount.Tiyn <= 0 || string.IsNullOrWhiteSpace(reason) || reason.Length > MostReasonCharacters)
        {
            return RefundOutcome.NotValid;
        }

        try
        {
            var parameters = new { id = Guid.CreateVersion7(), attempt, tiyn = amount.Tiyn, reason = reason.Trim(), person = Person(actor), actor = actor.ToJson() };
            return (await db.QueryAsync<Guid>(RequestSql, parameters, ct)).Count > 0 ? RefundOutcome.Done : RefundOutcome.NotFound;
        }
        catch (PostgresException problem) when (problem.ConstraintName == "refunds_within_what_was_paid")
        {
            return RefundOutcome.AboveWhatWasPaid;
        }
    }

    private const string AttemptOfSql = "select attempt_id from card_refunds where refund_id = @id";

    private const string ApproveSql = """
        update card_refunds set state = 'Approved', decided_by = @person, decided_at = app.now(), next_at = app.now()
         where refund_id = @id and state = 'Requested' and requested_by <> @person
        returning amount_tiyn
        """;

    /// <summary>The second person. The money leaves the receipt at once; the provider is told by the sweep, under the key that was stored with the request.</summary>
    public async Task<RefundOutcome> ApproveAsync(Guid id, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(actor);
        try
        {
            var done = await db.InTransactionAsync(
                async transaction =>
                {
                    if (await transaction.QuerySingleOrDefaultAsync<Guid?>(AttemptOfSql, new { id }, ct) is not { } of
                        || await AttemptBook.LockAsync(transaction, of, null, null, ct) is not { ReceiptId: { } receipt }
                        || await transaction.QuerySingleOrDefaultAsync<long?>(ApproveSql, new { id, person = Person(actor) }, ct) is not { } tiyn)
                    {
                        return false;
                    }

                    await ReceiptBook.ReverseAsync(transaction, new ReceiptId(receipt), new Reversal(ReversalCause.Refund, id, Money.FromTiyn(tiyn)), actor, ct);
                    await AuditTrail.WriteAsync(transaction, new AuditEntry("card_refund.approved", "card_refund", id.ToString()).With(new { tiyn }), actor, ct);
                    return true;
                },
                ct);
            return done ? RefundOutcome.Done : await WhyNotAsync(id, ct);
        }
        catch (PostgresException problem) when (problem.IsReceiptUsedUp())
        {
            return RefundOutcome.AboveWhatIsLeft;
        }
    }

    private const string WithdrawSql = """
        with withdrawn as (
            update card_refunds set state = 'Withdrawn', decided_by = @person, decided_at = app.now(), settled_at = app.now() where refund_id = @id and state = 'Requested' returning refund_id, attempt_id, amount_tiyn
        ), freed as (
            update payment_attempts a set refunded_tiyn = refunded_tiyn - w.amount_tiyn from withdrawn w where a.attempt_id = w.attempt_id
        )
        select audit.write(@actor::jsonb, 'card_refund.withdrawn', 'card_refund', refund_id::text) from withdrawn
        """;

    /// <summary>Either of the two may withdraw what is not approved.</summary>
    public async Task<RefundOutcome> WithdrawAsync(Guid id, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(actor);
        return (await db.QueryAsync<Guid>(WithdrawSql, new { id, person = Person(actor), actor = actor.ToJson() }, ct)).Count > 0 ? RefundOutcome.Done : await WhyNotAsync(id, ct);
    }

    private const string StateSql = "select state from card_refunds where refund_id = @id";

    private async Task<RefundOutcome> WhyNotAsync(Guid id, CancellationToken ct) => await db.QuerySingleOrDefaultAsync<string>(StateSql, new { id }, ct) switch
    {
        null => RefundOutcome.NotFound,
        "Requested" => RefundOutcome.SamePerson,
        _ => RefundOutcome.AlreadyDecided,
    };

    private const string ClaimSql = """
        update card_refunds r
           set next_at = app.now() + least(interval '30 minutes', interval '1 minute' * power(2, least(r.attempts, 5))), attempts = r.attempts + 1
          from payment_attempts a
         where a.attempt_id = r.attempt_id and r.refund_id in (
            select refund_id from card_refunds where state in ('Approved', 'Sent') and next_at <= app.now() order by next_at, refund_id limit 20 for update skip locked)
        returning r.refund_id, r.attempt_id, r.amount_tiyn, r.state, r.idempotency_key, r.provider_refund_id, a.payment_id
        """;

    /// <summary>The sweep: tells the provider of what was approved, and asks about what was sent and never confirmed.</summary>
    /// <returns>How many refunds were spoken about.</returns>
    public async Task<int> SweepAsync(CancellationToken ct)
    {
        var spoken = 0;
        while (await db.QueryAsync<WaitingRow>(ClaimSql, null, ct) is { Count: > 0 } claimed)
        {
            foreach (var row in claimed)
            {
                await SpeakAsync(row, ct);
                spoken++;
            }
        }

        return spoken;
    }

    private const string FailedSql = "update card_refunds set last_error = left(@error, 500) where refund_id = @id and state in ('Approved', 'Sent')";

    private async Task SpeakAsync(WaitingRow row, CancellationToken ct)
    {
        try
        {
            var answer = row.State == "Approved"
                ? await gateway.RefundAsync(new NewCardRefund(row.RefundId, row.IdempotencyKey, row.PaymentId, Money.FromTiyn(row.AmountTiyn)), ct)
                : (await gateway.RefundsOfAsync(row.PaymentId, ct)).FirstOrDefault(one => one.ProviderRefundId == row.ProviderRefundId);
            if (answer is not null)
            {
                await db.InTransactionAsync(transaction => FollowAsync(transaction, answer with { RefundId = row.RefundId }, ct), ct);
            }
        }
        catch (CardGatewayException problem) when (problem.IsRefusal && row.State == "Approved")
        {
            await db.InTransactionAsync(
                async transaction =>
                {
                    var attempt = (await AttemptBook.LockAsync(transaction, row.AttemptId, null, null, ct))!;
                    return await CardRefundBook.FailAsync(transaction, attempt, new RefundRow(row.RefundId, row.AttemptId, row.AmountTiyn, row.State, "Ours"), problem.Code, null, ct);
                },
                ct);
        }
        catch (CardGatewayException problem)
        {
            await db.ExecuteAsync(FailedSql, new { id = row.RefundId, error = problem.Message }, ct);
        }
    }

    private static async Task<Found> FollowAsync(DbTransaction transaction, CardRefund answer, CancellationToken ct)
    {
        var found = await CardRefundBook.ApplyAsync(transaction, answer, ct);
        if (found is Found.Person person)
        {
            await PaymentCases.OpenAsync(transaction, person.Case, ct);
        }

        return found;
    }

    private static Guid Person(Actor actor) => actor.UserId ?? throw new InvalidOperationException($"A person is needed, not {actor.Role}.");

    private sealed record WaitingRow(Guid RefundId, Guid AttemptId, long AmountTiyn, string State, string IdempotencyKey, string? ProviderRefundId, string PaymentId);
}

public enum RefundOutcome
{
    Done,
    NotFound,
    NotValid,

    /// <summary>Together with what was asked for or refunded before.</summary>
    AboveWhatWasPaid,

    /// <summary>The receipt has not that much left: a dispute has taken it.</summary>
    AboveWhatIsLeft,

    /// <summary>Who asked cannot approve.</summary>
    SamePerson,
    AlreadyDecided,
}
