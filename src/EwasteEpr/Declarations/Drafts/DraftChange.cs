using EwasteEpr.Kernel;

namespace EwasteEpr.Declarations.Drafts;

/// <summary>One change of a draft: the row is locked and its revision moved, the work is done, all of it is kept or none.</summary>
internal static class DraftChange
{
    /// <param name="work">Answers the outcome and whether to keep what was written.</param>
    public static async Task<TOutcome> RunAsync<TOutcome>(
        Db db,
        DeclarationKey key,
        Actor actor,
        Func<DbTransaction, Draft, Task<(TOutcome Outcome, bool Keep)>> work,
        Func<DraftRefusal, TOutcome> refuse,
        CancellationToken ct)
        where TOutcome : class
    {
        try
        {
            return await db.InTransactionAsync(
                async transaction =>
                {
                    var (draft, refusal) = await DraftLock.TakeAsync(transaction, key, actor, ct);
                    if (draft is null)
                    {
                        return refuse(refusal!);
                    }

                    var (outcome, keep) = await work(transaction, draft);
                    return keep ? outcome : throw new NothingChangedException(outcome);
                },
                ct);
        }
        catch (NothingChangedException nothing)
        {
            return (TOutcome)nothing.Outcome;
        }
    }

    /// <summary>Rolls the transaction back and carries the outcome out of it: a refused change must not move the revision.</summary>
    private sealed class NothingChangedException(object outcome) : Exception("Nothing was changed.")
    {
        public object Outcome => outcome;
    }
}
