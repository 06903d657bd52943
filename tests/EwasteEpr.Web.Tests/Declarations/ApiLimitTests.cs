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

    [Fact]
    public async Task TheCalculator_AskedTooOften_SaysWhenToComeBack_InTheReadersLanguage()
    {
        for (var i = 0; i < 2; i++)
        {
            using var asked = await CalculateAsync();
            Assert.Equal(HttpStatusCode.OK, asked.StatusCode);
        }

        using var refused = await CalculateAsync();
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.Equal("text/html", refused.Content.Headers.ContentType!.MediaType);
        using var page = await site.Client.GetAsync(new Uri("/ru/calculator", UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
    }

    private async Task<HttpResponseMessage> CalculateAsync()
    {
        using var form = new MultipartFormDataContent { { new StringContent("hs_code;mass_kg\n8517130000;1\n"), "Table" } };
        return await site.Client.PostAsync(new Uri("/ru/calculator", UriKind.Relative), form);
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
        protected override IReadOnlyList<string> Settings => ["--RateLimits:ApiKeyPerMinute=3", "--RateLimits:CalculatorPerMinute=2", "--Jobs:Enabled=false"];
    }
}
