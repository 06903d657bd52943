using System.Net;
using EwasteEpr.Web.Tests.Support;

namespace EwasteEpr.Web.Tests.Tariffs;

/// <summary>The public pages of rates.</summary>
public sealed class RatesTests(SiteFixture site) : IClassFixture<SiteFixture>
{
    [Theory]
    [InlineData("kk", "үлгі тариф, заң емес")]
    [InlineData("ru", "иллюстративный тариф, не закон")]
    [InlineData("en", "an illustrative tariff, not law")]
    public async Task Rates_InEachLanguage_TellOfficialFromIllustrative(string language, string band)
    {
        var page = await site.GetPageAsync($"/{language}/rates");
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.Contains(band, page.QuerySelector("p.m-illus")!.TextContent, StringComparison.Ordinal);
        Assert.Single(page.QuerySelectorAll("h1"));
        Assert.Contains("448", page.QuerySelector("p.m-lead")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(3, page.QuerySelectorAll("th[scope=row] a").Length);
        Assert.NotNull(page.QuerySelector("figure svg[role=img]"));
    }

    [Theory]
    [InlineData("2026-11-17", "a fee is due, but its coefficients are not known")]
    [InlineData("11.01.2022", "a fee is due, but its coefficients are not known")] // never "free" from this day on
    [InlineData("10.01.2022", "no fee is charged")]
    [InlineData("31.12.2016", "there is no official method")]
    public async Task Rates_OnADay_SayWhatHolds(string day, string expected) =>
        Assert.Contains(expected, (await site.GetPageAsync($"/en/rates?on={day}")).QuerySelector("h1")!.TextContent, StringComparison.Ordinal);

    [Fact]
    public async Task Rates_WithAnUnreadableDay_KeepWhatWasTypedAndSayIt()
    {
        var page = await site.GetPageAsync("/ru/rates?on=%3Cscript%3E31.02.2026");
        Assert.Contains("Не удалось прочитать дату", page.QuerySelector("#on-error")!.TextContent, StringComparison.Ordinal);
        Assert.Equal("<script>31.02.2026", page.QuerySelector("#on")!.GetAttribute("value"));
        Assert.Empty(page.QuerySelectorAll("main script"));
    }

    [Theory]
    [InlineData("8517 13 000 0", "Mobile phones")]
    [InlineData("8516", "at least six digits")]
    [InlineData("847330", "spare part")]
    [InlineData("0101210000", "not on the list")]
    [InlineData("abc", "not an HS code")]
    public async Task Lookup_AnswersEveryKindOfCode(string hs, string expected) =>
        Assert.Contains(expected, (await site.GetPageAsync("/en/rates?hs=" + Uri.EscapeDataString(hs))).QuerySelector("#lookup")!.TextContent, StringComparison.Ordinal);

    [Fact]
    public async Task WorkedExample_IsTheOneOfTheRules()
    {
        var page = await site.GetPageAsync("/ru/rates");
        Assert.Contains("8\u00A0112,62\u00A0₸", page.QuerySelector(".m-form .eq")!.TextContent, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("762-2017", "0 · free by law")]
    [InlineData("448-2022", "not set")]
    [InlineData("DEMO-2026", "45.0000")]
    public async Task Version_ShowsItsRowsAsWhatTheyAre(string version, string cell)
    {
        var page = await site.GetPageAsync($"/en/rates/{version}");
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.Contains(page.QuerySelectorAll("tbody td"), td => td.TextContent.Trim() == cell);
        Assert.Equal(version == "448-2022", page.QuerySelector("td.miss") is not null);
    }

    [Fact]
    public async Task Version_ShowsTheDifferenceAgainstTheOneBefore()
    {
        var page = await site.GetPageAsync("/en/rates/448-2022");
        Assert.Equal("1 change against 762-2017", page.QuerySelector("#diff")!.TextContent);
    }

    [Theory]
    [InlineData("/en/rates/no-such")]
    [InlineData("/en/rates/no-such/rows.csv")]
    public async Task Version_ThatIsNotThere_IsNotFound(string path) => Assert.Equal(HttpStatusCode.NotFound, (await site.GetPageAsync(path)).StatusCode);

    [Theory]
    [InlineData("/kk/rates/DEMO-2026/rows.csv", "match_kind,match,coefficient", "unu_key,0306,28.75")]
    [InlineData("/kk/rates/448-2022/rows.csv", "match_kind,match,coefficient", "any,EEE,not_set,")]
    [InlineData("/kk/rates/versions.csv", "code,programme", "762-2017,Official,2017-01-01,2022-01-11")]
    [InlineData("/kk/rates/mci.csv", "effective_from", "2026-01-01,4325")]
    [InlineData("/kk/rates/codes.csv", "hs_prefix", "851713,0306,6,true,Supplement")]
    [InlineData("/kk/legal-basis/settings.csv", "key,value,basis", "tariff.programme,Official,,Operator,Start")]
    public async Task EveryTable_IsThereAsCsv(string path, string head, string row)
    {
        using var response = await site.Client.GetAsync(new Uri(path, UriKind.Relative));
        var text = await response.Content.ReadAsStringAsync();
        Assert.Equal("text/csv", response.Content.Headers.ContentType!.MediaType);
        Assert.StartsWith(head, text.TrimStart('\uFEFF'), StringComparison.Ordinal);
        Assert.Contains("\r\n" + row, text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("kk", "белгісіз")]
    [InlineData("ru", "неизвестно")]
    [InlineData("en", "not known")]
    public async Task LegalBasis_ListsEverySettingAndInventsNoAct(string language, string word)
    {
        var page = await site.GetPageAsync($"/{language}/legal-basis");
        var rows = page.QuerySelectorAll("#settings tbody tr");
        Assert.Equal(await site.Database.Db.QuerySingleAsync<long>("select count(*) from app.settings", null, CancellationToken.None), rows.Length);
        Assert.All(rows, row => Assert.Equal(word, row.QuerySelectorAll("td")[1].TextContent.Trim()));
        Assert.DoesNotContain("Effect.", page.Body!.TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain("Name.", page.Body!.TextContent, StringComparison.Ordinal);
    }
}
