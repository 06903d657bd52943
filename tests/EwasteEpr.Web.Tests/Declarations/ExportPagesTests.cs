using System.Net;
using AngleSharp.Dom;
using EwasteEpr.Web.Tests.Organisations;
using EwasteEpr.Web.Tests.Support;

namespace EwasteEpr.Web.Tests.Declarations;

/// <summary>Export adjustments: an earlier line is chosen, and never more than it has left is taken.</summary>
public sealed class ExportPagesTests(DemoSite site) : IClassFixture<DemoSite>
{
    private static int documents;

    private string Root => $"/en/org/{site.Slug("importer-1")}/declarations";

    [Fact]
    public async Task Export_ChosenLine_TakesMass_AndMoreThanIsLeft_IsRefusedWithTheFigure()
    {
        using var browser = await site.SignedInAsync("importer-preparer");
        var here = await NewExportAsync(browser);
        var first = (await browser.GetPageAsync(here)).QuerySelector("#left tbody tr")!;
        var choose = first.QuerySelector("a")!.GetAttribute("href")!.Split('#')[0];

        var tooMuch = await PostAsync(browser, choose, "#export", new() { ["Form.MassKg"] = "999999", ["Form.Condition"] = "new", ["Form.ExportedOn"] = "10.11.2026" });
        Assert.Contains("#Form_MassKg", tooMuch.QuerySelector(".govuk-error-summary")!.InnerHtml, StringComparison.Ordinal);
        Assert.Contains("kg", tooMuch.QuerySelector(".govuk-error-summary")!.TextContent, StringComparison.Ordinal);
        Assert.Equal("999999", tooMuch.QuerySelector("[name='Form.MassKg']")!.GetAttribute("value"));

        var untested = await PostAsync(browser, choose, "#export", new() { ["Form.MassKg"] = "1", ["Form.Condition"] = "used", ["Form.ExportedOn"] = "10.11.2026" });
        Assert.Contains("#Form_FunctionTest", untested.QuerySelector(".govuk-error-summary")!.InnerHtml, StringComparison.Ordinal);

        var added = await PostAsync(browser, choose, "#export", new() { ["Form.MassKg"] = "1,5", ["Form.Condition"] = "used", ["Form.ExportedOn"] = "10.11.2026", ["Form.FunctionTest"] = "FT-1" });
        Assert.Contains("1.500", added.QuerySelector("#exports tfoot")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("FT-1", added.QuerySelector("#exports")!.TextContent, StringComparison.Ordinal);

        var check = DemoSite.TextOf(await browser.GetPageAsync(here.Replace("/exports", "/check", StringComparison.Ordinal)));
        Assert.Contains("1.500", check, StringComparison.Ordinal);
        var removed = await PostAsync(browser, here, "#exports form", []);
        Assert.Null(removed.QuerySelector("#exports"));
    }

    [Fact]
    public async Task Paste_TakesAllRowsOrNone_AndNamesTheWrongOne()
    {
        using var browser = await site.SignedInAsync("importer-preparer");
        var here = await NewExportAsync(browser);
        var rows = (await browser.GetPageAsync(here)).QuerySelectorAll("#left tbody tr th").Take(2).Select(head => head.TextContent.Trim().Split(" · ")).ToList();
        var good = string.Join('\n', rows.Select(row => $"{row[0]}\t{row[1]}\t0,5\t\tnew\t10.11.2026"));

        var refused = await PostAsync(browser, here, "#export-paste", new() { ["Paste.Rows"] = good + "\nD-2026-999999\t1\t1\t\tnew\t10.11.2026" });
        Assert.Contains("Row 3", refused.QuerySelector(".govuk-error-summary")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("D-2026-999999", refused.QuerySelector("textarea")!.TextContent, StringComparison.Ordinal);
        Assert.Null(refused.QuerySelector("#exports"));

        var taken = await PostAsync(browser, here, "#export-paste", new() { ["Paste.Rows"] = "Declaration\tLine\tkg\n" + good });
        Assert.Equal(2, taken.QuerySelectorAll("#exports tbody tr").Length);
    }

    [Fact]
    public async Task Exports_OfAnotherKind_OfAnotherOrganisation_OrForAReader_AreNotThereToChange()
    {
        using var browser = await site.SignedInAsync("importer-preparer");
        var period = (await browser.GetPageAsync(Root + "?state=Accepted")).QuerySelector("#declarations tbody th")!.TextContent.Trim();
        Assert.Equal(HttpStatusCode.NotFound, (await browser.GetPageAsync($"{Root}/{period}/exports")).StatusCode);

        var here = await NewExportAsync(browser);
        using var stranger = await site.SignedInAsync("second-importer");
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.GetPageAsync(here.Replace(site.Slug("importer-1"), site.Slug("importer-2"), StringComparison.Ordinal))).StatusCode);
        using var reader = await site.SignedInAsync("importer-viewer");
        Assert.Null((await reader.GetPageAsync(here)).QuerySelector("#left"));
    }

    [Fact]
    public async Task PackagingElsewhere_IsNotedShownAndTakenBack_AndTooLong_IsRefused()
    {
        using var browser = await site.SignedInAsync("importer-preparer");
        var page = await PostAsync(browser, Root + "/new", "#new", new() { ["Form.Kind"] = "Consignment", ["Form.DocumentNo"] = Next(), ["Form.How"] = "row" });
        var lines = new Uri(page.Url).AbsolutePath;
        var refused = await PostAsync(browser, lines, "#packaging", new() { ["documentNo"] = new string('9', 101) });
        Assert.NotNull(refused.QuerySelector("#documentNo-error"));
        var noted = await PostAsync(browser, lines, "#packaging", new() { ["documentNo"] = "PKG-77" });
        Assert.Equal("PKG-77", noted.QuerySelector("#documentNo")!.GetAttribute("value"));
        Assert.Contains("PKG-77", DemoSite.TextOf(await browser.GetPageAsync(lines.Replace("/lines", "/check", StringComparison.Ordinal))), StringComparison.Ordinal);
        var back = await PostAsync(browser, lines, "#packaging", new() { ["documentNo"] = "" });
        Assert.Equal("", back.QuerySelector("#documentNo")!.GetAttribute("value") ?? "");
    }

    private static string Next() => $"EXP/{Interlocked.Increment(ref documents):000000}";

    private async Task<string> NewExportAsync(HttpClient browser)
    {
        var page = await PostAsync(browser, Root + "/new", "#new", new() { ["Form.Kind"] = "ExportAdjustment", ["Form.ExportNo"] = Next() });
        Assert.EndsWith("/exports", page.Url, StringComparison.Ordinal);
        return new Uri(page.Url).AbsolutePath;
    }

    private static async Task<IDocument> PostAsync(HttpClient browser, string path, string form, Dictionary<string, string> values)
    {
        var page = await browser.GetPageAsync(path);
        var answer = await browser.SubmitAsync(page, form, values);
        while (answer.Headers.Location is { } next)
        {
            answer.Dispose();
            answer = await browser.GetAsync(next);
        }

        using (answer)
        {
            return await answer.ToPageAsync();
        }
    }
}
