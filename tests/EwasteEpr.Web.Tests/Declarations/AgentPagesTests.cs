using System.Net;
using AngleSharp.Dom;
using EwasteEpr.Kernel;
using EwasteEpr.Organisations;
using EwasteEpr.Web.Tests.Organisations;
using EwasteEpr.Web.Tests.Support;

namespace EwasteEpr.Web.Tests.Declarations;

/// <summary>A mandate from the form to the agent's next request, and nil filed for many.</summary>
public sealed class AgentPagesTests(DemoSite site) : IClassFixture<DemoSite>
{
    private const string AgentBin = "161340452459";

    [Fact]
    public async Task AMandate_OpensTheClientsDeclarations_AndNothingElse_UntilItIsRevoked()
    {
        using var owner = await site.SignedInAsync("importer-owner");
        using var agent = await site.SignedInAsync("agent");
        var client = site.Slug("importer-1");
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(agent, $"/en/org/{client}/declarations"));

        using var given = await GiveAsync(owner, ("Scopes", "prepare"));
        Assert.Equal($"/en/org/{client}/agents", given.Headers.Location?.OriginalString);
        var list = await owner.GetPageAsync($"/en/org/{client}/agents");
        Assert.Contains("in force", DemoSite.TextOf(list), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(agent, $"/en/org/{client}/declarations"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(agent, $"/en/org/{client}/declarations/new"));
        foreach (var room in new[] { "", "/members", "/agents", "/api-keys" })
        {
            Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(agent, $"/en/org/{client}{room}"));
        }

        // Without the scope, submitting is not allowed; with it, the page is a draft's that is not there.
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(agent, $"/en/org/{client}/declarations/D-2020-000001/submit"));
        var id = list.QuerySelector("a[href$='/revoke']")!.GetAttribute("href")!.Split('/')[^2];
        using var changed = await owner.SubmitAsync(await owner.GetPageAsync($"/en/org/{client}/agents/{id}"), "#mandate", new Dictionary<string, string>(StringComparer.Ordinal) { ["Scopes"] = "submit" });
        Assert.Equal(HttpStatusCode.Found, changed.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(agent, $"/en/org/{client}/declarations/D-2020-000001/submit"));
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(agent, $"/en/org/{client}/declarations/new"));

        using var revoked = await owner.SubmitAsync(await owner.GetPageAsync($"/en/org/{client}/agents/{id}/revoke"), "main form", new Dictionary<string, string>(StringComparer.Ordinal));
        Assert.Equal(HttpStatusCode.Found, revoked.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(agent, $"/en/org/{client}/declarations"));
        var history = DemoSite.TextOf(await owner.GetPageAsync($"/en/org/{client}/agents"));
        foreach (var word in new[] { "given", "changed", "revoked" })
        {
            Assert.Contains(word, history, StringComparison.Ordinal);
        }

        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(owner, $"/en/org/{client}/agents/{id}"));
    }

    [Fact]
    public async Task AMandateToPay_OpensTheClientsInvoices_AndOneWithoutItDoesNot()
    {
        using var agent = await site.SignedInAsync("agent");
        var client = site.Slug("importer-2");
        var invoices = await agent.GetPageAsync($"/en/org/{client}/invoices");
        Assert.Equal(HttpStatusCode.OK, invoices.StatusCode);
        Assert.Contains(invoices.QuerySelectorAll(".m-org a"), link => link.GetAttribute("href") == $"/en/org/{client}/invoices");
        Assert.DoesNotContain(invoices.QuerySelectorAll(".m-org a"), link => link.GetAttribute("href")!.EndsWith("/members", StringComparison.Ordinal));
        foreach (var room in new[] { "/invoices.csv", "/statement", "/certificates" })
        {
            Assert.Equal(HttpStatusCode.OK, await StatusAsync(agent, $"/en/org/{client}{room}"));
        }

        // Prepare and submit, or nothing: the money stays the client's.
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(agent, $"/en/org/{site.Slug("importer-4")}/invoices"));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(agent, $"/en/org/{site.Slug("importer-1")}/invoices"));
        var desk = await agent.GetPageAsync("/en/agent");
        Assert.Contains(desk.QuerySelectorAll("tbody a"), link => link.GetAttribute("href") == $"/en/org/{client}/invoices");
        Assert.DoesNotContain(desk.QuerySelectorAll("tbody a"), link => link.GetAttribute("href") == $"/en/org/{site.Slug("importer-4")}/invoices");
    }

    [Theory]
    [InlineData("Number", "161340452458", "check digit")]
    [InlineData("Number", "181340858813", "no agent with this number")]
    [InlineData("Number", "1613", "12 digits")]
    [InlineData("From.Year", "2020", "cannot begin before today")]
    [InlineData("LastDay.Year", "2020", "cannot come before the first")]
    public async Task Give_OfWhatCannotBe_IsRefusedInWords(string field, string value, string sentence)
    {
        using var owner = await site.SignedInAsync("importer-owner");
        (string, string)[] fields = field.StartsWith("LastDay", StringComparison.Ordinal) ? [("LastDay.Day", "1"), ("LastDay.Month", "1"), (field, value)] : [(field, value)];
        using var answer = await GiveAsync(owner, [("Scopes", "prepare"), .. fields]);
        Assert.Contains(sentence, DemoSite.TextOf(await answer.ToPageAsync()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Desk_ShowsClientsWithTotals_FiltersInTheAddress_AndAsAFile()
    {
        using var agent = await site.SignedInAsync("agent");
        var desk = await agent.GetPageAsync("/en/agent");
        Assert.Equal(12, desk.QuerySelectorAll("tbody tr").Length);
        Assert.Contains("Due: –.", DemoSite.TextOf(desk), StringComparison.Ordinal);
        var filtered = await agent.GetPageAsync("/en/agent?period=2024-Q1&state=NotBegun&q=" + Uri.EscapeDataString("көктем"));
        Assert.Single(filtered.QuerySelectorAll("tbody tr"));
        Assert.Contains("q=", filtered.QuerySelector("a[href*='clients.csv']")!.GetAttribute("href")!, StringComparison.Ordinal);
        var none = await agent.GetPageAsync("/en/agent?q=nobody");
        Assert.Contains("No client matches", DemoSite.TextOf(none), StringComparison.Ordinal);
        var file = await agent.GetStringAsync(new Uri("/en/agent/clients.csv?period=2024-Q1", UriKind.Relative));
        Assert.Equal(13, file.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.DoesNotContain("891312568827", file, StringComparison.Ordinal); // a sole trader's number is nobody's to read
        using var stranger = await site.SignedInAsync("merchant-owner");
        Assert.Empty((await stranger.GetPageAsync("/en/agent")).QuerySelectorAll("tbody tr"));
    }

    [Fact]
    public async Task Nil_ForMany_IsCheckedThenFiledOnce_WithTheReasonWhereItWasRefused()
    {
        using var agent = await site.SignedInAsync("agent");
        await ExecuteAsync("""
            insert into declarations (organisation_id, kind, period_from, period_until, draft_version)
            select organisation_id, 'Period', '2024-04-01', '2024-07-01', 1 from organisations where demo_code = 'importer-4'
            """);
        await ExecuteAsync("insert into declaration_versions (declaration_id, version) select declaration_id, 1 from declarations where period_from = '2024-04-01' and draft_version = 1");
        string[] chosen = [site.Slug("importer-2"), site.Slug("importer-3"), site.Slug("importer-4"), site.Slug("importer-12")];
        var check = await agent.GetPageAsync("/en/agent/nil?period=2024-Q2&" + string.Join('&', chosen.Select(slug => "client=" + slug)));
        Assert.Equal(2, check.QuerySelectorAll("tbody tr").Length);
        Assert.Equal(2, check.QuerySelectorAll("main li").Length - check.QuerySelectorAll(".m-crumb li").Length);

        // Everything is sent, as if a ticked client had changed since the page was shown.
        var batch = check.QuerySelector("input[name=batch]")!.GetAttribute("value")!;
        var answers = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => PostNilAsync(agent, check, batch, "2024-Q2", chosen)));
        Assert.All(answers, answer => Assert.Equal($"/en/agent/nil/{batch}", answer.Headers.Location?.OriginalString));
        var result = await agent.GetPageAsync($"/en/agent/nil/{batch}");
        Assert.Contains("2 of 4 filed", DemoSite.TextOf(result), StringComparison.Ordinal);
        Assert.Contains("there is a draft for this period", DemoSite.TextOf(result), StringComparison.Ordinal);
        Assert.Contains("does not allow to prepare and submit", DemoSite.TextOf(result), StringComparison.Ordinal);
        Assert.Equal(2, await site.CountAsync("select count(*) from declarations where kind = 'Nil' and state = 'Submitted' and period_from = '2024-04-01'"));
        Assert.Equal(2, await site.CountAsync("""
            select count(*) from audit.entries e join organisations a on a.organisation_id = e.organisation_id and a.demo_code = 'agent-1'
             where e.action = 'declaration.submitted' and e.on_behalf_of_id in (select organisation_id from organisations where demo_code in ('importer-2', 'importer-3'))
            """));
        using var another = await site.SignedInAsync("second-importer");
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(another, $"/en/agent/nil/{batch}"));
        await site.Database.AssertInvariantsAsync();
    }

    [Fact]
    public async Task Nil_WithAMandateRevokedMeanwhile_SaysSo_AndAStrangersClientIsNotFound()
    {
        using var agent = await site.SignedInAsync("agent");
        string[] chosen = [site.Slug("importer-5"), site.Slug("importer-6")];
        var check = await agent.GetPageAsync("/en/agent/nil?period=2024-Q3&" + string.Join('&', chosen.Select(slug => "client=" + slug)));
        await ExecuteAsync("""
            update mandates m set revoked_at = app.now(), revoked_by = given_by from organisations o where o.organisation_id = m.client_id and o.demo_code = 'importer-6'
            """);
        var batch = check.QuerySelector("input[name=batch]")!.GetAttribute("value")!;
        using var filed = await PostNilAsync(agent, check, batch, "2024-Q3", chosen);
        var result = DemoSite.TextOf(await agent.GetPageAsync(filed.Headers.Location!.OriginalString));
        Assert.Contains("1 of 2 filed", result, StringComparison.Ordinal);
        Assert.Contains("the mandate was revoked or has ended", result, StringComparison.Ordinal);

        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(agent, $"/en/agent/nil?period=2024-Q3&client={site.Slug("importer-1")}"));
        using var foreign = await PostNilAsync(agent, check, Guid.CreateVersion7().ToString(), "2024-Q3", [site.Slug("importer-14")]);
        Assert.Equal(HttpStatusCode.NotFound, foreign.StatusCode);
        using var early = await PostNilAsync(agent, check, Guid.CreateVersion7().ToString(), Period.QuarterOf(BusinessTime.Today(TimeProvider.System)).ToString(), [site.Slug("importer-5")]);
        Assert.Contains("the period is not over", DemoSite.TextOf(await agent.GetPageAsync(early.Headers.Location!.OriginalString)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(MandateScope.Pay, true)]
    [InlineData(MandateScope.Submit, false)]
    public void AKey_PaysForAClient_OnlyWhereTheMandateSaysSo(string scope, bool pays)
    {
        string[] expected = pays ? [ApiScope.DeclarationsRead, ApiScope.PaymentsRead, ApiScope.PaymentsWrite] : [ApiScope.DeclarationsRead, ApiScope.DeclarationsSubmit];
        Assert.Equal(expected, MandateScope.ApiScopesAtClient([scope], ApiScope.All));
    }

    [Fact]
    public void Roles_AreWhatBothTheMandateAndTheAgentAllow()
    {
        Assert.Equal([OrganisationRole.Preparer, OrganisationRole.Viewer], MandateScope.RolesAtClient([MandateScope.Prepare], [OrganisationRole.Preparer, OrganisationRole.Signatory]));
        Assert.Equal([OrganisationRole.Viewer], MandateScope.RolesAtClient(MandateScope.All, [OrganisationRole.Viewer]));
        Assert.Empty(MandateScope.RolesAtClient(MandateScope.All, [OrganisationRole.PointStaff]));
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("soon", null)]
    [InlineData("0", null)]
    [InlineData("20", "2026-10-20")]
    public void DueDate_IsKnownOnlyWhereTheSettingIs(string? setting, string? expected) =>
        Assert.Equal(expected, EwasteEpr.Declarations.DueDate.Of(setting, Period.OfQuarter(2026, 3))?.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture));

    private async Task<HttpResponseMessage> GiveAsync(HttpClient owner, params (string Name, string Value)[] fields)
    {
        var page = await owner.GetPageAsync($"/en/org/{site.Slug("importer-1")}/agents/new");
        var values = new Dictionary<string, string>(StringComparer.Ordinal) { ["Number"] = AgentBin };
        foreach (var (name, value) in fields)
        {
            values[name] = value;
        }

        return await owner.SubmitAsync(page, "#mandate", values);
    }

    private static async Task<HttpResponseMessage> PostNilAsync(HttpClient agent, IDocument page, string batch, string period, IReadOnlyList<string> clients)
    {
        using var content = new FormUrlEncodedContent(
        [
            new("__RequestVerificationToken", page.QuerySelector("input[name=__RequestVerificationToken]")!.GetAttribute("value")!),
            new("batch", batch), new("period", period), .. clients.Select(client => KeyValuePair.Create("client", client)),
        ]);
        return await agent.PostAsync(new Uri("/en/agent/nil", UriKind.Relative), content);
    }

    private static async Task<HttpStatusCode> StatusAsync(HttpClient browser, string path)
    {
        using var answer = await browser.GetAsync(new Uri(path, UriKind.Relative));
        return answer.StatusCode;
    }

    private Task ExecuteAsync(string sql) => site.Database.ExecuteAsOwnerAsync(sql);
}
