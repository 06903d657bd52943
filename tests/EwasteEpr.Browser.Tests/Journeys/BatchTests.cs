using System.Text.RegularExpressions;
using EwasteEpr.Browser.Tests.Support;
using EwasteEpr.Kernel;

namespace EwasteEpr.Browser.Tests.Journeys;

/// <summary>J6, second part: stock into a batch, fractions, the balance closes to the gram, and the buyer confirms without an account.</summary>
public sealed class BatchTests(Support.Browser browser) : IClassFixture<Support.Browser>
{
    [Theory]
    [MemberData(nameof(Walks.All), MemberType = typeof(Walks))]
    public async Task Recycler_TreatsABatch_AndTheBuyerConfirms(string language, int width)
    {
        await using var visit = await browser.VisitAsync(width);
        var page = visit.Page;
        await page.GotoAsync($"/{language}/demo");
        await page.Locator("button[name=persona][value=recycler-staff]").First.ClickAsync();
        await page.WaitForURLAsync(new Regex("/org/[a-z0-9]+$", RegexOptions.NonBacktracking));
        var root = new Uri(page.Url).AbsolutePath;
        await page.GotoAsync($"{root}/batches");
        await visit.AssertSoundAsync(language);
        if (!await page.Locator("#new-batch").IsVisibleAsync())
        {
            await page.Locator("details:has(#new-batch) > summary").ClickAsync();
        }

        // The plant, not the shop: a site without stock shows no form to charge from.
        var plant = await browser.Service<Db>().QuerySingleAsync<string>("select number from sites where demo_code = 'site-karagandy'", null, CancellationToken.None);
        await page.Locator("#new-batch select").First.SelectOptionAsync($"{plant}:5");
        await page.Locator("#new-batch button").Last.ClickAsync();
        await page.WaitForURLAsync(new Regex("/batches/B-", RegexOptions.NonBacktracking));
        var batch = new Uri(page.Url).AbsolutePath;
        await page.FillAsync("#kg", "3");
        await page.Locator("#charge button").ClickAsync();
        await page.WaitForURLAsync(new Regex("done=Charged", RegexOptions.NonBacktracking));
        await page.Locator("#Rows_0__Fraction").SelectOptionAsync("ferrous");
        await page.FillAsync("#Rows_0__Kg", "2.9");
        await page.FillAsync("#Rows_0__Destination", "Теміртау");
        await page.FillAsync("#Rows_0__Country", "KZ");
        Assert.Contains("100", await page.Locator("#missing").TextContentAsync(), StringComparison.Ordinal); // while typing
        await page.FillAsync("#Difference", "0.05");
        await page.FillAsync("#Loss", "0.05");
        await page.FillAsync("#LossReason", "Шаң");
        Assert.Equal(await page.Locator("#missing").GetAttributeAsync("data-closes"), await page.Locator("#missing").TextContentAsync());
        await page.CheckAsync("#Signed");
        await visit.AssertSoundAsync(language);
        await page.ClickAsync("#close");
        await page.WaitForURLAsync(new Regex("done=Closed", RegexOptions.NonBacktracking));
        await visit.AssertSoundAsync(language);
        Assert.Equal(1, await page.Locator(".m-bal > svg").CountAsync());

        await page.GotoAsync($"{root}/fractions");
        await visit.AssertSoundAsync(language);
        await page.Locator($"tr:has(a[href='{batch}']) a[href$='/ship']").ClickAsync();
        await visit.AssertSoundAsync(language);
        await page.Locator("#ship button").Last.ClickAsync();
        await page.WaitForURLAsync(new Regex("/fractions/F-", RegexOptions.NonBacktracking));
        await visit.AssertSoundAsync(language);
        var token = new Uri((await page.Locator(".m-ticket a").TextContentAsync())!).AbsolutePath;

        await using var buyer = await browser.VisitAsync(width);
        await buyer.Page.GotoAsync($"/{language}{token}");
        await buyer.AssertSoundAsync(language);
        await buyer.Page.FillAsync("[name='Form.Name']", "Ахметов Н.");
        await buyer.Page.Locator("#confirm button").Last.ClickAsync();
        await buyer.Page.WaitForURLAsync(new Regex("done=true", RegexOptions.NonBacktracking));
        await buyer.AssertSoundAsync(language);
        await page.GotoAsync(batch);
        Assert.Equal(1, await page.Locator("#outputs-table tbody tr").First.Locator(".m-st--ok").CountAsync());
        await page.GotoAsync($"{root}/balance");
        await visit.AssertSoundAsync(language);
    }
}
