using System.Text.RegularExpressions;
using EwasteEpr.Browser.Tests.Support;
using Microsoft.Playwright;

namespace EwasteEpr.Browser.Tests.Journeys;

/// <summary>The end of J3: a transfer arrives with the bank's statement, finds its invoice or a person, and becomes a certificate that anybody verifies by its QR address.</summary>
public sealed partial class BankPaymentTests(Support.Browser browser) : IClassFixture<Support.Browser>
{
    [Theory]
    [MemberData(nameof(Walks.All), MemberType = typeof(Walks))]
    public async Task Statement_ToTheCertificate_VerifiedByAnybody(string language, int width)
    {
        await using var visit = await browser.VisitAsync(width);
        var page = visit.Page;
        await EnterAsync(page, language, "operator-preparer");
        var desk = $"/{language}/operator/payments";
        await page.GotoAsync(desk);
        await visit.AssertSoundAsync(language);

        // The statement that the page itself offers, sent as a person would, and once more: nothing changes.
        await page.GotoAsync(desk + "/import");
        await visit.AssertSoundAsync(language);
        var download = await page.RunAndWaitForDownloadAsync(() => page.Locator("a[href$='/demo-statement.txt']").ClickAsync());
        var file = await download.PathAsync();
        await SendAsync(page, file);
        await visit.AssertSoundAsync(language);
        Assert.NotEqual(0, await page.Locator("#statement-rows tbody tr").CountAsync());
        var statement = page.Url;
        await page.Locator("form:has(#statement-rows) button.govuk-button").ClickAsync();
        await page.WaitForLoadStateAsync();
        await visit.AssertSoundAsync(language);
        await page.GotoAsync(desk + "/import");
        await SendAsync(page, file);
        Assert.NotEqual(statement, page.Url);
        Assert.Equal(0, await page.Locator("a[href$='?fate=New']").CountAsync());

        await DecideAsync(visit, language, desk);

        // Whose certificate came of it: the importer sees it, a stranger verifies it.
        await EnterAsync(page, language, "importer-owner");
        await page.WaitForURLAsync("**/org/*");
        await page.GotoAsync(page.Url.TrimEnd('/') + "/certificates");
        await visit.AssertSoundAsync(language);
        await page.Locator("#certificates tbody tr th a").First.ClickAsync();
        await visit.AssertSoundAsync(language);
        var code = CodeAddress().Match(await page.ContentAsync()).Groups["code"].Value;
        var extract = await page.Locator("#documents tbody tr td a[href*='/verify/']").First.GetAttributeAsync("href");
        await page.GotoAsync(page.Url + "/pdf?page=true");
        Assert.Equal(1, await page.Locator(".m-paper-foot .m-qr svg").CountAsync());
        var address = (await page.Locator(".m-paper-address").TextContentAsync())!;
        Assert.EndsWith("/kk/verify/" + code, address, StringComparison.Ordinal);

        await using var stranger = await browser.VisitAsync(width, javaScript: width > 600);
        await stranger.Page.GotoAsync(address);
        Assert.Equal(1, await stranger.Page.Locator(".m-st--ok, .m-st").CountAsync());
        await stranger.Page.GotoAsync(extract!);
        await stranger.Page.GotoAsync($"/{language}/verify");
        await stranger.Page.FillAsync("#code", code.ToLowerInvariant().Replace("-", " ", StringComparison.Ordinal));
        await stranger.Page.Locator("form[role=search] button").First.ClickAsync();
        await stranger.Page.WaitForURLAsync("**/verify/*");
        Assert.Contains(code, await stranger.Page.ContentAsync(), StringComparison.Ordinal);
    }

    /// <summary>One click and a reason; then taken back.</summary>
    private static async Task DecideAsync(Visit visit, string language, string desk)
    {
        var page = visit.Page;
        await page.GotoAsync(desk + "/match");
        await visit.AssertSoundAsync(language);
        var before = await page.Locator(".m-groups li").CountAsync();
        Assert.NotEqual(0, before);
        await page.ClickAsync("button[value='return']"); // without a reason it is refused, and nothing is lost
        Assert.Equal(1, await page.Locator("#reason-error").CountAsync());
        await page.FillAsync("#Form_Reason", "Төлеушінің хаты бойынша");
        await page.ClickAsync("button[value='return']");
        await page.WaitForLoadStateAsync();
        await visit.AssertSoundAsync(language);
        await page.GotoAsync(desk);
        Assert.NotEqual(0, await page.Locator("#refunds tbody tr").CountAsync());
        await visit.AssertSoundAsync(language);
        await page.GotoAsync(desk + "/match");
        await page.Locator("#decided tbody tr form input[name=reason]").First.FillAsync("Қате басылды");
        await page.Locator("#decided tbody tr form button").First.ClickAsync();
        await page.WaitForURLAsync("**/match?row=*");
        Assert.Equal(before, await page.Locator(".m-groups li").CountAsync());
    }

    private static async Task SendAsync(IPage page, string file)
    {
        await page.SetInputFilesAsync("#file", file);
        await page.ClickAsync("#statement button.govuk-button");
        await page.WaitForURLAsync(StatementAddress());
    }

    private static async Task EnterAsync(IPage page, string language, string persona)
    {
        await page.GotoAsync($"/{language}/demo");
        await page.Locator($"button[name=persona][value='{persona}'], form:has(input[name=persona][value='{persona}']) button").First.ClickAsync();
        await page.WaitForLoadStateAsync();
    }

    [GeneratedRegex("verify/(?<code>[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4})", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex CodeAddress();

    [GeneratedRegex("/import/[0-9a-f-]{36}$", RegexOptions.NonBacktracking)]
    private static partial Regex StatementAddress();
}
