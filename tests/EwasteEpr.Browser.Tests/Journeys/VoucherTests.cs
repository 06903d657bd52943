using System.Text.RegularExpressions;
using EwasteEpr.Browser.Tests.Support;
using EwasteEpr.Kernel;
using EwasteEpr.Vouchers.Merchants;

namespace EwasteEpr.Browser.Tests.Journeys;

/// <summary>J2: the citizen's voucher is typed at a till; a second try says when and where; the settlement is there the next day.</summary>
public sealed class VoucherTests(Support.Browser browser) : IClassFixture<Support.Browser>
{
    [Theory]
    [MemberData(nameof(Walks.All), MemberType = typeof(Walks))]
    public async Task Merchant_RedeemsATypedCode_AndIsSettledTheNextDay(string language, int width)
    {
        await using var citizen = await browser.VisitAsync(width);
        await citizen.Page.GotoAsync($"/{language}/demo/vouchers");
        await citizen.AssertSoundAsync(language);
        var row = citizen.Page.Locator("#vouchers tbody tr").First;
        var code = (await row.Locator("a").TextContentAsync())!.Trim();
        var pin = (await row.Locator("td").First.TextContentAsync())!.Trim();
        await row.Locator("a").ClickAsync();
        await citizen.Page.FillAsync("#Pin", pin);
        await citizen.Page.Locator("main form button").ClickAsync();
        await citizen.Page.WaitForSelectorAsync("[data-live] svg");
        await citizen.AssertSoundAsync(language);

        await using var visit = await browser.VisitAsync(width);
        var page = visit.Page;
        await page.GotoAsync($"/{language}/demo");
        await page.Locator("button[name=persona][value=second-cashier]").ClickAsync();
        await page.GotoAsync($"/{language}/merchant/redeem");
        await visit.AssertSoundAsync(language);
        await TypeAsync(page, code);
        await visit.AssertSoundAsync(language);
        await page.FillAsync("#Pin", pin);
        await page.FillAsync("#Receipt", "20418853");
        await page.Locator("#redeem button.m-bigbutton").ClickAsync();
        await page.WaitForURLAsync(new Regex("/merchant/done/", RegexOptions.NonBacktracking));
        await visit.AssertSoundAsync(language);
        var compare = (await page.Locator(".m-compare").TextContentAsync())!.Trim();
        await citizen.Page.ReloadAsync();
        Assert.Equal(compare, (await citizen.Page.Locator(".m-compare").TextContentAsync())!.Trim());

        await page.GotoAsync($"/{language}/merchant/redeem");
        await TypeAsync(page, code);
        await visit.AssertSoundAsync(language, expectsConsoleErrors: true); // the browser notes the refusal's status
        Assert.Equal(1, await page.Locator(".m-res--no").CountAsync());
        Assert.Contains("Темір Тас Маркет", await page.Locator("main").TextContentAsync());

        await SettleAsync();
        var slug = new Regex("/org/(?<slug>[0-9a-z]+)/", RegexOptions.NonBacktracking).Match(page.Url).Groups["slug"].Value;
        await page.GotoAsync($"/{language}/org/{slug}/merchant/settlements");
        await page.Locator("#settlements tbody a").First.ClickAsync();
        await visit.AssertSoundAsync(language, expectsConsoleErrors: true);
        Assert.Contains("20418853", await page.Locator("#redemptions").TextContentAsync());
    }

    private static async Task TypeAsync(Microsoft.Playwright.IPage page, string code)
    {
        await page.FillAsync("#Code", code);
        await page.Locator("#redeem button.m-bigbutton").ClickAsync();
        await page.WaitForLoadStateAsync();
    }

    /// <summary>The night passes: what was redeemed lies a day back, and a day that was settled before makes room.</summary>
    private async Task SettleAsync()
    {
        var db = browser.Service<Db>();
        await db.ExecuteAsync("update settlements s set day = (select min(m.day) from settlements m where m.merchant_id = s.merchant_id) - 1 where s.day = app.today() - 1", null, CancellationToken.None);
        await db.ExecuteAsync("update redemptions set redeemed_at = redeemed_at - interval '1 day' where settlement_id is null", null, CancellationToken.None);
        await browser.Service<SettlementService>().SettleAsync(CancellationToken.None);
    }
}
