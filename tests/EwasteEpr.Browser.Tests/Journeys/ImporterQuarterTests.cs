using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using EwasteEpr.Browser.Tests.Support;
using Microsoft.Playwright;

namespace EwasteEpr.Browser.Tests.Journeys;

/// <summary>J3: from a file, a paste or a copy to the receipt, with faults put right on the way; then a correction.</summary>
public sealed class ImporterQuarterTests(Support.Browser browser) : IClassFixture<Support.Browser>
{
    /// <summary>One free quarter of the demonstration's producer for each walk.</summary>
    private static readonly Dictionary<(string, int), string> Quarters = new()
    {
        [("kk", 360)] = "2025-Q1", [("kk", 1280)] = "2025-Q2", [("ru", 360)] = "2025-Q3", [("ru", 1280)] = "2025-Q4", [("en", 360)] = "2026-Q1", [("en", 1280)] = "2026-Q4",
    };

    private static int documents;

    [Theory]
    [MemberData(nameof(Walks.All), MemberType = typeof(Walks))]
    public async Task EstonianFile_ToTheReceipt_ThenACorrection(string language, int width)
    {
        await using var visit = await browser.VisitAsync(width);
        var page = visit.Page;
        var root = await EnterAsync(visit, language, "producer");
        await page.GotoAsync(root + "/new");
        await visit.AssertSoundAsync(language);
        var quarter = Quarters[(language, width)];
        await page.SelectOptionAsync("[name='Form.Period']", quarter);
        await page.CheckAsync("input[value=Period]");
        await page.CheckAsync("input[value=file]");
        await page.ClickAsync("#new button.govuk-button");
        await visit.AssertSoundAsync(language);
        await SendFileAsync(page, "estonia-2018.csv", await File.ReadAllBytesAsync(EstonianFile()), LastDay(quarter));
        await page.WaitForURLAsync(url => !url.EndsWith("/upload", StringComparison.Ordinal));
        await visit.AssertSoundAsync(language);
        var declaration = page.Url[..page.Url.IndexOf("/upload/", StringComparison.Ordinal)];
        await page.GotoAsync(declaration);
        await visit.AssertSoundAsync(language);
        await GiveReasonsAsync(page, declaration);
        await page.GotoAsync(declaration + "/compare");
        await visit.AssertSoundAsync(language);
        await SubmitAsync(visit, declaration, language);
        await page.GoBackAsync();
        await page.GotoAsync(declaration + "/submit?revision=1");
        Assert.EndsWith("/receipt", page.Url, StringComparison.Ordinal);
        await page.GotoAsync(declaration + "/amend");
        await page.FillAsync("[name='Form.Reason']", "Weighed again");
        await page.ClickAsync("#amend button.govuk-button");
        await visit.AssertSoundAsync(language);
        await page.Locator("form[action$='/lines/1/remove'] button").ClickAsync();
        await page.GotoAsync(declaration + "/versions/2/difference");
        await visit.AssertSoundAsync(language);
        Assert.Equal(1, await page.Locator("#difference tbody tr").CountAsync());
        await GiveReasonsAsync(page, declaration);
        await SubmitAsync(visit, declaration, language);
        await page.GotoAsync(declaration + "/history");
        await visit.AssertSoundAsync(language);
    }

    [Theory]
    [MemberData(nameof(Walks.All), MemberType = typeof(Walks))]
    public async Task FaultyFile_FixedForAllRowsAtOnce_AndByTheMarkedFile(string language, int width)
    {
        await using var visit = await browser.VisitAsync(width);
        var page = visit.Page;
        var root = await EnterAsync(visit, language, "second-importer");
        var declaration = await NewConsignmentAsync(page, root, "file");
        const string Faulty = "hs_code;description;units;mass_kg;obligation_date\n8517990000;a;240;50,4;10.11.2026\n8517990000;b;96;20,256;10.11.2026\n8517990000;c;60;12,66;10.11.2026\n8528721000;d;10;115,12345;10.11.2026\n8450111100;e;18;1153,8;10.11.2026\n";
        await SendFileAsync(page, "faulty.csv", Encoding.UTF8.GetBytes(Faulty), "");
        await page.WaitForURLAsync("**/issues");
        await visit.AssertSoundAsync(language);
        await page.FillAsync("#newValue", "8517130000");
        await page.Locator("form[action$='/issues/fix'] button").ClickAsync();
        await visit.AssertSoundAsync(language);
        Assert.StartsWith("1", (await page.Locator("h1").TextContentAsync())!.Trim(), StringComparison.Ordinal);

        // The rest in the person's own table: the marked file comes back put right.
        var download = await page.RunAndWaitForDownloadAsync(() => page.Locator("a[href$='/marked']").ClickAsync());
        using var own = new StreamReader(await download.CreateReadStreamAsync());
        var marked = await own.ReadToEndAsync();
        Assert.Contains("115,12345", marked, StringComparison.Ordinal);
        Assert.DoesNotContain("8517990000", marked, StringComparison.Ordinal); // what was put right on the page is in it
        await page.GotoAsync(declaration + "/upload");
        await page.CheckAsync("input[value=Replace]");
        await SendFileAsync(page, "fixed.csv", Encoding.UTF8.GetBytes(marked.Replace("115,12345", "115,123", StringComparison.Ordinal)), "");
        await page.WaitForURLAsync(url => !url.EndsWith("/upload", StringComparison.Ordinal));
        await GiveReasonsAsync(page, declaration);
        await SubmitAsync(visit, declaration, language);
    }

    [Theory]
    [MemberData(nameof(Walks.All), MemberType = typeof(Walks))]
    public async Task PasteAndCopy_ReachTheReceipt_WithoutJavaScriptToo(string language, int width)
    {
        await using var visit = await browser.VisitAsync(width, javaScript: width > 600);
        var page = visit.Page;
        var root = await EnterAsync(visit, language, "second-importer");
        var pasted = await NewConsignmentAsync(page, root, "paste");
        await page.FillAsync("[name='Form.Text']", "Код ТН ВЭД\tНаименование\tКоличество, шт\tМасса, кг\n8450111100\tКір жуғыш машина\t18\t1153,8\n8418102001\tТоңазытқыш\t12\t728,4\n");
        await page.FillAsync("[name='Form.ObligationDate']", "10.11.2026");
        await page.ClickAsync("#lines-in button.govuk-button");
        await GiveReasonsAsync(page, pasted);
        await SubmitAsync(visit, pasted, language, withAxe: width > 600);

        var copied = await NewConsignmentAsync(page, root, "copy");
        await page.FillAsync("[name='Form.ObligationDate']", "12.11.2026");
        await page.ClickAsync("#lines-in button.govuk-button");
        await GiveReasonsAsync(page, copied);
        await page.GotoAsync(copied + "/lines");
        Assert.Equal(2, await page.Locator("#lines tbody tr").CountAsync());
        await SubmitAsync(visit, copied, language, withAxe: width > 600);
    }

    private static async Task<string> EnterAsync(Visit visit, string language, string persona)
    {
        await visit.Page.GotoAsync($"/{language}/demo");
        await visit.Page.Locator($"button[name=persona][value='{persona}'], form:has(input[name=persona][value='{persona}']) button").First.ClickAsync();
        await visit.Page.WaitForURLAsync("**/org/*");
        return visit.Page.Url.TrimEnd('/') + "/declarations";
    }

    private static async Task<string> NewConsignmentAsync(IPage page, string root, string how)
    {
        await page.GotoAsync(root + "/new");
        await page.CheckAsync("input[value=Consignment]");
        await page.FillAsync("[name='Form.DocumentNo']", $"WALK/{Interlocked.Increment(ref documents).ToString("000000", CultureInfo.InvariantCulture)}");
        await page.CheckAsync($"input[value={how}]");
        await page.ClickAsync("#new button.govuk-button");
        await page.WaitForURLAsync("**/D-*/**");
        return page.Url[..page.Url.LastIndexOf('/')];
    }

    private static async Task SendFileAsync(IPage page, string name, byte[] content, string date)
    {
        await page.SetInputFilesAsync("#file", new FilePayload { Name = name, MimeType = "text/csv", Buffer = content });
        await page.FillAsync("[name='Form.ObligationDate']", date);
        await page.ClickAsync("#lines-in button.govuk-button");
    }

    private static async Task GiveReasonsAsync(IPage page, string declaration)
    {
        await page.GotoAsync(declaration + "/issues");
        for (var i = 0; i < 10 && await page.Locator(".m-groups a:has-text('UNIT'), .m-groups a:has-text('DUP'), .m-groups a:has-text('CHANGE'), .m-groups a:has-text('KEY-02')").CountAsync() > i; i++)
        {
            await page.Locator(".m-groups a").Nth(i).ClickAsync();
            await page.FillAsync("#reason", "Checked against the invoices");
            await page.Locator("form[action$='/issues/reason'] button").ClickAsync();
        }
    }

    private static async Task SubmitAsync(Visit visit, string declaration, string language, bool withAxe = true)
    {
        var page = visit.Page;
        await page.GotoAsync(declaration + "/check?why=2");
        await LookAsync();
        await page.ClickAsync("a[href*='submit?revision']");
        await LookAsync();
        await page.ClickAsync("#sign button[value=SignIn]");
        await page.WaitForURLAsync("**/receipt");
        await LookAsync();

        Task LookAsync() => withAxe ? visit.AssertSoundAsync(language) : Task.CompletedTask;
    }

    private static string LastDay(string quarter) => quarter == "2026-Q4" ? "10.11.2026" : quarter[^1] switch { '1' => "31.03.", '2' => "30.06.", '3' => "30.09.", _ => "31.12." } + quarter[..4];

    private static string EstonianFile([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "..", "src", "EwasteEpr", "Declarations", "Demo", "estonia-2018.csv"));
}
