using EwasteEpr.Kernel;
using EwasteEpr.Tests.Support;
using EwasteEpr.Verification;

namespace EwasteEpr.Tests.Ledger;

/// <summary>A dump carries transaction ids of another server, far ahead of this one's.</summary>
public sealed class LedgerRestoreTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Fact]
    public async Task Start_AfterARestoreFromADump_RebasesAndLosesNothing()
    {
        var scene = await LedgerScene.OnAsync(database);
        var merchant = await scene.DerivedAsync();
        await scene.PostAsync(await scene.DerivedAsync(), merchant, 40);
        await database.ExecuteAsOwnerAsync("""
            select ledger.fold();
            alter table ledger.transfers disable trigger append_only;
            update ledger.transfers set transaction_id = '9000000000';
            alter table ledger.transfers enable trigger append_only;
            update ledger.folding set through = '9000000001'
            """);
        var told = (await new Verifier(database.Db).RunAsync(CancellationToken.None)).Single(finding => finding.FirstBroken?.Contains("restored from a dump") == true);
        Assert.Equal("Balances are folded only up to the present", told.Invariant);
        await new Migrator(database.Owner).RunAsync(withDemoData: false, CancellationToken.None);
        await scene.PostAsync(await scene.DerivedAsync(), merchant, 2);
        Assert.Equal(42, await scene.BalanceAsync(merchant));
        await database.Db.QuerySingleAsync<long>("select ledger.fold()", null, CancellationToken.None);
        Assert.Equal(42, await scene.BalanceAsync(merchant));
        await database.AssertInvariantsAsync();
    }
}
