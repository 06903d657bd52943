using System.Net;
using AngleSharp.Dom;
using EwasteEpr.Web.Tests.Support;

namespace EwasteEpr.Web.Tests.Tariffs;

/// <summary>A version from the form to the public page, by two people.</summary>
public sealed class OperatorTariffsTests(OperatorSite site) : IClassFixture<OperatorSite>
{
    private const string Rows = "match_kind,match,coefficient,legal_basis\ncategory,1,40,annex\ncategory,2,0,annex\nany,EEE,not_set,\n";

    [Fact]
    public async Task Version_IsProposedByOneAndPublishedByAnother()
    {
        using var preparer = await site.PreparerAsync();
        using var approver = await site.ApproverAsync();
        var answer = await ProposeAsync(preparer, "t-2027", "2027", Rows);
        Assert.Equal("/en/operator/tariffs/t-2027?done=Proposed", answer.Headers.Location!.ToString());
        Assert.Equal(HttpStatusCode.NotFound, (await site.GetPageAsync("/en/rates/t-2027")).StatusCode); // a proposal is not public

        var own = await preparer.GetPageAsync("/en/operator/tariffs/t-2027");
        Assert.Null(own.QuerySelector("form[action$='/publish']"));
        Assert.Equal(HttpStatusCode.Forbidden, (await preparer.SubmitAsync(own, "form[action$='/withdraw']", new Dictionary<string, string>(), "/en/operator/tariffs/t-2027/publish")).StatusCode);

        var review = await approver.GetPageAsync("/en/operator/tariffs/t-2027");
        Assert.Contains("closes the open end of 448-2022", review.Body!.TextContent, StringComparison.Ordinal);
        var published = await approver.SubmitAsync(review, "form[action$='/publish']", new Dictionary<string, string>());
        Assert.EndsWith("done=Published", published.Headers.Location!.ToString(), StringComparison.Ordinal);

        Assert.Equal(HttpStatusCode.OK, (await site.GetPageAsync("/en/rates/t-2027")).StatusCode);
        var again = await approver.SubmitAsync(review, "form[action$='/publish']", new Dictionary<string, string>());
        Assert.EndsWith("done=AlreadyDecided", again.Headers.Location!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Publish_ByAPersonWithBothRoles_IsRefusedForTheirOwnProposal()
    {
        using var both = await site.SignedInAsync("operator_preparer", "operator_approver");
        await ProposeAsync(both, "own-2031", "2031", Rows);
        var page = await both.GetPageAsync("/en/operator/tariffs/own-2031");
        Assert.Null(page.QuerySelector("form[action$='/publish']"));
        var answer = await both.SubmitAsync(
            page, "form[action$='/withdraw']", new Dictionary<string, string> { ["effect"] = "Closes", ["other"] = "448-2022" }, "/en/operator/tariffs/own-2031/publish");
        Assert.EndsWith("done=SamePerson", answer.Headers.Location!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Form_WithMistakes_NamesEachAndLosesNothing()
    {
        using var preparer = await site.PreparerAsync();
        var answer = await ProposeAsync(preparer, "448-2022", "2027", "match_kind,match,coefficient\ncategory,9,1\ncategory,1,\n");
        var page = await answer.ToPageAsync();
        var sentences = page.QuerySelectorAll(".govuk-error-summary li").Select(li => li.TextContent).ToList();
        Assert.Contains(sentences, sentence => sentence.StartsWith("Row 2, match:", StringComparison.Ordinal));
        Assert.Contains(sentences, sentence => sentence.StartsWith("Row 3, coefficient: the coefficient is empty", StringComparison.Ordinal));
        Assert.Contains("category,9,1", page.QuerySelector("textarea#Rows")!.TextContent, StringComparison.Ordinal);
        Assert.Equal("448-2022", page.QuerySelector("#Code")!.GetAttribute("value"));

        var taken = await (await ProposeAsync(preparer, "448-2022", "2027", Rows)).ToPageAsync();
        Assert.Contains("The code 448-2022 exists", taken.QuerySelector(".govuk-error-summary")!.TextContent, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ActLink", "HTTPS://adilet.zan.kz/1", "must begin with https://")]
    [InlineData("TitleKk", null, "No more than 1000 characters")]
    public async Task Form_WithWhatTheDatabaseOrAReaderCannotTake_IsRefusedInASentence(string field, string? value, string sentence)
    {
        using var preparer = await site.PreparerAsync();
        var page = await (await ProposeAsync(preparer, "odd-2045", "2045", Rows, field, value ?? new string('x', 1001))).ToPageAsync();
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.Contains(sentence, page.QuerySelector(".govuk-error-summary")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Form_InAnotherLanguage_KeepsWhatIsHalfTyped()
    {
        using var preparer = await site.PreparerAsync();
        var page = await preparer.GetPageAsync("/en/operator/tariffs/new");
        var answer = await preparer.SubmitAsync(page, "#tariff", new Dictionary<string, string> { ["Code"] = "half", ["_language"] = "ru" }, "/ru/operator/tariffs/new");
        var russian = await answer.ToPageAsync();
        Assert.Equal("ru", russian.DocumentElement.GetAttribute("lang"));
        Assert.Equal("half", russian.QuerySelector("#Code")!.GetAttribute("value"));
        Assert.Null(russian.QuerySelector(".govuk-error-summary"));
    }

    [Theory]
    [InlineData("/en/operator/tariffs")]
    [InlineData("/en/operator/tariffs/new")]
    [InlineData("/en/operator/tariffs/448-2022")]
    [InlineData("/en/operator/tariffs/mci")]
    [InlineData("/en/operator/tariffs/codes")]
    [InlineData("/en/operator/settings")]
    [InlineData("/en/operator/settings/fee.interest")]
    public async Task OperatorPages_AreForTheOperatorOnly(string path)
    {
        Assert.Equal(HttpStatusCode.Redirect, (await site.GetPageAsync(path)).StatusCode); // to the sign-in
        using var citizen = await site.SignedInAsync();
        Assert.Equal(HttpStatusCode.Forbidden, (await citizen.GetPageAsync(path)).StatusCode);
        using var preparer = await site.PreparerAsync();
        Assert.Equal(HttpStatusCode.OK, (await preparer.GetPageAsync(path)).StatusCode);
    }

    [Fact]
    public async Task MciValue_AndCode_AreProposedAndPublishedOnScreen()
    {
        using var preparer = await site.PreparerAsync();
        using var approver = await site.ApproverAsync();
        var mci = await preparer.GetPageAsync("/en/operator/tariffs/mci");
        var values = new Dictionary<string, string>
        {
            ["Form.EffectiveFrom.Day"] = "1", ["Form.EffectiveFrom.Month"] = "1", ["Form.EffectiveFrom.Year"] = "2027", ["Form.ValueKzt"] = "4 400,5", ["Form.LegalBasis"] = "Budget law 2027-2029", ["Form.Purpose"] = "General",
        };
        Assert.Equal(HttpStatusCode.Redirect, (await preparer.SubmitAsync(mci, "main form[action$='/mci']", values)).StatusCode);
        await PublishFirstAsync(approver, "/en/operator/tariffs/mci");
        Assert.Contains("4,400.5", (await site.GetPageAsync("/en/rates")).Body!.TextContent, StringComparison.Ordinal);

        var codes = await preparer.GetPageAsync("/en/operator/tariffs/codes");
        var code = new Dictionary<string, string> { ["Form.Prefix"] = "8517 62 000 9", ["Form.Key"] = "307", ["Form.Source"] = "=letter 17" };
        Assert.Equal(HttpStatusCode.Redirect, (await preparer.SubmitAsync(codes, "main form[action$='/codes']", code)).StatusCode);
        await PublishFirstAsync(approver, "/en/operator/tariffs/codes");
        Assert.Contains("servers, copiers", (await site.GetPageAsync("/en/rates?hs=8517620009")).QuerySelector("#lookup")!.TextContent, StringComparison.Ordinal);
        Assert.Contains(",'=letter 17", await site.Client.GetStringAsync(new Uri("/en/rates/codes.csv", UriKind.Relative)), StringComparison.Ordinal);

        var bad = await (await preparer.SubmitAsync(codes, "main form[action$='/codes']", new Dictionary<string, string> { ["Form.Prefix"] = "85", ["Form.Key"] = "9999" })).ToPageAsync();
        Assert.Equal(3, bad.QuerySelectorAll(".govuk-error-summary li").Length);
    }

    [Fact]
    public async Task Setting_IsChangedByTwoPeopleAndShownWithItsAct()
    {
        using var preparer = await site.PreparerAsync();
        using var approver = await site.ApproverAsync();
        var form = await preparer.GetPageAsync("/en/operator/settings/payments.card_max");
        var tooLong = new Dictionary<string, string> { ["Value"] = "1", ["Basis"] = new string('x', 1001), ["Reason"] = "r" };
        Assert.Contains("No more than 1000 characters", (await (await preparer.SubmitAsync(form, "#setting", tooLong)).ToPageAsync()).QuerySelector(".govuk-error-summary")!.TextContent, StringComparison.Ordinal);
        var values = new Dictionary<string, string> { ["Value"] = "1 000 000", ["Basis"] = "Contract 5", ["Reason"] = "the bank's letter" };
        Assert.EndsWith("done=Proposed", (await preparer.SubmitAsync(form, "#setting", values)).Headers.Location!.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("Contract 5", (await site.GetPageAsync("/en/legal-basis")).Body!.TextContent, StringComparison.Ordinal);

        var list = await approver.GetPageAsync("/en/operator/settings");
        Assert.EndsWith("done=Done", (await approver.SubmitAsync(list, "form[action$='/apply']", new Dictionary<string, string>())).Headers.Location!.ToString(), StringComparison.Ordinal);
        Assert.Contains("Contract 5", (await site.GetPageAsync("/en/legal-basis")).Body!.TextContent, StringComparison.Ordinal);
    }

    private static async Task PublishFirstAsync(HttpClient approver, string path)
    {
        var answer = await approver.SubmitAsync(await approver.GetPageAsync(path), "form[action$='/publish']", new Dictionary<string, string>());
        Assert.EndsWith("done=Published", answer.Headers.Location!.ToString(), StringComparison.Ordinal);
    }

    private static async Task<HttpResponseMessage> ProposeAsync(HttpClient preparer, string code, string year, string rows, string field = "ActLink", string value = "")
    {
        var page = await preparer.GetPageAsync("/en/operator/tariffs/new?from=448-2022");
        return await preparer.SubmitAsync(page, "#tariff", new Dictionary<string, string>
        {
            ["Code"] = code, ["From.Day"] = "1", ["From.Month"] = "1", ["From.Year"] = year, ["Rows"] = rows, ["SourceKk"] = "x", ["SourceRu"] = "x", ["SourceEn"] = "x",
            ["MciBy"] = "ImportDate", ["MciPurpose"] = "General", ["Rounding"] = "LineHalfAway2", [field] = value,
        });
    }
}
