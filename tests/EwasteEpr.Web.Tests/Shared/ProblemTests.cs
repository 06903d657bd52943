using System.Net;
using System.Text.Json;
using EwasteEpr.Kernel;
using EwasteEpr.Web.Hosting;
using EwasteEpr.Web.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace EwasteEpr.Web.Tests.Shared;

public sealed class ProblemTests(ProblemTests.BrokenSite site) : IClassFixture<ProblemTests.BrokenSite>
{
    [Theory]
    [InlineData("/kk/nothing-here", HttpStatusCode.NotFound, "Мұндай бет табылмады")]
    [InlineData("/ru/test/throw", HttpStatusCode.InternalServerError, "У нас произошла ошибка")]
    [InlineData("/en/test/away", HttpStatusCode.ServiceUnavailable, "The system cannot answer right now")]
    [InlineData("/ru/test/status/403", HttpStatusCode.Forbidden, "У вас нет доступа к этой странице")]
    [InlineData("/kk/test/status/400", HttpStatusCode.BadRequest, "Бұл сұрауды түсіне алмадық")]
    [InlineData("/en/test/nul", HttpStatusCode.BadRequest, "We could not understand this request")]
    [InlineData("/en/test/status/413", HttpStatusCode.RequestEntityTooLarge, "What you sent is too large")]
    [InlineData("/en/test/status/429", HttpStatusCode.TooManyRequests, "Too many requests")]
    public async Task Page_WhenSomethingGoesWrong_SaysWhatHappenedAndWhatToDo(string path, HttpStatusCode status, string title)
    {
        var page = await site.GetPageAsync(path);
        Assert.Equal(status, page.StatusCode);
        Assert.Equal(title, page.QuerySelector("h1")!.TextContent);
        Assert.Equal(2, page.QuerySelectorAll("main h2").Length);
        Assert.Equal(32, page.QuerySelector("#reference")!.TextContent.Length);
        Assert.DoesNotContain("Exception", page.DocumentElement.OuterHtml, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/ru/test/throw")]
    [InlineData("/en/test/away")]
    [InlineData("/kk/nothing-here")]
    public async Task Page_OfAProblem_IsAsGuardedAsEveryOther(string path)
    {
        using var response = await site.Client.GetAsync(new Uri(path, UriKind.Relative));
        Assert.Contains("frame-ancestors 'none'", Assert.Single(response.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
        Assert.Equal("nosniff", Assert.Single(response.Headers.GetValues("X-Content-Type-Options")));
    }

    [Fact]
    public async Task Page_OfAProblem_KeepsTheAddressInTheLanguageLinks()
    {
        var page = await site.GetPageAsync("/kk/nothing-here?a=1");
        Assert.Equal("/ru/nothing-here?a=1", page.QuerySelector(".m-lang a[lang=ru]")!.GetAttribute("href"));
    }

    [Theory]
    [InlineData("kk", "Мұндай бет табылмады")]
    [InlineData("ru-RU", "Такой страницы нет")]
    [InlineData("en-GB", "There is no such page")]
    public async Task Api_WhenNotFound_IsAProblemInTheCallersLanguage(string language, string title)
    {
        using var response = await site.Client.SendAsync(Pages.Asking("/api/v1/nothing", language));
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
        var problem = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
        Assert.Equal(title, problem.GetProperty("title").GetString());
        Assert.Equal(404, problem.GetProperty("status").GetInt32());
        Assert.Equal("urn:ewaste-epr:problem:not-found", problem.GetProperty("type").GetString());
        Assert.Equal(32, problem.GetProperty("reference").GetString()!.Length);
    }

    [Fact]
    public async Task Api_WhenAskedTooOften_Is429WithTheTimeToWait()
    {
        HttpResponseMessage response = null!;
        for (var i = 0; i < 3; i++)
        {
            response = await site.Client.GetAsync(new Uri("/api/v1/test", UriKind.Relative));
        }

        Assert.Equal(HttpStatusCode.TooManyRequests, response.StatusCode);
        Assert.InRange(response.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
        Assert.Contains("too-many-requests", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Route_ThatForgotItsPolicy_IsClosed()
    {
        using var response = await site.Client.GetAsync(new Uri("/kk/test/forgotten", UriKind.Relative));
        Assert.False(response.IsSuccessStatusCode);
        Assert.DoesNotContain("secret", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Form_WithoutToken_IsRefusedWithASentence()
    {
        using var content = new FormUrlEncodedContent([KeyValuePair.Create("Mass", "1")]);
        using var response = await site.Client.PostAsync(new Uri("/en/style-guide", UriKind.Relative), content);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("This page is out of date", (await response.ToPageAsync()).QuerySelector("h1")!.TextContent);
    }

    [Fact]
    public async Task Form_LargerThanTheLimit_IsRefusedWithASentence()
    {
        using var content = new StringContent(new string('a', Limits.FormBytes + 1));
        content.Headers.ContentType = new("application/x-www-form-urlencoded");
        using var response = await site.Client.PostAsync(new Uri("/en/style-guide", UriKind.Relative), content);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        Assert.Equal("What you sent is too large", (await response.ToPageAsync()).QuerySelector("h1")!.TextContent);
    }

    [Theory]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("multipart/form-data; boundary=x")]
    public async Task Form_SentInChunks_LargerThanTheLimit_IsRefusedAsTooLarge_NotAsOutOfDate(string type)
    {
        var start = type.StartsWith("multipart", StringComparison.Ordinal) ? "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n" : "a=";
        using var content = new StreamContent(new MemoryStream(System.Text.Encoding.ASCII.GetBytes(start + new string('a', Limits.FormBytes + (1024 * 1024)))));
        content.Headers.TryAddWithoutValidation("Content-Type", type);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/en/style-guide", UriKind.Relative)) { Content = content, Headers = { TransferEncodingChunked = true } };
        using var response = await site.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        Assert.Equal("What you sent is too large", (await response.ToPageAsync()).QuerySelector("h1")!.TextContent);
    }

    public sealed class BrokenSite : SiteFixture
    {
        protected override IReadOnlyList<string> Settings => ["--RateLimits:ApiPublicPerMinute=2", "--Logging:LogLevel:Default=Critical"];

        protected override void Extend(WebApplication app)
        {
            app.MapGet("/{culture:culture}/test/throw", string () => throw new InvalidOperationException("a bug")).AllowAnonymous();
            app.MapGet("/{culture:culture}/test/away", string () => throw new TimeoutException("no connection")).AllowAnonymous();
            app.MapGet("/{culture:culture}/test/nul", (Db db, CancellationToken ct) => db.QuerySingleAsync<string>("select @text", new { text = "a\0b" }, ct)).AllowAnonymous();
            app.MapGet("/{culture:culture}/test/status/{code:int}", (int code) => Results.StatusCode(code)).AllowAnonymous();
            app.MapGet("/{culture:culture}/test/forgotten", () => "secret");
            app.MapGet("/api/v1/test", () => "ok").AllowAnonymous().RequireRateLimiting(Limits.ApiPublic);
        }
    }
}
