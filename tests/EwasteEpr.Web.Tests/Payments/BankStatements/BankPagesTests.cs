using System.Net;
using System.Text;
using AngleSharp.Dom;
using EwasteEpr.Kernel;
using EwasteEpr.Web.Tests.Organisations;
using EwasteEpr.Web.Tests.Support;

namespace EwasteEpr.Web.Tests.Payments.BankStatements;

/// <summary>Statements, matching, certificates and their verification over HTTP, with the demonstration's books.</summary>
public sealed class BankPagesTests(DemoSite site) : IClassFixture<DemoSite>
{
    private const string Desk = "/en/operator/payments";
    private const string Account = "KZ000000DEMO00000001";

    [Fact]
    public async Task Desk_ShowsFiguresThatOpen_AndNoDiscrepancy()
    {
        using var browser = await site.SignedInAsync("operator-preparer");
        var page = await browser.GetPageAsync(Desk);
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.Equal(6, page.QuerySelectorAll(".m-figs a.v").Length);
        Assert.Contains("No discrepancies", page.Body!.TextContent, StringComparison.Ordinal);
        foreach (var path in new[] { "/receipts", "/receipts?waiting=true", "/receipts.csv", "/discrepancies.csv", "/refunds.csv", "/match", "/match/rows.csv", "/import" })
        {
            using var answer = await browser.GetAsync(new Uri(Desk + path, UriKind.Relative));
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }

        Assert.Equal(page.QuerySelectorAll(".m-figs a.v")[2].TextContent, $"{(await browser.GetPageAsync(Desk + "/match")).QuerySelectorAll(".m-groups li").Length}");
    }

    [Fact]
    public async Task Import_OfTheOfferedStatement_AndOfItAgain()
    {
        using var browser = await site.SignedInAsync("operator-preparer");
        var file = await browser.GetByteArrayAsync(new Uri(Desk + "/import/demo-statement.txt", UriKind.Relative));
        var preview = await UploadAsync(browser, file, "kl_to_1c.txt");
        var page = await browser.GetPageAsync(preview);
        Assert.Contains("new row", page.QuerySelector("h1")!.TextContent, StringComparison.Ordinal);
        Assert.NotEmpty(page.QuerySelectorAll("#statement-rows tbody tr"));
        using (var done = await browser.SubmitAsync(page, $"form[action='{preview}']", new Dictionary<string, string>(StringComparer.Ordinal)))
        {
            Assert.Equal(preview, done.Headers.Location?.OriginalString);
        }

        using (var twice = await browser.SubmitAsync(page, $"form[action='{preview}']", new Dictionary<string, string>(StringComparer.Ordinal)))
        {
            Assert.Contains("imported before", (await browser.GetPageAsync(preview)).QuerySelector(".govuk-notification-banner")!.TextContent, StringComparison.Ordinal);
        }

        var again = await browser.GetPageAsync(await UploadAsync(browser, file, "kl_to_1c.txt"));
        Assert.Contains("Nothing new", again.QuerySelector("h1")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("This very file was imported", again.Body!.TextContent, StringComparison.Ordinal);
        Assert.Contains("No discrepancies", (await browser.GetPageAsync(Desk)).Body!.TextContent, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "The file is empty")]
    [InlineData("hello", "This is no statement")]
    [InlineData("1CClientBankExchange\r\nСекцияРасчСчет\r\nРасчСчет=KZ1\r\n", "breaks off")]
    [InlineData("1CClientBankExchange\r\nДатаНачала=01.01.2026\r\nРасчСчет=KZ86125KZT5004100100\r\nКонецФайла\r\n", "is of account KZ86125KZT5004100100, which is not the fund’s")]
    public async Task Import_OfAFileThatIsNone_SaysWhatIsWrongAndWhatToDo(string text, string sentence)
    {
        using var browser = await site.SignedInAsync("operator-preparer");
        using var answer = await SendAsync(browser, Encoding.UTF8.GetBytes(text), "x.txt");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains(sentence, (await answer.ToPageAsync()).QuerySelector("#file-error")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Csv_WithColumnsOfItsOwn_AsksOnce_AndItsExportRunsNoFormula()
    {
        using var browser = await site.SignedInAsync("operator-preparer");
        var file = Encoding.UTF8.GetBytes("Nr;Tag;Ein;Aus;Wer;Wozu\r\nF-1;01.06.2026;1 234,50;;=cmd|' /C calc'!A0;@SUM(1+1)\r\n");
        var columns = await UploadAsync(browser, file, "fremd.csv");
        Assert.EndsWith("/columns", columns, StringComparison.Ordinal);
        var page = await browser.GetPageAsync(columns);
        string[] means = ["Number", "BookedDate", "Incoming", "Outgoing", "PayerName", "Purpose"];
        using var form = new FormUrlEncodedContent(
            page.QuerySelectorAll("input[name='Form.Names']").Select(name => KeyValuePair.Create("Form.Names", name.GetAttribute("value")!)).Concat(means.Select(mean => KeyValuePair.Create("Form.Means", mean)))
                .Append(KeyValuePair.Create("__RequestVerificationToken", page.QuerySelector("input[name=__RequestVerificationToken]")!.GetAttribute("value")!)));
        using var told = await browser.PostAsync(new Uri(columns, UriKind.Relative), form);
        var preview = told.Headers.Location!.OriginalString;
        var csv = await browser.GetStringAsync(new Uri(preview + "/rows.csv", UriKind.Relative));
        Assert.Contains("'=cmd|", csv, StringComparison.Ordinal);
        Assert.Contains("'@SUM(1+1)", csv, StringComparison.Ordinal);
        Assert.Contains("1234.5", csv, StringComparison.Ordinal);

        // The next file with these names is understood at once.
        Assert.DoesNotContain("/columns", await UploadAsync(browser, Encoding.UTF8.GetBytes("Nr;Tag;Ein;Aus;Wer;Wozu\r\nF-2;02.06.2026;1,00;;x;y\r\n"), "fremd2.csv"), StringComparison.Ordinal);
        using var discarded = await browser.SubmitAsync(await browser.GetPageAsync(preview), "form[action$='/discard']", new Dictionary<string, string>(StringComparer.Ordinal));
        Assert.Equal(HttpStatusCode.NotFound, (await browser.GetPageAsync(preview)).StatusCode);
    }

    [Fact]
    public async Task Match_NeedsAReason_KeepsWhatWasTyped_AndDecidesOnce()
    {
        using var browser = await site.SignedInAsync("operator-preparer");
        var page = await browser.GetPageAsync(Desk + "/match?class=Unknown");
        using var refused = await browser.SubmitAsync(page, "form.m-fix", new Dictionary<string, string>(StringComparer.Ordinal) { ["Form.Choice"] = "return", ["Form.Reason"] = "x" });
        var again = await refused.ToPageAsync();
        Assert.Contains("3 to 500", again.QuerySelector("#reason-error")!.TextContent, StringComparison.Ordinal);
        Assert.Equal("x", again.QuerySelector("#Form_Reason")!.GetAttribute("value"));
        using var unknown = await browser.SubmitAsync(page, "form.m-fix", new Dictionary<string, string>(StringComparer.Ordinal) { ["Form.Choice"] = "credit", ["Form.Reason"] = "by letter", ["Form.Payer"] = "123" });
        Assert.Contains("is registered", (await unknown.ToPageAsync()).QuerySelector("#payer-error")!.TextContent, StringComparison.Ordinal);

        using var done = await browser.SubmitAsync(page, "form.m-fix", new Dictionary<string, string>(StringComparer.Ordinal) { ["Form.Choice"] = "return", ["Form.Reason"] = "by letter" });
        Assert.Equal(HttpStatusCode.Redirect, done.StatusCode);
        using var second = await browser.SubmitAsync(page, "form.m-fix", new Dictionary<string, string>(StringComparer.Ordinal) { ["Form.Choice"] = "return", ["Form.Reason"] = "by letter" });
        Assert.Contains("Somebody else was faster", (await browser.GetPageAsync(Desk + "/match")).QuerySelector(".govuk-notification-banner")!.TextContent, StringComparison.Ordinal);
        await ApproveByTheSecondPersonAsync(browser);
    }

    [Fact]
    public async Task WhatIsNotThere_Is404()
    {
        using var browser = await site.SignedInAsync("operator-preparer");
        var nothing = Guid.CreateVersion7();
        foreach (var path in new[] { $"/match?row={nothing}", $"/import/{nothing}", $"/import/{nothing}/columns", $"/import/{nothing}/rows.csv" })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await browser.GetPageAsync(Desk + path)).StatusCode);
        }
    }

    [Fact]
    public async Task Certificates_AreTheOrganisationsOwn()
    {
        using var owner = await site.SignedInAsync("importer-owner");
        var home = $"/en/org/{site.Slug("importer-1")}/certificates";
        var list = await owner.GetPageAsync(home);
        var link = list.QuerySelector("#certificates tbody tr th a")!;
        var page = await owner.GetPageAsync(link.GetAttribute("href")!);
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        var number = link.TextContent.Trim();
        foreach (var path in new[] { $"/{number}/pdf?page=true", $"/{number}/extracts/1/pdf?page=true", $"/{number}/documents.csv", "/certificates.csv" })
        {
            using var answer = await owner.GetAsync(new Uri(home + path, UriKind.Relative));
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }

        foreach (var path in new[] { "/CRT-2026-999999", $"/{number}/extracts/99/pdf" })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await owner.GetPageAsync(home + path)).StatusCode);
        }

        // Another's number under one's own organisation, and one's own number under another's.
        using var other = await site.SignedInAsync("producer");
        Assert.Equal(HttpStatusCode.NotFound, (await other.GetPageAsync($"/en/org/{site.Slug("producer-1")}/certificates/{number}")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await other.GetPageAsync($"{home}/{number}")).StatusCode);
    }

    [Theory]
    [InlineData("importer-1", "141340944624", true)]
    [InlineData("producer-1", "851308587428", false)]
    public async Task Verify_ShowsWhatItCovers_AndNoPersonsNumber(string organisation, string number, bool isPublic)
    {
        var code = await site.Database.Db.QuerySingleAsync<string>("select c.code from certificates c join organisations o using (organisation_id) where o.demo_code = @organisation and c.state = 'Live' order by c.number limit 1", new { organisation }, default);
        using var stranger = site.NewClient();
        var page = await stranger.GetPageAsync($"/en/verify/{CheckedCode.Show(code).ToLowerInvariant()}");
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.Contains("genuine and stands", page.QuerySelector("h1")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(isPublic, page.Source.Text.Contains(number, StringComparison.Ordinal));
        var json = await stranger.GetStringAsync(new Uri($"/api/v1/certificates/{code}", UriKind.Relative));
        Assert.Contains("\"valid\":true", json, StringComparison.Ordinal);
        Assert.Equal(isPublic, json.Contains(number, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Verify_OfWhatIsNoCode_OrNobodys_SaysSo()
    {
        using var stranger = site.NewClient();
        Assert.Contains("mistyped", (await stranger.GetPageAsync("/en/verify/AAAA-BBBB-CCCD")).QuerySelector("h1")!.TextContent, StringComparison.Ordinal);
        var unknown = await stranger.GetPageAsync($"/en/verify/{CheckedCode.New()}");
        Assert.Equal((HttpStatusCode.NotFound, "No document has this code"), (unknown.StatusCode, unknown.QuerySelector("h1")!.TextContent.Trim()));
        using var api = await stranger.GetAsync(new Uri($"/api/v1/certificates/{CheckedCode.New()}", UriKind.Relative));
        Assert.Equal(HttpStatusCode.NotFound, api.StatusCode);
        Assert.Equal("application/problem+json", api.Content.Headers.ContentType?.MediaType);
        using var form = await stranger.GetAsync(new Uri("/en/verify?code=7kq4%20m2xd%209v41", UriKind.Relative));
        Assert.Equal("/en/verify/7kq4%20m2xd%209v41", form.Headers.Location?.OriginalString);
    }

    private async Task ApproveByTheSecondPersonAsync(HttpClient asker)
    {
        Assert.DoesNotContain("/approve", (await asker.GetPageAsync(Desk)).Body!.InnerHtml, StringComparison.Ordinal);
        using var approver = await site.SignedInAsync("operator-approver");
        using var approved = await approver.SubmitAsync(await approver.GetPageAsync(Desk), "form[action$='/approve']", new Dictionary<string, string>(StringComparer.Ordinal));
        Assert.Equal(HttpStatusCode.Redirect, approved.StatusCode);
        Assert.Contains("Approved", (await approver.GetPageAsync(Desk)).QuerySelector(".govuk-notification-banner")!.TextContent, StringComparison.Ordinal);
    }

    private static async Task<string> UploadAsync(HttpClient browser, byte[] file, string name)
    {
        using var answer = await SendAsync(browser, file, name);
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        return answer.Headers.Location!.OriginalString;
    }

    private static async Task<HttpResponseMessage> SendAsync(HttpClient browser, byte[] file, string name)
    {
        var page = await browser.GetPageAsync(Desk + "/import");
        using var content = new MultipartFormDataContent
        {
            { new StringContent(page.QuerySelector("#statement input[name=__RequestVerificationToken]")!.GetAttribute("value")!), "__RequestVerificationToken" },
            { new StringContent(Account), "Form.Account" },
            { new ByteArrayContent(file), "file", name },
        };
        return await browser.PostAsync(new Uri(Desk + "/import", UriKind.Relative), content);
    }
}
