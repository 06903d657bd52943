using System.Net;
using System.Security.Cryptography;
using System.Text;
using EwasteEpr.Kernel;
using EwasteEpr.Tests.Support;
using EwasteEpr.Web.Tests.Organisations;
using EwasteEpr.Web.Tests.Support;

namespace EwasteEpr.Web.Tests.Marketplace;

public sealed class LotPagesTests(LotSite site) : IClassFixture<LotSite>
{
    private static readonly Dictionary<string, string> Nothing = new(StringComparer.Ordinal);

    [Theory]
    [InlineData("/kk/market")]
    [InlineData("/ru/market?category=5")]
    [InlineData("/en/market?category=6")]
    [InlineData("/en/market/results.csv")]
    [InlineData("/en/market/prices.csv")]
    public async Task PublicPages_Open_WithoutAName(string path)
    {
        using var answer = await site.Client.GetAsync(new Uri(path, UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.DoesNotContain("Металл", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task PublicMarket_ShowsThePicture_AndItsTable()
    {
        var page = await site.GetPageAsync("/en/market?category=5");
        Assert.NotNull(page.QuerySelector("#prices svg"));
        Assert.True(page.QuerySelectorAll("#prices-data tbody tr").Length == 12);
        Assert.True(page.QuerySelectorAll("#results tbody tr").Length >= 8);
        Assert.Contains("-48000.00", await site.Client.GetStringAsync(new Uri("/en/market/prices.csv", UriKind.Relative)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task SealedOffer_IsOnNoPageAndInNoAnswer_BeforeTheClosing()
    {
        var lot = await site.LotAsync("Open");
        var slug = site.Slug("recycler-1");
        using var head = await site.SignedInAsync("recycler-head");
        using var receipt = await LotSite.OfferAsync(head, slug, lot, "-31287.53");
        Assert.Equal(HttpStatusCode.OK, receipt.StatusCode);
        var shown = await receipt.ToPageAsync();
        var commitment = shown.QuerySelector("#commitment")!.TextContent;
        Assert.Contains("31,287.53", DemoSite.TextOf(shown), StringComparison.Ordinal);
        var recipe = shown.QuerySelectorAll("main code").Select(code => code.TextContent).Single(text => text.StartsWith(lot, StringComparison.Ordinal));
        Assert.Equal(commitment, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(recipe))));

        using var preparer = await site.SignedInAsync("operator-preparer");
        foreach (var (browser, path) in new[]
        {
            (head, $"/en/org/{slug}/market"), (head, $"/en/org/{slug}/market/lots/{lot}"), (head, $"/en/org/{slug}/market/offers.csv"), (preparer, $"/en/operator/lots/{lot}"), (preparer, "/en/operator/lots/lots.csv"),
            (preparer, "/en/operator/audit"), (preparer, "/en/demo/outbox"), (site.Client, $"/en/market/lots/{lot}"), (site.Client, "/en/market"), (site.Client, "/en/market/results.csv"),
        })
        {
            using var answer = await browser.GetAsync(new Uri(path, UriKind.Relative));
            var body = await answer.Content.ReadAsStringAsync();
            Assert.False(body.Contains("31,287.53", StringComparison.Ordinal) || body.Contains("31287.53", StringComparison.Ordinal) || body.Contains("3128753", StringComparison.Ordinal), path);
        }

        var page = await preparer.GetPageAsync($"/en/operator/lots/{lot}");
        Assert.Contains(commitment, DemoSite.TextOf(page), StringComparison.Ordinal);
        using var closed = await preparer.SubmitAsync(page, "#act-demo-close", Nothing);
        Assert.EndsWith("said=ClosedNow", closed.Headers.Location!.OriginalString, StringComparison.Ordinal);
        Assert.Contains("31,287.53", DemoSite.TextOf(await preparer.GetPageAsync($"/en/operator/lots/{lot}")), StringComparison.Ordinal);
        Assert.Contains(recipe, DemoSite.TextOf(await head.GetPageAsync($"/en/org/{slug}/market/lots/{lot}")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Offer_WhenRefused_SaysWhyAndKeepsWhatWasTyped()
    {
        var lot = await site.LotAsync("Open", "1");
        using var head = await site.SignedInAsync("recycler-head");
        using var low = await LotSite.OfferAsync(head, site.Slug("recycler-1"), lot, "-150000");
        var page = await low.ToPageAsync();
        Assert.Contains("below the reserve", DemoSite.TextOf(page), StringComparison.Ordinal);
        Assert.Equal("-150000", page.QuerySelector("#Price")!.GetAttribute("value")!.Replace(".00", "", StringComparison.Ordinal).Replace("−", "-", StringComparison.Ordinal));
        using var nonsense = await LotSite.OfferAsync(head, site.Slug("recycler-1"), lot, "dear");
        Assert.NotNull((await nonsense.ToPageAsync()).QuerySelector(".govuk-error-summary"));
    }

    [Fact]
    public async Task Room_OfAnother_IsNotThere_AndStaffMayLookOnly()
    {
        using var head = await site.SignedInAsync("recycler-head");
        using var staff = await site.SignedInAsync("recycler-staff");
        var own = site.Slug("recycler-1");
        Assert.Equal(HttpStatusCode.NotFound, (await head.GetPageAsync($"/en/org/{site.Slug("recycler-2")}/market")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await staff.GetPageAsync($"/en/org/{own}/market")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await head.GetPageAsync($"/en/org/{own}/market/lots/L-2000-0001")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await head.GetPageAsync($"/en/org/{own}/market/lots/{await site.LotAsync("Draft")}")).StatusCode);
        Assert.Null((await staff.GetPageAsync($"/en/org/{own}/market/lots/{await site.LotAsync("Open", "1")}")).QuerySelector("#offer"));
        // What another bidder offered or won is not shown: recycler 2 sees no award of recycler 1.
        using var second = await site.SignedInAsync("recycler-2-head");
        Assert.Null((await second.GetPageAsync($"/en/org/{site.Slug("recycler-2")}/market/lots/{await site.LotAsync("HandedOver")}")).QuerySelector("#award"));
        Assert.Equal(HttpStatusCode.NotFound, (await second.GetPageAsync($"/en/org/{site.Slug("recycler-2")}/market/lots/{await site.LotAsync("HandedOver")}/papers/contract/pdf")).StatusCode);
    }

    [Fact]
    public async Task Operator_MakesALot_AnotherOpensIt_AndRecyclersAreTold()
    {
        using var preparer = await site.SignedInAsync("operator-preparer");
        using var approver = await site.SignedInAsync("operator-approver");
        var form = await preparer.GetPageAsync("/en/operator/lots/new");
        var box = form.QuerySelectorAll("input[name=Containers]").First(input => form.QuerySelector($"label[for={input.Id}]")!.TextContent.Contains("512.600", StringComparison.Ordinal)).GetAttribute("value")!;
        using var empty = await preparer.SubmitAsync(form, "#lot", Nothing);
        Assert.Contains("Choose at least one container", DemoSite.TextOf(await empty.ToPageAsync()), StringComparison.Ordinal);
        Dictionary<string, string> fields = new(StringComparer.Ordinal)
        {
            ["Containers"] = box, ["Kind"] = "Sealed", ["Reserve"] = "-60000", ["Deposit"] = "0", ["OwnerName"] = "The operator", ["ClosesOn.Day"] = "1", ["ClosesOn.Month"] = "12", ["ClosesOn.Year"] = "2090", ["ClosesAt"] = "18:00",
        };
        using var made = await preparer.SubmitAsync(form, "#lot", fields);
        Assert.EndsWith("said=Created", made.Headers.Location?.OriginalString, StringComparison.Ordinal);
        var path = made.Headers.Location!.OriginalString.Split('?')[0];
        Assert.Null((await preparer.GetPageAsync(path)).QuerySelector("#act-open"));
        using var opened = await approver.SubmitAsync(await approver.GetPageAsync(path), "#act-open", Nothing);
        Assert.EndsWith("said=Opened", opened.Headers.Location!.OriginalString, StringComparison.Ordinal);
        Assert.True(await site.Service<EwasteEpr.Web.Features.Marketplace.LotLetters>().SweepAsync(CancellationToken.None) >= 3);
        var number = path.Split('/')[^1];
        Assert.True(await site.CountAsync($"select count(*) from messages.outbox where subject like '%{number}%'") >= 3);
    }

    [Theory]
    [InlineData("/en/operator/lots")]
    [InlineData("/kk/operator/lots?state=Settled")]
    [InlineData("/ru/operator/lots?category=5")]
    [InlineData("/en/operator/lots/lots.csv")]
    [InlineData("/en/operator/lots/new")]
    public async Task OperatorRooms_Open(string path)
    {
        using var preparer = await site.SignedInAsync("operator-preparer");
        using var answer = await preparer.GetAsync(new Uri(path, UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Theory]
    [InlineData("Draft")]
    [InlineData("Closed")]
    [InlineData("Awarded")]
    [InlineData("Contracted")]
    [InlineData("HandedOver")]
    [InlineData("Settled")]
    [InlineData("Defaulted")]
    [InlineData("Cancelled")]
    public async Task EachStateOfALot_HasItsPage_InThreeLanguages(string state)
    {
        var lot = await site.Service<Db>().QuerySingleAsync<string>("select number from market_lots where state = @state order by number desc limit 1", new { state }, CancellationToken.None);
        foreach (var person in new[] { "operator-preparer", "operator-approver" })
        {
            using var browser = await site.SignedInAsync(person);
            foreach (var language in new[] { "kk", "ru", "en" })
            {
                Assert.Equal(HttpStatusCode.OK, (await browser.GetPageAsync($"/{language}/operator/lots/{lot}")).StatusCode);
            }
        }
    }

    [Fact]
    public async Task Papers_OfASettledLot_AreThere_AndItsFile()
    {
        var lot = await site.LotAsync("Settled");
        using var preparer = await site.SignedInAsync("operator-preparer");
        foreach (var paper in new[] { "contract", "settlement" })
        {
            using var answer = await preparer.GetAsync(new Uri($"/en/operator/lots/{lot}/papers/{paper}/pdf", UriKind.Relative));
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }

        Assert.Contains(lot, await preparer.GetStringAsync(new Uri($"/en/operator/lots/{lot}/settlement.csv", UriKind.Relative)), StringComparison.Ordinal);
        using var none = await preparer.GetAsync(new Uri($"/en/operator/lots/{await site.LotAsync("Draft")}/papers/contract/pdf", UriKind.Relative));
        Assert.Equal(HttpStatusCode.NotFound, none.StatusCode);
    }

    [Fact]
    public async Task SingleOffer_WaitsForASecondApprover()
    {
        var lot = await site.LotAsync("Closed", "6");
        using var approver = await site.SignedInAsync("operator-approver");
        using var second = await site.SignedInAsync("operator-approver-2");
        using var proposed = await approver.SubmitAsync(await approver.GetPageAsync($"/en/operator/lots/{lot}"), "#act-award", Nothing);
        Assert.EndsWith("said=SecondPersonNeeded", proposed.Headers.Location!.OriginalString, StringComparison.Ordinal);
        using var bound = await second.SubmitAsync(await second.GetPageAsync($"/en/operator/lots/{lot}"), "#act-award", Nothing);
        Assert.EndsWith("said=Awarded", bound.Headers.Location!.OriginalString, StringComparison.Ordinal);
        Assert.Equal("Awarded", await site.StateAsync(lot));
    }

    [Fact]
    public async Task Demonstration_KeepsEveryRule() => await site.Database.AssertInvariantsAsync();
}
