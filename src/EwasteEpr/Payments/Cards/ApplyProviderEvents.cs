using EwasteEpr.Kernel;
using Npgsql;

namespace EwasteEpr.Payments.Cards;

/// <summary>The job that applies what the provider told: one event a transaction, in whatever order they came, by any number of nodes at once.</summary>
/// <remarks>
/// Events of one payment follow each other under its lock. An event that speaks of a payment nobody knows yet waits and is tried again;
/// one that the books refuse is tried again too; after that it is kept and a person gets a case. No event is ever thrown away.
/// </remarks>
public sealed class ApplyProviderEvents(Db db, ICardGateway gateway)
{
    private const int MostTries = 12;

    private const string NextSql = """
        select event_id, type, body, created_at, attempts
          from provider_events
         where state = 'Pending' and next_at <= app.now()
         order by next_at, event_id
         limit 1
           for update skip locked
        """;

    // Every way takes the event before the payment: the other way round two nodes would wait for each other.
    private const string AgainSql = "select event_id from provider_events where event_id = @EventId and state = 'Pending' for update";

    // The attempt may be told by our own id or by the provider's: both ways lead through this lock before any row is looked for.
    private const string LockPaymentSql = "select pg_advisory_xact_lock(hashtextextended('card-payment:' || @payment, 0))::text";

    private const string SettleSql = """
        update provider_events
           set state = @state, effect = @effect, settled_at = app.now(), payment_id = @payment, attempt_id = coalesce(@attempt, attempt_id), waiting_for = null, last_error = null, attempts = attempts + 1
         where event_id = @EventId and state = 'Pending'
        """;

    private const string PostponeSql = """
        update provider_events
           set attempts = attempts + 1, next_at = app.now() + interval '1 second' * power(2, least(attempts, 11)), waiting_for = @waitingFor, payment_id = @payment, last_error = left(@error, 500)
         where event_id = @EventId and state = 'Pending'
        """;

    /// <returns>How many events had their effect.</returns>
    public async Task<int> SweepAsync(CancellationToken ct)
    {
        var applied = 0;
        while (await ApplyNextAsync(ct) is { } had)
        {
            applied += had ? 1 : 0;
        }

        return applied;
    }

    /// <returns>None when nothing is due; else whether it had its effect.</returns>
    private async Task<bool?> ApplyNextAsync(CancellationToken ct)
    {
        PendingRow? row = null;
        try
        {
            return await db.InTransactionAsync<bool?>(
                async transaction =>
                {
                    row = await transaction.QuerySingleOrDefaultAsync<PendingRow>(NextSql, null, ct);
                    return row is null ? null : await ApplyAsync(transaction, row, ct);
                },
                ct);
        }
        catch (AskFirstException ask)
        {
            return await ApplyAnswerAsync(row!, ask, ct);
        }
        catch (Exception problem) when (row is not null && problem is PostgresException { IsTransient: false })
        {
            // The books refuse it: nothing of it was kept, so it is put off by itself.
            await db.InTransactionAsync(transaction => PutOffAsync(transaction, row!, new Found.Wait(null, problem.Message) { Kind = PaymentCaseKind.NotApplicable }, null, ct), ct);
            return false;
        }
    }

    private static async Task<bool> ApplyAsync(DbTransaction transaction, PendingRow row, CancellationToken ct)
    {
        CardEvent told;
        try
        {
            told = ProviderJson.ReadEvent(row.Body);
        }
        catch (FormatException problem)
        {
            await HoldAsync(transaction, row, new NewCase(PaymentCaseKind.NotUnderstood, row.EventId) { Event = row.EventId, Details = new { problem.Message } }, null, ct);
            return false;
        }

        if (told.PaymentId is { } payment)
        {
            await transaction.QueryAsync<string>(LockPaymentSql, new { payment }, ct);
        }

        switch (await LookAsync(transaction, row, told, ct))
        {
            case Found.Done done:
                await SettleAsync(transaction, row, done.Effect == "Nothing" ? "Ignored" : "Applied", done.Effect, told.PaymentId, done.Attempt, ct);
                await PaymentCases.SolvedAsync(transaction, row.EventId, ct);
                return true;
            case Found.Person person:
                await HoldAsync(transaction, row, person.Case with { Event = row.EventId }, told.PaymentId, ct);
                return false;
            case Found.Wait wait:
                await PutOffAsync(transaction, row, wait, told.PaymentId, ct);
                return false;
            case var other:
                throw new InvalidOperationException($"Nothing is known about {other}.");
        }
    }

    private static Task<Found> LookAsync(DbTransaction transaction, PendingRow row, CardEvent told, CancellationToken ct) => told switch
    {
        CardEvent.Paid paid => PaidAsync(transaction, row, paid, ct),
        CardEvent.SessionExpired expired => ExpiredAsync(transaction, expired, ct),
        CardEvent.Declined declined => DeclinedAsync(transaction, declined, ct),
        CardEvent.Refunded refunded => CardRefundBook.ApplyAsync(transaction, refunded.Refund, ct),
        CardEvent.RefundedInAll all => RefundedInAllAsync(transaction, all, ct),
        CardEvent.Disputed disputed => CardDisputeBook.ApplyAsync(transaction, disputed, row.CreatedAt, ct),
        _ => Task.FromResult<Found>(new Found.Done("Nothing", null)),
    };

    private static async Task<Found> PaidAsync(DbTransaction transaction, PendingRow row, CardEvent.Paid paid, CancellationToken ct)
    {
        if (await AttemptBook.LockAsync(transaction, paid.Attempt, paid.SessionId, paid.Payment, ct) is not { } attempt)
        {
            return new Found.Wait(paid.Payment, "No attempt of ours.");
        }

        var charge = new ChargedPayment(paid.Payment, paid.SessionId, paid.Amount, row.CreatedAt);
        return await AttemptBook.PayAsync(transaction, attempt, charge, ct) switch
        {
            PaidOutcome.Recorded => new Found.Done("PaymentRecorded", attempt.AttemptId),
            PaidOutcome.Known => new Found.Done("PaymentKnown", attempt.AttemptId),
            PaidOutcome.Differs => new Found.Person(new NewCase(PaymentCaseKind.AmountDiffers, paid.Payment) { Attempt = attempt.AttemptId, Details = new { told = paid.Amount.ToString(), asked = attempt.AmountTiyn } }),
            _ => new Found.Person(new NewCase(PaymentCaseKind.SecondPayment, paid.Payment) { Attempt = attempt.AttemptId, Details = new { told = paid.Amount.ToString(), first = attempt.PaymentId } }),
        };
    }

    private static async Task<Found> ExpiredAsync(DbTransaction transaction, CardEvent.SessionExpired expired, CancellationToken ct)
    {
        if (await AttemptBook.LockAsync(transaction, expired.Attempt, expired.SessionId, null, ct) is not { } attempt)
        {
            return new Found.Done("Nothing", null); // a page of somebody else's that nobody paid at
        }

        return new Found.Done(await AttemptBook.ExpireAsync(transaction, attempt.AttemptId, expired.SessionId, ct) ? "SessionClosed" : "SessionKnown", attempt.AttemptId);
    }

    private static async Task<Found> DeclinedAsync(DbTransaction transaction, CardEvent.Declined declined, CancellationToken ct)
    {
        if (await AttemptBook.LockAsync(transaction, declined.Attempt, null, declined.Payment, ct) is not { } attempt)
        {
            return new Found.Done("Nothing", null);
        }

        await AttemptBook.DeclineAsync(transaction, attempt.AttemptId, declined.Code, ct);
        return new Found.Done("DeclineNoted", attempt.AttemptId);
    }

    private static async Task<Found> RefundedInAllAsync(DbTransaction transaction, CardEvent.RefundedInAll all, CancellationToken ct)
    {
        if (await AttemptBook.LockAsync(transaction, null, null, all.Payment, ct) is not { } attempt)
        {
            return new Found.Wait(all.Payment, "No payment of ours.");
        }

        return await CardRefundBook.KnownAsync(transaction, attempt.AttemptId, ct) < all.Amount.Units
            ? throw new AskFirstException(all.Payment, attempt.AttemptId)
            : new Found.Done("RefundsLookedAt", attempt.AttemptId);
    }

    /// <summary>The sum says that there is a refund which nobody told us of: the provider names them all. No lock is held while it is asked.</summary>
    private async Task<bool> ApplyAnswerAsync(PendingRow row, AskFirstException ask, CancellationToken ct)
    {
        IReadOnlyList<CardRefund> refunds;
        try
        {
            refunds = await gateway.RefundsOfAsync(ask.Payment, ct);
        }
        catch (CardGatewayException problem)
        {
            await db.InTransactionAsync(transaction => PutOffAsync(transaction, row, new Found.Wait(null, problem.Message), ask.Payment, ct), ct);
            return false;
        }

        return await db.InTransactionAsync(
            async transaction =>
            {
                if (await transaction.QuerySingleOrDefaultAsync<string>(AgainSql, new { row.EventId }, ct) is null)
                {
                    return false; // another node asked too, and was first
                }

                await transaction.QueryAsync<string>(LockPaymentSql, new { payment = ask.Payment }, ct);
                foreach (var refund in refunds)
                {
                    if (await CardRefundBook.ApplyAsync(transaction, refund with { PaymentId = ask.Payment }, ct) is Found.Person person)
                    {
                        await PaymentCases.OpenAsync(transaction, person.Case with { Event = row.EventId }, ct);
                    }
                }

                await SettleAsync(transaction, row, "Applied", "RefundsLookedAt", ask.Payment, ask.Attempt, ct);
                return true;
            },
            ct);
    }

    /// <summary>Leaves the transaction, because the provider has to be asked.</summary>
    private sealed class AskFirstException(string payment, Guid attempt) : Exception("The provider has to be asked first.")
    {
        public string Payment => payment;

        public Guid Attempt => attempt;
    }

    private static async Task SettleAsync(DbTransaction transaction, PendingRow row, string state, string effect, string? payment, Guid? attempt, CancellationToken ct) =>
        await transaction.ExecuteAsync(SettleSql, new { row.EventId, state, effect, payment, attempt }, ct);

    private static async Task HoldAsync(DbTransaction transaction, PendingRow row, NewCase made, string? payment, CancellationToken ct)
    {
        await SettleAsync(transaction, row, "Held", made.Kind.ToString(), payment, made.Attempt, ct);
        await PaymentCases.OpenAsync(transaction, made, ct);
    }

    private static async Task<bool> PutOffAsync(DbTransaction transaction, PendingRow row, Found.Wait wait, string? payment, CancellationToken ct)
    {
        if (row.Attempts + 1 >= MostTries)
        {
            await HoldAsync(transaction, row, new NewCase(wait.Kind, row.EventId) { Event = row.EventId, Details = new { wait.Why, payment } }, payment, ct);
        }
        else
        {
            await transaction.ExecuteAsync(PostponeSql, new { row.EventId, waitingFor = wait.For, payment, error = wait.Why }, ct);
        }

        return false;
    }

    private sealed record PendingRow(string EventId, string Type, byte[] Body, DateTimeOffset CreatedAt, int Attempts);
}

/// <summary>What looking at one event came to.</summary>
internal abstract record Found
{
    private Found()
    {
    }

    /// <param name="Effect">The one effect it had; "Nothing" where it concerns no books.</param>
    public sealed record Done(string Effect, Guid? Attempt) : Found;

    /// <summary>Kept, not applied: a person decides.</summary>
    public sealed record Person(NewCase Case) : Found;

    /// <param name="For">The payment that is not known yet, or none.</param>
    public sealed record Wait(string? For, string Why) : Found
    {
        public PaymentCaseKind Kind { get; init; } = PaymentCaseKind.UnknownPayment;
    }
}
