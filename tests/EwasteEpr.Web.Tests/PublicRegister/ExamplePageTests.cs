using System.Net;
using EwasteEpr.Kernel;
using EwasteEpr.Reconciliation.Published;
using EwasteEpr.Web.Tests.Organisations;

namespace EwasteEpr.Web.Tests.PublicRegister;

public sealed class ExamplePageTests(DemoSite site) : IClassFixture<DemoSite>
{
    private const string Page = "/en/data/examples/united-kingdom";

    [Theory]
    [InlineData("kk", "460\u00A0133,963")]
    [InlineData("ru", "460\u00A0133,963")]
    [InlineData("en", "460,133.963")]
    public async Task AYear_AddsUpToWhatWasPublished_InEveryLanguage(string language, string tonnes)
    {
        var page = await site.GetPageAsync($"/{language}/data/examples/united-kingdom?year=2020");
        Assert.Contains(tonnes, page.QuerySelector("h1")!.TextContent);
        Assert.Equal(tonnes, page.QuerySelectorAll("table:has(#cells) tfoot td")[^1].TextContent.Trim());
        Assert.DoesNotContain(page.QuerySelectorAll("main *"), element => element.TextContent.Contains("Finding.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task AnIncompleteYear_IsSaidToBe_AndHasNoRate()
    {
        var page = await site.GetPageAsync(Page + "?year=2023");
        Assert.Contains("120,404.703", page.QuerySelector("h1")!.TextContent);
        var row = page.QuerySelectorAll("table:has(#by-year) tbody tr").Single(tr => tr.QuerySelector("th")!.TextContent.Trim() == "2023");
        Assert.Contains("quarters: 1", row.TextContent);
        Assert.Equal("missing", row.QuerySelectorAll("td")[3].TextContent.Trim());
    }

    [Fact]
    public async Task EveryCell_IsInTheFile_AndEveryGapInTheFindings()
    {
        var figures = site.Service<PublishedFigures>();
        var dataset = (await figures.FindAsync("united-kingdom", CancellationToken.None))!;
        var rows = await figures.RowsAsync(dataset.DatasetId, CancellationToken.None);
        Assert.Equal(rows.Count, (await site.Client.GetStringAsync(new Uri(Page + "/rows.csv", UriKind.Relative))).Count(c => c == '\n') - 1);

        // The same rule on the rows themselves.
        var expected = rows.Where(row => row.Flow == "Collected")
            .GroupBy(row => (row.Stream, row.Year, row.Part, row.Category))
            .Count(cell => cell.Any(row => row.Measure != "Total") && cell.Where(row => row.Measure != "Total").Sum(row => row.Grams) != cell.Single(row => row.Measure == "Total").Grams);
        var summaries = await figures.SummariesAsync(dataset.DatasetId, CancellationToken.None);
        Assert.True(expected > 500);
        Assert.Equal(expected, summaries.Single(one => one.Finding == "PartsAgainstTotal").Cells);
        Assert.Contains(summaries, one => one.Finding == "CollectedAgainstReceived");
        Assert.Equal(summaries.Sum(one => one.Cells), (await figures.FindingsAsync(dataset.DatasetId, PublishedFigures.MostRows, CancellationToken.None)).Count);
    }

    [Theory]
    [InlineData("/en/data/examples/atlantis")]
    [InlineData("/en/data/examples/atlantis/rows.csv")]
    [InlineData(Page + "?year=1980")]
    public async Task WhatIsNotThere_Is404(string path)
    {
        using var answer = await site.Client.GetAsync(new Uri(path, UriKind.Relative));
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Theory]
    [InlineData(100, new[] { 2017, 2018, 2019 }, new long[] { 100, 200, 300 }, 50, 3)]
    [InlineData(100, new[] { 2019 }, new long[] { 200 }, 50, 1)]
    public void Rate_IsAgainstTheMeanOfTheYearsThatAreThere(long collected, int[] years, long[] placed, int percent, int present) =>
        Assert.Equal((percent, present), CollectionRates.Of(2020, collected, years.Zip(placed).ToDictionary(pair => pair.First, pair => pair.Second)));

    [Fact]
    public void Rate_WithoutAnyYearBefore_IsMissing() =>
        Assert.Equal((null, 0), CollectionRates.Of(2020, 100, new Dictionary<int, long> { [2020] = 5, [2016] = 5 }));
}
