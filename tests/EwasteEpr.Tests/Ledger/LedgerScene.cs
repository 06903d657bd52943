using EwasteEpr.Kernel;
using EwasteEpr.Ledger;
using EwasteEpr.Tests.Support;

namespace EwasteEpr.Tests.Ledger;

/// <summary>Purposes and kinds that only tests have, and the shortest way to accounts and transfers.</summary>
internal sealed class LedgerScene(TestDatabase database)
{
    public const string Kind = "test";
    public static readonly string Category = "6";

    public static async Task<LedgerScene> OnAsync(TestDatabase database)
    {
        await database.ExecuteAsOwnerAsync("""
            insert into ledger.kinds (kind, description) values ('test', 'a transfer of a test') on conflict do nothing;
            insert into ledger.purposes (purpose, sort, description) values
              ('test_guarded', 'guarded', 'a guarded account of a test'), ('test_derived', 'derived', 'a derived account of a test') on conflict do nothing
            """);
        return new LedgerScene(database);
    }

    public Task<AccountId> GuardedAsync(long floor = 0) => OpenAsync("test_guarded", LedgerUnit.Tenge, floor);

    public Task<AccountId> DerivedAsync() => OpenAsync("test_derived", LedgerUnit.Tenge, 0);

    public Task<AccountId> OpenAsync(string purpose, LedgerUnit unit, long floor) =>
        database.Db.InTransactionAsync(
            transaction => GeneralLedger.OpenAccountAsync(transaction, new AccountKey(purpose, Guid.CreateVersion7(), unit), floor, CancellationToken.None), CancellationToken.None);

    /// <summary>A guarded account that was given something to spend.</summary>
    public async Task<AccountId> FundedAsync(long tiyn)
    {
        var account = await GuardedAsync();
        await PostAsync(await DerivedAsync(), account, tiyn);
        return account;
    }

    public Task<TransferId> PostAsync(AccountId debit, AccountId credit, long tiyn) => PostAsync(Posting.OfMoney(Kind, NewFact(), new TransferEnds(debit, credit), Money.FromTiyn(tiyn)));

    public Task<TransferId> PostAsync(Posting posting) =>
        database.Db.InTransactionAsync(async transaction => (await GeneralLedger.PostAsync(transaction, [posting], CancellationToken.None))[0], CancellationToken.None);

    public Task<TransferId> ReverseAsync(TransferId transfer) =>
        database.Db.InTransactionAsync(transaction => GeneralLedger.ReverseAsync(transaction, transfer, NewFact(), CancellationToken.None), CancellationToken.None);

    public Task<long> BalanceAsync(AccountId account) => GeneralLedger.BalanceAsync(database.Db, account, CancellationToken.None);

    /// <summary>Transactions are counted over the whole server: another test's open one may hold the fold back for a moment.</summary>
    public async Task FoldAllAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        do
        {
            await new LedgerFolding(database.Db).FoldAsync(limit.Token);
        }
        while (await database.Db.QuerySingleAsync<bool>(
            "select exists (select from ledger.transfers where transaction_id >= (select through from ledger.folding))", null, limit.Token));
    }

    public static LedgerSource NewFact() => new("test_fact", Guid.CreateVersion7());
}
