using System.Net;
using EwasteEpr.Web.Tests.Organisations;
using EwasteEpr.Web.Tests.Support;

namespace EwasteEpr.Web.Tests.Integrations;

public sealed class WebhookPagesTests(DemoSite site) : IClassFixture<DemoSite>
{
    private string Home => $"/en/org/{site.Slug("importer-1")}/webhooks";

    [Fact]
    public async Task Webhook_IsAdded_ShowsItsSecretOnce_AndIsTriedStoppedAndRemoved()
    {
        using var developer = await site.MemberAsync("importer-1", "developer");
        using var added = await AddAsync(developer, "https://hooks.example.kz/page", "invoice.paid");
        var shown = await added.ToPageAsync();
        var secret = shown.QuerySelector("#secret")!.TextContent;
        Assert.StartsWith("whs_", secret, StringComparison.Ordinal);
        var path = shown.QuerySelector("main a.govuk-button")!.GetAttribute("href")!;

        var page = await developer.GetPageAsync(path);
        Assert.Contains("https://hooks.example.kz/page", DemoSite.TextOf(page), StringComparison.Ordinal);
        Assert.DoesNotContain(secret, DemoSite.TextOf(page), StringComparison.Ordinal);
        Assert.Contains("invoice paid", DemoSite.TextOf(page), StringComparison.Ordinal);

        Assert.Contains("The trial is queued", await DoAsync(developer, path, "trial"), StringComparison.Ordinal);
        Assert.Contains("No trial was sent", await DoAsync(developer, path, "trial"), StringComparison.Ordinal);
        Assert.Contains("Sending is stopped", await DoAsync(developer, path, "stop"), StringComparison.Ordinal);
        Assert.Contains("Sending goes on", await DoAsync(developer, path, "resume"), StringComparison.Ordinal);

        using var rotated = await developer.SubmitAsync(await developer.GetPageAsync(path), "main form[action$='/secret']", None);
        var next = (await rotated.ToPageAsync()).QuerySelector("#secret")!.TextContent;
        Assert.NotEqual(secret, next);
        Assert.Contains("the one before is valid until", DemoSite.TextOf(await developer.GetPageAsync(path)), StringComparison.Ordinal);

        Assert.Contains("The address is removed", await DoAsync(developer, path, "remove"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await developer.GetPageAsync(path)).StatusCode);
    }

    [Theory]
    [InlineData("http://hooks.example.kz/", "must begin with https")]
    [InlineData("https://10.0.0.1/", "not in the public internet")]
    [InlineData("https://hooks.example.kz:22/", "443 and 8443 only")]
    [InlineData("", "Enter the address")]
    public async Task Address_ThatIsRefused_SaysWhy_AndKeepsWhatWasTyped(string url, string expected)
    {
        using var developer = await site.MemberAsync("importer-1", "developer");
        using var answer = await AddAsync(developer, url, "invoice.paid");
        var page = await answer.ToPageAsync();
        Assert.Contains(expected, DemoSite.TextOf(page), StringComparison.Ordinal);
        Assert.Equal(url, page.QuerySelector("#Url")!.GetAttribute("value") ?? "");
    }

    [Fact]
    public async Task Webhook_OfAnotherOrganisation_IsNotFound()
    {
        using var developer = await site.MemberAsync("importer-1", "developer");
        using var added = await AddAsync(developer, "https://hooks.example.kz/other", "invoice.paid");
        var path = (await added.ToPageAsync()).QuerySelector("main a.govuk-button")!.GetAttribute("href")!;
        using var stranger = await site.MemberAsync("importer-2", "developer");
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.GetPageAsync(path)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.GetPageAsync(path.Replace(site.Slug("importer-1"), site.Slug("importer-2"), StringComparison.Ordinal))).StatusCode);
        using var preparer = await site.MemberAsync("importer-1", "preparer");
        Assert.Equal(HttpStatusCode.Forbidden, (await preparer.GetPageAsync(path)).StatusCode);
    }

    private static Dictionary<string, string> None => new(StringComparer.Ordinal);

    private async Task<HttpResponseMessage> AddAsync(HttpClient browser, string url, string happened) =>
        await browser.SubmitAsync(await browser.GetPageAsync(Home), "main form", new Dictionary<string, string>(StringComparer.Ordinal) { ["Url"] = url, ["Events"] = happened });

    private static async Task<string> DoAsync(HttpClient browser, string path, string action)
    {
        using var done = await browser.SubmitAsync(await browser.GetPageAsync(path), $"main form[action$='/{action}']", None);
        Assert.Equal(HttpStatusCode.Redirect, done.StatusCode);
        return DemoSite.TextOf(await browser.GetPageAsync(done.Headers.Location!.OriginalString));
    }
}
