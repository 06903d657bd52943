using System.IO.Compression;
using System.Net;
using System.Text;
using EwasteEpr.Kernel;
using EwasteEpr.Payments.Invoicing;
using EwasteEpr.Payments.Statements;
using EwasteEpr.Web.Features.Payments;
using EwasteEpr.Web.Tests.Organisations;
using EwasteEpr.Web.Tests.Support;

namespace EwasteEpr.Web.Tests.Payments;

/// <summary>Invoices, statements and the month's end over HTTP, with the demonstration's invoices.</summary>
public sealed class InvoicePagesTests(DemoSite site) : IClassFixture<DemoSite>
{
    private const string Importer = "importer-1";

    private string Root => $"/en/org/{site.Slug(Importer)}";

    [Fact]
    public async Task List_ShowsEveryState_FiltersByAddress_AndItsTotalsAreTheSumOfItsRows()
    {
        using var browser = await site.SignedInAsync("importer-owner");
        var page = await browser.GetPageAsync(Root + "/invoices");
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.StartsWith("To pay", page.QuerySelector("h1")!.TextContent, StringComparison.Ordinal);
        var rows = page.QuerySelectorAll("#invoices tbody tr");
        Assert.True(rows.Length >= 5);
        var open = rows.Sum(row => Tiyn(row.Children[^1].TextContent));
        Assert.Equal(open, Tiyn(page.QuerySelector("#invoices tfoot tr")!.Children[^1].TextContent));
        var paid = await browser.GetPageAsync(Root + "/invoices?state=Paid");
        Assert.All(paid.QuerySelectorAll("#invoices tbody tr"), row => Assert.Contains("Paid", row.TextContent, StringComparison.Ordinal));
        var late = await browser.GetPageAsync(Root + "/invoices?state=Overdue");
        Assert.NotEmpty(late.QuerySelectorAll("#invoices tbody tr"));
        Assert.Contains("Nothing matches", DemoSite.TextOf(await browser.GetPageAsync(Root + "/invoices?q=INV-1999-000001")), StringComparison.Ordinal);
        var csv = await browser.GetStringAsync(new Uri(Root + "/invoices.csv", UriKind.Relative));
        Assert.Equal(rows.Length + 1, csv.TrimEnd().Split('\n').Length);
    }

    [Fact]
    public async Task Invoice_ExplainsEveryAmount_AndItsPaperHasBothLanguages()
    {
        using var browser = await site.SignedInAsync("importer-owner");
        var number = await NumberAsync("PartPaid");
        var page = await browser.GetPageAsync($"{Root}/invoices/{number}?why=1");
        var said = page.QuerySelector(".exp")!.TextContent;
        Assert.Contains("4,325", said, StringComparison.Ordinal);
        Assert.Contains("Open the priced lines", said, StringComparison.Ordinal);
        var why = await browser.GetPageAsync($"{Root}/invoices/{number}?why=open");
        Assert.NotNull(why.QuerySelector("#why-open"));
        var paper = await browser.GetPageAsync($"{Root}/invoices/{number}/print");
        Assert.Equal(["kk", "ru"], paper.QuerySelectorAll(".m-paper-side").Take(2).Select(side => side.GetAttribute("lang")));
        Assert.NotNull(paper.QuerySelector("svg"));
    }

    [Fact]
    public async Task ForeignInvoice_IsNotFound_InEveryFormOfIt()
    {
        using var stranger = await site.SignedInAsync("second-importer");
        var number = await NumberAsync("PartPaid");
        var note = await site.Service<Db>().QuerySingleAsync<string>("select number from credit_notes order by number limit 1", null, default);
        foreach (var path in new[] { $"invoices/{number}", $"invoices/{number}/print", $"invoices/{number}/pdf", $"credit-notes/{note}", $"credit-notes/{note}/print", $"credit-notes/{note}/pdf" })
        {
            foreach (var slug in new[] { Importer, "importer-2" })
            {
                using var answer = await stranger.GetAsync(new Uri($"/en/org/{site.Slug(slug)}/{path}", UriKind.Relative));
                Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
            }
        }

        var own = await stranger.GetPageAsync($"/en/org/{site.Slug("importer-2")}/invoices");
        Assert.DoesNotContain(number, own.Body!.InnerHtml, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Payer_ChangesWhileItIsOpen_AndARefusalKeepsWhatWasTyped()
    {
        using var browser = await site.SignedInAsync("importer-owner");
        var address = $"{Root}/invoices/{await NumberAsync("Unpaid")}";
        var refused = await SendAsync(browser, address, new() { ["Form.Who"] = "other", ["Form.Name"] = "ТОО «Плательщик»", ["Form.Bin"] = "123" });
        Assert.NotEmpty(refused.QuerySelectorAll(".govuk-error-summary"));
        Assert.Equal("ТОО «Плательщик»", refused.QuerySelector("[name='Form.Name']")!.GetAttribute("value"));

        var changed = await SendAsync(browser, address, new() { ["Form.Who"] = "other", ["Form.Name"] = "ТОО «Плательщик»", ["Form.Bin"] = "040340008429" });
        Assert.Contains("ТОО «Плательщик»", DemoSite.TextOf(changed), StringComparison.Ordinal);
        Assert.Contains("The payer was changed", DemoSite.TextOf(changed), StringComparison.Ordinal);
        Assert.Null((await browser.GetPageAsync($"{Root}/invoices/{await NumberAsync("Paid")}")).QuerySelector("#payer"));
    }

    [Fact]
    public async Task Statement_ClosesWithWhatTheLedgerSays_OnThePageAndInTheFile()
    {
        using var browser = await site.SignedInAsync("importer-owner");
        var page = await browser.GetPageAsync(Root + "/statement?from=2000-01-01");
        var closing = Tiyn(page.QuerySelector("#statement tfoot tr")!.Children[^1].TextContent);
        var ledger = await site.Service<Db>().QuerySingleAsync<long>(
            "select sum(balance)::bigint from ledger.balances b join organisations o on o.organisation_id = b.owner_id where o.slug = @slug and purpose in ('receivable', 'credit', 'unallocated_receipts')",
            new { slug = site.Slug(Importer) }, default);
        Assert.Equal(ledger, closing);
        var csv = await browser.GetStringAsync(new Uri(Root + "/statement.csv?from=2000-01-01", UriKind.Relative));
        Assert.Contains((ledger / 100m).ToString(System.Globalization.CultureInfo.InvariantCulture), csv.TrimEnd().Split('\n')[^1], StringComparison.Ordinal);
        var print = await browser.GetPageAsync(Root + "/statement/print?from=2000-01-01");
        Assert.Contains("Акт сверки", print.Body!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Operator_SeesAll_AndAnyStatement_AndEntersTheElectronicInvoice()
    {
        using var browser = await site.SignedInAsync("operator-preparer");
        var page = await browser.GetPageAsync("/en/operator/invoices");
        Assert.Contains("overdue", page.QuerySelector("h1")!.TextContent, StringComparison.Ordinal);
        var number = await NumberAsync("PartPaid");
        var one = await browser.GetPageAsync($"/en/operator/invoices/{number}");
        using var saved = await browser.SubmitAsync(one, "#esf", new Dictionary<string, string>(StringComparer.Ordinal) { ["status"] = "Issued", ["number"] = "ESF-7" });
        Assert.Equal(HttpStatusCode.Redirect, saved.StatusCode);
        Assert.Contains("ESF-7", DemoSite.TextOf(await browser.GetPageAsync($"/en/operator/invoices/{number}")), StringComparison.Ordinal);
        using var wrong = await browser.SubmitAsync(one, "#esf", new Dictionary<string, string>(StringComparer.Ordinal) { ["status"] = "Issued", ["number"] = "" });
        Assert.Contains("Choose the state", DemoSite.TextOf(await browser.GetPageAsync($"/en/operator/invoices/{number}")), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetPageAsync($"/en/operator/statements/{site.Slug(Importer)}")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await browser.GetPageAsync("/en/operator/statements/0000000000")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await browser.GetPageAsync("/en/operator/invoices/INV-1999-000001")).StatusCode);
    }

    [Fact]
    public async Task Month_IsClosedByTwoPeople_AndItsPackageHasEveryTable()
    {
        using var first = await site.SignedInAsync("operator-preparer");
        using var second = await site.SignedInAsync("operator-approver");
        var page = await first.GetPageAsync("/en/operator/periods");
        using (await first.SubmitAsync(page, "form[action$='/2026-03/lock']", new Dictionary<string, string>(StringComparer.Ordinal) { ["reason"] = "Reconciled" }))
        {
            page = await first.GetPageAsync("/en/operator/periods");
        }

        Assert.Contains("Closing proposed", DemoSite.TextOf(page), StringComparison.Ordinal);
        Assert.Null(page.QuerySelector("form[action$='/apply']"));
        var approver = await second.GetPageAsync("/en/operator/periods");
        using (await second.SubmitAsync(approver, "form[action$='/apply']", new Dictionary<string, string>(StringComparer.Ordinal)))
        {
            Assert.Contains("Closed", DemoSite.TextOf(await second.GetPageAsync("/en/operator/periods")), StringComparison.Ordinal);
        }

        var month = BusinessTime.Today(TimeProvider.System).ToString("yyyy-MM", System.Globalization.CultureInfo.InvariantCulture);
        await using var bytes = await second.GetStreamAsync(new Uri($"/en/operator/periods/{month}/package.zip", UriKind.Relative));
        using var copy = new MemoryStream();
        await bytes.CopyToAsync(copy);
        using var zip = new ZipArchive(copy, ZipArchiveMode.Read);
        var names = zip.Entries.Select(entry => entry.FullName).ToList();
        Assert.All(["README.txt", "invoices.csv", "credit-notes.csv", "receipts.csv", "statements.csv", "postings.csv"], name => Assert.Contains(name, names));
        Assert.Contains(names, name => name.StartsWith("statements/", StringComparison.Ordinal));
        Assert.Contains(names, name => name.StartsWith("acts/ACT-INV-", StringComparison.Ordinal));
        using var nothing = await second.GetAsync(new Uri("/en/operator/periods/2026-13/package.zip", UriKind.Relative));
        Assert.Equal(HttpStatusCode.NotFound, nothing.StatusCode);
    }

    [Fact]
    public async Task Reminders_GoOnce_ToTheAccountantsInTheirLanguage()
    {
        var before = await site.CountAsync("select count(*) from messages.outbox");
        Assert.True(await site.Service<InvoiceReminders>().SweepAsync(default) > 0);
        Assert.True(await site.CountAsync("select count(*) from messages.outbox where subject like '%INV-%' and language in ('kk', 'ru')") > 0);
        var after = await site.CountAsync("select count(*) from messages.outbox");
        Assert.True(after > before);
        Assert.Equal(0, await site.Service<InvoiceReminders>().SweepAsync(default));
        Assert.Equal(after, await site.CountAsync("select count(*) from messages.outbox"));
    }

    [Fact]
    public async Task Receipt_OfADeclaration_ShowsItsInvoice_AndTheHomeTheNextPayment()
    {
        using var browser = await site.SignedInAsync("importer-owner");
        var number = await site.Service<Db>().QuerySingleAsync<string>(
            "select d.number from invoices i join declarations d using (declaration_id) join organisations o on o.organisation_id = i.organisation_id where o.slug = @slug and i.state = 'Paid' limit 1",
            new { slug = site.Slug(Importer) }, default);
        var receipt = await browser.GetPageAsync($"{Root}/declarations/{number}/receipt?version=1");
        Assert.Contains("INV-", receipt.QuerySelector("#billing")!.TextContent, StringComparison.Ordinal);
        var home = await browser.GetPageAsync(Root);
        Assert.NotNull(home.QuerySelector("#money"));
        Assert.Contains("Next payment", DemoSite.TextOf(home), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Demonstration_BalancesToTheTiyn()
    {
        var figures = await site.Service<FundFigures>().OfAsync(new DateRange(new DateOnly(2000, 1, 1), null), default);
        var sums = await site.Service<InvoiceQueries>().SumAsync(null, new InvoiceFilter(), default);
        Assert.Equal((sums.AmountTiyn, sums.CreditedTiyn, sums.AllocatedTiyn, sums.OpenTiyn), (figures.InvoicedTiyn, figures.CreditedTiyn, figures.ReceivedTiyn, figures.AccruedTiyn));
        await site.Database.AssertInvariantsAsync();
    }

    private Task<string> NumberAsync(string state) => site.Service<Db>().QuerySingleAsync<string>(
        "select i.number from invoices i join organisations o using (organisation_id) where o.slug = @slug and i.state = @state order by i.number limit 1", new { slug = site.Slug(Importer), state }, default);

    private static async Task<AngleSharp.Dom.IDocument> SendAsync(HttpClient browser, string address, Dictionary<string, string> values)
    {
        using var answer = await browser.SubmitAsync(await browser.GetPageAsync(address), "#payer", values);
        return answer.StatusCode == HttpStatusCode.Redirect ? await browser.GetPageAsync(answer.Headers.Location!.OriginalString) : await answer.ToPageAsync();
    }

    private static long Tiyn(string money)
    {
        var digits = new StringBuilder();
        foreach (var c in money.Trim())
        {
            digits.Append(c == '\u2212' ? "-" : char.IsAsciiDigit(c) ? c.ToString() : "");
        }

        return long.Parse(digits.ToString(), System.Globalization.CultureInfo.InvariantCulture);
    }
}
