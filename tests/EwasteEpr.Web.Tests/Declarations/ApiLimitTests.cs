using System.Net;
using System.Net.Http.Headers;
using EwasteEpr.Web.Tests.Support;

namespace EwasteEpr.Web.Tests.Declarations;

/// <summary>So many requests a minute for each key, and the refusal says how long to wait.</summary>
public sealed class ApiLimitTests(ApiLimitTests.TightSite site) : IClassFixture<ApiLimitTests.TightSite>
{
    [Fact]
    public async Task AKey_ThatAsksTooOften_IsToldToWait_AndAnotherKeyIsNot()
    {
        using var busy = Machine("ewk_busy");
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(HttpStatusCode.Unauthorized, (await AskAsync(busy)).StatusCode);
        }

        var refused = await AskAsync(busy);
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.Equal("application/problem+json", refused.Content.Headers.ContentType!.MediaType);
        Assert.True(refused.Headers.RetryAfter!.Delta > TimeSpan.Zero);
        using var calm = Machine("ewk_calm");
        Assert.Equal(HttpStatusCode.Unauthorized, (await AskAsync(calm)).StatusCode);
    }

    private HttpClient Machine(string key)
    {
        var machine = site.NewClient();
        machine.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return machine;
    }

    private static Task<HttpResponseMessage> AskAsync(HttpClient machine) => machine.GetAsync(new Uri("/api/v1/declarations/D-2026-000001", UriKind.Relative));

    public sealed class TightSite : SiteFixture
    {
        protected override IReadOnlyList<string> Settings => ["--RateLimits:ApiKeyPerMinute=3", "--Jobs:Enabled=false"];
    }
}
