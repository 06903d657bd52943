using EwasteEpr.Kernel;
using EwasteEpr.Ledger;
using EwasteEpr.Tests.Support;
using FsCheck;
using FsCheck.Fluent;
using Npgsql;

namespace EwasteEpr.Tests.Ledger;

public sealed class LedgerFoldingTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private const string StoredSql = "select balance from ledger.accounts where account_id = @account";

    [Fact]
    public async Task Fold_MovesTheTailAndKeepsTheBalance()
    {
        var scene = await LedgerScene.OnAsync(database);
        var merchant = await scene.DerivedAsync();
        await scene.PostAsync(await scene.DerivedAsync(), merchant, 40);
        Assert.Equal(0, await StoredAsync(merchant));
        Assert.Equal(40, await scene.BalanceAsync(merchant));
        await scene.FoldAllAsync();
        Assert.Equal(40, await StoredAsync(merchant));
        Assert.Equal(40, await scene.BalanceAsync(merchant));
        await FoldAsync();
        Assert.Equal(40, await scene.BalanceAsync(merchant));
        await database.AssertInvariantsAsync();
    }

    [Fact]
    public async Task Fold_WithALongTransactionOpen_SkipsNothing()
    {
        var scene = await LedgerScene.OnAsync(database);
        var merchant = await scene.DerivedAsync();
        var bank = await scene.DerivedAsync();
        await database.Db.InTransactionAsync(async transaction =>
        {
            await GeneralLedger.PostAsync(transaction, [Posting.OfMoney(LedgerScene.Kind, LedgerScene.NewFact(), new TransferEnds(bank, merchant), Money.FromTiyn(5))], CancellationToken.None);
            await scene.PostAsync(bank, merchant, 3); // a younger transaction that ends before us
            await FoldAsync();
            Assert.Equal(3, await scene.BalanceAsync(merchant));
            return 0;
        }, CancellationToken.None);
        Assert.Equal(8, await scene.BalanceAsync(merchant));
        await scene.FoldAllAsync();
        Assert.Equal(8, await StoredAsync(merchant));
        await database.AssertInvariantsAsync();
    }

    /// <summary>Any sequence of transfers, refused charges, reversals and folds keeps every invariant.</summary>
    [Fact]
    public async Task AnySequence_KeepsTheBooks()
    {
        var scene = await LedgerScene.OnAsync(database);
        AccountId[] accounts = [await scene.FundedAsync(500), await scene.FundedAsync(500), await scene.DerivedAsync(), await scene.DerivedAsync()];
        var steps = ArbMap.Default.ArbFor<Step[]>().Generator.Resize(25);
        foreach (var sequence in steps.Sample(12))
        {
            await PlayAsync(scene, accounts, sequence);
            await database.AssertInvariantsAsync();
        }
    }

    private async Task PlayAsync(LedgerScene scene, AccountId[] accounts, Step[] sequence)
    {
        var posted = new List<TransferId>();
        foreach (var step in sequence)
        {
            try
            {
                switch (step.What % 5)
                {
                    case 0 when posted.Count > 0:
                        await scene.ReverseAsync(posted[step.From % posted.Count]);
                        break;
                    case 1:
                        await FoldAsync();
                        break;
                    default:
                        posted.Add(await scene.PostAsync(accounts[step.From % 4], accounts[(step.From + 1 + (step.To % 3)) % 4], 1 + (step.Amount * 7)));
                        break;
                }
            }
            catch (PostgresException refusal) when (refusal.IsBalanceTooLow() || refusal.IsAlreadyReversed())
            {
                // refused, so it must have changed nothing
            }
        }
    }

    private async Task FoldAsync() => await new LedgerFolding(database.Db).FoldAsync(CancellationToken.None);

    private Task<long> StoredAsync(AccountId account) => database.Db.QuerySingleAsync<long>(StoredSql, new { account }, CancellationToken.None);

    private sealed record Step(byte What, byte From, byte To, byte Amount);
}
