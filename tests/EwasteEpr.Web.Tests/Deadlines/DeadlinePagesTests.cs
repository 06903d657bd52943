using System.Net;
using EwasteEpr.Kernel;
using EwasteEpr.Web.Tests.Organisations;
using EwasteEpr.Web.Tests.Support;

namespace EwasteEpr.Web.Tests.Deadlines;

/// <summary>Deadlines on a page and as a feed that opens by its address alone, as long as its person is a member.</summary>
public sealed class DeadlinePagesTests(DemoSite site) : IClassFixture<DemoSite>
{
    private static readonly Dictionary<string, string> Nothing = new(StringComparer.Ordinal);

    [Fact]
    public async Task Deadlines_OfQuartersAndInvoices_StandOnThePageInTheFileAndAtHome()
    {
        await RuleAsync("20");
        using var browser = await site.SignedInAsync("importer-owner");
        var home = $"/en/org/{site.Slug("importer-1")}";
        var page = await browser.GetPageAsync(home + "/calendar");
        var rows = page.QuerySelectorAll("#deadlines tbody tr");
        Assert.Contains(rows, row => row.TextContent.Contains("Pay invoice INV-", StringComparison.Ordinal));
        Assert.Contains(rows, row => row.TextContent.Contains("Declare", StringComparison.Ordinal));
        var csv = await browser.GetStringAsync(new Uri(home + "/calendar/deadlines.csv", UriKind.Relative));
        Assert.Equal(rows.Length + 1, csv.TrimEnd().Split('\n').Length);
        Assert.DoesNotContain("not known", DemoSite.TextOf(await browser.GetPageAsync(home)).Split("Next deadline")[1][..120], StringComparison.Ordinal);

        // Each quarter once, and the one that runs now among them, unless it was submitted.
        var words = rows.Select(row => row.TextContent).Where(words => words.Contains("Declare", StringComparison.Ordinal)).ToList();
        Assert.Equal(words.Count, words.Distinct(StringComparer.Ordinal).Count());
        Assert.Contains(words, one => one.Contains($"of {Period.QuarterOf(BusinessTime.Today(TimeProvider.System)).Next.Year}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task WhileNobodyKnowsTheRule_NoQuarterHasADay()
    {
        await RuleAsync(null);
        using var browser = await site.SignedInAsync("importer-owner");
        var page = await browser.GetPageAsync($"/en/org/{site.Slug("importer-1")}/calendar");
        Assert.DoesNotContain(page.QuerySelectorAll("#deadlines tbody tr"), row => row.TextContent.Contains("Declare", StringComparison.Ordinal));
        Assert.Contains("is not known", DemoSite.TextOf(page), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Feed_OpensByItsAddressAlone_UntilItIsRenewedOrItsPersonLeaves()
    {
        using var browser = await site.SignedInAsync("importer-owner");
        using var calendar = site.NewClient();
        var path = $"/ru/org/{site.Slug("importer-1")}/calendar";
        var first = await OpenAsync(browser, path);
        var (status, feed) = await FetchAsync(calendar, first);
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.StartsWith("BEGIN:VCALENDAR\r\n", feed, StringComparison.Ordinal);
        Assert.Contains("Оплатить счёт", feed.Replace("\r\n ", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.DoesNotContain("₸", feed, StringComparison.Ordinal);
        Assert.Contains("төлеу", (await FetchAsync(calendar, first.Replace("/ru/", "/kk/", StringComparison.Ordinal))).Text.Replace("\r\n ", "", StringComparison.Ordinal), StringComparison.Ordinal);

        var second = await OpenAsync(browser, path);
        Assert.NotEqual(first, second);
        Assert.Equal(HttpStatusCode.NotFound, (await FetchAsync(calendar, first)).Status);
        Assert.DoesNotContain(second.Split('/')[^1], DemoSite.TextOf(await browser.GetPageAsync(path)), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await FetchAsync(calendar, "/ru/calendar/" + new string('A', 43) + ".ics")).Status);

        using var closed = await browser.SubmitAsync(await browser.GetPageAsync(path), "form[action$='/feed/close']", Nothing);
        Assert.Equal(path + "?done=Closed", closed.Headers.Location!.OriginalString);
        Assert.Equal(HttpStatusCode.NotFound, (await FetchAsync(calendar, second)).Status);

        var third = await OpenAsync(browser, path);
        await site.Database.ExecuteAsOwnerAsync("update memberships m set roles = array['cashier'] from people p, organisations o where p.person_id = m.person_id and o.organisation_id = m.organisation_id and p.demo_code = 'importer-owner' and o.demo_code = 'importer-1'");
        try
        {
            Assert.Equal(HttpStatusCode.NotFound, (await FetchAsync(calendar, third)).Status);
        }
        finally
        {
            await site.Database.ExecuteAsOwnerAsync("update memberships m set roles = array['owner', 'accountant'] from people p, organisations o where p.person_id = m.person_id and o.organisation_id = m.organisation_id and p.demo_code = 'importer-owner' and o.demo_code = 'importer-1'");
        }

        Assert.Equal(4, await site.CountAsync("select count(*) from audit.entries where action like 'deadline_feed.%'"));
    }

    private static async Task<string> OpenAsync(HttpClient browser, string path)
    {
        using var shown = await browser.SubmitAsync(await browser.GetPageAsync(path), "form[action$='/calendar/feed']", Nothing);
        return new Uri((await shown.ToPageAsync()).QuerySelector("#address")!.TextContent).AbsolutePath;
    }

    private static async Task<(HttpStatusCode Status, string Text)> FetchAsync(HttpClient calendar, string path)
    {
        using var answer = await calendar.GetAsync(new Uri(path, UriKind.Relative));
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    private Task RuleAsync(string? days) => site.Database.ExecuteAsOwnerAsync($"update app.settings set value = {(days is null ? "null" : $"'{days}'")} where key = 'declarations.due_date'");
}
