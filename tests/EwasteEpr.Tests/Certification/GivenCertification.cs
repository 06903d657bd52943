using EwasteEpr.Certification;
using EwasteEpr.Kernel;
using EwasteEpr.Tests.Organisations;
using EwasteEpr.Tests.Support;

namespace EwasteEpr.Tests.Certification;

/// <summary>A recycler with a site that may be applied for, auditors to be drawn, and two people of the operator.</summary>
internal sealed class GivenCertification(TestDatabase database)
{
    private static readonly CancellationToken Ct = CancellationToken.None;

    public GivenPeople People { get; } = new(database);

    public SiteService Sites { get; } = new(database.Db);

    public ApplicationService Applications { get; } = new(database.Db);

    public DocumentCheck Check { get; } = new(database.Db);

    public AuditDrawing Drawing { get; } = new(database.Db);

    public AuditService Audits { get; } = new(database.Db);

    public AuditQueries AuditQueries { get; } = new(database.Db);

    public CertificationDecisions Decisions { get; } = new(database.Db);

    public CertificationQueries Queries { get; } = new(database.Db);

    public OrganisationId Recycler { get; private set; }

    public Actor Owner { get; private set; } = null!;

    public Actor Preparer { get; private set; } = null!;

    public Actor Approver { get; private set; } = null!;

    public List<OrganisationId> Auditors { get; } = [];

    public string Site { get; private set; } = "";

    public async Task<GivenCertification> ReadyAsync(int auditors = 2)
    {
        var (recycler, _, owner) = await People.OrganisationAsync();
        (Recycler, Owner) = (recycler, GivenPeople.Acting(owner, recycler));
        await database.ExecuteAsOwnerAsync($"update organisations set activities = array['recycler'] where organisation_id = '{recycler}'");
        for (var i = 1; i <= auditors; i++)
        {
            var (auditor, _, _) = await People.OrganisationAsync(i);
            await database.ExecuteAsOwnerAsync($"update organisations set activities = array['auditor'] where organisation_id = '{auditor}'");
            Auditors.Add(auditor);
        }

        Preparer = GivenPeople.Acting((await People.PersonAsync()).Id);
        Approver = GivenPeople.Acting((await People.PersonAsync()).Id);
        Site = (await Sites.AddAsync(Guid.CreateVersion7(), recycler, SiteKind.Recycler, new SiteData("Зауыт", "Завод", null, "350000000", null, "Үлгі, 1", 49.8, 73.1), Owner, Ct))!;
        await Sites.AddPermitAsync(Site, recycler, new NewPermit("P-1", "Issuer", new DateOnly(2024, 1, 1), null, null), Owner, Ct);
        await Sites.AddEquipmentAsync(Site, recycler, new EquipmentRow(Guid.CreateVersion7(), "Shredder", 1, 500), Owner, Ct);
        return this;
    }

    /// <summary>An application that waits for the check of documents.</summary>
    public async Task<string> SubmittedAsync()
    {
        var number = await Applications.BeginAsync(Recycler, SiteKind.Recycler, Owner, Ct);
        Assert.Equal(CertificationOutcome.Done, await Applications.PutScopeAsync(number, Recycler, new WantedScope(Site, "6", ["R4", "R12"], 900_000_000), Owner, Ct));
        Assert.IsType<SubmitOutcome.Submitted>(await Applications.SubmitAsync(number, Recycler, Owner, Ct));
        return number;
    }

    /// <summary>An application with an auditor drawn.</summary>
    public async Task<(string Application, AuditRow Audit)> InAuditAsync()
    {
        var number = await SubmittedAsync();
        Assert.Equal(CertificationOutcome.Done, await Check.AcceptAsync(number, Preparer, Ct));
        return (number, Assert.Single(await AuditQueries.OfAuditedAsync(Recycler, Ct), audit => audit.Application == number));
    }

    public async Task AnswerAllAsync(AuditRow audit)
    {
        var items = await database.Db.QueryAsync<string>("select item from audit_checklist order by item", null, Ct);
        Assert.Equal(CertificationOutcome.Done, await Audits.AnswerAsync(audit.Number, audit.AuditorId!.Value, [.. items.Select(item => new ChecklistAnswer(item, "Yes", null))], Owner, Ct));
    }

    /// <summary>An application at the decision: audited, nothing found.</summary>
    public async Task<string> AtDecisionAsync()
    {
        var (application, audit) = await InAuditAsync();
        await AnswerAllAsync(audit);
        Assert.Equal(CertificationOutcome.Done, await Audits.ReportAsync(audit.Number, audit.AuditorId!.Value, new DateOnly(2025, 1, 1), "In order", Owner, Ct));
        return application;
    }

    public async Task<Guid> ProposedAsync(string number, DecisionKind kind = DecisionKind.Certify)
    {
        var today = await database.Db.QuerySingleAsync<DateOnly>("select app.today()", null, Ct);
        var certify = kind == DecisionKind.Certify;
        Assert.Equal(CertificationOutcome.Done, await Decisions.ProposeAsync(number, new Proposal(kind, "as audited", certify ? today : null, certify ? today.AddYears(3) : null, null, null, null), Preparer, Ct));
        return await database.Db.QuerySingleAsync<Guid>("select decision_id from certification_decisions where state = 'Proposed'", null, Ct);
    }

    /// <summary>The number of a certification that holds.</summary>
    public async Task<string> CertifiedAsync()
    {
        var application = await AtDecisionAsync();
        Assert.Equal(CertificationOutcome.Done, await Decisions.DecideAsync(await ProposedAsync(application), null, Approver, Ct));
        return (await Queries.FindApplicationAsync(application, Recycler, Ct))!.Application.Certification!;
    }
}
