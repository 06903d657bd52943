using System.IO.Compression;
using System.Net;
using System.Text.Json;
using EwasteEpr.Web.Tests.Support;

namespace EwasteEpr.Web.Tests.Shared;

public sealed class LayoutTests(SiteFixture site) : IClassFixture<SiteFixture>
{
    public static TheoryData<string> PublicPages => ["", "/what-becomes-of-a-device", "/help", "/accessibility", "/privacy", "/status", "/style-guide"];

    [Theory]
    [InlineData("kk", "Негізгі мазмұнға өту")]
    [InlineData("ru", "Перейти к содержанию")]
    [InlineData("en", "Skip to main content")]
    public async Task Home_InEachLanguage_SpeaksIt(string code, string skip)
    {
        var page = await site.GetPageAsync($"/{code}");
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.Equal(code, page.DocumentElement.GetAttribute("lang"));
        Assert.Equal(skip, page.QuerySelector("a.govuk-skip-link")!.TextContent);
        Assert.Equal(["kk", "ru", "en"], page.QuerySelectorAll("link[rel=alternate][hreflang]").Select(link => link.GetAttribute("hreflang")!));
    }

    [Theory]
    [MemberData(nameof(PublicPages))]
    public async Task Page_HasOneTitleAndNothingInline_AndItsLinksLead(string path)
    {
        foreach (var code in new[] { "kk", "ru", "en" })
        {
            var page = await site.GetPageAsync($"/{code}{path}");
            Assert.Equal(HttpStatusCode.OK, page.StatusCode);
            Assert.Single(page.QuerySelectorAll("h1"));
            Assert.EndsWith(" – EwasteEpr", page.Title, StringComparison.Ordinal);
            Assert.Empty(page.QuerySelectorAll("[style], style, script:not([src]), [onclick], [onload]"));
            Assert.Empty(page.QuerySelectorAll("[id]").GroupBy(element => element.Id).Where(group => group.Count() > 1).Select(group => group.Key));
            foreach (var address in page.QuerySelectorAll("a[href^='/']").Select(link => link.GetAttribute("href")!).Distinct())
            {
                using var answer = await site.Client.GetAsync(new Uri(address, UriKind.Relative));
                Assert.True(answer.IsSuccessStatusCode, $"{page.Url} links to {address}: {answer.StatusCode}");
            }
        }
    }

    [Theory]
    [InlineData("en-GB,en;q=0.9,ru;q=0.8", null, "/en")]
    [InlineData("de,ru;q=0.5", null, "/ru")]
    [InlineData("de", null, "/kk")]
    [InlineData("en", "ru", "/ru")]
    public async Task BareAddress_GoesToTheReadersLanguage(string accepted, string? cookie, string expected)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("/", UriKind.Relative));
        request.Headers.TryAddWithoutValidation("Accept-Language", accepted);
        if (cookie is not null)
        {
            request.Headers.TryAddWithoutValidation("Cookie", "lang=" + cookie);
        }

        using var response = await site.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.Redirect, response.StatusCode);
        Assert.Equal(expected, response.Headers.Location!.ToString());
    }

    [Fact]
    public async Task LanguageLinks_KeepPathAndQuery()
    {
        var page = await site.GetPageAsync("/kk/help?q=%D3%98&n=1");
        Assert.Equal("/en/help?q=%D3%98&n=1", page.QuerySelector(".m-lang a[lang=en]")!.GetAttribute("href"));
    }

    [Fact]
    public async Task Answers_CarryTheSecurityHeaders()
    {
        using var response = await site.Client.GetAsync(new Uri("/kk", UriKind.Relative));
        var policy = response.Headers.GetValues("Content-Security-Policy").Single();
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Equal("same-origin", response.Headers.GetValues("Referrer-Policy").Single());
        Assert.True(response.Headers.Contains("Permissions-Policy"));
        Assert.False(response.Headers.Contains("Server"));
        Assert.False(response.Headers.Contains("X-Powered-By"));
    }

    [Fact]
    public async Task Assets_AreKeptForAYear_BecauseTheirNamesCarryTheirContent()
    {
        foreach (var address in await AssetsAsync("/en"))
        {
            using var response = await site.Client.GetAsync(new Uri(address, UriKind.Relative));
            Assert.True(response.IsSuccessStatusCode, address);
            Assert.Contains("immutable", response.Headers.CacheControl!.ToString(), StringComparison.Ordinal);
        }
    }

    /// <summary>Page, style sheet, script and every font that a Kazakh page loads, packed as they travel.</summary>
    [Fact]
    public async Task FirstPageOfACitizen_IsUnder100KilobytesInAll()
    {
        var total = await PackedAsync("/kk");
        foreach (var address in await AssetsAsync("/kk"))
        {
            total += await PackedAsync(address);
        }

        total += await PackedAsync(Directory.EnumerateFiles(Path.Combine(SiteFixture.WebFolder(), "wwwroot/dist/fonts"), "latin-ext.*").Select(path => "/dist/fonts/" + Path.GetFileName(path)).Single());
        Assert.InRange(total, 20_000, 100_000);
    }

    [Fact]
    public void Assets_HoldNothingOfAnotherService()
    {
        var root = Path.Combine(SiteFixture.WebFolder(), "wwwroot");
        var files = Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories).ToList();
        Assert.DoesNotContain(files, path => Path.GetFileName(path) is var name && (name.Contains("crest", StringComparison.OrdinalIgnoreCase) || name.Contains("crown", StringComparison.OrdinalIgnoreCase) || name.Contains("govuk", StringComparison.OrdinalIgnoreCase)));
        foreach (var path in files.Where(path => path.EndsWith(".css", StringComparison.Ordinal) || path.EndsWith(".js", StringComparison.Ordinal)))
        {
            Assert.DoesNotContain("GDS Transport", File.ReadAllText(path), StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("url(http", File.ReadAllText(path), StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("url(//", File.ReadAllText(path), StringComparison.OrdinalIgnoreCase);
        }
    }

    [Fact]
    public async Task Machines_LearnThatTheSiteIsReady_AndWhichVersionItIs()
    {
        Assert.Contains("Healthy", await site.Client.GetStringAsync(new Uri("/healthz/live", UriKind.Relative)), StringComparison.Ordinal);
        Assert.Contains("\"database\":\"Healthy\"", await site.Client.GetStringAsync(new Uri("/healthz/ready", UriKind.Relative)), StringComparison.Ordinal);
        Assert.False(string.IsNullOrEmpty(JsonDocument.Parse(await site.Client.GetStringAsync(new Uri("/version", UriKind.Relative))).RootElement.GetProperty("version").GetString()));
    }

    private async Task<List<string>> AssetsAsync(string path)
    {
        var page = await site.GetPageAsync(path);
        return [.. page.QuerySelectorAll("link[rel=stylesheet], link[rel=preload], link[rel=icon]").Select(link => link.GetAttribute("href")!), page.QuerySelector("script[type=module]")!.GetAttribute("src")!];
    }

    private async Task<long> PackedAsync(string address)
    {
        var bytes = await site.Client.GetByteArrayAsync(new Uri(address, UriKind.Relative));
        if (address.EndsWith(".woff2", StringComparison.Ordinal) || !address.Contains('.', StringComparison.Ordinal))
        {
            return bytes.Length; // pages travel as they are: packing them would let a listener guess the form's token
        }

        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            gzip.Write(bytes);
        }

        return packed.Length;
    }
}
