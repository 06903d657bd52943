using System.Net;
using EwasteEpr.Web.Tests.Support;

namespace EwasteEpr.Web.Tests.Shared;

public sealed class LayoutTests(SiteFixture site) : IClassFixture<SiteFixture>
{
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
        Assert.Single(page.QuerySelectorAll("h1"));
    }

    [Fact]
    public async Task Assets_AreServedWithNamesThatCarryTheirContent()
    {
        var page = await site.GetPageAsync("/en");
        var addresses = page.QuerySelectorAll("link[rel=stylesheet], link[rel=preload], link[rel=icon]").Select(link => link.GetAttribute("href")!)
            .Append(page.QuerySelector("script[type=module]")!.GetAttribute("src")!);
        foreach (var address in addresses)
        {
            using var response = await site.Client.GetAsync(new Uri(address, UriKind.Relative));
            Assert.True(response.IsSuccessStatusCode, address);
            Assert.Contains("immutable", response.Headers.CacheControl!.ToString(), StringComparison.Ordinal);
        }
    }
}
