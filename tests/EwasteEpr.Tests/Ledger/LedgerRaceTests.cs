using EwasteEpr.Kernel;
using EwasteEpr.Ledger;
using EwasteEpr.Tests.Support;
using Npgsql;

namespace EwasteEpr.Tests.Ledger;

public sealed class LedgerRaceTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Fact]
    public async Task Post_TwentyFiveCharges70Against100_ExactlyOneWins()
    {
        var scene = await LedgerScene.OnAsync(database);
        for (var round = 0; round < 4; round++)
        {
            var budget = await scene.FundedAsync(100);
            var merchant = await scene.DerivedAsync();
            var won = await Task.WhenAll(Enumerable.Range(0, 25).Select(_ => TryAsync(() => scene.PostAsync(budget, merchant, 70), LedgerRefusals.IsBalanceTooLow)));
            Assert.Single(won, true);
            Assert.Equal(30, await scene.BalanceAsync(budget));
            Assert.Equal(70, await scene.BalanceAsync(merchant));
        }

        await database.AssertInvariantsAsync();
    }

    [Fact]
    public async Task Post_TheSameFactTwentyFiveTimes_ExactlyOneWins()
    {
        var scene = await LedgerScene.OnAsync(database);
        var posting = Posting.OfMoney(LedgerScene.Kind, LedgerScene.NewFact(), new TransferEnds(await scene.FundedAsync(1_000), await scene.DerivedAsync()), Money.FromTiyn(7));
        var won = await Task.WhenAll(Enumerable.Range(0, 25).Select(_ => TryAsync(() => scene.PostAsync(posting), LedgerRefusals.IsAlreadyPosted)));
        Assert.Single(won, true);
        Assert.Equal(993, await scene.BalanceAsync(posting.Between.Debit));
    }

    [Fact]
    public async Task Reverse_TwentyFiveTimes_ExactlyOneWins()
    {
        var scene = await LedgerScene.OnAsync(database);
        var transfer = await scene.PostAsync(await scene.FundedAsync(10), await scene.DerivedAsync(), 10);
        var won = await Task.WhenAll(Enumerable.Range(0, 25).Select(_ => TryAsync(() => scene.ReverseAsync(transfer), LedgerRefusals.IsAlreadyReversed)));
        Assert.Single(won, true);
        await database.AssertInvariantsAsync();
    }

    [Fact]
    public async Task Post_ManyGuardedAccountsInOppositeOrder_NobodyWaitsInACircle()
    {
        var scene = await LedgerScene.OnAsync(database);
        AccountId[] accounts = [await scene.FundedAsync(10_000), await scene.FundedAsync(10_000), await scene.FundedAsync(10_000)];
        await Task.WhenAll(Enumerable.Range(0, 16).Select(async n =>
        {
            var order = n % 2 == 0 ? accounts : accounts.Reverse().ToArray();
            var postings = Enumerable.Range(0, 3).Select(i =>
                Posting.OfMoney(LedgerScene.Kind, LedgerScene.NewFact(), new TransferEnds(order[i], order[(i + 1) % 3]), Money.FromTiyn(n + 1))).ToList();
            await database.Db.InTransactionAsync(transaction => GeneralLedger.PostAsync(transaction, postings, CancellationToken.None), CancellationToken.None);
        }));
        Assert.Equal(30_000, await scene.BalanceAsync(accounts[0]) + await scene.BalanceAsync(accounts[1]) + await scene.BalanceAsync(accounts[2]));
        await database.AssertInvariantsAsync();
    }

    private static async Task<bool> TryAsync(Func<Task> act, Func<PostgresException, bool> expected)
    {
        try
        {
            await act();
            return true;
        }
        catch (PostgresException problem) when (expected(problem))
        {
            return false;
        }
    }
}
