using System.Net;
using AngleSharp.Dom;
using EwasteEpr.Web.Features.Shared;
using EwasteEpr.Web.Tests.Support;

namespace EwasteEpr.Web.Tests.Shared;

public sealed class FormTests(SiteFixture site) : IClassFixture<SiteFixture>
{
    [Fact]
    public async Task Form_WhenNumbersAndDatesCannotBeRead_SaysSoAndKeepsWhatWasTyped()
    {
        var page = await SendAsync("ru", ("Mass", "1,234"), ("Units", "2,5"), ("On.Day", "31"), ("On.Month", "2"), ("On.Year", "2026"), ("Note", "заметка"));
        Assert.StartsWith("Ошибка: ", page.Title, StringComparison.Ordinal);
        Assert.Equal("1,234", page.QuerySelector("#Mass")!.GetAttribute("value"));
        Assert.Equal("2,5", page.QuerySelector("#Units")!.GetAttribute("value"));
        Assert.Equal("31", page.QuerySelector("#On")!.GetAttribute("value"));
        Assert.Equal("заметка", page.QuerySelector("#Note")!.TextContent);
        Assert.Contains("можно прочесть двояко", Error(page, "Mass"), StringComparison.Ordinal);
        Assert.Contains("должно быть целым числом", Error(page, "Units"), StringComparison.Ordinal);
        Assert.Contains("«31.2.2026»", page.QuerySelector("#On-date-error")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("Выберите, откуда товар", Error(page, "Source"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ErrorSummary_LinksIntoFieldsThatExist()
    {
        var page = await SendAsync("kk", ("Mass", "көп"), ("On.Day", "1"));
        var links = page.QuerySelectorAll(".govuk-error-summary a").Select(link => link.GetAttribute("href")!).ToList();
        Assert.Equal(3, links.Count);
        Assert.All(links, link => Assert.Equal("INPUT", page.QuerySelector(link)!.TagName));
    }

    [Fact]
    public async Task Form_WhenAllIsWell_ShowsNoError()
    {
        var page = await SendAsync("en", ("Mass", "1 234,567"), ("Units", "1 250"), ("On.Day", "7"), ("On.Month", "3"), ("On.Year", "2026"), ("Source", "import"), ("Document", "D-1"), ("Kinds", "foil"));
        Assert.Empty(page.QuerySelectorAll(".govuk-error-summary, .govuk-error-message").Select(error => error.TextContent));
        Assert.True(page.QuerySelector("#Source")!.HasAttribute("checked"));
        Assert.Equal("D-1", page.QuerySelector("#Document")!.GetAttribute("value"));
        Assert.True(page.QuerySelector("input[name=Kinds][value=foil]")!.HasAttribute("checked"));
        Assert.False(page.QuerySelector("input[name=Kinds][value=box]")!.HasAttribute("checked"));
    }

    [Fact]
    public async Task LanguageSwitch_OfAHalfFilledForm_LosesNothingAndScoldsNobody()
    {
        var page = await SendAsync("kk", "/kk/style-guide", "/ru/style-guide", ("Mass", "1,2345"), ("Units", "x"), ("Note", "жартысы"), (LanguageSwitch.Field, "ru"));
        Assert.Equal("ru", page.DocumentElement.GetAttribute("lang"));
        Assert.Equal("1,2345", page.QuerySelector("#Mass")!.GetAttribute("value"));
        Assert.Equal("x", page.QuerySelector("#Units")!.GetAttribute("value"));
        Assert.Equal("жартысы", page.QuerySelector("#Note")!.TextContent);
        Assert.Empty(page.QuerySelectorAll(".govuk-error-summary, .govuk-error-message"));
        var button = page.QuerySelector($"button[name={LanguageSwitch.Field}][value=en]")!;
        Assert.Equal("sample", button.GetAttribute("form"));
        Assert.Equal("/en/style-guide", button.GetAttribute("formaction"));
    }

    [Fact]
    public async Task ExtraFields_AreIgnored()
    {
        var page = await SendAsync("en", ("Source", "made"), ("Role", "operator"), ("State", "Paid"));
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.DoesNotContain("operator", page.Body!.InnerHtml, StringComparison.Ordinal);
    }

    private Task<IDocument> SendAsync(string code, params (string Name, string Value)[] fields) => SendAsync(code, $"/{code}/style-guide", $"/{code}/style-guide", fields);

    private async Task<IDocument> SendAsync(string code, string from, string to, params (string Name, string Value)[] fields)
    {
        using var browser = site.NewClient(keepsCookies: true);
        var page = await browser.GetPageAsync(from);
        Assert.Equal(code, page.DocumentElement.GetAttribute("lang"));
        var token = page.QuerySelector("#sample input[name=__RequestVerificationToken]")!.GetAttribute("value")!;
        using var content = new FormUrlEncodedContent([.. fields.Select(field => KeyValuePair.Create(field.Name, field.Value)), KeyValuePair.Create("__RequestVerificationToken", token)]);
        using var response = await browser.PostAsync(new Uri(to, UriKind.Relative), content);
        return await response.ToPageAsync();
    }

    private static string Error(IDocument page, string name) => page.QuerySelector($"#{name}-error")!.TextContent;
}
