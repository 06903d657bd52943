using EwasteEpr.Kernel;
using EwasteEpr.Tests.Support;

namespace EwasteEpr.Tests.Kernel;

public sealed class MigratorTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Fact]
    public async Task Run_WhenNothingChanged_RunsNothing()
    {
        var ran = await new Migrator(database.Owner).RunAsync(withDemoData: false, CancellationToken.None);
        Assert.Empty(ran);
    }

    [Fact]
    public async Task Application_WorksAsItsOwnRole()
    {
        Assert.Equal("ewaste_app", await database.Db.QuerySingleAsync<string>("select current_user", null, CancellationToken.None));
    }
}
