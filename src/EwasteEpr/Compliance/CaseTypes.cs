using EwasteEpr.Kernel;

namespace EwasteEpr.Compliance;

public enum CaseState
{
    /// <summary>A rule found it; nobody has told the organisation yet.</summary>
    Open,
    Notified,
    Answered,
    Resolved,

    /// <summary>The file was handed to the authorised body against a receipt. What that body does is not ours to say.</summary>
    Escalated,
}

/// <param name="Regions">None: the whole country (the operator); else only these.</param>
public sealed record CaseFilter(string? Rule = null, string? State = null, string? Region = null, string? Text = null, Guid? After = null, IReadOnlyList<string>? Regions = null);

public sealed record CaseRow(
    Guid CaseId, string Number, string Rule, string? NameKk, string? NameRu, string? Slug, string? SubjectBin, string? RegionKato, long? SizeGrams, long? SizeTiyn, string State,
    DateTimeOffset OpenedAt, DateOnly? AnswerDueOn)
{
    /// <summary>Nobody of this number is registered: the number is all that is known.</summary>
    public string Who(string language) => (language == "kk" ? NameKk : NameRu) ?? SubjectBin ?? "–";
}

public sealed record CaseDetails(
    CaseRow Case, string FactKey, string Facts, string? EndReason, string? Authority, string? Receipt, IReadOnlyList<CaseEventRow> Events, IReadOnlyList<AppealRow> Appeals,
    IReadOnlyList<OrderRow> Orders, IReadOnlyList<PlanStepRow> Plan, EstimateRow? Estimate)
{
    public bool IsEnded => Case.State is nameof(CaseState.Resolved) or nameof(CaseState.Escalated);
}

public sealed record CaseEventRow(string Event, string? Note, string? Person, string? OrganisationKk, string? OrganisationRu, DateTimeOffset At);

public sealed record AppealRow(Guid AppealId, string Reasons, string MadeBy, DateTimeOffset MadeAt, string? Decision, string? DecisionReasons, string? DecidedBy, DateTimeOffset? DecidedAt);

public sealed record OrderRow(Guid OrderId, string Number, string Demand, DateOnly DueOn, string WrittenBy, DateTimeOffset WrittenAt, string? Proof, DateTimeOffset? ProvedAt, string? ClosedBy, DateTimeOffset? ClosedAt);

public sealed record PlanStepRow(Guid PlanStepId, short StepNo, string What, DateOnly DueOn, string Funding, DateTimeOffset? DoneAt);

public sealed record EstimateRow(string Category, DateOnly QuarterFrom, long Grams, string Method, DateTimeOffset MadeAt, DateTimeOffset? ReplacedAt);

/// <summary>What a step on a case came to.</summary>
public enum CaseOutcome
{
    Done,
    NotFound,

    /// <summary>The case is not in a state in which this is done.</summary>
    WrongState,

    /// <summary>Another person has to do it.</summary>
    SamePerson,
}

/// <summary>Whose case, as whoever asks may see it.</summary>
/// <param name="Organisation">For the organisation's own pages.</param>
/// <param name="Regions">For an inspector or an akimat; none: the operator.</param>
public sealed record CaseScope(string Number, OrganisationId? Organisation, IReadOnlyList<string>? Regions);
