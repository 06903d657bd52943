using System.Net;
using EwasteEpr.Web.Hosting;
using EwasteEpr.Web.Tests.Support;
using Npgsql;

namespace EwasteEpr.Web.Tests.Hosting;

/// <summary>Every connection is taken: whoever comes next is told at once, and it passes by itself.</summary>
public sealed class FullPoolTests(FullPoolTests.SmallPool site) : IClassFixture<FullPoolTests.SmallPool>
{
    private static readonly Uri Page = new("/kk/rates", UriKind.Relative);

    [Fact]
    public async Task APage_WhileThePoolIsFull_Is503WithRetryAfter_AndThenWorksAgain()
    {
        using (var before = await site.Client.GetAsync(Page))
        {
            Assert.Equal(HttpStatusCode.OK, before.StatusCode);
        }

        var taken = await TakeAllAsync();
        using (var refused = await site.Client.GetAsync(Page))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
            Assert.NotNull(refused.Headers.RetryAfter);
        }

        foreach (var connection in taken)
        {
            await connection.DisposeAsync();
        }

        using var after = await site.Client.GetAsync(Page);
        Assert.Equal(HttpStatusCode.OK, after.StatusCode);
    }

    private async Task<List<NpgsqlConnection>> TakeAllAsync()
    {
        var taken = new List<NpgsqlConnection>();
        for (var i = 0; i < SmallPool.Connections; i++)
        {
            taken.Add(await site.Service<Database>().Application.OpenConnectionAsync());
        }

        return taken;
    }

    public sealed class SmallPool : SiteFixture
    {
        public const int Connections = 3;

        protected override IReadOnlyList<string> Settings => [$"--ConnectionStrings:EwasteEpr={Database.ConnectionString};Maximum Pool Size={Connections}"];
    }
}
