using System.Text.Json;
using EwasteEpr.Kernel;

namespace EwasteEpr.Ledger;

/// <summary>Accounts and transfers from C#. A feature that posts inside its own statement calls <c>ledger.post</c> there instead.</summary>
public static class GeneralLedger
{
    private const string OpenSql = "select ledger.open_account(@purpose, @ownerId, @unit, @floor)";

    /// <summary>Opens the account, or finds it: the same purpose, owner and unit is the same account.</summary>
    /// <param name="key">What the account is for, whose, in what.</param>
    /// <param name="floor">The lowest balance of a guarded account, in tiyn or grams; a derived account has none.</param>
    public static Task<AccountId> OpenAccountAsync(DbTransaction transaction, AccountKey key, long floor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        ArgumentNullException.ThrowIfNull(key);
        return transaction.QuerySingleAsync<AccountId>(OpenSql, new { purpose = key.Purpose, ownerId = key.OwnerId, unit = key.Unit.Code, floor }, ct);
    }

    private const string PostSql = "select ledger.post_all(@postings::jsonb)";

    /// <summary>Posts all or none, in one round trip. Guarded accounts are taken in one order, so two postings never wait in a circle.</summary>
    /// <exception cref="Npgsql.PostgresException">A rule of the ledger refused: see <see cref="LedgerRefusals"/>; the transaction is over.</exception>
    public static Task<IReadOnlyList<TransferId>> PostAsync(DbTransaction transaction, IReadOnlyList<Posting> postings, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        ArgumentNullException.ThrowIfNull(postings);
        var rows = postings.Select(posting => new
        {
            kind = posting.Kind,
            source_type = posting.Source.Type,
            source_id = posting.Source.Id,
            leg = posting.Source.Leg,
            unit = posting.Unit.Code,
            debit = posting.Between.Debit.Value,
            credit = posting.Between.Credit.Value,
            amount = posting.Amount,
        });
        return transaction.QueryAsync<TransferId>(PostSql, new { postings = JsonSerializer.Serialize(rows) }, ct);
    }

    private const string ReverseSql = "select ledger.reverse(@transferId, @sourceType, @sourceId, @leg)";

    /// <summary>Takes one transfer back by its mirror. <paramref name="source"/> is the new fact (the void, the annulment), not the old one.</summary>
    public static Task<TransferId> ReverseAsync(DbTransaction transaction, TransferId transferId, LedgerSource source, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        return transaction.QuerySingleAsync<TransferId>(
            ReverseSql, new { transferId, sourceType = source.Type, sourceId = source.Id, leg = (int)source.Leg }, ct);
    }

    private const string BalanceSql = "select ledger.balance(@accountId)";

    /// <summary>Credits minus debits, in tiyn or grams, with everything that is committed.</summary>
    /// <exception cref="InvalidOperationException">There is no such account: nothing is not zero.</exception>
    public static async Task<long> BalanceAsync(Db db, AccountId accountId, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(db);
        return await db.QuerySingleAsync<long?>(BalanceSql, new { accountId }, ct) ?? throw new InvalidOperationException($"No account {accountId}.");
    }
}

/// <param name="Purpose">A row of <c>ledger.purposes</c>; it decides whether the balance is guarded or derived.</param>
/// <param name="OwnerId">The campaign, organisation, lot or batch the account belongs to, or none for the platform's own.</param>
/// <param name="Unit">What is counted.</param>
public sealed record AccountKey(string Purpose, Guid? OwnerId, LedgerUnit Unit);
