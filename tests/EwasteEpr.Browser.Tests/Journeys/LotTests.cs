using System.Text.RegularExpressions;
using EwasteEpr.Browser.Tests.Support;
using EwasteEpr.Consignments.Custody;
using EwasteEpr.Consignments.WeighIns;
using EwasteEpr.Kernel;
using Microsoft.Playwright;

namespace EwasteEpr.Browser.Tests.Journeys;

/// <summary>J7: a lot is offered, two recyclers make sealed offers, the better wins, takes over, and is settled by what the scale says.</summary>
public sealed class LotTests(Support.Browser browser) : IClassFixture<Support.Browser>
{
    [Theory]
    [MemberData(nameof(Walks.All), MemberType = typeof(Walks))]
    public async Task Lot_GoesFromTwoSealedOffers_ToASettlementByWeighedMass(string language, int width)
    {
        var lot = await NewLotAsync();
        await OfferAsync(language, width, "recycler-head", lot, "-36500");
        await OfferAsync(language, width, "recycler-2-head", lot, "-34000");

        await using var approver = await EnterAsync(language, width, "operator-approver");
        var desk = $"/{language}/operator/lots/{lot}";
        await approver.Page.GotoAsync(desk);
        await approver.AssertSoundAsync(language);
        Assert.DoesNotContain("34 000", await approver.Page.Locator("#offers").TextContentAsync(), StringComparison.Ordinal);
        await approver.Page.Locator("#act-demo-close button").ClickAsync();
        await approver.Page.WaitForURLAsync(new Regex("ClosedNow", RegexOptions.NonBacktracking));
        await approver.AssertSoundAsync(language);
        await approver.Page.Locator("#act-award button").ClickAsync();
        await approver.Page.WaitForURLAsync(new Regex("Awarded", RegexOptions.NonBacktracking));
        await DocumentAsync(approver.Page, "contract", "Ш-7");
        await approver.AssertSoundAsync(language);

        await using var preparer = await EnterAsync(language, width, "operator-preparer");
        await preparer.Page.GotoAsync(desk);
        await preparer.Page.Locator("#act-handover button").ClickAsync();
        await preparer.Page.WaitForURLAsync(new Regex("Prepared", RegexOptions.NonBacktracking));

        await using var winner = await EnterAsync(language, width, "recycler-2-head");
        await winner.Page.GotoAsync($"/{language}/org/{await SlugAsync("recycler-2")}/market/lots/{lot}");
        await winner.AssertSoundAsync(language);
        await winner.Page.Locator("#sign button").ClickAsync();
        await winner.Page.WaitForURLAsync(new Regex("Signed", RegexOptions.NonBacktracking));
        await DriveAsync(lot);

        await preparer.Page.GotoAsync(desk);
        await preparer.Page.Locator("#act-settle button").ClickAsync();
        await preparer.Page.WaitForURLAsync(new Regex("Settled", RegexOptions.NonBacktracking));
        await preparer.AssertSoundAsync(language);
        await winner.Page.ReloadAsync();
        await winner.AssertSoundAsync(language);
        Assert.Equal(1, await winner.Page.Locator("#settlement").CountAsync());
        Assert.Equal(-(long)Math.Round(300_000m * 3_400_000m / 1_000_000m, MidpointRounding.AwayFromZero), await browser.Service<Db>().QuerySingleAsync<long>(
            "select s.tiyn from market_settlements s join market_lots l using (market_lot_id) where l.number = @lot", new { lot }, CancellationToken.None));
    }

    [Theory]
    [MemberData(nameof(Walks.All), MemberType = typeof(Walks))]
    public async Task PublicMarket_IsSound(string language, int width)
    {
        await using var visit = await browser.VisitAsync(width);
        await visit.Page.GotoAsync($"/{language}/market?category=5");
        await visit.AssertSoundAsync(language);
        await visit.Page.Locator("#open tbody a").First.ClickAsync();
        await visit.AssertSoundAsync(language);
    }

    private async Task OfferAsync(string language, int width, string persona, string lot, string price)
    {
        await using var visit = await EnterAsync(language, width, persona);
        var page = visit.Page;
        var slug = await SlugAsync(persona == "recycler-head" ? "recycler-1" : "recycler-2");
        await page.GotoAsync($"/{language}/org/{slug}/market");
        await visit.AssertSoundAsync(language);
        await page.Locator($"#eligible a[href$='{lot}']").ClickAsync();
        await visit.AssertSoundAsync(language);
        await page.SelectOptionAsync("#Site", new SelectOptionValue { Index = 1 });
        await page.FillAsync("#Price", price);
        await page.Locator("#offer .govuk-button").ClickAsync();
        await page.WaitForSelectorAsync("#place");
        await visit.AssertSoundAsync(language);
        await page.Locator("#place .govuk-button").ClickAsync();
        await page.WaitForSelectorAsync("#commitment");
        await visit.AssertSoundAsync(language);
        Assert.Matches(new Regex("^[0-9a-f]{64}$", RegexOptions.NonBacktracking), await page.Locator("#commitment").TextContentAsync());
    }

    private async Task<Visit> EnterAsync(string language, int width, string persona)
    {
        var visit = await browser.VisitAsync(width);
        await visit.Page.GotoAsync($"/{language}/demo");
        await visit.Page.Locator($"button[name=persona][value={persona}]").ClickAsync();
        await visit.Page.WaitForLoadStateAsync();
        return visit;
    }

    private static async Task DocumentAsync(IPage page, string act, string number)
    {
        await page.FillAsync($"#document-{act}", number);
        await page.FillAsync($"#on-{act}", "01.11.2026");
        await page.Locator($"#act-{act} button").ClickAsync();
        await page.WaitForURLAsync(new Regex("said=Done", RegexOptions.NonBacktracking));
    }

    private Task<string> SlugAsync(string code) => browser.Service<Db>().QuerySingleAsync<string>("select slug from organisations where demo_code = @code", new { code }, CancellationToken.None);

    /// <summary>A lot of its own for each walk, of a container that an office filled with 300 kg.</summary>
    private Task<string> NewLotAsync() => browser.Service<EwasteEpr.Marketplace.Demo.DemoLots>().OpenOneAsync(300_000, CancellationToken.None);

    private const string RoadSql = """
        select c.number, c.from_organisation_id, c.to_organisation_id, x.container_id, (select person_id from people where demo_code = 'point-staff') as person
          from consignments c join market_lots l using (market_lot_id) join consignment_containers x using (consignment_id) where l.number = @lot
        """;

    /// <summary>The road is another journey's: both codes and the scale.</summary>
    private async Task DriveAsync(string lot)
    {
        var db = browser.Service<Db>();
        var road = await db.QuerySingleAsync<Road>(RoadSql, new { lot }, CancellationToken.None);
        var handovers = new HandoverService(db, new HandoverCodes(browser.Service<Secrets>()));
        var (sender, site) = (new OrganisationId(road.FromOrganisationId), new OrganisationId(road.ToOrganisationId));
        var actor = new Actor(road.Person, null, null, "point_staff", "test", null);
        var code = await handovers.NewCodeAsync(road.Number, HandoverStep.Despatch, sender, actor, CancellationToken.None);
        var left = Assert.IsType<HandoverOutcome.Done>(await handovers.DespatchAsync(road.Number, code!, sender, actor, CancellationToken.None));
        Assert.IsType<HandoverOutcome.Done>(await handovers.ReceiveAsync(road.Number, left.DeliveryCode!, site, actor, CancellationToken.None));
        Assert.IsType<WeighInOutcome.Weighed>(await new WeighInService(db).WeighAsync(
            new NewWeighIn(road.ContainerId, Weight.FromGrams(345_000), Weight.FromGrams(45_000), Weight.Zero, null, null, null, IsConfirmed: false), site, actor, CancellationToken.None));
    }

    private sealed record Road(string Number, Guid FromOrganisationId, Guid ToOrganisationId, Guid ContainerId, Guid Person);
}
