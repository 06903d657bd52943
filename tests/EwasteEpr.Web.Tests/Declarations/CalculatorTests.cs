using System.Net;
using System.Text;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using EwasteEpr.Web.Tests.Support;

namespace EwasteEpr.Web.Tests.Declarations;

public sealed class CalculatorTests(SiteFixture site) : IClassFixture<SiteFixture>
{
    private static readonly string Estonia = Path.GetFullPath(Path.Combine(SiteFixture.WebFolder(), "..", "tests", "EwasteEpr.Tests", "Declarations", "data", "declaration-estonia-2018.csv"));

    [Theory]
    [InlineData("kk", "Төлеуге 13 504 248 687,62 ₸")]
    [InlineData("ru", "К уплате 13 504 248 687,62 ₸")]
    [InlineData("en", "To pay 13,504,248,687.62 ₸")]
    public async Task File_OfARealCountry_IsPricedInEachLanguage(string language, string title)
    {
        var page = await PostFileAsync(language, await File.ReadAllBytesAsync(Estonia), "declaration-estonia-2018.csv");
        Assert.Equal(title, Words(page.QuerySelector("h1")));
        Assert.Equal(49, page.QuerySelectorAll("#lines tbody tr.m-line-row").Length);
        Assert.Contains("DEMO-2026", page.QuerySelector("p.m-illus")!.TextContent + page.Body!.TextContent, StringComparison.Ordinal);
        Assert.Contains("Central Heating", page.QuerySelector<IHtmlTextAreaElement>("#Table")!.Value, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Why_ShowsFactorsRowsAndRounding()
    {
        var page = await PostAsync("ru", new() { ["On"] = "10.11.2026", ["Methodology"] = "DEMO-2026", ["way"] = "rows", ["hs_code"] = "8418102001", ["units"] = "120", ["mass_kg"] = "7284,0" });
        var why = Words(page.QuerySelector("tr.exp"));
        Assert.Contains("7,284", why, StringComparison.Ordinal);
        Assert.Contains("4 325", why, StringComparison.Ordinal);
        Assert.Contains("52,2500", why, StringComparison.Ordinal);
        Assert.Contains("1 646 047,43", why, StringComparison.Ordinal);
        Assert.Contains("менее точная", why, StringComparison.Ordinal);
        Assert.Contains("половина от нуля", why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Typed_RowsWithProblems_KeepEverythingTyped()
    {
        var page = await PostAsync("ru", new() { ["On"] = "10.11.2026", ["Methodology"] = "DEMO-2026", ["way"] = "rows", ["hs_code"] = "85<b>", ["description"] = "Телефон \"X\"", ["mass_kg"] = "1,234", ["Table"] = "мои строки" });
        Assert.Equal("1 строку нужно исправить", Words(page.QuerySelector("h1")));
        Assert.Equal("85<b>", page.QuerySelector<IHtmlInputElement>("input[name=hs_code]")!.Value);
        Assert.Equal("Телефон \"X\"", page.QuerySelector<IHtmlInputElement>("input[name=description]")!.Value);
        Assert.Equal("1,234", page.QuerySelector<IHtmlInputElement>("input[name=mass_kg]")!.Value);
        Assert.Equal("мои строки", page.QuerySelector<IHtmlTextAreaElement>("#Table")!.Value);
        Assert.Contains("HS-02", Words(page.Body), StringComparison.Ordinal);
        Assert.Contains("NUM-02", Words(page.Body), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Date_ThatIsNotOne_IsSaidAtTheField_AndNothingIsLost()
    {
        var page = await PostAsync("ru", new() { ["On"] = "31.02.2026", ["way"] = "paste", ["Table"] = "hs_code;mass_kg\n851713;1" });
        Assert.NotNull(page.QuerySelector(".govuk-error-summary"));
        Assert.Equal("31.02.2026", page.QuerySelector<IHtmlInputElement>("#On")!.Value);
        Assert.Equal("hs_code;mass_kg\n851713;1", page.QuerySelector<IHtmlTextAreaElement>("#Table")!.Value);
    }

    [Fact]
    public async Task AnotherLanguage_KeepsTheForm()
    {
        var page = await PostAsync("kk", new() { ["_language"] = "kk", ["On"] = "10.11.2026", ["hs_code"] = "851713", ["mass_kg"] = "1", ["Table"] = "a;b" });
        Assert.Equal("Жабдық тізімінің төлемін есептеңіз", Words(page.QuerySelector("h1")));
        Assert.Equal("851713", page.QuerySelector<IHtmlInputElement>("input[name=hs_code]")!.Value);
        Assert.Equal("a;b", page.QuerySelector<IHtmlTextAreaElement>("#Table")!.Value);
    }

    [Fact]
    public async Task AddRows_GivesMoreRoomAndKeepsWhatStands()
    {
        var page = await PostAsync("en", new() { ["hs_code"] = "851713", ["mass_kg"] = "1", ["add"] = "rows" });
        Assert.Equal(6, page.QuerySelectorAll("input[name=hs_code]").Length);
        Assert.Equal("851713", page.QuerySelector<IHtmlInputElement>("input[name=hs_code]")!.Value);
    }

    [Theory]
    [InlineData("foo;bar\n1;2\n", "HEAD-01")]
    [InlineData("hs_code;Масса, т\n851713;1\n", "HEAD-05")]
    public async Task File_ThatCannotBeRead_SaysWhy(string content, string code)
    {
        var page = await PostFileAsync("ru", Encoding.UTF8.GetBytes(content), "x.csv");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, page.StatusCode);
        Assert.Equal("Таблицу не удалось прочитать", Words(page.QuerySelector("h1")));
        Assert.Contains(code, Words(page.Body), StringComparison.Ordinal);
        Assert.Equal(content, page.QuerySelector<IHtmlTextAreaElement>("#Table")!.Value);
    }

    [Fact]
    public async Task LongFile_Streams_ShowsTheFirstLinesAndCountsAll()
    {
        var file = new StringBuilder("hs_code;mass_kg;document_no\n");
        for (var i = 0; i < 60_000; i++)
        {
            file.Append(System.Globalization.CultureInfo.InvariantCulture, $"8517130000;1;{i}\n");
        }

        var page = await PostFileAsync("en", Encoding.UTF8.GetBytes(file.ToString()), "long.csv");
        Assert.Equal("To pay 7,460,400.00 ₸", Words(page.QuerySelector("h1")));
        Assert.Equal(200, page.QuerySelectorAll("#lines tbody tr.m-line-row").Length);
        Assert.Contains("The first 200 of 60,000", Words(page.QuerySelector("#lines")), StringComparison.Ordinal);
        Assert.Equal("", page.QuerySelector<IHtmlTextAreaElement>("#Table")!.Value);
    }

    [Fact]
    public async Task Results_AsCsv_HoldEveryLineAndNoFormula()
    {
        using var response = await SendFileAsync("en", Encoding.UTF8.GetBytes("hs_code;mass_kg;description\n8517130000;1;=cmd|' /C calc'!A0\n9999;2;+1\n"), "x.csv", "results");
        Assert.Equal("text/csv", response.Content.Headers.ContentType!.MediaType);
        var lines = (await response.Content.ReadAsStringAsync()).Trim('\uFEFF').Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(3, lines.Length);
        Assert.Contains(";'=cmd|' /C calc'!A0;", lines[1], StringComparison.Ordinal);
        Assert.Contains(";124.34;0.00;124.34;", lines[1], StringComparison.Ordinal);
        Assert.Contains(";'+1;", lines[2], StringComparison.Ordinal);
        Assert.Contains("HS-01", lines[2], StringComparison.Ordinal);
    }

    /// <summary>A browser sends all of a file before it reads: an answer that went out meanwhile would stop both.</summary>
    [Fact]
    public async Task Results_OfALongFile_ArriveAfterIt()
    {
        var file = "hs_code;mass_kg;description\n" + string.Concat(Enumerable.Range(0, 150_000).Select(i => $"8517130000;1;row {i}, a description as long as they usually are\n"));
        using var response = await SendFileAsync("en", Encoding.UTF8.GetBytes(file), "x.csv", "results").WaitAsync(TimeSpan.FromMinutes(2));
        Assert.Equal(150_001, (await response.Content.ReadAsStringAsync()).Count(c => c == '\n'));
    }

    [Fact]
    public async Task Problems_AsCsv_AreSentences()
    {
        using var response = await SendFileAsync("ru", Encoding.UTF8.GetBytes("hs_code;mass_kg\n=9999;2\n"), "x.csv", "problems");
        var lines = (await response.Content.ReadAsStringAsync()).Trim('\uFEFF').Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.StartsWith("2;error;HS-02;hs_code;'=9999;", lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Page_StoresNothingAndNeedsNoToken()
    {
        using var response = await SendFileAsync("en", "hs_code;mass_kg\n851713;1\n"u8.ToArray(), "x.csv", "page");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Empty(Directory.EnumerateFiles(Path.GetTempPath(), "ewaste-*.tmp"));
    }

    private async Task<IDocument> PostFileAsync(string language, byte[] file, string name)
    {
        using var response = await SendFileAsync(language, file, name, "page");
        return await response.ToPageAsync();
    }

    private async Task<HttpResponseMessage> SendFileAsync(string language, byte[] file, string name, string answer)
    {
        using var form = new MultipartFormDataContent
        {
            { new StringContent(name.Contains("2018", StringComparison.Ordinal) ? "30.06.2018" : "30.06.2026"), "On" },
            { new StringContent("DEMO-2026"), "Methodology" },
            { new StringContent(answer), "answer" },
            { new ByteArrayContent(file), "File", name },
        };
        return await site.Client.PostAsync(new Uri($"/{language}/calculator", UriKind.Relative), form);
    }

    private async Task<IDocument> PostAsync(string language, Dictionary<string, string> fields)
    {
        using var form = new MultipartFormDataContent();
        foreach (var (name, value) in fields)
        {
            form.Add(new StringContent(value), name);
        }

        using var response = await site.Client.PostAsync(new Uri($"/{language}/calculator", UriKind.Relative), form);
        return await response.ToPageAsync();
    }

    private static string Words(INode? node) => string.Join(' ', (node?.TextContent ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).Replace('\u00A0', ' ');
}
