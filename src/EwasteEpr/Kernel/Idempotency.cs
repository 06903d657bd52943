namespace EwasteEpr.Kernel;

/// <summary>Does a thing once, however often it is asked: the answer is kept with the effect and given again for 30 days.</summary>
/// <remarks>A feature that works in one statement uses <c>app.claim_key</c> and <c>app.store_answer</c> there instead.</remarks>
public sealed class Idempotency(Db db)
{
    private const string ClaimSql = "select claim, status, answer from app.claim_key(@Principal, @Route, @Key, @BodySha256)";

    private const string StoreSql = "select app.store_answer(@Principal, @Route, @Key, @BodySha256, @status, @answer)";

    /// <summary>Runs <paramref name="work"/> in one transaction with the key, or says why not.</summary>
    /// <remarks>
    /// Work that throws leaves no trace, so the key is free again. Answers that refuse may be kept too:
    /// then the same request is refused the same way.
    /// </remarks>
    public async Task<IdempotentOutcome> RunAsync(IdempotentRequest request, Func<DbTransaction, Task<StoredAnswer>> work, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(work);
        try
        {
            return await db.InTransactionAsync(transaction => RunAsync(transaction, request, work, ct), ct);
        }
        catch (OutcomeUnknownException)
        {
            return new IdempotentOutcome.Unknown();
        }
    }

    private static async Task<IdempotentOutcome> RunAsync(DbTransaction transaction, IdempotentRequest request, Func<DbTransaction, Task<StoredAnswer>> work, CancellationToken ct)
    {
        var row = await transaction.QuerySingleAsync<ClaimRow>(ClaimSql, request, ct);
        switch (row.Claim)
        {
            case "Running":
                return new IdempotentOutcome.Running();
            case "OtherBody":
                return new IdempotentOutcome.OtherBody();
            case "Answered":
                return new IdempotentOutcome.Answered(new StoredAnswer(row.Status!.Value, row.Answer!), Again: true);
            default:
                var answer = await work(transaction);
                await transaction.ExecuteAsync(
                    StoreSql, new { request.Principal, request.Route, request.Key, request.BodySha256, status = answer.Status, answer = answer.Body }, ct);
                return new IdempotentOutcome.Answered(answer, Again: false);
        }
    }

    private const string ForgetSql = "delete from app.idempotency_keys where answered_at < app.now() - interval '30 days'";

    /// <summary>The sweep that forgets answers older than 30 days.</summary>
    public Task<int> ForgetAsync(CancellationToken ct) => db.ExecuteAsync(ForgetSql, null, ct);

    private sealed record ClaimRow(string Claim, int? Status, string? Answer);
}

/// <param name="Principal">Who asks: two principals never share a key.</param>
/// <param name="Route">What is asked, for example <c>POST /api/v1/redemptions</c>.</param>
/// <param name="Key">The client's own, 1 to 255 characters.</param>
/// <param name="BodySha256">The same key with another body is a mistake of the client.</param>
public sealed record IdempotentRequest(string Principal, string Route, string Key, byte[] BodySha256);

/// <param name="Status">An HTTP status, the one thing of the web that is kept here.</param>
/// <param name="Body">The answer's text, given again to the letter.</param>
public sealed record StoredAnswer(int Status, string Body);

public abstract record IdempotentOutcome
{
    private IdempotentOutcome()
    {
    }

    /// <summary>Done now, or done before and told again.</summary>
    public sealed record Answered(StoredAnswer Answer, bool Again) : IdempotentOutcome;

    /// <summary>The same request is being worked on at this moment.</summary>
    public sealed record Running : IdempotentOutcome;

    /// <summary>The key was used for something else.</summary>
    public sealed record OtherBody : IdempotentOutcome;

    /// <summary>The connection was lost while committing: the same key later tells what happened.</summary>
    public sealed record Unknown : IdempotentOutcome;
}
