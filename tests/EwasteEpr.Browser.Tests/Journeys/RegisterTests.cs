using System.Text.RegularExpressions;
using EwasteEpr.Browser.Tests.Support;
using EwasteEpr.Kernel;

namespace EwasteEpr.Browser.Tests.Journeys;

/// <summary>A visitor without an account asks about a supplier, reads the registers, follows the fee's money and checks a paper.</summary>
public sealed class RegisterTests(Support.Browser browser) : IClassFixture<Support.Browser>
{
    [Theory]
    [MemberData(nameof(Walks.All), MemberType = typeof(Walks))]
    public async Task Visitor_FindsASupplier_AndFollowsTheMoney(string language, int width)
    {
        await using var visit = await browser.VisitAsync(width);
        var page = visit.Page;
        await page.GotoAsync($"/{language}");
        await page.Locator($"main a[href='/{language}/register/check']").ClickAsync();
        await visit.AssertSoundAsync(language);
        await page.Locator("textarea").FillAsync("141340944624\n240140000203\n14134094462");
        await page.Locator("#check button").First.ClickAsync();
        await page.Locator("#answers").WaitForAsync();
        await visit.AssertSoundAsync(language);
        Assert.Equal(3, await page.Locator("#answers tbody tr").CountAsync());
        Assert.DoesNotContain("141340944624", page.Url, StringComparison.Ordinal);
        await page.Locator("#answers tbody a").First.ClickAsync();
        await page.WaitForURLAsync(new Regex("/register/o/", RegexOptions.NonBacktracking));
        await visit.AssertSoundAsync(language);
        Assert.True(await page.Locator("img.m-badge").EvaluateAsync<bool>("image => image.complete && image.naturalWidth > 0"));
        foreach (var path in new[] { "register", "register?kind=recycler", "register?q=zzz", "data", "data/sets/reconciliation", "data/reconciliation", "data/fee-money", "data/one-gram-one-payer", "data/audit-roots", "data/impact", "verify" })
        {
            Assert.Equal(200, (await page.GotoAsync($"/{language}/{path}"))!.Status);
            await visit.AssertSoundAsync(language);
        }

        await CheckAPaperAsync(visit, language);
    }

    private async Task CheckAPaperAsync(Visit visit, string language)
    {
        var paper = await browser.Service<Db>().QuerySingleAsync<PaperRow>("select number, amount_tiyn as tiyn from invoices order by number limit 1", null, CancellationToken.None);
        await visit.Page.Locator("#number").FillAsync(paper.Number);
        await visit.Page.Locator("#figure").FillAsync(Money.FromTiyn(paper.Tiyn).Amount.ToString(System.Globalization.CultureInfo.InvariantCulture));
        await visit.Page.Locator("form[action$='/verify/paper'] button").ClickAsync();
        await visit.Page.WaitForURLAsync(new Regex("/verify/paper", RegexOptions.NonBacktracking));
        await visit.AssertSoundAsync(language);
        Assert.Contains(paper.Number, await visit.Page.Locator("h1").InnerTextAsync(), StringComparison.Ordinal);
    }

    private sealed record PaperRow(string Number, long Tiyn);
}
