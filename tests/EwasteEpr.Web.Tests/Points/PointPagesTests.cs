using System.Net;
using System.Text.Json;
using EwasteEpr.Web.Tests.Organisations;
using EwasteEpr.Web.Tests.Support;

namespace EwasteEpr.Web.Tests.Points;

/// <summary>The guide and the register over HTTP: for everybody, for who keeps a point, for the operator.</summary>
public sealed class PointPagesTests(DemoSite site) : IClassFixture<DemoSite>
{
    private const string Keeper = "point-1";

    private string Root => $"/en/org/{site.Slug(Keeper)}/points";

    [Theory]
    [InlineData("ru", "холадильник", "Холодильники")]
    [InlineData("kk", "кир жугыш", "Кір жуғыш машиналар")]
    [InlineData("en", "macbook", "Laptops and tablets")]
    public async Task Guide_FindsThingsInEverydayWords(string language, string typed, string expected)
    {
        var page = await site.GetPageAsync($"/{language}/what-can-i-hand-in?q={Uri.EscapeDataString(typed)}");
        Assert.Equal(expected, page.QuerySelector(".m-hits b")!.TextContent);
    }

    [Fact]
    public async Task Guide_WithoutAHit_SaysSo_AndAsksNobodyToGoAway()
    {
        var page = await site.GetPageAsync("/en/what-can-i-hand-in?q=%3Cscript%3Eqqqq");
        Assert.Contains("Nothing fits", page.QuerySelector("h1")!.TextContent, StringComparison.Ordinal);
        Assert.Empty(page.QuerySelectorAll("main script"));
        Assert.NotNull((await site.GetPageAsync("/ru/what-can-i-hand-in?q=%D0%B1%D0%B0%D1%82%D0%B0%D1%80%D0%B5%D0%B9%D0%BA%D0%B8")).QuerySelector("#batteries-asked"));
        Assert.Equal(HttpStatusCode.NotFound, (await site.GetPageAsync("/en/what-can-i-hand-in/9999")).StatusCode);
    }

    [Fact]
    public async Task EveryItem_HasItsPageInThreeLanguages()
    {
        foreach (var key in await site.Database.Db.QueryAsync<string>("select unu_key from unu_keys order by unu_key", null, CancellationToken.None))
        {
            var page = await site.GetPageAsync($"/kk/what-can-i-hand-in/{key}?town=almaty");
            Assert.Equal(HttpStatusCode.OK, page.StatusCode);
            Assert.NotEmpty(page.QuerySelectorAll("#prepare + .m-steps li"));
            Assert.DoesNotContain("Step.", page.Body!.TextContent, StringComparison.Ordinal);
            Assert.DoesNotContain("Hazard.", page.Body!.TextContent, StringComparison.Ordinal);
            Assert.DoesNotContain("|", page.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task List_NarrowsByItsAddress_AndSaysWhatToDoWhenNothingIsLeft()
    {
        var near = await site.GetPageAsync("/en/points?town=almaty");
        var distances = near.QuerySelectorAll(".m-points .km").Select(km => decimal.Parse(km.TextContent.Split('\u00A0', ' ')[0], System.Globalization.CultureInfo.InvariantCulture)).ToList();
        Assert.True(distances.Count >= 8);
        Assert.Equal(distances.Order(), distances);
        Assert.Equal(20, near.QuerySelectorAll(".m-tiles li").Length);
        var none = await site.GetPageAsync("/en/points?region=620000000&kind=Repairer");
        Assert.Contains("No such place", none.QuerySelector("h1")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("Ulytau", DemoSite.TextOf(none), StringComparison.Ordinal);
        Assert.NotNull(none.QuerySelector("a[href='/en/points']"));
        Assert.Equal(HttpStatusCode.OK, (await site.GetPageAsync("/en/points?lat=x&lon=999&category=%27&page=-4&kind=9")).StatusCode);
    }

    [Fact]
    public async Task APoint_ShowsItsWeek_AndAnotherAddressIsNotFound()
    {
        var page = await site.GetPageAsync("/en/points/almaty-pynkt-1");
        Assert.Equal(7, page.QuerySelectorAll(".m-hours > div").Length);
        Assert.Equal(HttpStatusCode.NotFound, (await site.GetPageAsync("/en/points/no-such")).StatusCode);
    }

    [Fact]
    public async Task Files_HoldTheSamePoints()
    {
        var csv = await site.Client.GetStringAsync(new Uri("/en/points.csv?region=750000000", UriKind.Relative));
        using var json = JsonDocument.Parse(await site.Client.GetStringAsync(new Uri("/en/points.geojson?region=750000000", UriKind.Relative)));
        var features = json.RootElement.GetProperty("features");
        Assert.Equal(csv.TrimEnd().Split("\r\n").Length - 1, features.GetArrayLength());
        Assert.InRange(features[0].GetProperty("geometry").GetProperty("coordinates")[0].GetDouble(), 76, 78); // longitude first
    }

    [Fact]
    public async Task Api_PagesThroughAllPointsOnce_AndRefusesWhatItCannotRead()
    {
        var (ids, next) = (new List<Guid>(), "");
        do
        {
            using var page = JsonDocument.Parse(await site.Client.GetStringAsync(new Uri($"/api/v1/points?limit=30&cursor={next}", UriKind.Relative)));
            ids.AddRange(page.RootElement.GetProperty("points").EnumerateArray().Select(point => point.GetProperty("id").GetGuid()));
            next = page.RootElement.GetProperty("next").ToString();
        }
        while (next.Length > 0);
        Assert.Equal(await site.Database.Db.QuerySingleAsync<long>("select count(*) from collection_points", null, CancellationToken.None), ids.Distinct().Count());
        Assert.Equal(ids.Count, ids.Distinct().Count());
        foreach (var bad in new[] { "bbox=1,2,3", "bbox=80,43,70,44", "cursor=x" })
        {
            using var refused = await site.Client.GetAsync(new Uri("/api/v1/points?" + bad, UriKind.Relative));
            Assert.Equal((HttpStatusCode.BadRequest, "application/problem+json"), (refused.StatusCode, refused.Content.Headers.ContentType!.MediaType));
        }

        using var box = JsonDocument.Parse(await site.Client.GetStringAsync(new Uri("/api/v1/points?bbox=76.5,43.0,77.5,43.5&category=1", UriKind.Relative)));
        Assert.All(box.RootElement.GetProperty("points").EnumerateArray(), point => Assert.InRange(point.GetProperty("longitude").GetDouble(), 76.5, 77.5));
        Assert.NotEmpty(box.RootElement.GetProperty("points").EnumerateArray());
    }

    [Fact]
    public async Task Keeper_ChangesItsPoint_KeepsWhatWasTypedOnAnError_AndReachesNoOthers()
    {
        using var owner = await site.SignedInAsync("point-owner");
        Assert.True((await owner.GetPageAsync(Root)).QuerySelectorAll("#points tbody tr").Length >= 3);
        var edit = Root + "/almaty-pynkt-2";
        var form = await owner.GetPageAsync(edit);
        using (var refused = await owner.SubmitAsync(form, "#point", new Dictionary<string, string>(StringComparer.Ordinal) { ["Days[0]"] = "утром", ["NameKk"] = "Жаңа атау", ["Takes"] = "5" }))
        {
            var page = await refused.ToPageAsync();
            Assert.NotEmpty(page.QuerySelectorAll(".govuk-error-summary"));
            Assert.Equal("утром", page.QuerySelector("[name='Days[0]']")!.GetAttribute("value"));
            Assert.Equal("Жаңа атау", page.QuerySelector("[name=NameKk]")!.GetAttribute("value"));
        }

        using (var saved = await owner.SubmitAsync(form, "#point", new Dictionary<string, string>(StringComparer.Ordinal) { ["Days[0]"] = "9-13, 14-18", ["NameKk"] = "Жаңа атау", ["Takes"] = "5", ["Kind"] = "CollectionPoint", ["Region"] = "750000000" }))
        {
            Assert.Equal(HttpStatusCode.Redirect, saved.StatusCode);
        }

        Assert.Contains("09:00–13:00, 14:00–18:00", (await site.GetPageAsync("/kk/points/almaty-pynkt-2")).QuerySelector(".m-hours")!.TextContent, StringComparison.Ordinal);
        using (var late = await owner.SubmitAsync(form, "#point", new Dictionary<string, string>(StringComparer.Ordinal) { ["NameKk"] = "Кеш қалған", ["Takes"] = "5", ["Kind"] = "CollectionPoint", ["Region"] = "750000000" }))
        {
            Assert.Contains("Somebody else saved", DemoSite.TextOf(await late.ToPageAsync()), StringComparison.Ordinal);
        }

        Assert.Equal(HttpStatusCode.NotFound, (await owner.GetPageAsync(Root + "/semey-pynkt-1")).StatusCode);
        using var other = await site.SignedInAsync("importer-owner");
        Assert.Equal(HttpStatusCode.NotFound, (await other.GetPageAsync(Root)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await other.GetPageAsync($"/en/org/{site.Slug("importer-1")}/points")).StatusCode); // keeps none
    }

    [Fact]
    public async Task Operator_SuspendsAPoint_AndThePublicIsTold()
    {
        using var browser = await site.SignedInAsync("operator-preparer");
        const string Point = "/en/operator/points/semey-zhashik-1";
        using var answer = await browser.SubmitAsync(
            await browser.GetPageAsync(Point), "form[action$='/state']",
            new Dictionary<string, string>(StringComparer.Ordinal) { ["State"] = "Suspended", ["ReasonKk"] = "Тексеру", ["ReasonRu"] = "Проверка" });
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        Assert.Contains("Suspended", DemoSite.TextOf(await site.GetPageAsync("/en/points/semey-zhashik-1")), StringComparison.Ordinal);
    }
}
