using System.Text.RegularExpressions;
using EwasteEpr.Browser.Tests.Support;
using EwasteEpr.Kernel;

namespace EwasteEpr.Browser.Tests.Journeys;

/// <summary>The operator goes from a red cell to its region and its records; an inspector sees the same of their region and can change nothing.</summary>
public sealed class ReconciliationTests(Support.Browser browser) : IClassFixture<Support.Browser>
{
    // A site in Almaty that treated fridges and lost half of them to disposal: below the benchmark of 80 %.
    private const string SiteSql = """
        insert into sites (number, organisation_id, kind, name_kk, name_ru, region_kato, address, latitude, longitude)
        select 'S-' || lpad((8000 + nextval('site_numbers'))::text, 4, '0'), organisation_id, 'Recycler', 'Үлгі', 'Улги', '750000000', 'Үлгі, 5', 43.2, 76.9 from organisations where demo_code = 'recycler-1'
        returning site_id
        """;

    private const string TreatedSql = """
        select ledger.post('direct_weighed_in', 'journey', uuidv7(), 1, 'mass:1', ledger.open_account('mass_citizens', null, 'mass:1'), ledger.open_account(purpose, @site, 'mass:1'), grams)
          from (values ('mass_recycled', 5000000000), ('mass_disposed', 5000000000)) as t(purpose, grams)
        """;

    [Theory]
    [MemberData(nameof(Walks.All), MemberType = typeof(Walks))]
    public async Task Operator_OpensARedCell_AndAnInspectorReadsTheSame(string language, int width)
    {
        var db = browser.Service<Db>();
        var site = await db.QuerySingleAsync<Guid>(SiteSql, null, CancellationToken.None);
        await db.ExecuteAsync(TreatedSql, new { site }, CancellationToken.None);

        await using var visit = await browser.VisitAsync(width);
        var page = visit.Page;
        await page.GotoAsync($"/{language}/demo");
        await page.Locator("button[name=persona][value=operator-preparer]").First.ClickAsync();
        await page.GotoAsync($"/{language}/operator/reconciliation");
        await visit.AssertSoundAsync(language);
        Assert.True(await page.Locator("#matrix td.bad").CountAsync() >= 1);
        var red = page.Locator("#matrix tbody tr:has(td.bad)").First;
        await red.Locator("a[href*='/1/all']").First.PressAsync("Enter"); // by keyboard: on a phone the names of the rows stay while figures scroll under them
        await page.WaitForURLAsync(new Regex("/1/all$", RegexOptions.NonBacktracking));
        await visit.AssertSoundAsync(language);
        await page.Locator("#matrix a[href*='/1/750000000/records?measure=Disposed']").First.PressAsync("Enter");
        await page.WaitForURLAsync(new Regex("/records", RegexOptions.NonBacktracking));
        await visit.AssertSoundAsync(language);
        Assert.True(await page.Locator("#records tbody tr").CountAsync() >= 1);
        var records = new Uri(page.Url).PathAndQuery;
        var told = await page.Locator("h1").InnerTextAsync();
        foreach (var part in new[] { "rates", "sheets", "sheets/history", "obligations", "closing", "history" })
        {
            await page.GotoAsync($"/{language}/operator/reconciliation/{part}");
            await visit.AssertSoundAsync(language);
        }

        await page.GotoAsync($"/{language}/data/reconciliation");
        await visit.AssertSoundAsync(language);
        await InspectAsync(language, width, records, told);
    }

    private async Task InspectAsync(string language, int width, string records, string told)
    {
        await using var visit = await browser.VisitAsync(width);
        var page = visit.Page;
        await page.GotoAsync($"/{language}/demo");
        await page.Locator("button[name=persona][value=inspector]").First.ClickAsync();
        await page.GotoAsync($"/{language}/operator/reconciliation");
        Assert.EndsWith("/all/750000000", new Uri(page.Url).AbsolutePath, StringComparison.Ordinal); // begins with the own region
        await visit.AssertSoundAsync(language);
        Assert.Equal(0, await page.Locator("main form[method=post]").CountAsync()); // nothing to change
        await page.GotoAsync(records);
        await visit.AssertSoundAsync(language);
        Assert.Equal(told, await page.Locator("h1").InnerTextAsync());
        Assert.Equal(404, (await page.GotoAsync(records.Replace("750000000", "350000000", StringComparison.Ordinal)))!.Status);
        Assert.Equal(403, (await page.GotoAsync($"/{language}/operator/reconciliation/closing"))!.Status);
    }
}
