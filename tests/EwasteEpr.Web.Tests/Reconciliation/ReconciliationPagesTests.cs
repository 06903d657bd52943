using System.Net;
using EwasteEpr.Kernel;
using EwasteEpr.Web.Tests.Organisations;
using EwasteEpr.Web.Tests.Support;

namespace EwasteEpr.Web.Tests.Reconciliation;

/// <summary>The matrix and its pages over HTTP, with the demonstration's figures.</summary>
public sealed class ReconciliationPagesTests(DemoSite site) : IClassFixture<DemoSite>
{
    private const string Home = "/en/operator/reconciliation";

    private static int LastYear => BusinessTime.Today(TimeProvider.System).Year - 1;

    [Fact]
    public async Task Matrix_ShowsWhatIsKnown_AndMarksWhatIsNot()
    {
        using var operates = await site.SignedInAsync("operator-preparer");
        using (var first = await operates.GetAsync(new Uri(Home, UriKind.Relative)))
        {
            Assert.Equal($"{Home}/{LastYear + 1}", first.Headers.Location!.OriginalString);
        }

        var page = await operates.GetPageAsync($"{Home}/{LastYear}");
        Assert.Equal(8, page.QuerySelectorAll("#matrix tbody tr").Length);
        Assert.Contains("imported", page.QuerySelector("#matrix")!.TextContent, StringComparison.Ordinal);
        Assert.NotEmpty(page.QuerySelectorAll("#matrix td.miss"));
        Assert.DoesNotContain(page.QuerySelectorAll("#matrix td.miss"), cell => cell.TextContent.Trim() is "" or "0");
        Assert.Contains("of the mean", (await operates.GetPageAsync($"{Home}/rates?year={LastYear}")).QuerySelector("h1")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await operates.GetPageAsync($"{Home}/{LastYear}/9/all")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await operates.GetPageAsync($"{Home}/1066/all/all")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await operates.GetPageAsync($"{Home}/{LastYear}/all/999999999")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await operates.GetPageAsync($"{Home}/{LastYear}/all/all/records?measure=3")).StatusCode);
    }

    /// <summary>A figure of the page, its records and its file say the same.</summary>
    [Fact]
    public async Task Figure_OpensToRecordsThatAddUpToIt()
    {
        using var operates = await site.SignedInAsync("operator-preparer");
        var page = await operates.GetPageAsync($"{Home}/{LastYear}");
        var figure = page.QuerySelectorAll("#compare tbody tr").First(row => row.QuerySelector("th")!.TextContent == "Placed on market");
        var link = figure.QuerySelector("a")!;
        var records = await operates.GetPageAsync(link.GetAttribute("href")!);
        Assert.NotEmpty(records.QuerySelectorAll("#records tbody tr"));
        using var csv = await operates.GetAsync(new Uri(link.GetAttribute("href")!.Replace("/records?", "/records.csv?", StringComparison.Ordinal), UriKind.Relative));
        var kilograms = (await csv.Content.ReadAsStringAsync()).Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Skip(1).Sum(line => decimal.Parse(line.Split(',')[^1], System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(decimal.Parse(link.TextContent.Replace("\u00A0t", "", StringComparison.Ordinal).Replace(",", "", StringComparison.Ordinal), System.Globalization.CultureInfo.InvariantCulture), decimal.Round(kilograms / 1000, 3, MidpointRounding.AwayFromZero));
        using var figures = await operates.GetAsync(new Uri($"{Home}/{LastYear}/all/all/figures.csv", UriKind.Relative));
        Assert.Contains("missing", await figures.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Inspector_ReadsTheOwnRegionOnly_AndChangesNothing()
    {
        using var inspects = await site.SignedInAsync("inspector");
        using (var first = await inspects.GetAsync(new Uri($"{Home}/{LastYear}", UriKind.Relative)))
        {
            Assert.Equal($"{Home}/{LastYear}/all/750000000", first.Headers.Location!.OriginalString);
        }

        var page = await inspects.GetPageAsync($"{Home}/{LastYear}/all/750000000");
        Assert.Empty(page.QuerySelectorAll("main form[method=post]"));
        Assert.Equal(HttpStatusCode.NotFound, (await inspects.GetPageAsync($"{Home}/{LastYear}/all/350000000")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await inspects.GetPageAsync($"{Home}/{LastYear}/all/350000000/records?measure=Collected")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await inspects.GetPageAsync($"{Home}/{LastYear}/all/all/figures.csv")).StatusCode);
        using var akimat = await site.SignedInAsync("akimat");
        Assert.Equal(HttpStatusCode.OK, (await akimat.GetPageAsync($"{Home}/{LastYear}/all/350000000")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await akimat.GetPageAsync($"{Home}/sheets")).StatusCode);
    }

    [Fact]
    public async Task Sheet_IsLookedAtProposedAndAppliedByAnother()
    {
        using var first = await site.SignedInAsync("operator-preparer");
        var kind = $"{Home}/sheets/population";
        var typed = new Dictionary<string, string>(StringComparer.Ordinal) { ["Form.Csv"] = $"region;year;persons\n;{LastYear};20 000 000\n123;{LastYear};5" };
        using var looked = await first.SubmitAsync(await first.GetPageAsync(kind), "#sheet", typed);
        var preview = await looked.ToPageAsync();
        Assert.Contains("There is no such KATO code", preview.QuerySelector("#refused")!.TextContent, StringComparison.Ordinal);
        Assert.Contains(";20 000 000", preview.QuerySelector("#Form_Csv")!.TextContent, StringComparison.Ordinal); // nothing typed is lost
        using (var nameless = await first.SubmitAsync(preview, "#sheet", new Dictionary<string, string>(typed, StringComparer.Ordinal) { ["Form.Propose"] = "true" }, kind))
        {
            Assert.Contains("Name source and version", (await nameless.ToPageAsync()).QuerySelector(".govuk-error-summary")!.TextContent, StringComparison.Ordinal);
        }

        var whole = new Dictionary<string, string>(typed, StringComparer.Ordinal) { ["Form.Propose"] = "true", ["Form.Source"] = "Statistics", ["Form.Version"] = "2025" };
        using var proposed = await first.SubmitAsync(preview, "#sheet", whole, kind);
        var sheet = proposed.Headers.Location!.OriginalString.Split('?')[0];
        using (var again = await first.SubmitAsync(preview, "#sheet", whole, kind))
        {
            Assert.Equal(sheet + "?done=SameFile", again.Headers.Location!.OriginalString);
        }

        Assert.Null((await first.GetPageAsync(sheet)).QuerySelector("form[action$='/apply']")); // not by the same person
        using var second = await site.SignedInAsync("operator-approver");
        using (var applied = await second.SubmitAsync(await second.GetPageAsync(sheet), "form[action$='/apply']", new Dictionary<string, string>(StringComparer.Ordinal)))
        {
            Assert.Equal(sheet + "?done=Applied", applied.Headers.Location!.OriginalString);
        }

        Assert.Contains("20,000,000 inhabitants", (await first.GetPageAsync($"{Home}/rates?year={LastYear}")).QuerySelector("#rates")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await first.GetPageAsync($"{Home}/sheets/recipes")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await first.GetPageAsync(sheet.Replace("population", "growth", StringComparison.Ordinal))).StatusCode);
    }

    [Fact]
    public async Task Period_IsClosedByTwoPeople()
    {
        using var first = await site.SignedInAsync("operator-preparer");
        var page = $"{Home}/closing/{LastYear}";
        using (await first.SubmitAsync(await first.GetPageAsync(page), "form[action$='/propose']", new Dictionary<string, string>(StringComparer.Ordinal) { ["note"] = "looked at" }))
        {
        }

        Assert.Null((await first.GetPageAsync(page)).QuerySelector("form[action$='/close']"));
        using var second = await site.SignedInAsync("operator-approver");
        using (var closed = await second.SubmitAsync(await second.GetPageAsync(page), "form[action$='/close']", new Dictionary<string, string>(StringComparer.Ordinal)))
        {
            Assert.Equal(page + "?done=Closed", closed.Headers.Location!.OriginalString);
        }

        var shown = await second.GetPageAsync(page);
        Assert.Contains("was closed on", shown.QuerySelector("h1")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("Nothing has changed", DemoSite.TextOf(shown), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await second.GetPageAsync($"{Home}/closing/20")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await second.GetPageAsync($"{Home}/closing")).StatusCode);
    }

    [Fact]
    public async Task Obligation_WithoutBasis_IsRefused_AndTheImporterReadsItsOwnPage()
    {
        using var operates = await site.SignedInAsync("operator-preparer");
        var page = await operates.GetPageAsync($"{Home}/obligations");
        using (var refused = await operates.SubmitAsync(page, "#run", new Dictionary<string, string>(StringComparer.Ordinal) { ["Forms.Run.Category"] = "6", ["Forms.Run.Basis"] = "MarketShare", ["Forms.Run.TotalKg"] = "", ["Forms.Run.Share"] = "", ["Forms.Run.ReferenceYear"] = "" }))
        {
            Assert.Contains("The basis is not whole", (await refused.ToPageAsync()).QuerySelector(".govuk-error-summary")!.TextContent, StringComparison.Ordinal);
        }

        using (var refused = await operates.SubmitAsync(page, "#member", new Dictionary<string, string>(StringComparer.Ordinal) { ["Forms.Member.Slug"] = "nobody", ["Forms.Member.Document"] = "x", ["Forms.Member.From.Day"] = "1", ["Forms.Member.From.Month"] = "1", ["Forms.Member.From.Year"] = $"{LastYear}" }))
        {
            Assert.Contains("There is no such organisation", (await refused.ToPageAsync()).QuerySelector(".govuk-error-summary")!.TextContent, StringComparison.Ordinal);
        }

        using var importer = await site.SignedInAsync("importer-viewer");
        Assert.Contains("No obligation has been set", (await importer.GetPageAsync($"/en/org/{site.Slug("importer-1")}/obligation")).QuerySelector("h1")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await importer.GetPageAsync($"/en/org/{site.Slug("importer-2")}/obligation")).StatusCode);
    }

    [Fact]
    public async Task Public_SeesMassesAndNoMoney()
    {
        var page = await site.GetPageAsync($"/en/data/reconciliation?year={LastYear}");
        Assert.Equal(7, page.QuerySelectorAll("#categories tbody tr").Length);
        Assert.DoesNotContain("₸", DemoSite.TextOf(page), StringComparison.Ordinal);
        using var csv = await site.Client.GetAsync(new Uri($"/en/data/reconciliation.csv?year={LastYear}", UriKind.Relative));
        Assert.StartsWith("year,region,category,measure,mass_kg,basis,suppressed", await csv.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await site.GetPageAsync("/en/data/reconciliation?region=123")).StatusCode);
    }
}
