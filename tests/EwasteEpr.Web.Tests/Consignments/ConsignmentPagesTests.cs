using System.Globalization;
using System.Net;
using EwasteEpr.TakeBack.Demo;
using EwasteEpr.Web.Tests.Organisations;
using EwasteEpr.Web.Tests.Support;
using static EwasteEpr.Web.Tests.Consignments.GivenLoads;

namespace EwasteEpr.Web.Tests.Consignments;

/// <summary>From a sealed container to the stock of a site, over HTTP; and everybody who may not.</summary>
public sealed class ConsignmentPagesTests(DemoSite site) : IClassFixture<DemoSite>
{
    private GivenLoads Given { get; } = new(site);

    private static string Kg(long grams) => (grams / 1000m).ToString("0.###", CultureInfo.InvariantCulture);

    private static Dictionary<string, string> Weighing(DemoBox box, long net) => Fields(("Gross", Kg(net + box.Tare + 500)), ("Tare", Kg(box.Tare)), ("Packaging", "0.5"), ("Scale", "30-2211"));

    /// <summary>No tab leads to a refusal.</summary>
    [Theory]
    [InlineData("recycler-head", false)]
    [InlineData("recycler-staff", true)]
    public async Task EveryTab_OpensForWhoSeesIt(string persona, bool readsTickets)
    {
        using var browser = await site.SignedInAsync(persona);
        var tabs = (await browser.GetPageAsync($"/en/org/{site.Slug("recycler-1")}/deliveries")).QuerySelectorAll("main .m-tabs a").Select(tab => tab.GetAttribute("href")!).ToList();
        Assert.Equal(readsTickets, tabs.Exists(tab => tab.EndsWith("/tickets", StringComparison.Ordinal)));
        Assert.True(tabs.Count >= 4);
        foreach (var tab in tabs)
        {
            using var answer = await browser.GetAsync(new Uri(tab, UriKind.Relative));
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }
    }

    [Fact]
    public async Task ALoad_GoesFromThePointToTheStock_ByTwoCodesAndAScale()
    {
        using var staff = await Given.OnShiftAsync();
        using var driver = await site.SignedInAsync("carrier");
        using var recycler = await site.SignedInAsync("recycler-staff");
        var box = await Given.BoxAsync();
        var (number, code) = await Given.PreparedAsync(staff, box);
        Assert.Null((await staff.GetPageAsync($"/en/point/consignments/{number}")).QuerySelector("[data-code]")); // shown once
        var second = await Given.DespatchedAsync(driver, number, code);
        Assert.Equal("Despatched", await Given.StateAsync(number));
        var at = $"{Given.Recycler}/deliveries/{number}";
        using (var early = await recycler.SubmitAsync(await recycler.GetPageAsync(at), "#handover", Fields(("code", code))))
        {
            Assert.Contains("tries left: 4", DemoSite.TextOf(await early.ToPageAsync()), StringComparison.Ordinal); // the driver's first code opens no gate
        }

        using (var taken = await recycler.SubmitAsync(await recycler.GetPageAsync(at), "#handover", Fields(("code", second))))
        {
            Assert.Equal(at, taken.Headers.Location!.OriginalString);
        }

        var scale = await recycler.GetPageAsync($"{at}/{box.Id:D}");
        using (var unread = await recycler.SubmitAsync(scale, "#weigh", Fields(("Gross", "heavy"), ("Ticket", "B-1"))))
        {
            var page = await unread.ToPageAsync();
            Assert.Contains("cannot be read", page.QuerySelector(".govuk-error-summary")!.TextContent, StringComparison.Ordinal);
            Assert.Equal(("heavy", "B-1"), (page.QuerySelector("#Gross")!.GetAttribute("value"), page.QuerySelector("#Ticket")!.GetAttribute("value"))); // nothing typed is lost
        }

        using (var weighed = await recycler.SubmitAsync(scale, "#weigh", Weighing(box, box.Net - 20)))
        {
            Assert.Equal(at, weighed.Headers.Location!.OriginalString);
        }

        using (var twice = await recycler.SubmitAsync(scale, "#weigh", Weighing(box, box.Net - 20)))
        {
            Assert.Equal(at, twice.Headers.Location!.OriginalString);
        }

        Assert.Equal("Agreed", await Given.StateAsync(number));
        Assert.Equal(box.Net - 20, await Given.Db.QuerySingleAsync<long>("select sum(received_grams)::bigint from site_lots where container_id = @id", new { id = box.Id }, default));
        Assert.Contains("verified scale", DemoSite.TextOf(await recycler.GetPageAsync(at)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Preparing_Twice_IsOneConsignment_AndNothingTypedIsLost()
    {
        using var staff = await Given.OnShiftAsync();
        var box = await Given.BoxAsync();
        var page = await staff.GetPageAsync("/en/point/consignments/new");
        using (var nothing = await staff.SubmitAsync(page, "#prepare", Fields(("Vehicle", "001 AA 01"), ("Site", $"{await Given.SiteAsync():D}"))))
        {
            var again = await nothing.ToPageAsync();
            Assert.Contains("Tick at least one", DemoSite.TextOf(again), StringComparison.Ordinal);
            Assert.Equal("001 AA 01", again.QuerySelector("#Vehicle")!.GetAttribute("value"));
        }

        using (var astana = await staff.SubmitAsync(page, "#prepare", Fields(("Containers", $"{box.Id:D}"), ("Site", $"{await Given.SiteAsync("site-kostanay"):D}"))))
        {
            Assert.Contains("not certified for category 6", DemoSite.TextOf(await astana.ToPageAsync()), StringComparison.Ordinal);
        }

        var asked = Fields(("Containers", $"{box.Id:D}"), ("Site", $"{await Given.SiteAsync():D}"));
        using var first = await staff.SubmitAsync(page, "#prepare", asked);
        using var second = await staff.SubmitAsync(page, "#prepare", asked);
        Assert.Equal(first.Headers.Location, second.Headers.Location);
        Assert.Equal(1, await Given.Db.QuerySingleAsync<long>("select count(*) from consignment_containers where container_id = @id", new { id = box.Id }, default));
        var number = first.Headers.Location!.OriginalString.Split('/')[^1];
        using (var silent = await staff.SubmitAsync(await staff.GetPageAsync($"/en/point/consignments/{number}"), "#end", Fields(("reason", " "))))
        {
            Assert.Contains("The reason is missing", DemoSite.TextOf(await silent.ToPageAsync()), StringComparison.Ordinal);
        }

        using var cancelled = await staff.SubmitAsync(await staff.GetPageAsync($"/en/point/consignments/{number}"), "#end", Fields(("reason", "No van")));
        Assert.Equal("Cancelled", await Given.StateAsync(number));
    }

    [Fact]
    public async Task AWrongCode_FiveTimes_KillsTheCode_AndANewOneWorks()
    {
        using var staff = await Given.OnShiftAsync();
        using var driver = await site.SignedInAsync("carrier");
        var (number, code) = await Given.PreparedAsync(staff, await Given.BoxAsync());
        var wrong = code == "000000" ? "000001" : "000000";
        for (var left = 4; left >= 0; left--)
        {
            using var tried = await driver.SubmitAsync(await driver.GetPageAsync($"{Given.Carrier}/{number}"), "#handover", Fields(("code", wrong)));
            Assert.Contains(left == 0 ? "wrong five times" : $"tries left: {left}", DemoSite.TextOf(await tried.ToPageAsync()), StringComparison.Ordinal);
        }

        using (var dead = await driver.SubmitAsync(await driver.GetPageAsync($"{Given.Carrier}/{number}"), "#handover", Fields(("code", code))))
        {
            Assert.Equal(HttpStatusCode.OK, dead.StatusCode); // the right one comes too late
            Assert.Equal("Prepared", await Given.StateAsync(number));
        }

        using var renewed = await staff.SubmitAsync(await staff.GetPageAsync($"/en/point/consignments/{number}"), "#new-code", Fields());
        var fresh = (await staff.GetPageAsync(renewed.Headers.Location!.OriginalString)).QuerySelector("[data-code]")!.GetAttribute("data-code")!;
        await Given.DespatchedAsync(driver, number, fresh);
        Assert.Equal("Despatched", await Given.StateAsync(number));
        using var back = await staff.SubmitAsync(await staff.GetPageAsync($"/en/point/consignments/{number}"), "#end", Fields(("reason", "The van broke down")));
        Assert.Equal("Returned", await Given.StateAsync(number));
    }

    [Fact]
    public async Task AGap_IsAskedBack_ExplainedByBoth_AndDecidedByTheOperator()
    {
        using var recycler = await site.SignedInAsync("recycler-staff");
        var (number, box) = await Given.ArrivedAsync(recycler);
        var at = $"{Given.Recycler}/deliveries/{number}";
        var light = Weighing(box, box.Net - 4_000);
        using var asked = await recycler.SubmitAsync(await recycler.GetPageAsync($"{at}/{box.Id:D}"), "#weigh", light);
        var ask = await asked.ToPageAsync();
        Assert.Contains("−4.000", ask.QuerySelector("#ask")!.TextContent, StringComparison.Ordinal);
        Assert.Equal("Received", await Given.StateAsync(number)); // nothing is written before it is confirmed
        light["Confirmed"] = "true";
        using (var confirmed = await recycler.SubmitAsync(ask, "#weigh", light))
        {
            Assert.Equal(at, confirmed.Headers.Location!.OriginalString);
        }

        Assert.Equal("Discrepant", await Given.StateAsync(number));
        using (var words = await recycler.SubmitAsync(await recycler.GetPageAsync(at), "form[id^=explain]", Fields(("words", "Weighed twice"))))
        {
            Assert.Equal(at, words.Headers.Location!.OriginalString);
        }

        var no = await Given.Db.QuerySingleAsync<string>("select d.number from consignment_discrepancies d join consignments c using (consignment_id) where c.number = @number and d.kind = 'Mass'", new { number }, default);
        using var theOperator = await site.SignedInAsync("operator-preparer");
        Assert.Contains(no, DemoSite.TextOf(await theOperator.GetPageAsync("/en/operator/discrepancies?state=Open")), StringComparison.Ordinal);
        var page = await theOperator.GetPageAsync($"/en/operator/discrepancies/{no}");
        Assert.Contains("Weighed twice", DemoSite.TextOf(page), StringComparison.Ordinal);
        using (var empty = await theOperator.SubmitAsync(page, "#decide", Fields(("decision", ""))))
        {
            Assert.Contains("The decision is missing", DemoSite.TextOf(await empty.ToPageAsync()), StringComparison.Ordinal);
        }

        using var decided = await theOperator.SubmitAsync(page, "#decide", Fields(("decision", "By the site's scale"), ("pays", "true")));
        Assert.Equal("Resolved", await Given.StateAsync(number));
        Assert.Empty((await theOperator.GetPageAsync($"/en/operator/consignments/{number}")).QuerySelectorAll("main form"));
    }

    [Fact]
    public async Task AMixedContainer_NeedsItsProtocolFirst()
    {
        using var recycler = await site.SignedInAsync("recycler-staff");
        var (number, box) = await Given.ArrivedAsync(recycler, "mixed", 4);
        var at = $"{Given.Recycler}/deliveries/{number}/{box.Id:D}";
        var page = await recycler.GetPageAsync(at);
        Assert.Null(page.QuerySelector("#weigh"));
        using (var short99 = await recycler.SubmitAsync(page, "#split", Fields(("Sample", "5"), ("Percent[6]", "60"), ("Percent[5]", "39"))))
        {
            var again = await short99.ToPageAsync();
            Assert.Contains("do not add up to 100", DemoSite.TextOf(again), StringComparison.Ordinal);
            Assert.Equal("39", again.QuerySelector("[name='Percent[5]']")!.GetAttribute("value"));
        }

        using (var written = await recycler.SubmitAsync(page, "#split", Fields(("Sample", "5"), ("Percent[6]", "60"), ("Percent[5]", "40"))))
        {
            Assert.Equal(at, written.Headers.Location!.OriginalString);
        }

        using var weighed = await recycler.SubmitAsync(await recycler.GetPageAsync(at), "#weigh", Weighing(box, box.Net));
        Assert.Equal("Agreed", await Given.StateAsync(number));
        Assert.Equal(box.Net * 60 / 100, await Given.Db.QuerySingleAsync<long>("select sum(received_grams)::bigint from site_lots where container_id = @id and category = '6'", new { id = box.Id }, default), 1d);
    }

    [Fact]
    public async Task EveryPage_ShowsItself_InThreeLanguages()
    {
        using var staff = await Given.OnShiftAsync();
        using var driver = await site.SignedInAsync("carrier");
        using var recycler = await site.SignedInAsync("recycler-staff");
        using var theOperator = await site.SignedInAsync("operator-approver");
        var all = await Given.Db.QueryAsync<(string Number, string State)>("select number, state from consignments where market_lot_id is null and from_point_id = (select from_point_id from consignments where state = 'Resolved' and market_lot_id is null order by number limit 1) order by number", null, default);
        Assert.Equal(8, all.Select(row => row.State).Distinct(StringComparer.Ordinal).Count()); // the demonstration has one in each state
        var no = await Given.Db.QuerySingleAsync<string>("select number from consignment_discrepancies where kind = 'Mass' and state = 'Open' order by number limit 1", null, default);
        var seen = all.Where(row => row.State != "Cancelled").Select(row => row.Number).ToList();
        foreach (var language in new[] { "kk", "ru", "en" })
        {
            var (point, room, desk) = ($"/{language}/point/consignments", $"/{language}{Given.Recycler[3..]}", $"/{language}/operator");
            await SeesAsync(staff, [point, point + "/new", .. all.Select(row => $"{point}/{row.Number}"), $"{point}/{seen[0]}/waybill"]);
            await SeesAsync(driver, [$"/{language}{Given.Carrier[3..]}", .. seen.Select(number => $"/{language}{Given.Carrier[3..]}/{number}")]);
            await SeesAsync(recycler, [room + "/deliveries", room + "/deliveries?state=Agreed", room + "/deliveries/csv", room + "/site-entries", room + "/site-entries/csv", room + "/tickets", room + "/tickets/template.csv", .. seen.Select(number => $"{room}/deliveries/{number}")]);
            await SeesAsync(theOperator, [desk + "/consignments", desk + "/consignments/csv", desk + "/discrepancies", desk + "/discrepancies/csv", $"{desk}/discrepancies/{no}", .. all.Select(row => $"{desk}/consignments/{row.Number}")]);
        }
    }

    private static async Task SeesAsync(HttpClient who, IEnumerable<string> pages)
    {
        foreach (var page in pages)
        {
            using var answer = await who.GetAsync(new Uri(page, UriKind.Relative));
            Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{page}: {answer.StatusCode}");
        }
    }

    [Fact]
    public async Task AnotherOrganisationsNumber_IsNotThere()
    {
        using var recycler = await site.SignedInAsync("recycler-staff");
        var (number, box) = await Given.ArrivedAsync(recycler);
        using var other = await site.SignedInAsync("recycler-2-head");
        var theirs = $"/en/org/{site.Slug("recycler-2")}";
        var page = await other.GetPageAsync(theirs + "/deliveries");
        Assert.DoesNotContain(number, DemoSite.TextOf(page), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await other.GetPageAsync($"{theirs}/deliveries/{number}")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await other.GetPageAsync($"{theirs}/deliveries/{number}/{box.Id:D}")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await other.GetPageAsync($"{theirs}/deliveries/{number}/{box.Id:D}/photo")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await other.GetPageAsync($"{Given.Recycler}/deliveries/{number}")).StatusCode);
        var entries = await other.GetPageAsync(theirs + "/site-entries");
        foreach (var to in new[] { $"{theirs}/deliveries/{number}/receive", $"{theirs}/deliveries/{number}/code", $"{theirs}/deliveries/{number}/{box.Id:D}/missing" })
        {
            using var refused = await other.SubmitAsync(entries, "#scale", Fields(("code", "000000")), to);
            Assert.Equal(HttpStatusCode.NotFound, refused.StatusCode);
        }

        using (var scale = await other.SubmitAsync(entries, "#scale", Fields(("Scale.Site", $"{await Given.SiteAsync():D}"), ("Scale.No", "1"))))
        {
            Assert.Equal(HttpStatusCode.NotFound, scale.StatusCode); // another organisation's site
        }

        using var stranger = await Given.OnShiftAsync("point-staff-4");
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.GetPageAsync($"/en/point/consignments/{number}")).StatusCode);
        using (var qr = await recycler.GetAsync(new Uri($"/en/consignment/{number}", UriKind.Relative)))
        {
            Assert.Equal($"{Given.Recycler}/deliveries/{number}", qr.Headers.Location!.OriginalString);
        }

        using var lost = await other.GetAsync(new Uri($"/en/consignment/{number}", UriKind.Relative));
        Assert.Equal(HttpStatusCode.NotFound, lost.StatusCode);
    }

    [Fact]
    public async Task OpeningStock_EarnsNothing_UntilTheOperatorDecides()
    {
        using var recycler = await site.SignedInAsync("recycler-staff");
        var page = await recycler.GetPageAsync(Given.Recycler + "/site-entries");
        var asked = Fields(("Entry.Opening", "true"), ("Entry.Site", $"{await Given.SiteAsync():D}"), ("Entry.Category", "5"), ("Entry.Household", "false"), ("Entry.Estimated", "false"), ("Entry.Gross", "120"), ("Entry.Tare", "20"), ("Entry.Document", "Inv-7"));
        using var first = await recycler.SubmitAsync(page, "#entry", asked);
        using var twice = await recycler.SubmitAsync(page, "#entry", asked);
        Assert.Equal((HttpStatusCode.Redirect, HttpStatusCode.Redirect), (first.StatusCode, twice.StatusCode));
        var number = await Given.Db.QuerySingleAsync<string>("select number from site_entries where document_no = 'Inv-7'", null, default); // once
        asked["Entry.Opening"] = "false";
        asked["Entry.Id"] = $"{Guid.CreateVersion7():D}";
        using (var nobody = await recycler.SubmitAsync(page, "#entry", asked))
        {
            Assert.Contains("Who brought it is missing", DemoSite.TextOf(await nobody.ToPageAsync()), StringComparison.Ordinal);
        }

        using var theOperator = await site.SignedInAsync("operator-preparer");
        var desk = await theOperator.GetPageAsync("/en/operator/discrepancies");
        using var decided = await theOperator.SubmitAsync(desk, $"#opening-{number}", Fields(("decision", "Documents are in order"), ("earns", "true")));
        Assert.Equal("/en/operator/discrepancies", decided.Headers.Location!.OriginalString);
        Assert.Contains("Documents are in order", DemoSite.TextOf(await recycler.GetPageAsync(Given.Recycler + "/site-entries")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ADataBearer_IsEndedAtTheSite_Once_AndItsSlipStandsInThePassport()
    {
        using var recycler = await site.SignedInAsync("recycler-staff");
        var page = await recycler.GetPageAsync(Given.Recycler + "/data-bearers");
        var form = page.QuerySelector("form[action*='/data-bearers/']")!.GetAttribute("action")!;
        using (var unknown = await recycler.SubmitAsync(page, "form[action*='/data-bearers/']", Fields(("method", "Hammer"))))
        {
            Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
        }

        using var other = await site.SignedInAsync("recycler-2-head");
        var theirs = $"/en/org/{site.Slug("recycler-2")}";
        using (var foreign = await other.SubmitAsync(await other.GetPageAsync(theirs + "/site-entries"), "#scale", Fields(("method", "Shred")), $"{theirs}/data-bearers/{form.Split('/')[^1]}"))
        {
            Assert.Equal(HttpStatusCode.NotFound, foreign.StatusCode);
        }

        using var done = await recycler.SubmitAsync(page, "form[action*='/data-bearers/']", Fields(("method", "Shred")));
        Assert.Equal(Given.Recycler + "/data-bearers", done.Headers.Location!.OriginalString);
        using var twice = await recycler.SubmitAsync(page, "form[action*='/data-bearers/']", Fields(("method", "Shred")));
        Assert.Equal(HttpStatusCode.NotFound, twice.StatusCode);
        var slip = await Given.Db.QuerySingleAsync<string>("select number from data_slips where intake_item_id = @id::uuid", new { id = form.Split('/')[^1] }, default);
        Assert.Contains(slip, DemoSite.TextOf(await recycler.GetPageAsync(Given.Recycler + "/data-bearers")), StringComparison.Ordinal);
    }
}
