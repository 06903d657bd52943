using System.Net;
using AngleSharp.Dom;
using EwasteEpr.Kernel;
using EwasteEpr.Web.Tests.Organisations;
using EwasteEpr.Web.Tests.Support;

namespace EwasteEpr.Web.Tests.Certification;

/// <summary>From site to public page over HTTP; who may not, and whose it is not.</summary>
public sealed class CertificationPagesTests(DemoSite site) : IClassFixture<DemoSite>
{
    private static readonly Dictionary<string, string> Nothing = new(StringComparer.Ordinal);

    private string Room(string organisation, string part) => $"/en/org/{site.Slug(organisation)}/{part}";

    [Fact]
    public async Task Recycler_AppliesIsAuditedAndCertified()
    {
        using var recycler = await site.SignedInAsync("recycler-head");
        var certification = Room("recycler-1", "certification");
        using var begun = await recycler.SubmitAsync(await recycler.GetPageAsync(certification), "#begin", Nothing);
        var application = begun.Headers.Location!.OriginalString;
        var number = application.Split('/')[^1];
        using (var early = await recycler.SubmitAsync(await recycler.GetPageAsync(application), "#submit", Nothing))
        {
            Assert.Contains("Add at least one site", (await early.ToPageAsync()).QuerySelector(".govuk-error-summary")!.TextContent, StringComparison.Ordinal);
        }

        var page = await recycler.GetPageAsync(application);
        var at = page.QuerySelector("select[name='Scope.Site'] option")!.GetAttribute("value")!;
        var scope = new Dictionary<string, string>(StringComparer.Ordinal) { ["Scope.Site"] = at, ["Scope.Category"] = "6", ["Scope.Operations"] = "R4", ["Scope.Tonnes"] = "-5" };
        using (var refused = await recycler.SubmitAsync(page, "#scope", scope))
        {
            Assert.Equal("-5", (await refused.ToPageAsync()).QuerySelector("[name='Scope.Tonnes']")!.GetAttribute("value"));
        }

        scope["Scope.Tonnes"] = "500";
        using (var put = await recycler.SubmitAsync(page, "#scope", scope))
        {
            Assert.True(put.Headers.Location is not null, (await put.ToPageAsync()).QuerySelector("main")?.TextContent);
            Assert.Equal(application + "?done=Scope", put.Headers.Location.OriginalString);
        }

        using (var submitted = await recycler.SubmitAsync(await recycler.GetPageAsync(application), "#submit", Nothing))
        {
            Assert.Equal(application + "?done=Submitted", submitted.Headers.Location!.OriginalString);
        }

        var work = "/en/operator/certifications";
        using var preparer = await site.SignedInAsync("operator-preparer");
        Assert.Contains(number, DemoSite.TextOf(await preparer.GetPageAsync(work)), StringComparison.Ordinal);
        using (var accepted = await preparer.SubmitAsync(await preparer.GetPageAsync($"{work}/applications/{number}"), "#accept", Nothing))
        {
            Assert.EndsWith("?done=Accepted", accepted.Headers.Location!.OriginalString, StringComparison.Ordinal);
        }

        await AuditAsync(number);
        var proposal = new Dictionary<string, string>(StringComparer.Ordinal) { ["Proposal.Kind"] = "Certify", ["Proposal.Reason"] = "As audited" };
        using (var proposed = await preparer.SubmitAsync(await preparer.GetPageAsync($"{work}/applications/{number}"), "#proposal", proposal))
        {
            Assert.EndsWith("?done=Proposed", proposed.Headers.Location!.OriginalString, StringComparison.Ordinal);
        }

        using var approver = await site.SignedInAsync("operator-approver");
        using (var decided = await approver.SubmitAsync(await approver.GetPageAsync($"{work}/applications/{number}"), "#approve", Nothing))
        {
            Assert.EndsWith("?done=Decided", decided.Headers.Location!.OriginalString, StringComparison.Ordinal);
        }

        var made = (await recycler.GetPageAsync(application)).QuerySelector("a[href*='/register/recyclers/']")!.GetAttribute("href")!;
        Assert.Contains("500", DemoSite.TextOf(await site.GetPageAsync(made)), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await site.GetPageAsync("/en/verify/" + made.Split('/')[^1])).StatusCode);
    }

    [Fact]
    public async Task Suspend_IsSeenByEverybodyAtOnce()
    {
        var number = await site.Database.Db.QuerySingleAsync<string>("select number from certifications where demo_code = 'certification-3'", null, CancellationToken.None);
        using var approver = await site.SignedInAsync("operator-approver");
        var page = $"/en/operator/certifications/{number}";
        using (var empty = await approver.SubmitAsync(await approver.GetPageAsync(page), "#suspend", new Dictionary<string, string>(StringComparer.Ordinal) { ["reason"] = "" }))
        {
            Assert.NotNull((await empty.ToPageAsync()).QuerySelector(".govuk-error-summary"));
        }

        using (var done = await approver.SubmitAsync(await approver.GetPageAsync(page), "#suspend", new Dictionary<string, string>(StringComparer.Ordinal) { ["reason"] = "Scale not verified" }))
        {
            Assert.Equal(page + "?done=Suspended", done.Headers.Location!.OriginalString);
        }

        Assert.Contains("Scale not verified", DemoSite.TextOf(await site.GetPageAsync($"/en/register/recyclers/{number}")), StringComparison.Ordinal);
        Assert.Contains("suspended", DemoSite.TextOf(await site.GetPageAsync($"/en/verify/{number}")), StringComparison.Ordinal);
        using var again = await approver.SubmitAsync(await approver.GetPageAsync(page), "#lift", new Dictionary<string, string>(StringComparer.Ordinal) { ["reason"] = "Verified" });
        Assert.Equal(page + "?done=Lifted", again.Headers.Location!.OriginalString);
    }

    [Fact]
    public async Task Site_IsAddedChangedAndClosed_AndNothingTypedIsLost()
    {
        using var recycler = await site.SignedInAsync("recycler-head");
        var sites = Room("recycler-1", "sites");
        var values = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["Form.NameKk"] = "Жаңа алаң", ["Form.NameRu"] = "Новая площадка", ["Form.Region"] = "350000000", ["Form.Address"] = "Test 1", ["Form.Latitude"] = "10", ["Form.Longitude"] = "73.1",
        };
        using (var refused = await recycler.SubmitAsync(await recycler.GetPageAsync(sites), "#site", values))
        {
            var again = await refused.ToPageAsync();
            Assert.Contains("between 40.5 and 55.5", again.QuerySelector(".govuk-error-summary")!.TextContent, StringComparison.Ordinal);
            Assert.Equal("Жаңа алаң", again.QuerySelector("[name='Form.NameKk']")!.GetAttribute("value"));
        }

        values["Form.Latitude"] = "49.8";
        using var added = await recycler.SubmitAsync(await recycler.GetPageAsync(sites), "#site", values);
        var one = added.Headers.Location!.OriginalString.Split('?')[0];
        using (var equipped = await recycler.SubmitAsync(await recycler.GetPageAsync(one), "#new-equipment", new Dictionary<string, string>(StringComparer.Ordinal) { ["Equipment.EquipmentName"] = "Shredder", ["Equipment.Units"] = "1" }))
        {
            Assert.EndsWith("?done=Equipment", equipped.Headers.Location!.OriginalString, StringComparison.Ordinal);
        }

        var day = new Dictionary<string, string>(StringComparer.Ordinal) { ["Permit.PermitNumber"] = "P-7", ["Permit.Issuer"] = "Issuer", ["Permit.IssuedOn.Day"] = "1", ["Permit.IssuedOn.Month"] = "2", ["Permit.IssuedOn.Year"] = "2025" };
        using (var permitted = await recycler.SubmitAsync(await recycler.GetPageAsync(one), "#permit", day))
        {
            Assert.EndsWith("?done=Permit", permitted.Headers.Location!.OriginalString, StringComparison.Ordinal);
        }

        using (var closed = await recycler.SubmitAsync(await recycler.GetPageAsync(one), "form[action$='/close']", Nothing))
        {
            Assert.EndsWith("?done=Closed", closed.Headers.Location!.OriginalString, StringComparison.Ordinal);
        }

        Assert.Contains("is closed", (await recycler.GetPageAsync(one)).QuerySelector("h1")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Others_FindNothing()
    {
        using var recycler = await site.SignedInAsync("recycler-head");
        var theirs = await site.Database.Db.QuerySingleAsync<string>("select number from sites where demo_code = 'site-kostanay'", null, CancellationToken.None);
        var application = await site.Database.Db.QuerySingleAsync<string>("select number from certification_applications where demo_code = 'application-3'", null, CancellationToken.None);
        var audit = await site.Database.Db.QuerySingleAsync<string>("select number from audits where demo_code = 'audit-2'", null, CancellationToken.None);
        string[] foreign = [Room("recycler-1", "sites/" + theirs), Room("recycler-1", "certification/" + application), Room("recycler-1", "certification/audits/" + audit), Room("recycler-1", "audits"), Room("recycler-3", "sites")];
        foreach (var path in foreign)
        {
            Assert.Equal(HttpStatusCode.NotFound, (await recycler.GetPageAsync(path)).StatusCode);
        }

        using var auditor = await site.SignedInAsync("auditor");
        Assert.Equal(HttpStatusCode.OK, (await auditor.GetPageAsync(Room("auditor-1", "audits/" + audit))).StatusCode);
        using var other = await site.SignedInAsync("auditor-2");
        Assert.Equal(HttpStatusCode.NotFound, (await other.GetPageAsync(Room("auditor-2", "audits/" + audit))).StatusCode);
        using var importer = await site.SignedInAsync("importer-owner");
        Assert.Equal(HttpStatusCode.NotFound, (await importer.GetPageAsync(Room("importer-1", "sites"))).StatusCode); // does none of this
        Assert.Equal(HttpStatusCode.NotFound, (await site.GetPageAsync("/en/register/recyclers/R-1999-0001")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await site.GetPageAsync("/en/verify/R-1999-0001")).StatusCode);
        using var viewer = await site.SignedInAsync("importer-viewer");
        Assert.Equal(HttpStatusCode.Forbidden, (await viewer.GetPageAsync("/en/operator/certifications")).StatusCode);
    }

    [Theory]
    [InlineData("kk")]
    [InlineData("ru")]
    [InlineData("en")]
    public async Task Pages_ReadInEachLanguage(string language)
    {
        var register = await site.GetPageAsync($"/{language}/register/recyclers?category=3");
        Assert.Equal(HttpStatusCode.OK, register.StatusCode);
        Assert.NotEmpty(register.QuerySelectorAll("#certifications tbody tr"));
        Assert.Empty((await site.GetPageAsync($"/{language}/register/recyclers?category=3&region=790000000")).QuerySelectorAll("#certifications tbody tr"));
        var csv = await site.Client.GetStringAsync(new Uri($"/{language}/register/recyclers.csv", UriKind.Relative));
        Assert.Contains("R-", csv, StringComparison.Ordinal);
        using var preparer = await site.SignedInAsync("operator-preparer");
        Assert.Contains("K-", DemoSite.TextOf(await preparer.GetPageAsync($"/{language}/operator/certifications?state=Submitted")), StringComparison.Ordinal);
        using var staff = await site.SignedInAsync("recycler-staff");
        var sites = await staff.GetPageAsync($"/{language}/org/{site.Slug("recycler-1")}/sites");
        var one = await staff.GetPageAsync(sites.QuerySelector("#sites tbody a")!.GetAttribute("href")!);
        Assert.NotEmpty(one.QuerySelectorAll("#capacity tbody tr"));
    }

    private async Task AuditAsync(string application)
    {
        var drawn = await site.Database.Db.QuerySingleAsync<DrawnRow>(
            "select u.number, o.demo_code as auditor from audits u join certification_applications a using (application_id) join audit_assignments x using (audit_id) join organisations o on o.organisation_id = x.auditor_organisation_id where a.number = @application",
            new { application }, CancellationToken.None);
        using var auditor = await site.SignedInAsync(drawn.Auditor == "auditor-1" ? "auditor" : drawn.Auditor);
        var audit = Room(drawn.Auditor, "audits/" + drawn.Number);
        var report = new Dictionary<string, string>(StringComparer.Ordinal) { ["Report.VisitedOn.Day"] = "1", ["Report.VisitedOn.Month"] = "3", ["Report.VisitedOn.Year"] = "2026", ["Report.Summary"] = "In order" };
        using (var early = await auditor.SubmitAsync(await auditor.GetPageAsync(audit), "#new-report", report))
        {
            Assert.Contains("Answer all items", (await early.ToPageAsync()).QuerySelector(".govuk-error-summary")!.TextContent, StringComparison.Ordinal);
        }

        var page = await auditor.GetPageAsync(audit);
        var answers = page.QuerySelectorAll("#checklist input[type=radio][value=Yes]").ToDictionary(radio => radio.GetAttribute("name")!, _ => "Yes", StringComparer.Ordinal);
        using (await auditor.SubmitAsync(page, "#checklist", answers))
        {
        }

        using var reported = await auditor.SubmitAsync(await auditor.GetPageAsync(audit), "#new-report", report);
        Assert.Equal(audit + "?done=Reported", reported.Headers.Location!.OriginalString);
    }

    private sealed record DrawnRow(string Number, string Auditor);
}
