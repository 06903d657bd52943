using EwasteEpr.Signatures;
namespace EwasteEpr.Declarations.Submission;

/// <summary>Why a draft cannot be submitted yet.</summary>
public enum Missing
{
    /// <summary>A declaration that is not nil needs a line.</summary>
    Lines,

    /// <summary>A nil declaration has lines.</summary>
    NoLines,

    /// <summary>Rows with errors wait to be put right or removed.</summary>
    ParkedRows,

    /// <summary>Warnings need a reason.</summary>
    Reasons,

    /// <summary>A file is being taken in.</summary>
    FileInProgress,

    /// <summary>The tariff changed since the lines were priced: they are priced again and shown.</summary>
    NewPrices,

    /// <summary>The law's coefficients are not published, and the illustrative ones may be submitted in a demonstration only.</summary>
    OfficialTariff,
}

/// <summary>Everything that the check page shows before somebody signs.</summary>
/// <param name="Revision">Goes back with the submission: what was shown is what is submitted.</param>
/// <param name="Sha256">Of the canonical file as it would be signed now.</param>
public sealed record CheckReport(
    DeclarationDetail Declaration,
    long Revision,
    IReadOnlyList<CategoryTotal> Totals,
    IReadOnlyList<Missing> Missing,
    int ErrorRows,
    int UnreasonedWarnings,
    int ReasonedWarnings,
    string Programme,
    Comparison? Last,
    string Sha256)
{
    public bool IsReady => Missing.Count == 0;
}

/// <summary>What still stands between a draft and its submission.</summary>
public sealed record Readiness(long Revision, IReadOnlyList<Missing> Missing, string Programme);

public abstract record SubmitOutcome
{
    private SubmitOutcome()
    {
    }

    public sealed record Submitted(Receipt Receipt) : SubmitOutcome;

    /// <summary>The same submission came before: here is its receipt.</summary>
    public sealed record AlreadySubmitted(Receipt Receipt) : SubmitOutcome;

    /// <summary>The draft changed since it was shown: show it again.</summary>
    public sealed record Stale(long Revision) : SubmitOutcome;

    public sealed record NotReady(IReadOnlyList<Missing> Missing) : SubmitOutcome;

    /// <summary>The document has been declared by somebody in the country. It is not said by whom.</summary>
    public sealed record DocumentDeclaredBefore(string DocumentNo) : SubmitOutcome;

    /// <summary>More would be exported than the line has left.</summary>
    public sealed record ExportExceedsDeclared(string Number, int LineNo, long LeftGrams) : SubmitOutcome;

    /// <summary>The operator wants an electronic signature; a fresh sign-in does not stand for one.</summary>
    public sealed record SignatureNeeded : SubmitOutcome;

    /// <summary>Nothing was submitted: the signature is not taken.</summary>
    public sealed record SignatureRefused(SignatureFault Fault, string? SignerName) : SubmitOutcome;

    /// <summary>More bytes than a browser component signs; nothing was submitted.</summary>
    public sealed record TooLargeToSign(long Bytes) : SubmitOutcome;

    public sealed record NotFound : SubmitOutcome;
}

/// <summary>What the declarant keeps.</summary>
public sealed record Receipt(
    string Number,
    int Version,
    DateTimeOffset SubmittedAt,
    Guid? SubmittedBy,
    Guid? OnBehalfOf,
    string Sha256,
    long CanonicalBytes,
    int Lines,
    long Units,
    long MassGrams,
    long FeeTiyn,
    string Programme,
    IReadOnlyList<CategoryTotal> Totals);

/// <summary>This declaration beside the one before it, by UNU key (or category where there is no key).</summary>
public sealed record Comparison(string LastNumber, DateOnly? LastFrom, DateOnly? LastUntil, CompareTotals This, CompareTotals Last, IReadOnlyList<CompareRow> Rows);

public sealed record CompareTotals(int Lines, long Units, long MassGrams, long FeeTiyn);

public sealed record CompareRow(string Category, string UnuKey, long ThisUnits, long LastUnits, long ThisMassGrams, long LastMassGrams, long ThisFeeTiyn, long LastFeeTiyn)
{
    /// <summary>Change of the mass in per cent, or none where there was nothing before.</summary>
    public decimal? MassChangePercent => LastMassGrams == 0 ? null : decimal.Round(100m * (ThisMassGrams - LastMassGrams) / LastMassGrams, 1, MidpointRounding.AwayFromZero);
}

public abstract record CorrectionOutcome
{
    private CorrectionOutcome()
    {
    }

    /// <summary>A draft that equals the last submitted version stands ready to be changed.</summary>
    public sealed record Started(int Version) : CorrectionOutcome;

    /// <summary>There is one already.</summary>
    public sealed record AlreadyStarted(int Version) : CorrectionOutcome;

    public sealed record ReasonNeeded : CorrectionOutcome;

    /// <summary>Only what was submitted can be corrected.</summary>
    public sealed record NotSubmitted(DeclarationState State) : CorrectionOutcome;

    public sealed record NotFound : CorrectionOutcome;
}

public enum LineChange
{
    Added,
    Removed,
    Changed,
}

/// <summary>One line of a difference; what did not change is none on both sides.</summary>
public sealed record DifferenceRow(
    LineChange Change,
    int? OldLineNo,
    int? NewLineNo,
    string? OldHsCode, string? NewHsCode,
    string? OldUnuKey, string? NewUnuKey,
    string? OldCategory, string? NewCategory,
    string? OldDescription, string? NewDescription,
    long? OldUnits, long? NewUnits,
    long? OldMassGrams, long? NewMassGrams,
    DateOnly? OldObligationDate, DateOnly? NewObligationDate,
    string? OldDocumentNo, string? NewDocumentNo,
    long? OldFeeTiyn, long? NewFeeTiyn);

/// <param name="FeeDifferenceTiyn">Positive: a supplementary invoice; negative: a credit note.</param>
public sealed record Difference(int OldVersion, int NewVersion, int Added, int Removed, int Changed, long MassDifferenceGrams, long FeeDifferenceTiyn, Page<DifferenceRow, int> Rows);

public abstract record ReviewOutcome
{
    private ReviewOutcome()
    {
    }

    public sealed record Decided(DeclarationState State) : ReviewOutcome;

    /// <summary>Somebody decided before.</summary>
    public sealed record AlreadyDecided(string Decision, DateTimeOffset At) : ReviewOutcome;

    /// <summary>Another version was submitted since the page was shown.</summary>
    public sealed record OtherVersion(int Version) : ReviewOutcome;

    public sealed record ReasonsNeeded : ReviewOutcome;

    /// <summary>Nobody decides on what their own organisation submitted.</summary>
    public sealed record OwnDeclaration : ReviewOutcome;

    public sealed record NotFound : ReviewOutcome;
}
