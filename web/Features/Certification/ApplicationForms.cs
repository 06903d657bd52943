using EwasteEpr.Certification;
using EwasteEpr.Organisations;

namespace EwasteEpr.Web.Features.Certification;

public sealed class ScopeForm
{
    public string? Site { get; set; }

    public string? Category { get; set; }

    public string[] Operations { get; set; } = [];

    public decimal? Tonnes { get; set; }
}

public sealed class DescribeForm
{
    public string? Head { get; set; }

    public string? Note { get; set; }
}

public sealed class ActionForm
{
    public string? ActionText { get; set; }

    public DateOnly? DoneOn { get; set; }
}

public sealed record OwnCertificationsPage(OrganisationAccess Access, IReadOnlyList<CertificationRow> Certifications, IReadOnlyList<ApplicationRow> Applications, IReadOnlyList<AuditRow> Audits, IReadOnlyList<SiteKind> Kinds);

public sealed record ApplicationPage(
    OrganisationAccess? Access, ApplicationDetails Details, IReadOnlyList<SiteRow> Sites, IReadOnlyList<SiteDetails> SiteDetails, IReadOnlyList<TreatmentOperation> Operations, IReadOnlyList<AuditRow> Audits,
    DescribeForm Describe, ScopeForm Scope, ProposalForm Proposal, string? Done, string? Reason);

/// <param name="View">Auditor, Audited or Operator: who looks.</param>
public sealed record AuditPage(OrganisationAccess? Access, AuditDetails Details, IReadOnlyList<SiteDetails> Sites, string View, FindingForm Finding, ReportForm Report, ActionForm Action, string? Done)
{
    public bool MayWork => View == "Auditor" && Details.Audit.State == AuditState.Assigned;
}

public sealed class FindingForm
{
    public Guid Id { get; set; } = Guid.CreateVersion7();

    public FindingSeverity Severity { get; set; }

    public string? Item { get; set; }

    public string? FindingText { get; set; }

    public DateOnly? DueOn { get; set; }
}

public sealed class ReportForm
{
    public DateOnly? VisitedOn { get; set; }

    public string? Summary { get; set; }
}

public sealed class AnswerForm
{
    public string? Item { get; set; }

    public string? Answer { get; set; }

    public string? Note { get; set; }
}

public sealed class ProposalForm
{
    public DecisionKind Kind { get; set; }

    public string? Reason { get; set; }

    public DateOnly? ValidFrom { get; set; }

    public DateOnly? ExpiresOn { get; set; }

    /// <summary>Number of a site and a category, with a stroke between, of an override.</summary>
    public string? Scope { get; set; }

    public decimal? Tonnes { get; set; }
}

/// <summary>A form of one reason.</summary>
public sealed record ReasonAsk(string Key, string Action, string Label, string Button, string? Typed = null, params (string Name, string Value)[] Fields);
