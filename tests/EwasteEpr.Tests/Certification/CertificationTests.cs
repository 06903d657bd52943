using EwasteEpr.Certification;
using EwasteEpr.Kernel;
using EwasteEpr.Tests.Support;
using Npgsql;

namespace EwasteEpr.Tests.Certification;

public sealed class CertificationTests : IAsyncLifetime
{
    private static readonly CancellationToken Ct = CancellationToken.None;
    private readonly TestDatabase database = new();

    public Task InitializeAsync() => database.InitializeAsync();

    public Task DisposeAsync() => database.DisposeAsync();

    [Fact]
    public async Task Application_WithAFinding_GoesThroughCorrectionsToACertification()
    {
        var given = await new GivenCertification(database).ReadyAsync();
        var (application, audit) = await given.InAuditAsync();
        var auditor = audit.AuditorId!.Value;
        Assert.Contains(auditor, given.Auditors);
        Assert.Equal(CertificationOutcome.WrongState, await given.Audits.ReportAsync(audit.Number, auditor, new DateOnly(2025, 1, 1), "too early", given.Owner, Ct)); // unanswered
        await given.AnswerAllAsync(audit);
        var finding = new NewFinding(Guid.CreateVersion7(), FindingSeverity.Major, "B01", "Scale not verified", new DateOnly(2030, 1, 1));
        Assert.Equal(CertificationOutcome.Done, await given.Audits.FindAsync(audit.Number, auditor, finding, given.Owner, Ct));
        await given.Audits.FindAsync(audit.Number, auditor, finding, given.Owner, Ct); // sent twice
        Assert.Equal(CertificationOutcome.Done, await given.Audits.ReportAsync(audit.Number, auditor, new DateOnly(2025, 1, 1), "One finding", given.Owner, Ct));
        Assert.Equal(ApplicationState.Corrections, (await given.Queries.FindApplicationAsync(application, given.Recycler, Ct))!.Application.State);

        await ActAsync(given, audit, accepted: false);
        await ActAsync(given, audit, accepted: true);
        Assert.Equal(ApplicationState.Decision, (await given.Queries.FindApplicationAsync(application, given.Recycler, Ct))!.Application.State);

        var decision = await given.ProposedAsync(application);
        Assert.Equal(CertificationOutcome.SamePerson, await given.Decisions.DecideAsync(decision, null, given.Preparer, Ct));
        Assert.Equal(CertificationOutcome.Done, await given.Decisions.DecideAsync(decision, null, given.Approver, Ct));
        Assert.Equal(CertificationOutcome.WrongState, await given.Decisions.DecideAsync(decision, null, given.Approver, Ct));
        Assert.Equal(1, await database.Db.QuerySingleAsync<int>("select count(*)::int from certified_now where category = '6'", null, Ct));
        await database.AssertInvariantsAsync();
    }

    [Fact]
    public async Task Submit_WithoutPermit_SaysWhichSite_AndReturnedLosesNothing()
    {
        var given = await new GivenCertification(database).ReadyAsync();
        await database.ExecuteAsOwnerAsync("update site_permits set ended_at = now()");
        var number = await given.Applications.BeginAsync(given.Recycler, SiteKind.Recycler, given.Owner, Ct);
        Assert.Equal(number, await given.Applications.BeginAsync(given.Recycler, SiteKind.Recycler, given.Owner, Ct)); // one is open
        Assert.Equal("Scopes", Assert.IsType<SubmitOutcome.Incomplete>(await given.Applications.SubmitAsync(number, given.Recycler, given.Owner, Ct)).What);
        await given.Applications.PutScopeAsync(number, given.Recycler, new WantedScope(given.Site, "6", ["R4"], 1_000), given.Owner, Ct);
        Assert.Equal(CertificationOutcome.NotFound, await given.Applications.PutScopeAsync(number, given.Recycler, new WantedScope(given.Site, "5", ["R99"], 1_000), given.Owner, Ct));
        Assert.Equal(new SubmitOutcome.Incomplete("Permit", given.Site), await given.Applications.SubmitAsync(number, given.Recycler, given.Owner, Ct));
        await database.ExecuteAsOwnerAsync("update site_permits set ended_at = null");
        await given.Applications.SubmitAsync(number, given.Recycler, given.Owner, Ct);
        Assert.Equal(CertificationOutcome.WrongState, await given.Applications.PutScopeAsync(number, given.Recycler, new WantedScope(given.Site, "5", ["R4"], 1_000), given.Owner, Ct));
        Assert.Equal(CertificationOutcome.Done, await given.Check.ReturnAsync(number, "Name the scale", given.Preparer, Ct));
        var returned = (await given.Queries.FindApplicationAsync(number, given.Recycler, Ct))!;
        Assert.Equal("Name the scale", returned.Application.StateReason);
        Assert.Single(returned.Scopes);
        Assert.IsType<SubmitOutcome.Submitted>(await given.Applications.SubmitAsync(number, given.Recycler, given.Owner, Ct));
        await database.AssertInvariantsAsync();
    }

    [Fact]
    public async Task Decline_DrawsAnother_AndNobodyIsDrawnTwiceWithinTwoYears()
    {
        var given = await new GivenCertification(database).ReadyAsync();
        var (application, audit) = await given.InAuditAsync();
        Assert.Equal(CertificationOutcome.NotFound, await given.Audits.DeclineAsync(audit.Number, given.Auditors.Single(one => one != audit.AuditorId), "not mine", given.Owner, Ct));
        Assert.Equal(CertificationOutcome.Done, await given.Audits.DeclineAsync(audit.Number, audit.AuditorId!.Value, "We advised them", given.Owner, Ct));
        var second = Assert.Single(await given.AuditQueries.OfAuditedAsync(given.Recycler, Ct));
        Assert.NotEqual(audit.AuditorId, second.AuditorId);
        Assert.Null(await given.AuditQueries.FindForAuditorAsync(audit.Number, audit.AuditorId.Value, Ct)); // no longer theirs
        await given.Audits.DeclineAsync(audit.Number, second.AuditorId!.Value, "We too", given.Owner, Ct);
        Assert.Equal(AuditState.Waiting, Assert.Single(await given.AuditQueries.OfAuditedAsync(given.Recycler, Ct)).State); // nobody is left
        Assert.Equal(0, await given.Drawing.SweepAsync(Ct));

        await database.SetClockOffsetAsync(TimeSpan.FromDays(729)); // two years are not over
        Assert.Equal(0, await given.Drawing.SweepAsync(Ct));
        await database.SetClockOffsetAsync(TimeSpan.FromDays(732));
        Assert.Equal(1, await given.Drawing.SweepAsync(Ct));
        Assert.NotNull(application);
        await database.AssertInvariantsAsync();
    }

    [Fact]
    public async Task TwoDraws_ForOneOrganisationAndOneAuditor_OneWins()
    {
        var given = await new GivenCertification(database).ReadyAsync(auditors: 1);
        await given.CertifiedAsync();
        await database.SetClockOffsetAsync(TimeSpan.FromDays(800)); // the pair may meet again, once
        for (var i = 0; i < 6; i++)
        {
            await database.ExecuteAsOwnerAsync("insert into audits (number, kind, organisation_id, certification_id) select 'U-2030-' || lpad(nextval('audit_numbers')::text, 4, '0'), 'Surveillance', organisation_id, certification_id from certifications");
        }

        var waiting = await database.Db.QueryAsync<Guid>("select audit_id from audits where state = 'Waiting'", null, Ct);
        var drawn = await Task.WhenAll(waiting.Concat(waiting).Select(audit => given.Drawing.DrawAsync(audit, Actor.System("test"), Ct)));
        Assert.Single(drawn, auditor => auditor is not null);
        await database.AssertInvariantsAsync();
    }

    [Fact]
    public async Task Suspend_ActsAtOnce_LiftAndWithdrawLeaveTheirTrace()
    {
        var given = await new GivenCertification(database).ReadyAsync();
        var number = await given.CertifiedAsync();
        Assert.Equal(CertificationOutcome.Done, await given.Decisions.SuspendAsync(number, "Scale", given.Approver, Ct));
        Assert.Equal(CertificationOutcome.WrongState, await given.Decisions.SuspendAsync(number, "Again", given.Approver, Ct));
        Assert.Equal(0, await database.Db.QuerySingleAsync<int>("select count(*)::int from certified_now", null, Ct));
        Assert.Equal(CertificationOutcome.Done, await given.Decisions.LiftAsync(number, "Verified", given.Approver, Ct));
        Assert.Equal(CertificationOutcome.Done, await given.Decisions.ProposeAsync(number, new Proposal(DecisionKind.Withdraw, "Forged weighings", null, null, null, null, null), given.Preparer, Ct));
        Assert.Equal(CertificationOutcome.WrongState, await given.Decisions.ProposeAsync(number, new Proposal(DecisionKind.Withdraw, "Twice", null, null, null, null, null), given.Preparer, Ct));
        Assert.Equal(CertificationState.Valid, (await given.Queries.FindAsync(number, Ct))!.Certification.State); // one person is not enough
        var decision = (await given.Queries.FindAsync(number, Ct))!.Decisions[0].DecisionId;
        await given.Decisions.DecideAsync(decision, null, given.Approver, Ct);
        var details = (await given.Queries.FindAsync(number, Ct))!;
        Assert.Equal(["Valid", "Suspended", "Valid", "Withdrawn"], details.History.Select(row => row.ToState));
        Assert.Equal(CertificationOutcome.WrongState, await given.Decisions.LiftAsync(number, "back", given.Approver, Ct));
        await database.AssertInvariantsAsync();
    }

    [Theory]
    [InlineData("update certifications set state = 'Withdrawn', state_reason = 'x'; update certifications set state = 'Valid'", "certification_transition_allowed")]
    [InlineData("update certification_applications set state = 'Draft', certification_id = null", "certification_transition_allowed")]
    [InlineData("update certification_decisions set decided_by = proposed_by", "certification_decision_two_people")]
    [InlineData("delete from certification_history", null)]
    [InlineData("update certification_history set to_state = 'Suspended'", "append_only")]
    public async Task TheDatabase_RefusesWhatNobodyMay(string sql, string? constraint)
    {
        await (await new GivenCertification(database).ReadyAsync()).CertifiedAsync();
        var refused = await Assert.ThrowsAsync<PostgresException>(() => database.Db.ExecuteAsync(sql, null, Ct));
        Assert.Equal(constraint ?? "", refused.ConstraintName ?? "");
    }

    [Fact]
    public async Task Surveillance_IsDrawnOnceAMonth_AndKeepsEveryRisk()
    {
        var given = await new GivenCertification(database).ReadyAsync(auditors: 2);
        await given.CertifiedAsync();
        var draw = new SurveillanceDraw(database.Db);
        await database.SetClockOffsetAsync(TimeSpan.FromDays(100));
        Assert.Equal(1, await draw.SweepAsync(Ct));
        Assert.Equal(0, await draw.SweepAsync(Ct));
        var risk = Assert.Single(await given.Queries.LastDrawAsync(Ct));
        Assert.True(risk.IsDrawn);
        Assert.Equal(10 + (risk.DaysSinceAudit / 15), risk.Risk);
        Assert.Equal(AuditState.Assigned, (await given.AuditQueries.OfAuditedAsync(given.Recycler, Ct))[0].State);
        await database.AssertInvariantsAsync();
    }

    [Fact]
    public void Draw_GivesEachItsRiskInChances()
    {
        CandidateRow[] candidates = [new(Guid.CreateVersion7(), 0, 0, 0, 0, 10), new(Guid.CreateVersion7(), 1, 0, 0, 0, 40), new(Guid.CreateVersion7(), 0, 0, 0, 0, 10)];
        var wins = Enumerable.Range(0, 60).Select(at => SurveillanceDraw.Draw(candidates, 1, most => at % most)[0]).CountBy(row => row).ToDictionary();
        Assert.Equal([10, 40, 10], candidates.Select(row => wins[row]));
        Assert.Equal(3, SurveillanceDraw.Draw(candidates, 9, _ => 0).Distinct().Count());
    }

    private static async Task ActAsync(GivenCertification given, AuditRow audit, bool accepted)
    {
        var proof = new ProofFile("proof.pdf", "application/pdf", [0x25, 0x50, 0x44, 0x46]);
        Assert.True(await given.Audits.ActAsync(audit.Number, given.Recycler, new NewAction(1, "Verified", new DateOnly(2025, 2, 1), proof), given.Owner, Ct));
        Assert.False(await given.Audits.ActAsync(audit.Number, given.Recycler, new NewAction(1, "Twice", new DateOnly(2025, 2, 1), null), given.Owner, Ct));
        var action = (await given.AuditQueries.FindForAuditorAsync(audit.Number, audit.AuditorId!.Value, CancellationToken.None))!.Actions[^1];
        Assert.NotNull(await given.Sites.FileAsync(action.FileId!.Value, audit.AuditorId, CancellationToken.None));
        Assert.Null(await given.Sites.FileAsync(action.FileId!.Value, given.Auditors.Single(one => one != audit.AuditorId), CancellationToken.None));
        Assert.Equal(CertificationOutcome.Done, await given.Audits.JudgeAsync(audit.Number, audit.AuditorId.Value, new Judgement(action.ActionId, accepted, accepted ? null : "Show the paper"), given.Owner, CancellationToken.None));
    }
}
