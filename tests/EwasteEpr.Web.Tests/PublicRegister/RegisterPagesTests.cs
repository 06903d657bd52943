using System.Net;
using AngleSharp.Dom;
using EwasteEpr.Kernel;
using EwasteEpr.Web.Tests.Organisations;
using EwasteEpr.Web.Tests.Support;

namespace EwasteEpr.Web.Tests.PublicRegister;

public sealed class RegisterPagesTests(DemoSite site) : IClassFixture<DemoSite>
{
    private const string SoleTraderIin = "851308587428"; // producer-1 of the demonstration

    [Theory]
    [InlineData("kk")]
    [InlineData("ru")]
    [InlineData("en")]
    public async Task List_TellsWhoIsRegistered_AndNeverASoleTradersNumber(string language)
    {
        var page = await site.GetPageAsync($"/{language}/register?kind=producer");
        Assert.Equal(3, page.QuerySelectorAll("#register tbody tr").Length);
        Assert.Contains("151340778291", page.Body!.TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain(SoleTraderIin, page.DocumentElement.OuterHtml, StringComparison.Ordinal);
        var csv = await site.Client.GetStringAsync(new Uri($"/{language}/register.csv", UriKind.Relative));
        Assert.Contains("151340778291", csv, StringComparison.Ordinal);
        Assert.DoesNotContain(SoleTraderIin, csv, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("q=141340944624", 1)] // a whole number
    [InlineData("q=алтын дала&kind=importer", 1)] // part of a name, in any case
    [InlineData("q=алтын дала&kind=producer", 0)]
    [InlineData("region=230000000&kind=producer", 1)]
    [InlineData("q=" + SoleTraderIin, 0)] // a sole trader is not found by number
    public async Task List_IsNarrowedByTheAddress(string query, int rows) =>
        Assert.Equal(rows, (await site.GetPageAsync("/en/register?" + query)).QuerySelectorAll("#register tbody tr").Length);

    [Fact]
    public async Task List_IsWalkedPageByPage_EachEntryOnce()
    {
        var (seen, next, pages) = (new List<string>(), "/en/register", 0);
        while (next is not null && pages++ < 20)
        {
            var page = await site.GetPageAsync(next);
            seen.AddRange(page.QuerySelectorAll("#register tbody tr").Select(row => row.InnerHtml)); // with the address it leads to: two points of one organisation may share a name
            next = page.QuerySelector("a[rel=next]")?.GetAttribute("href");
        }

        Assert.True(pages > 1);
        Assert.Equal(await site.CountAsync("select count(*) from public_register"), seen.Count);
        Assert.Equal(seen.Count, seen.Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public async Task Organisation_HasItsEntriesAndABadgeThatLeadsBack()
    {
        var slug = site.Slug("importer-1");
        var page = await site.GetPageAsync($"/en/register/o/{slug}");
        Assert.Contains("registered as importer", page.QuerySelector("h1")!.TextContent, StringComparison.Ordinal);
        using var badge = await site.Client.GetAsync(new Uri($"/kk/register/o/{slug}/badge.svg", UriKind.Relative));
        Assert.Equal("image/svg+xml", badge.Content.Headers.ContentType!.MediaType);
        var svg = await badge.Content.ReadAsStringAsync();
        Assert.StartsWith("<svg", svg, StringComparison.Ordinal);
        Assert.Contains("Тіркелген импорттаушы", svg, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", svg, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("/en/register/o/0000000000")]
    [InlineData("/en/register/o/0000000000/badge.svg")]
    public async Task WhatStandsInNoRegister_Is404(string path)
    {
        using var answer = await site.Client.GetAsync(new Uri(path, UriKind.Relative));
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Fact]
    public async Task AnAgent_WhoIsNoImporter_IsInNoRegister()
    {
        using var answer = await site.Client.GetAsync(new Uri($"/en/register/o/{site.Slug("agent-1")}", UriKind.Relative));
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Fact]
    public async Task Check_AnswersEveryNumberInItsOrder()
    {
        var page = await AskAsync($"ТОО Алтын Дала\t1413 4094 4624\n240140000203\n141340944625\nnonsense\n{SoleTraderIin}\n161340452459; 141340944624");
        var rows = page.QuerySelectorAll("#answers tbody tr").Select(row => row.TextContent).ToList();
        Assert.Equal(7, rows.Count);
        Assert.Contains("registered", rows[0], StringComparison.Ordinal);
        Assert.Contains("Алтын Дала", rows[0], StringComparison.Ordinal);
        Assert.Contains("not registered", rows[1], StringComparison.Ordinal);
        Assert.Contains("last digit does not fit", rows[2], StringComparison.Ordinal);
        Assert.Contains("12 digits are needed", rows[3], StringComparison.Ordinal);
        Assert.Contains("sole trader", rows[4], StringComparison.Ordinal);
        Assert.DoesNotContain("Темірхан", rows[4], StringComparison.Ordinal); // no name for a number that is personal
        Assert.Contains("not registered", rows[5], StringComparison.Ordinal); // an agent, neither importer nor anything else
        Assert.Contains("also in line 1", rows[6], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_OfOneNumber_SaysSoInTheHeading() =>
        Assert.Contains("yes, registered", (await AskAsync("141340944624")).QuerySelector("h1")!.TextContent, StringComparison.Ordinal);

    [Fact]
    public async Task Check_OfMoreThan500_IsRefusedAndKeepsWhatWasTyped()
    {
        var list = string.Join('\n', Enumerable.Range(0, 501).Select(i => $"{100000000000 + i}"));
        var page = await AskAsync(list);
        Assert.Contains("501", page.QuerySelector(".govuk-error-summary")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("100000000500", page.QuerySelector("textarea")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("Type at least one", (await AskAsync("  \n ")).QuerySelector(".govuk-error-summary")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_Of500_AnswersAll()
    {
        var list = string.Join('\n', Enumerable.Range(0, 499).Select(i => $"{100000000000 + i}").Append("141340944624"));
        var page = await AskAsync(list);
        Assert.Equal(500, page.QuerySelectorAll("#answers tbody tr").Length);
        Assert.Contains("1 of 500", page.QuerySelector("h1")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_AsAFile_IsCsv()
    {
        var browser = site.NewClient(keepsCookies: true);
        using var answer = await browser.SubmitAsync(await browser.GetPageAsync("/en/register/check"), "#check", new Dictionary<string, string>(StringComparer.Ordinal) { ["Form.Numbers"] = "141340944624", ["Form.As"] = "csv" });
        Assert.Equal("text/csv", answer.Content.Headers.ContentType!.MediaType);
        Assert.Contains("1,141340944624,Registered,Importer", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    /// <summary>A sole trader's number is asked for by POST alone: the address stays clean.</summary>
    [Fact]
    public async Task Check_TakesNoNumberFromTheAddress() =>
        Assert.Empty((await site.GetPageAsync($"/en/register/check?Form.Numbers={SoleTraderIin}&bin={SoleTraderIin}")).QuerySelectorAll("#answers"));

    private async Task<IDocument> AskAsync(string numbers)
    {
        var browser = site.NewClient(keepsCookies: true);
        using var answer = await browser.SubmitAsync(await browser.GetPageAsync("/en/register/check"), "#check", new Dictionary<string, string>(StringComparer.Ordinal) { ["Form.Numbers"] = numbers });
        Assert.Equal("/en/register/check", answer.RequestMessage!.RequestUri!.PathAndQuery);
        return await answer.ToPageAsync();
    }
}
