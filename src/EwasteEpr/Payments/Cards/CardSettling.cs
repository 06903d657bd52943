using EwasteEpr.Kernel;
using EwasteEpr.Payments.Receipts;

namespace EwasteEpr.Payments.Cards;

/// <summary>Attempts that stayed open: the provider is asked what became of them. Nothing here depends on what a process remembers.</summary>
/// <remarks>No transaction is open while the provider is asked. Its answer is applied under the attempt's lock, exactly as its events are.</remarks>
public sealed class CardSettling(Db db, ICardGateway gateway)
{
    private const int MostAtOnce = 20;

    /// <summary>A page must live half an hour from when the provider hears of it; later the attempt is given up, and nobody ever saw its address.</summary>
    private static readonly TimeSpan ShortestLife = TimeSpan.FromMinutes(35);

    // Claimed by moving the next time on: another node, or this one after a crash, takes it up again then.
    private const string ClaimSql = """
        update payment_attempts
           set next_check_at = app.now() + least(interval '30 minutes', interval '30 seconds' * power(2, least(checks, 6))), checks = checks + 1
         where attempt_id in (
            select attempt_id from payment_attempts
             where state in ('Created', 'Open') and next_check_at <= app.now()
             order by next_check_at, attempt_id
             limit @MostAtOnce
               for update skip locked)
        returning attempt_id
        """;

    /// <summary>The sweep.</summary>
    /// <returns>How many attempts were asked about.</returns>
    public async Task<int> SweepAsync(CancellationToken ct)
    {
        var asked = 0;
        while (await db.QueryAsync<Guid>(ClaimSql, new { MostAtOnce }, ct) is { Count: > 0 } claimed)
        {
            foreach (var attempt in claimed)
            {
                await AskAsync(attempt, ct);
                asked++;
            }
        }

        return asked;
    }

    private const string AttemptSql = """
        select a.attempt_id, a.state, a.amount_tiyn, a.idempotency_key, a.language, a.title, a.pay_page, a.expires_at, a.session_id,
               i.open_tiyn <> a.amount_tiyn as has_changed, a.expires_at - app.now() as left
          from payment_attempts a join invoices i using (invoice_id)
         where a.attempt_id = @attempt
        """;

    /// <summary>Asks about one attempt and applies the answer.</summary>
    public async Task<SettledAs> AskAsync(Guid attempt, CancellationToken ct)
    {
        var row = await db.QuerySingleAsync<AttemptRow>(AttemptSql, new { attempt }, ct);
        return row switch
        {
            { State: "Created", SessionId: null } => row.Left < ShortestLife ? await GiveUpAsync(attempt, ct) : await OpenAsync(attempt, ct),
            { State: "Open", SessionId: { } session } when row.HasChanged => await CallAsync(attempt, () => ExpireOrFindAsync(session, ct), ct),
            { State: "Open", SessionId: { } session } => await CallAsync(attempt, () => gateway.FindSessionAsync(session, ct), ct),
            _ => new SettledAs.Ended(),
        };
    }

    /// <summary>Asks the provider for the page of a stored attempt, under its stored key: asked again, it is the same page.</summary>
    public async Task<SettledAs> OpenAsync(Guid attempt, CancellationToken ct)
    {
        var row = await db.QuerySingleAsync<AttemptRow>(AttemptSql, new { attempt }, ct);
        if (row.SessionId is not null || row.State != "Created")
        {
            return new SettledAs.StillOpen();
        }

        var page = StartPayment.AttemptPage(row.PayPage, attempt);
        var request = new NewCardSession(attempt, row.IdempotencyKey, Money.FromTiyn(row.AmountTiyn), row.Title, row.Language, row.ExpiresAt, page, new Uri(page + "?gaveUp=true"));
        return await CallAsync(attempt, () => gateway.CreateSessionAsync(request, ct), ct);
    }

    /// <summary>Nobody shall pay there any more; what was paid meanwhile counts.</summary>
    public async Task<SettledAs> CloseAsync(Guid attempt, CancellationToken ct)
    {
        var row = await db.QuerySingleAsync<AttemptRow>(AttemptSql, new { attempt }, ct);
        if (row.State == "Created" && await OpenAsync(attempt, ct) is var opened and not SettledAs.StillOpen)
        {
            return opened;
        }

        return await db.QuerySingleOrDefaultAsync<string>("select session_id from payment_attempts where attempt_id = @attempt and state = 'Open'", new { attempt }, ct) is { } session
            ? await CallAsync(attempt, () => ExpireOrFindAsync(session, ct), ct)
            : new SettledAs.Ended();
    }

    /// <summary>A page that has ended can no longer be closed: then the provider says how it ended.</summary>
    private async Task<CardSession> ExpireOrFindAsync(string session, CancellationToken ct)
    {
        try
        {
            return await gateway.ExpireSessionAsync(session, ct);
        }
        catch (CardGatewayException problem) when (problem.IsRefusal)
        {
            return await gateway.FindSessionAsync(session, ct);
        }
    }

    private const string FailedSql = "update payment_attempts set last_error = left(@error, 500) where attempt_id = @attempt and state in ('Created', 'Open')";

    private const string RefusedSql = "update payment_attempts set state = 'Refused', last_error = left(@error, 500), settled_at = app.now() where attempt_id = @attempt and state = 'Created'";

    private async Task<SettledAs> CallAsync(Guid attempt, Func<Task<CardSession>> call, CancellationToken ct)
    {
        CardSession session;
        try
        {
            session = await call();
        }
        catch (CardGatewayException problem)
        {
            await db.ExecuteAsync(problem.IsRefusal ? RefusedSql : FailedSql, new { attempt, error = problem.Message }, ct);
            return problem.IsRefusal ? new SettledAs.Refused(problem.Code) : new SettledAs.NotAnswered();
        }

        return await db.InTransactionAsync(transaction => ApplyAsync(transaction, attempt, session, ct), ct);
    }

    private const string OpenedSql = """
        update payment_attempts
           set state = 'Open', session_id = @SessionId, url = @url, last_error = null
         where attempt_id = @attempt and state = 'Created'
        """;

    private static async Task<SettledAs> ApplyAsync(DbTransaction transaction, Guid attempt, CardSession session, CancellationToken ct)
    {
        var locked = (await AttemptBook.LockAsync(transaction, attempt, null, null, ct))!;
        if (session is { IsPaid: true, PaymentId: { } payment })
        {
            var now = await transaction.QuerySingleAsync<DateTimeOffset>("select app.now()", null, ct);
            var paid = await AttemptBook.PayAsync(transaction, locked, new ChargedPayment(payment, session.SessionId, session.Amount, now), ct);
            if (paid is PaidOutcome.Differs or PaidOutcome.Second)
            {
                await PaymentCases.OpenAsync(
                    transaction,
                    new NewCase(paid == PaidOutcome.Differs ? PaymentCaseKind.AmountDiffers : PaymentCaseKind.SecondPayment, payment) { Attempt = attempt, Details = new { told = session.Amount.ToString(), asked = locked.AmountTiyn } },
                    ct);
            }

            return new SettledAs.Ended();
        }

        if (session.State == CardSessionState.Open && session.Url is { } url)
        {
            await transaction.ExecuteAsync(OpenedSql, new { attempt, session.SessionId, url = url.AbsoluteUri }, ct);
            return new SettledAs.StillOpen();
        }

        if (session.State == CardSessionState.Expired)
        {
            await AttemptBook.ExpireAsync(transaction, attempt, session.SessionId, ct);
            return new SettledAs.Ended();
        }

        return new SettledAs.StillOpen(); // completed, and the money is still on its way
    }

    private Task<SettledAs> GiveUpAsync(Guid attempt, CancellationToken ct) => db.InTransactionAsync<SettledAs>(
        async transaction =>
        {
            await AttemptBook.LockAsync(transaction, attempt, null, null, ct);
            await AttemptBook.ExpireAsync(transaction, attempt, null, ct);
            return new SettledAs.Ended();
        },
        ct);

    private sealed record AttemptRow(
        Guid AttemptId, string State, long AmountTiyn, string IdempotencyKey, string Language, string Title, string PayPage, DateTimeOffset ExpiresAt, string? SessionId, bool HasChanged, TimeSpan Left);
}

/// <summary>What the provider's answer made of an attempt.</summary>
public abstract record SettledAs
{
    private SettledAs()
    {
    }

    public sealed record StillOpen : SettledAs;

    /// <summary>Paid, expired, or held for a person.</summary>
    public sealed record Ended : SettledAs;

    public sealed record Refused(string Code) : SettledAs;

    /// <summary>Nobody knows; it is asked again later.</summary>
    public sealed record NotAnswered : SettledAs;
}
