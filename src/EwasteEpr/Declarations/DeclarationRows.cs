using EwasteEpr.Kernel;

namespace EwasteEpr.Declarations;

/// <summary>One row of an organisation's or the operator's list.</summary>
/// <param name="Version">The version shown: the draft, else the last submitted one.</param>
/// <param name="HasCorrection">A draft stands beside a submitted version.</param>
public sealed record DeclarationListItem(
    Guid DeclarationId,
    Guid OrganisationId,
    string Number,
    DeclarationKind Kind,
    DateOnly? PeriodFrom,
    DateOnly? PeriodUntil,
    string? DocumentNo,
    DeclarationState State,
    int Version,
    bool HasCorrection,
    int Lines,
    int ParkedRows,
    int OpenWarnings,
    long MassGrams,
    long FeeTiyn,
    DateTimeOffset UpdatedAt,
    DateTimeOffset? SubmittedAt);

/// <summary>A declaration with the version that a page is about.</summary>
public sealed record DeclarationDetail(
    Guid DeclarationId,
    Guid OrganisationId,
    string Number,
    DeclarationKind Kind,
    DateOnly? PeriodFrom,
    DateOnly? PeriodUntil,
    string? DocumentNo,
    DeclarationState State,
    int? CurrentVersion,
    int? DraftVersion,
    long DraftRevision,
    Guid? BusyUploadId,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt,
    DeclarationVersion Version)
{
    public bool IsEditable => DraftVersion is not null && BusyUploadId is null;

    /// <summary>The period, where the declaration is of one.</summary>
    public DateRange? Days => PeriodFrom is { } from ? new DateRange(from, PeriodUntil) : null;
}

/// <summary>One version with its sums, which equal those of its lines.</summary>
public sealed record DeclarationVersion(
    int Version,
    VersionState State,
    int? CopiedFrom,
    string? CorrectionReason,
    int Lines,
    int PricedLines,
    long Units,
    long MassGrams,
    long BatteryGrams,
    long FeeTiyn,
    int ParkedRows,
    int OpenWarnings,
    string? Programme,
    string? PackagingDocumentNo,
    DateTimeOffset? SubmittedAt,
    Guid? SubmittedBy,
    string? Sha256,
    string? Decision,
    string? DecisionReasons,
    DateTimeOffset? DecidedAt);

public sealed record CategoryTotal(string Category, int Lines, long Units, long MassGrams, long FeeTiyn);

public sealed record DeclarationEvent(Guid EventId, int? Version, string Event, DateTimeOffset At, Guid? PersonId, Guid? OnBehalfOfId, string Detail);

/// <summary>What to list. Pages follow each other by <paramref name="After"/>, the last id of the page before.</summary>
/// <param name="Text">Part of the number or of the document's number.</param>
public sealed record DeclarationFilter(
    DeclarationKind? Kind = null,
    DeclarationState? State = null,
    int? Year = null,
    string? Text = null,
    Guid? After = null,
    int PageSize = 50);

/// <param name="Next">Cursor of the page that follows, or none.</param>
public sealed record Page<T, TCursor>(IReadOnlyList<T> Rows, TCursor? Next)
    where TCursor : struct;
