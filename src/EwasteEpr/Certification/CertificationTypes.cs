using EwasteEpr.Kernel;

namespace EwasteEpr.Certification;

public enum SiteKind
{
    Recycler,
    Refurbisher,
}

public enum ApplicationState
{
    Draft,

    /// <summary>Waits for the check of documents.</summary>
    Submitted,

    /// <summary>With reasons; nothing typed is lost.</summary>
    Returned,

    /// <summary>An auditor is drawn, visits and reports.</summary>
    Audit,

    /// <summary>Findings wait for what is done about them.</summary>
    Corrections,

    /// <summary>Two people of the operator decide.</summary>
    Decision,
    Certified,
    Refused,
    Withdrawn,
}

public enum CertificationState
{
    Valid,
    Suspended,
    Withdrawn,
}

public enum AuditState
{
    /// <summary>No auditor could be drawn yet.</summary>
    Waiting,
    Assigned,

    /// <summary>Reported, with findings that are not closed.</summary>
    Reported,
    Closed,
    Cancelled,
}

public enum FindingSeverity
{
    Major,
    Minor,

    /// <summary>Worth saying; nothing has to be done.</summary>
    Observation,
}

public enum DecisionKind
{
    Certify,
    Refuse,
    Withdraw,
    Override,
}

/// <summary>What may be done to waste appliances, by its code.</summary>
public sealed record TreatmentOperation(string Operation, string NameKk, string NameRu, string NameEn, string Source)
{
    public string Name(string language) => language switch { "ru" => NameRu, "en" => NameEn, _ => NameKk };
}

/// <summary>One category of one site: operations and grams a year, as applied for or as certified.</summary>
public sealed record ScopeRow(Guid SiteId, string SiteNumber, string SiteKk, string SiteRu, string? SiteEn, string RegionKk, string RegionRu, string RegionEn, string Category, string[] Operations, long AnnualGrams)
{
    public string Site(string language) => language switch { "ru" => SiteRu, "en" => SiteEn ?? SiteRu, _ => SiteKk };

    public string Region(string language) => language switch { "ru" => RegionRu, "en" => RegionEn, _ => RegionKk };
}

/// <summary>One change of state.</summary>
/// <param name="Person">None for the system.</param>
public sealed record HistoryRow(string Subject, string FromState, string ToState, string? Reason, string? Person, DateTimeOffset At);

/// <summary>A PDF or a picture that proves something.</summary>
public sealed record ProofFile(string Name, string ContentType, byte[] Bytes)
{
    public const int MostBytes = 2 * 1024 * 1024;

    public static IReadOnlyList<string> Types { get; } = ["application/pdf", "image/jpeg", "image/png"];
}

/// <summary>How an act of one person on one thing ended, where the only other answers are these.</summary>
public enum CertificationOutcome
{
    Done,

    /// <summary>Not there, or another's.</summary>
    NotFound,

    /// <summary>Its state does not allow it, or somebody was quicker.</summary>
    WrongState,

    /// <summary>Who proposed cannot decide.</summary>
    SamePerson,
}
