using System.Globalization;
using System.Text.RegularExpressions;
using EwasteEpr.Browser.Tests.Support;
using EwasteEpr.Kernel;
using EwasteEpr.TakeBack.Demo;
using EwasteEpr.TakeBack.Intake;
using Microsoft.Playwright;

namespace EwasteEpr.Browser.Tests.Journeys;

/// <summary>J6, first part: the point seals and sends, the driver carries, the plant takes over by code, weighs in, and the mass waits for a batch.</summary>
public sealed class ConsignmentTests(Support.Browser browser) : IClassFixture<Support.Browser>
{
    private const string PointSql = """
        select p.point_id, p.organisation_id, x.person_id
          from containers c join collection_points p using (point_id) join memberships m on m.organisation_id = p.organisation_id join people x on x.person_id = m.person_id and x.demo_code = 'point-staff'
         order by c.number limit 1
        """;

    [Theory]
    [MemberData(nameof(Walks.All), MemberType = typeof(Walks))]
    public async Task SealedContainer_BecomesStock_ByTwoCodesAndAScale(string language, int width)
    {
        var point = await browser.Service<Db>().QuerySingleAsync<PointRow>(PointSql, null, CancellationToken.None);
        var place = new Workplace(point.OrganisationId, point.PointId, point.PersonId, null, null, "20-1100", new DateOnly(2100, 1, 1));
        var box = await new DemoBoxes(browser.Service<Db>(), browser.Service<DemoTakeBackTools>(), place).OpenAsync("6", 2, CancellationToken.None);

        await using var counter = await EnterAsync(language, width, "point-staff");
        await ShiftAsync(counter, language, point.PointId.Value);
        var number = await SendAsync(counter, language, box, await browser.Service<Db>().QuerySingleAsync<Guid>("select site_id from sites where demo_code = 'site-karagandy'", null, CancellationToken.None));
        var code = await CodeAsync(counter.Page);

        await using var driver = await EnterAsync(language, width, "carrier");
        await driver.Page.WaitForURLAsync(new Regex("/org/[a-z0-9]+$", RegexOptions.NonBacktracking));
        await driver.Page.GotoAsync(new Uri(driver.Page.Url).AbsolutePath + "/carrier");
        await driver.AssertSoundAsync(language);
        await driver.Page.ClickAsync($"a[href$='/carrier/{number}']");
        await driver.AssertSoundAsync(language);
        await driver.Page.FillAsync("#code", code == "111111" ? "222222" : "111111");
        await driver.Page.ClickAsync("#handover button");
        await driver.AssertSoundAsync(language); // a wrong code is told, nothing is lost
        await driver.Page.FillAsync("#code", code);
        await driver.Page.ClickAsync("#handover button");
        code = await CodeAsync(driver.Page);
        await driver.AssertSoundAsync(language);

        await using var plant = await EnterAsync(language, width, "recycler-staff");
        await plant.Page.WaitForURLAsync(new Regex("/org/[a-z0-9]+$", RegexOptions.NonBacktracking));
        var room = new Uri(plant.Page.Url).AbsolutePath;
        await plant.Page.GotoAsync(room + "/deliveries");
        await plant.AssertSoundAsync(language);
        await plant.Page.ClickAsync($"a[href$='/deliveries/{number}']");
        await plant.AssertSoundAsync(language);
        await plant.Page.FillAsync("#code", code);
        await plant.Page.ClickAsync("#handover button");
        await plant.Page.Locator($"#containers a[href*='{box.Id:D}']").ClickAsync();
        await plant.AssertSoundAsync(language);
        await WeighAsync(plant, language, box);
        await plant.AssertSoundAsync(language);
        Assert.Equal("Agreed", await browser.Service<Db>().QuerySingleAsync<string>("select state from consignments where number = @number", new { number }, CancellationToken.None));

        await plant.Page.ClickAsync("a[href$='/site-stock']");
        await plant.AssertSoundAsync(language);
        await plant.Page.GotoAsync(room + "/batches");
        await plant.AssertSoundAsync(language);
        foreach (var part in new[] { "site-entries", "tickets" })
        {
            await plant.Page.GotoAsync($"{room}/{part}");
            await plant.AssertSoundAsync(language);
        }
    }

    [Theory]
    [MemberData(nameof(Walks.All), MemberType = typeof(Walks))]
    public async Task Operator_ReadsBothSides_AndEveryState(string language, int width)
    {
        await using var desk = await EnterAsync(language, width, "operator-preparer");
        await desk.Page.GotoAsync($"/{language}/operator/consignments");
        await desk.AssertSoundAsync(language);
        await desk.Page.GotoAsync($"/{language}/operator/discrepancies?state=Open");
        await desk.AssertSoundAsync(language);
        await desk.Page.Locator("#discrepancies tbody th a").First.ClickAsync();
        await desk.AssertSoundAsync(language);
        await desk.Page.Locator("main a[href*='/operator/consignments/']").First.ClickAsync();
        await desk.AssertSoundAsync(language);
    }

    private static async Task<string> SendAsync(Visit counter, string language, DemoBox box, Guid site)
    {
        var page = counter.Page;
        await page.GotoAsync($"/{language}/point/containers/{box.Id:D}");
        await page.FillAsync("#gross", Kg(box.Net + box.Tare));
        await page.FillAsync("#sealNo", box.Id.ToString("N")[^8..]);
        await page.ClickAsync("form[action$='/seal'] button.m-save");
        await page.GotoAsync($"/{language}/point/consignments");
        await counter.AssertSoundAsync(language);
        await page.ClickAsync("a[href$='/consignments/new']");
        await counter.AssertSoundAsync(language);
        await page.CheckAsync($"input[name=Containers][value='{box.Id:D}']");
        await page.SelectOptionAsync("#Site", $"{site:D}");
        await page.SelectOptionAsync("#Carrier", new SelectOptionValue { Index = 1 });
        await page.FillAsync("#Vehicle", "000 ҮЛГІ 09");
        await page.FillAsync("#Driver", "Серік Жол");
        await page.ClickAsync("#prepare .m-save");
        await page.WaitForURLAsync(new Regex("/consignments/T-", RegexOptions.NonBacktracking));
        await counter.AssertSoundAsync(language);
        return new Uri(page.Url).AbsolutePath.Split('/')[^1];
    }

    private static async Task WeighAsync(Visit plant, string language, DemoBox box)
    {
        var page = plant.Page;
        await page.FillAsync("#Gross", Kg(box.Net + box.Tare - 3_000));
        await page.FillAsync("#Tare", Kg(box.Tare));
        await page.ClickAsync("#weigh .m-save");
        await page.Locator("#ask").WaitForAsync(); // three kilograms less: weigh again
        await plant.AssertSoundAsync(language);
        await page.FillAsync("#Gross", Kg(box.Net + box.Tare));
        await page.ClickAsync("#weigh .m-save");
        await page.WaitForURLAsync(new Regex("/deliveries/T-[0-9-]+$", RegexOptions.NonBacktracking));
    }

    private static string Kg(long grams) => (grams / 1000m).ToString("0.###", CultureInfo.InvariantCulture);

    private static async Task<string> CodeAsync(IPage page) => (await page.Locator("[data-code]").GetAttributeAsync("data-code"))!;

    private async Task<Visit> EnterAsync(string language, int width, string persona)
    {
        var visit = await browser.VisitAsync(width);
        await visit.Page.GotoAsync($"/{language}/demo");
        await visit.Page.Locator($"button[name=persona][value={persona}]").First.ClickAsync();
        await visit.Page.WaitForLoadStateAsync();
        return visit;
    }

    private static async Task ShiftAsync(Visit counter, string language, Guid point)
    {
        var page = counter.Page;
        await page.GotoAsync($"/{language}/point/shift");
        if (await page.Locator("input[name='Form.Point']").CountAsync() > 0)
        {
            await page.CheckAsync($"input[name='Form.Point'][value='{point:D}']");
            await page.FillAsync("[name='Form.Scale']", "20-1187");
            await page.FillAsync("[name='Form.Until.Day']", "30");
            await page.FillAsync("[name='Form.Until.Month']", "6");
            await page.FillAsync("[name='Form.Until.Year']", "2090");
            await page.ClickAsync("main form button.m-save");
        }
    }

    private sealed record PointRow(PointId PointId, OrganisationId OrganisationId, PersonId PersonId);
}
