using EwasteEpr.Tests.Support;
using EwasteEpr.Web.Hosting.Verbs;

namespace EwasteEpr.Web.Tests.Hosting;

public sealed class VerifyVerbTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Fact]
    public async Task Verify_Clean_Says0AndWhatWasChecked()
    {
        var (exit, answer, problems) = await RunAsync();
        Assert.Equal(0, exit);
        Assert.Contains("holds   The accounts of each unit add up to 0 (0 rows)", answer);
        Assert.Contains("invariants hold.", answer);
        Assert.Empty(problems);
    }

    [Fact]
    public async Task Verify_Broken_Says1AndNamesTheRow()
    {
        await database.ExecuteAsOwnerAsync("insert into audit.daily_roots (day, seal_no, hash) values ('2026-01-01', 1, '')");
        var (exit, answer, _) = await RunAsync();
        await database.ExecuteAsOwnerAsync("alter table audit.daily_roots disable trigger all; delete from audit.daily_roots; alter table audit.daily_roots enable trigger all");
        Assert.Equal(1, exit);
        Assert.EndsWith("This does not hold: the published root of 2026-01-01 is not the hash of seal 1.\n", answer);
    }

    [Fact]
    public async Task Verify_OfADatabaseThatIsNotMigrated_Says2AndWhatToDo()
    {
        var empty = new TestDatabase();
        await empty.InitializeAsync();
        await empty.ExecuteAsOwnerAsync("drop schema ledger cascade");
        var (exit, _, problems) = await RunAsync(empty);
        await empty.DisposeAsync();
        Assert.Equal(2, exit);
        Assert.Contains("./run migrate", problems);
    }

    private async Task<(int Exit, string Answer, string Problems)> RunAsync(TestDatabase? other = null)
    {
        var (answer, problems) = (new StringWriter(), new StringWriter());
        var exit = await VerifyVerb.RunAsync((other ?? database).Db, answer, problems, CancellationToken.None);
        return (exit, answer.ToString(), problems.ToString());
    }
}
