using System.Net;
using EwasteEpr.Web.Tests.Support;

namespace EwasteEpr.Web.Tests.Tariffs;

/// <summary>The national list by form and CSV, and the calendar of days off; and the one bar of the operator.</summary>
public sealed class ProductGroupPagesTests(OperatorSite site) : IClassFixture<OperatorSite>
{
    private const string Groups = "/en/operator/product-groups";
    private const string Days = "/en/operator/calendar";
    private const string Head = "group_code;hs_prefix;valid_from;last_day;name_kk;name_ru;name_en;act\n";

    private static readonly Dictionary<string, string> Nothing = new(StringComparer.Ordinal);

    [Fact]
    public async Task Groups_ByForm_AreProposedByOneAndPublishedByAnother()
    {
        using var preparer = await site.PreparerAsync();
        using var approver = await site.ApproverAsync();
        var form = await preparer.GetPageAsync(Groups);
        using var proposed = await preparer.SubmitAsync(form, "#groups", Fields(("GroupCode", "11.2"), ("Prefix", "8517"), ("From.Day", "1"), ("From.Month", "1"), ("From.Year", "2026"), ("NameKk", "Телефондар"), ("NameRu", "Телефоны"), ("NameEn", "Telephones"), ("Act", "689, 11.2")));
        Assert.Equal(Groups + "?done=Proposed", proposed.Headers.Location!.OriginalString);
        Assert.Null((await preparer.GetPageAsync(Groups)).QuerySelector("form[action$='/publish']"));
        using var published = await approver.SubmitAsync(await approver.GetPageAsync(Groups), "form[action$='/publish']", Nothing);
        Assert.Equal(Groups + "?done=Published", published.Headers.Location!.OriginalString);
        Assert.Contains("Telephones", DemoText(await approver.GetPageAsync(Groups)), StringComparison.Ordinal);
        using var anybody = site.NewClient();
        Assert.Contains("11.2,8517,2026-01-01,,Телефондар,Телефоны,Telephones,", await anybody.GetStringAsync(new Uri("/en/rates/product-groups.csv", UriKind.Relative)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Groups_WithMistakes_AreNamedAndNothingTypedIsLost()
    {
        using var preparer = await site.PreparerAsync();
        var form = await preparer.GetPageAsync(Groups);
        using var table = await preparer.SubmitAsync(form, "#groups", Fields(("Rows", Head + "G1;85;2026-01-01;;a;b;c;689\nG1;8517;soon;;a;b;c;689\n")));
        var page = await table.ToPageAsync();
        var sentences = page.QuerySelectorAll(".govuk-error-summary li").Select(li => li.TextContent).ToList();
        Assert.Contains(sentences, sentence => sentence.StartsWith("Row 2, hs_prefix:", StringComparison.Ordinal));
        Assert.Contains(sentences, sentence => sentence.StartsWith("Row 3, valid_from:", StringComparison.Ordinal));
        Assert.Contains("G1;85;", page.QuerySelector("textarea")!.TextContent, StringComparison.Ordinal);

        using var fields = await preparer.SubmitAsync(form, "#groups", Fields(("GroupCode", "G 9"), ("NameEn", "kept")));
        var shown = await fields.ToPageAsync();
        Assert.Equal("kept", shown.QuerySelector("[name='Form.NameEn']")!.GetAttribute("value"));
        Assert.True(shown.QuerySelectorAll(".govuk-error-summary li").Length >= 4);
    }

    [Fact]
    public async Task DaysOff_AreEnteredByFormAndByTable_AndTakenAway()
    {
        using var preparer = await site.PreparerAsync();
        Assert.Equal("No days off have been entered", (await preparer.GetPageAsync(Days)).QuerySelector("h1")!.TextContent);
        using var one = await preparer.SubmitAsync(await preparer.GetPageAsync(Days), "#days", Fields(("Day.Day", "8"), ("Day.Month", "3"), ("Day.Year", "2027"), ("Kind", "Holiday"), ("NameKk", "Халықаралық әйелдер күні"), ("NameRu", "Международный женский день"), ("NameEn", "Women’s Day"), ("Act", "Act 1")));
        Assert.Equal(Days + "?done=Entered", one.Headers.Location!.OriginalString);
        Assert.False(await IsWorkingAsync("2027-03-08"));
        using var many = await preparer.SubmitAsync(await preparer.GetPageAsync(Days), "#days", Fields(("Rows", "day;kind;name_kk;name_ru;name_en;act\n13.03.2027;WorkingDay;a;b;c;Act 1\n22.03.2027;holiday;a;b;c;Act 1\n")));
        Assert.Equal(HttpStatusCode.Found, many.StatusCode);
        Assert.True(await IsWorkingAsync("2027-03-13"));
        Assert.False(await IsWorkingAsync("2027-03-22"));

        using var wrong = await preparer.SubmitAsync(await preparer.GetPageAsync(Days), "#days", Fields(("Rows", "day;kind;name_kk;name_ru;name_en;act\n23.03.2027;Feast;a;b;c;Act 1\n")));
        Assert.Contains("Row 2, kind: “Feast”", DemoText(await wrong.ToPageAsync()), StringComparison.Ordinal);
        using var removed = await preparer.SubmitAsync(await preparer.GetPageAsync(Days), "form[action$='/2027-03-08/remove']", Nothing);
        Assert.Equal(Days + "?done=Removed", removed.Headers.Location!.OriginalString);
        Assert.True(await IsWorkingAsync("2027-03-08"));
    }

    [Fact]
    public async Task Bar_ShowsTheGroupOneIsIn_WideAndNarrow()
    {
        using var approver = await site.ApproverAsync();
        var page = await approver.GetPageAsync("/en/operator/tariffs/mci");
        Assert.Equal("Rates and rules", page.QuerySelector(".m-org .in nav.wide a[aria-current]")!.TextContent);
        Assert.Equal("MCI", page.QuerySelector(".m-org .parts a[aria-current=page]")!.TextContent);
        Assert.Equal("MCI", page.QuerySelector(".m-org details a[aria-current=page]")!.TextContent);
        Assert.True(page.QuerySelectorAll(".m-org .in nav.wide a").Length <= 8);

        // An approver proposes nothing: the page for it is not named to them anywhere.
        Assert.DoesNotContain(page.QuerySelectorAll(".m-org a"), link => link.GetAttribute("href")!.EndsWith("/new", StringComparison.Ordinal));
    }

    private static Dictionary<string, string> Fields(params (string Name, string Value)[] fields) => fields.ToDictionary(field => "Form." + field.Name, field => field.Value, StringComparer.Ordinal);

    private static string DemoText(AngleSharp.Dom.IDocument page) => string.Join(' ', page.Body!.TextContent.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private Task<bool> IsWorkingAsync(string day) => site.Database.Db.QuerySingleAsync<bool>($"select app.is_working_day('{day}')", null, CancellationToken.None);
}
