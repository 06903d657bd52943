using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using AngleSharp.Dom;
using EwasteEpr.Web.Tests.Organisations;
using EwasteEpr.Web.Tests.Support;

namespace EwasteEpr.Web.Tests.Declarations;

/// <summary>The declarant's pages over HTTP: what they say when all is well, when it is the wrong moment, and when it is somebody else's.</summary>
public sealed partial class DeclarantPagesTests(DemoSite site) : IClassFixture<DemoSite>
{
    private const string Importer = "importer-1";
    private static int documents;

    private string Root => $"/en/org/{site.Slug(Importer)}/declarations";

    [Fact]
    public async Task List_ShowsTheDemonstration_FiltersByAddressAndAddsUp()
    {
        using var browser = await site.SignedInAsync("importer-preparer");
        var page = await browser.GetPageAsync(Root);
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.True(page.QuerySelectorAll("#declarations tbody tr").Length >= 6);
        Assert.NotNull(page.QuerySelector("#declarations tfoot"));
        var returned = await browser.GetPageAsync(Root + "?state=Returned");
        Assert.InRange(returned.QuerySelectorAll("#declarations tbody tr").Length, 1, 2); // another test of this class may have returned one more
        Assert.Contains("Nothing matches", DemoSite.TextOf(await browser.GetPageAsync(Root + "?q=no-such-number")), StringComparison.Ordinal);
        using var csv = await browser.GetAsync(new Uri(Root + ".csv", UriKind.Relative));
        Assert.Equal("text/csv", csv.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task New_WithoutAKind_KeepsWhatWasTyped_AndTwiceForADocument_LeadsToTheFirst()
    {
        using var browser = await site.SignedInAsync("importer-preparer");
        var document = NextDocument();
        var missing = await PostAsync(browser, Root + "/new", "#new", new() { ["Form.DocumentNo"] = document });
        Assert.NotEmpty(missing.QuerySelectorAll(".govuk-error-summary"));
        Assert.Equal(document, missing.QuerySelector("[name='Form.DocumentNo']")!.GetAttribute("value"));
        var first = await NewConsignmentAsync(browser, document);
        var again = await PostAsync(browser, Root + "/new", "#new", new() { ["Form.Kind"] = "Consignment", ["Form.DocumentNo"] = document.ToLowerInvariant(), ["Form.How"] = "row" });
        Assert.Contains(first, again.QuerySelector("h1")!.TextContent, StringComparison.Ordinal);
        Assert.NotNull(again.QuerySelector($"a[href$='{first}']"));
    }

    [Fact]
    public async Task Lines_AddChangeRemove_AndARefusalLosesNothing()
    {
        using var browser = await site.SignedInAsync("importer-preparer");
        var lines = $"{Root}/{await NewConsignmentAsync(browser, NextDocument())}/lines";
        var refused = await PostAsync(browser, lines, "#line", new() { ["Form.HsCode"] = "8517130000", ["Form.MassKg"] = "-5", ["Form.Description"] = "Phones of mine", ["Form.ObligationDate"] = "10.11.2026" });
        Assert.Contains("#Form_MassKg", refused.QuerySelector(".govuk-error-summary")!.InnerHtml, StringComparison.Ordinal);
        Assert.Equal("Phones of mine", refused.QuerySelector("[name='Form.Description']")!.GetAttribute("value"));
        var added = await PostAsync(browser, lines, "#line", new() { ["Form.HsCode"] = "8517130000", ["Form.MassKg"] = "262,5", ["Form.Units"] = "1250", ["Form.ObligationDate"] = "10.11.2026" });
        Assert.Contains("262.500", added.QuerySelector("#lines")!.TextContent, StringComparison.Ordinal);
        var changed = await PostAsync(browser, lines + "?edit=1", "#line", new() { ["Form.MassKg"] = "300" });
        Assert.Contains("300.000", changed.QuerySelector("#lines")!.TextContent, StringComparison.Ordinal);
        var why = await browser.GetPageAsync(lines + "?why=1");
        Assert.Contains("4,325", why.QuerySelector(".m-exp")!.TextContent, StringComparison.Ordinal);
        var removed = await PostAsync(browser, lines, "form[action$='/1/remove']", []);
        Assert.Null(removed.QuerySelector("#lines"));
    }

    [Fact]
    public async Task Line_ChangedInAnotherWindow_IsShownAgainWithWhatWasTyped()
    {
        using var browser = await site.SignedInAsync("importer-preparer");
        var lines = $"{Root}/{await NewConsignmentAsync(browser, NextDocument())}/lines";
        await PostAsync(browser, lines, "#line", new() { ["Form.HsCode"] = "8517130000", ["Form.MassKg"] = "10", ["Form.ObligationDate"] = "10.11.2026" });
        var stale = await browser.GetPageAsync(lines + "?edit=1");
        await PostAsync(browser, lines + "?edit=1", "#line", new() { ["Form.MassKg"] = "11" });
        using var answer = await browser.SubmitAsync(stale, "#line", new Dictionary<string, string>(StringComparer.Ordinal) { ["Form.MassKg"] = "12" });
        var again = await answer.ToPageAsync();
        Assert.NotEmpty(again.QuerySelectorAll(".govuk-error-summary"));
        Assert.Equal("12", again.QuerySelector("[name='Form.MassKg']")!.GetAttribute("value"));
        Assert.Contains("11.000", again.QuerySelector("#lines")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FaultyFile_IsPutRightByOneFix_UndoneAndMarked()
    {
        using var browser = await site.SignedInAsync("importer-preparer");
        var number = await NewConsignmentAsync(browser, NextDocument());
        var issues = await UploadAsync(browser, number, "hs_code;description;units;mass_kg;obligation_date\n8517990000;a;240;50,4;10.11.2026\n8517990000;b;96;20,256;10.11.2026\n8528721000;c;10;115,1234;10.11.2026\n8450111100;d;18;1153,8;10.11.2026\n");
        Assert.StartsWith("3 rows", issues.QuerySelector("h1")!.TextContent, StringComparison.Ordinal);
        var marked = new Uri(new Uri(issues.Url), issues.QuerySelector("a[href$='/marked']")!.GetAttribute("href"));
        var own = await browser.GetStringAsync(marked);
        Assert.Equal(5, own.TrimEnd().Split('\n').Length);
        Assert.Contains("Problem", own.Split('\n')[0], StringComparison.Ordinal);
        var fixedPage = await PostAsync(browser, $"{Root}/{number}/issues?code=HS-01&column=hs_code", "form[action$='/issues/fix']", new() { ["newValue"] = "8517130000", ["target"] = "hs_code" });
        Assert.StartsWith("1 row ", fixedPage.QuerySelector("h1")!.TextContent, StringComparison.Ordinal);
        var undone = await PostAsync(browser, $"{Root}/{number}/issues", "form[action$='/issues/undo']", []);
        Assert.StartsWith("3 rows", undone.QuerySelector("h1")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task UnknownHeader_IsNamedOnce_AndRemembered()
    {
        using var browser = await site.SignedInAsync("importer-preparer");
        const string File = "Foo;Bar\n8517130000;12\n";
        var number = await NewConsignmentAsync(browser, NextDocument());
        var columns = await UploadAsync(browser, number, File);
        Assert.EndsWith("/columns", columns.Url, StringComparison.Ordinal);
        using var named = new FormUrlEncodedContent(
        [
            new("__RequestVerificationToken", columns.QuerySelector("[name=__RequestVerificationToken]")!.GetAttribute("value")),
            new("Form.Names", "Foo"), new("Form.Means", "hs_code"), new("Form.Names", "Bar"), new("Form.Means", "mass_kg"),
        ]);
        var taken = await FollowAsync(browser, await browser.PostAsync(new Uri(columns.Url), named));
        Assert.DoesNotContain("/columns", taken.Url, StringComparison.Ordinal);
        var second = await UploadAsync(browser, await NewConsignmentAsync(browser, NextDocument()), File);
        Assert.DoesNotContain("/columns", second.Url, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Submit_Twice_GivesOneReceipt_AndAStalePreviewIsShownAgain()
    {
        using var preparer = await site.SignedInAsync("importer-preparer");
        var number = await NewConsignmentAsync(preparer, NextDocument());
        await UploadAsync(preparer, number, "hs_code;mass_kg;obligation_date\n8450111100;1153,8;10.11.2026\n");
        using var signatory = await site.SignedInAsync("importer-signatory");
        var check = await signatory.GetPageAsync($"{Root}/{number}/check");
        Assert.StartsWith("To pay", check.QuerySelector("h1")!.TextContent, StringComparison.Ordinal);
        var sign = new Uri(new Uri(check.Url), check.QuerySelector("a[href*='submit?revision']")!.GetAttribute("href")).PathAndQuery;
        var shown = await signatory.GetPageAsync(sign);
        await PostAsync(preparer, $"{Root}/{number}/lines", "#line", new() { ["Form.HsCode"] = "8517130000", ["Form.MassKg"] = "1", ["Form.ObligationDate"] = "10.11.2026" });
        using (var stale = await signatory.SubmitAsync(shown, "form[action$='/submit']", new Dictionary<string, string>(StringComparer.Ordinal) { ["how"] = "SignIn" }))
        {
            Assert.EndsWith("/check", stale.Headers.Location!.OriginalString, StringComparison.Ordinal);
        }

        check = await signatory.GetPageAsync($"{Root}/{number}/check");
        shown = await signatory.GetPageAsync(new Uri(new Uri(check.Url), check.QuerySelector("a[href*='submit?revision']")!.GetAttribute("href")).PathAndQuery);
        for (var click = 0; click < 2; click++)
        {
            using var answer = await signatory.SubmitAsync(shown, "form[action$='/submit']", new Dictionary<string, string>(StringComparer.Ordinal) { ["how"] = "SignIn" });
            Assert.EndsWith("/receipt", answer.Headers.Location!.OriginalString, StringComparison.Ordinal);
        }

        Assert.Equal(1, await site.CountAsync($"select count(*) from declaration_versions v join declarations d using (declaration_id) where d.number = '{number}'"));
        Assert.Contains(number, DemoSite.TextOf(await signatory.GetPageAsync($"{Root}/{number}/receipt/print")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Submit_WithAWrongSignature_LosesNothing_AndWithASoundOneNamesTheSigner()
    {
        using var preparer = await site.SignedInAsync("importer-preparer");
        var number = await NewConsignmentAsync(preparer, NextDocument());
        await UploadAsync(preparer, number, "hs_code;mass_kg;obligation_date\n8450111100;1153,8;10.11.2026\n");
        using var signatory = await site.SignedInAsync("importer-signatory");
        var check = await signatory.GetPageAsync($"{Root}/{number}/check");
        var shown = await signatory.GetPageAsync(new Uri(new Uri(check.Url), check.QuerySelector("a[href*='submit?revision']")!.GetAttribute("href")).PathAndQuery);
        foreach (var (signature, says) in new[] { ("", "No signature came"), ("bm90IGEgc2lnbmF0dXJl", "no CMS signature") })
        {
            using var refused = await signatory.SubmitAsync(shown, "#sign", new Dictionary<string, string>(StringComparer.Ordinal) { ["how"] = "File", ["signature"] = signature });
            Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
            Assert.Contains(says, DemoSite.TextOf(await refused.ToPageAsync()), StringComparison.Ordinal);
        }

        using (var done = await signatory.SubmitAsync(shown, "#sign", new Dictionary<string, string>(StringComparer.Ordinal) { ["how"] = "Invented" }))
        {
            Assert.EndsWith("/receipt", done.Headers.Location!.OriginalString, StringComparison.Ordinal);
        }

        Assert.Contains("Гүлнар Қалиева; certificate", DemoSite.TextOf(await signatory.GetPageAsync($"{Root}/{number}/receipt")), StringComparison.Ordinal);
        using var signatureFile = await signatory.GetAsync(new Uri($"{Root}/{number}/versions/1/signature", UriKind.Relative));
        Assert.Equal(("application/pkcs7-signature", 0x30), (signatureFile.Content.Headers.ContentType!.MediaType, (await signatureFile.Content.ReadAsByteArrayAsync())[0]));
    }

    [Fact]
    public async Task SubmitPage_MaySpeakWithTheComponentOfThisComputer_AndNoOtherPageMay()
    {
        using var signatory = await site.SignedInAsync("importer-signatory");
        using var check = await signatory.GetAsync(new Uri(Root, UriKind.Relative));
        Assert.DoesNotContain("127.0.0.1", check.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        using var preparer = await site.SignedInAsync("importer-preparer");
        var number = await NewConsignmentAsync(preparer, NextDocument());
        await UploadAsync(preparer, number, "hs_code;mass_kg;obligation_date\n8450111100;1153,8;10.11.2026\n");
        var page = await signatory.GetPageAsync($"{Root}/{number}/check");
        using var sign = await signatory.GetAsync(new Uri(new Uri(new Uri(page.Url), page.QuerySelector("a[href*='submit?revision']")!.GetAttribute("href")).PathAndQuery, UriKind.Relative));
        Assert.Contains("connect-src 'self' wss://127.0.0.1:13579", sign.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Correction_ShowsTheDifference_AndTheOldVersionStays()
    {
        using var browser = await site.SignedInAsync("importer-preparer");
        var number = await NumberAsync(browser, "?state=Returned&q=0011021");
        var noReason = await PostAsync(browser, $"{Root}/{number}/amend", "#amend", new() { ["Form.Reason"] = " " });
        Assert.NotEmpty(noReason.QuerySelectorAll(".govuk-error-summary"));
        await PostAsync(browser, $"{Root}/{number}/amend", "#amend", new() { ["Form.Reason"] = "Weighed again." });
        await PostAsync(browser, $"{Root}/{number}/lines", "form[action$='/remove']", []);
        var difference = await browser.GetPageAsync($"{Root}/{number}/versions/2/difference");
        Assert.Single(difference.QuerySelectorAll("#difference tbody tr"));
        var old = await browser.GetPageAsync($"{Root}/{number}/lines?version=1");
        Assert.Equal(6, old.QuerySelectorAll("#lines tbody tr").Length);
        Assert.Null(old.QuerySelector("#line"));
    }

    [Fact]
    public async Task ForeignNumber_UnknownLineAndWrongMoment_AreAnswered()
    {
        using var browser = await site.SignedInAsync("importer-preparer");
        using var stranger = await site.SignedInAsync("second-importer");
        var number = await NumberAsync(browser, "?state=Accepted");
        foreach (var page in new[] { "", "/lines", "/check", "/issues", "/receipt", "/history", "/canonical", "/compare", "/upload", "/lines.csv", "/issues.csv", "/versions/1/canonical.csv", "/versions/1/difference" })
        {
            using var own = await stranger.GetAsync(new Uri($"/en/org/{site.Slug("importer-2")}/declarations/{number}{page}", UriKind.Relative));
            Assert.True(own.StatusCode == HttpStatusCode.NotFound, $"{page} of another organisation answered {own.StatusCode}");
        }

        using (var accepted = await browser.GetAsync(new Uri($"{Root}/{number}/upload", UriKind.Relative)))
        {
            Assert.EndsWith(number, accepted.Headers.Location!.OriginalString, StringComparison.Ordinal);
        }

        Assert.Equal(HttpStatusCode.NotFound, (await browser.GetPageAsync($"{Root}/{number}/upload/{Guid.CreateVersion7()}")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await browser.GetPageAsync($"{Root}/{number}/lines?edit=999")).StatusCode);
    }

    [Fact]
    public async Task CanonicalFile_HasTheHashOfTheReceipt()
    {
        using var browser = await site.SignedInAsync("importer-preparer");
        var number = await NumberAsync(browser, "?state=Accepted");
        var file = await browser.GetByteArrayAsync(new Uri($"{Root}/{number}/versions/1/canonical.csv", UriKind.Relative));
        var receipt = DemoSite.TextOf(await browser.GetPageAsync($"{Root}/{number}/receipt"));
        Assert.Contains(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(file)), receipt, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Review_ReturnsWithReasonsOnly_AndAnInspectorChangesNothing()
    {
        using var operates = await site.SignedInAsync("operator-preparer");
        var queue = await operates.GetPageAsync("/en/operator/declarations?state=Submitted");
        var review = queue.QuerySelectorAll("#queue tbody th a").Select(link => link.GetAttribute("href")!).First();
        var noReasons = await PostAsync(operates, review, "form.m-touch", new() { ["Form.Decision"] = "return" });
        Assert.NotEmpty(noReasons.QuerySelectorAll(".govuk-error-summary"));
        using var inspects = await site.SignedInAsync("inspector");
        var seen = await inspects.GetPageAsync("/en/operator/declarations");
        Assert.Equal(HttpStatusCode.OK, seen.StatusCode);
        Assert.Null((await inspects.GetPageAsync(seen.QuerySelectorAll("#queue tbody th a").Select(link => link.GetAttribute("href")!).First())).QuerySelector("form.m-touch"));
        var done = await PostAsync(operates, review, "form.m-touch", new() { ["Form.Decision"] = "return", ["Form.Reasons"] = "The mass of line 2 is in doubt." });
        Assert.Contains("in doubt", DemoSite.TextOf(done), StringComparison.Ordinal);
    }

    private static string NextDocument() => $"TEST/{Interlocked.Increment(ref documents):000000}";

    private async Task<string> NewConsignmentAsync(HttpClient browser, string document)
    {
        var page = await PostAsync(browser, Root + "/new", "#new", new() { ["Form.Kind"] = "Consignment", ["Form.DocumentNo"] = document, ["Form.How"] = "row" });
        return Number().Match(page.Url).Value;
    }

    private async Task<string> NumberAsync(HttpClient browser, string query) =>
        (await browser.GetPageAsync(Root + query)).QuerySelector("#declarations tbody th")!.TextContent.Trim();

    private async Task<IDocument> UploadAsync(HttpClient browser, string number, string csv)
    {
        var page = await browser.GetPageAsync($"{Root}/{number}/upload");
        using var content = new MultipartFormDataContent
        {
            { new StringContent(page.QuerySelector("#lines-in [name=__RequestVerificationToken]")!.GetAttribute("value")!), "__RequestVerificationToken" },
            { new StringContent("10.11.2026"), "Form.ObligationDate" },
            { new ByteArrayContent(Encoding.UTF8.GetBytes(csv)), "file", "list.csv" },
        };
        return await FollowAsync(browser, await browser.PostAsync(new Uri($"{Root}/{number}/upload", UriKind.Relative), content));
    }

    private static async Task<IDocument> PostAsync(HttpClient browser, string path, string form, Dictionary<string, string> values)
    {
        var page = await browser.GetPageAsync(path);
        return await FollowAsync(browser, await browser.SubmitAsync(page, form, values));
    }

    private static async Task<IDocument> FollowAsync(HttpClient browser, HttpResponseMessage answer)
    {
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

    [GeneratedRegex(@"D-\d{4}-\d{6}", RegexOptions.NonBacktracking)]
    private static partial Regex Number();
}
