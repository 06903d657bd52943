using EwasteEpr.Certification;
using EwasteEpr.Tests.Support;

namespace EwasteEpr.Tests.Certification;

/// <summary>Each rule is broken by hand, as only a superuser could, and the check objects.</summary>
public sealed class CertificationInvariantsTests
{
    private static readonly Scene Scene = new(SetAsync);

    [Theory]
    [InlineData("Two people stand behind each decision on a certification", "alter table certification_decisions drop constraint certification_decision_two_people; update certification_decisions set decided_by = proposed_by")]
    [InlineData("Each certified or refused application has its decision", "update certification_decisions set kind = 'Refuse', valid_from = null, expires_on = null")]
    [InlineData("The history of certifications leads to their state", "alter table certifications disable trigger all; update certifications set state = 'Suspended', state_reason = 'x'")]
    [InlineData("The history of certifications leads to their state", "alter table certification_history disable trigger all; delete from certification_history where to_state = 'Submitted'")]
    [InlineData("A certification covers only sites of its own organisation", "alter table certified_scopes disable trigger all; update sites set organisation_id = (select organisation_id from organisations where 'auditor' = any (activities) limit 1)")]
    [InlineData("No more capacity is taken than both caps and their overrides allow", "insert into capacity_uses (site_id, category, kind, day, grams, source_type, source_id) select site_id, category, 'Treated', app.today(), annual_grams, 'test', uuidv7() from certified_scopes")]
    [InlineData("No auditor meets the same organisation twice within two years", "alter table audit_assignments drop constraint auditor_not_twice_in_two_years; drop index one_auditor_at_a_time; insert into audit_assignments (audit_id, organisation_id, auditor_organisation_id, candidates, drawn_place) select audit_id, organisation_id, auditor_organisation_id, candidates, drawn_place from audit_assignments")]
    [InlineData("A closed audit has no open finding", "insert into audit_findings (audit_id, finding_no, severity, text, due_on) select audit_id, 9, 'Major', 'x', app.today() from audits")]
    public async Task BrokenByHand_IsFound(string invariant, string sabotage)
    {
        // Foreign keys to what has nothing to do with the rule stand in the way of some of these.
        var finding = await Scene.BreakAsync(invariant, "alter table application_scopes drop constraint scope_of_own_site; " + sabotage);
        Assert.NotNull(finding.FirstBroken);
    }

    private static async Task<TestDatabase> SetAsync()
    {
        var database = new TestDatabase();
        await database.InitializeAsync();
        await (await new GivenCertification(database).ReadyAsync()).CertifiedAsync();
        await database.AssertInvariantsAsync();
        return database;
    }
}
