using EwasteEpr.Kernel;
using EwasteEpr.Tests.Support;

namespace EwasteEpr.Tests.Kernel;

public sealed class JobHealthTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Fact]
    public async Task Run_ThatFails_IsRememberedAndThrownOnUntilOneSucceeds()
    {
        var health = new JobHealth(database.Db);
        for (var i = 0; i < 2; i++)
        {
            var thrown = await Assert.ThrowsAsync<InvalidOperationException>(() => health.RunAsync("shaky", _ => throw new InvalidOperationException("no wire"), CancellationToken.None));
            Assert.Equal("no wire", thrown.Message);
        }

        var failed = Assert.Single(await health.ListAsync(CancellationToken.None), job => job.Job == "shaky");
        Assert.Equal((2L, 2, "no wire", null), (failed.Runs, failed.FailuresInARow, failed.LastError, failed.LastSucceededAt));

        await health.RunAsync("shaky", _ => Task.CompletedTask, CancellationToken.None);
        var well = Assert.Single(await health.ListAsync(CancellationToken.None), job => job.Job == "shaky");
        Assert.Equal((3L, 0, null), (well.Runs, well.FailuresInARow, well.LastError));
        Assert.NotNull(well.LastSucceededAt);
    }
}
