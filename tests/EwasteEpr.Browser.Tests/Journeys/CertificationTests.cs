using System.Text.RegularExpressions;
using EwasteEpr.Browser.Tests.Support;
using Microsoft.Playwright;

namespace EwasteEpr.Browser.Tests.Journeys;

/// <summary>A recycler applies; its papers are checked, an auditor is drawn and reports, two people decide, and everybody can read it.</summary>
public sealed class CertificationTests(Support.Browser browser) : IClassFixture<Support.Browser>
{
    [Theory]
    [MemberData(nameof(Walks.All), MemberType = typeof(Walks))]
    public async Task Application_BecomesAPublicCertification(string language, int width)
    {
        await using var visit = await browser.VisitAsync(width);
        var page = visit.Page;
        // No auditor meets the same organisation twice: three walks for each of two organisations, and there are three auditors.
        var (persona, organisation) = width < 600 ? ("recycler-head", "recycler-1") : ("refurbisher", "refurbisher-1");
        var slug = await OneAsync<string>("select slug from organisations where demo_code = @organisation", new { organisation });
        await EnterAsync(page, language, persona);
        await page.GotoAsync($"/{language}/org/{slug}/certification");
        await visit.AssertSoundAsync(language);
        await page.Locator("#begin button").ClickAsync();
        await page.WaitForURLAsync(new Regex("/certification/K-", RegexOptions.NonBacktracking));
        await page.Locator("input[name='Scope.Operations'][value=R12]").CheckAsync();
        await page.Locator("input[name='Scope.Tonnes']").FillAsync("250");
        await page.Locator("#scope button").ClickAsync();
        await visit.AssertSoundAsync(language);
        await page.Locator("#submit button").ClickAsync();
        await page.WaitForURLAsync(new Regex("done=Submitted", RegexOptions.NonBacktracking));
        var number = new Uri(page.Url).Segments[^1];

        await EnterAsync(page, language, "operator-preparer");
        await page.GotoAsync($"/{language}/operator/certifications");
        await visit.AssertSoundAsync(language);
        await page.Locator($"a[href$='/applications/{number}']").ClickAsync();
        await visit.AssertSoundAsync(language);
        await page.Locator("#accept button").ClickAsync();
        await page.WaitForURLAsync(new Regex("done=Accepted", RegexOptions.NonBacktracking));

        await AuditAsync(visit, language, number);

        await EnterAsync(page, language, "operator-preparer");
        await page.GotoAsync($"/{language}/operator/certifications/applications/{number}");
        await page.Locator("input[name='Proposal.Kind'][value=Certify]").CheckAsync();
        await page.Locator("textarea[name='Proposal.Reason']").FillAsync("Аудит");
        await page.Locator("#proposal button").ClickAsync();
        await page.WaitForURLAsync(new Regex("done=Proposed", RegexOptions.NonBacktracking));
        await EnterAsync(page, language, "operator-approver");
        await page.GotoAsync($"/{language}/operator/certifications/applications/{number}");
        await visit.AssertSoundAsync(language);
        await page.Locator("#approve button").ClickAsync();
        await page.WaitForURLAsync(new Regex("done=Decided", RegexOptions.NonBacktracking));
        await page.Locator("a[href*='/register/recyclers/R-']").First.ClickAsync();
        await visit.AssertSoundAsync(language);
        Assert.True(await page.Locator(".m-st--ok").CountAsync() > 0);
        await page.GotoAsync($"/{language}/register/recyclers");
        await visit.AssertSoundAsync(language);
    }

    private async Task AuditAsync(Visit visit, string language, string number)
    {
        var page = visit.Page;
        var auditor = await OneAsync<string>(
            "select o.demo_code from audits u join certification_applications a using (application_id) join audit_assignments x using (audit_id) join organisations o on o.organisation_id = x.auditor_organisation_id where a.number = @number", new { number });
        var (slug, audit) = (await OneAsync<string>("select slug from organisations where demo_code = @auditor", new { auditor }), await OneAsync<string>("select u.number from audits u join certification_applications a using (application_id) where a.number = @number", new { number }));
        await EnterAsync(page, language, auditor == "auditor-1" ? "auditor" : auditor);
        await page.GotoAsync($"/{language}/org/{slug}/audits");
        await visit.AssertSoundAsync(language);
        await page.Locator($"a[href$='/audits/{audit}']").ClickAsync();
        await visit.AssertSoundAsync(language);
        foreach (var yes in await page.Locator("#checklist input[value=Yes]").AllAsync())
        {
            await yes.CheckAsync();
        }

        await page.Locator("#checklist button").ClickAsync();
        await page.WaitForURLAsync(new Regex("done=Answered", RegexOptions.NonBacktracking));
        await page.Locator("input[name='Report.VisitedOn.Day']").FillAsync("1");
        await page.Locator("input[name='Report.VisitedOn.Month']").FillAsync("3");
        await page.Locator("input[name='Report.VisitedOn.Year']").FillAsync("2026");
        await page.Locator("textarea[name='Report.Summary']").FillAsync("Бәрі дұрыс / Всё в порядке");
        await page.Locator("#new-report button").ClickAsync();
        await page.WaitForURLAsync(new Regex("done=Reported", RegexOptions.NonBacktracking));
        await visit.AssertSoundAsync(language);
    }

    private static async Task EnterAsync(IPage page, string language, string persona)
    {
        await page.GotoAsync($"/{language}/demo");
        await page.Locator($"button[name=persona][value={persona}]").First.ClickAsync();
        await page.WaitForURLAsync(url => !url.EndsWith("/demo", StringComparison.Ordinal));
    }

    private Task<T> OneAsync<T>(string sql, object values) => browser.Database.Db.QuerySingleAsync<T>(sql, values, CancellationToken.None);
}
