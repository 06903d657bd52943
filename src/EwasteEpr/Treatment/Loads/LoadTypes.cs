using EwasteEpr.Kernel;

namespace EwasteEpr.Treatment.Loads;

/// <summary>Why a row of the log cannot be taken.</summary>
public enum LoadProblem
{
    NumberMissing,
    NumberTwice,
    DayUnread,
    DayOutsideYear,
    DayInFuture,
    CategoryUnknown,
    MassUnread,

    /// <summary>The loads of the category up to this day weigh more than the site had received by then.</summary>
    MoreThanReceived,
}

public abstract record PreviewOutcome
{
    private PreviewOutcome()
    {
    }

    public sealed record Previewed(Guid Upload) : PreviewOutcome;

    public sealed record NotFound : PreviewOutcome;

    public sealed record Unreadable(TableProblem Problem) : PreviewOutcome;

    /// <summary>The first row names no number, day, category or mass.</summary>
    public sealed record ColumnMissing(string Column) : PreviewOutcome;
}

public enum SubmitOutcome
{
    Submitted,
    NotFound,

    /// <summary>The log changed after the preview: it is shown again, and nothing was submitted.</summary>
    Stale,
    HasRefused,

    /// <summary>Rows that were once submitted are not in the file: each has to be withdrawn with a reason first.</summary>
    HasMissing,
    Already,
}

public enum WithdrawOutcome
{
    Withdrawn,
    NotFound,
    Stale,
    NoReason,
}

/// <param name="IsStale">Something was submitted or withdrawn after it was made.</param>
public sealed record LoadPreview(
    LoadUploadRow Upload, LoadCounts Counts, IReadOnlyList<RefusedLoad> Refused, IReadOnlyList<ChangedLoad> Changed, IReadOnlyList<KnownLoad> Missing, IReadOnlyList<KnownLoad> Added)
{
    public bool IsStale => Upload.SubmittedAt is null && Upload.Revision != Upload.BookRevision;
}

public sealed record LoadUploadRow(
    Guid UploadId, string Site, string SiteKk, string SiteRu, short Year, string FileName, byte[] Sha256, long Revision, long BookRevision, int RowCount, DateTimeOffset UploadedAt, DateTimeOffset? SubmittedAt, int? Added, int? Changed,
    int? Unchanged)
{
    public string SiteName(string language) => language == "kk" ? SiteKk : SiteRu;
}

public sealed record LoadCounts(int Added, int Changed, int Unchanged, int Refused, int Missing);

public sealed record RefusedLoad(int RowNo, string LoadNo, string Problem, string? Value);

public sealed record ChangedLoad(int RowNo, string LoadNo, DateOnly OldDay, DateOnly Day, string OldCategory, string Category, long OldGrams, long Grams, string? OldContainer, string? Container, string? OldNote, string? Note);

public sealed record KnownLoad(string LoadNo, DateOnly Day, string Category, long Grams, string? Container, string? Note);

/// <param name="BatchedGrams">What went into batches that began in the year, to stand beside.</param>
public sealed record LoadSum(string Site, string SiteKk, string SiteRu, string Category, short Year, int Loads, long Grams, int Withdrawn, long BatchedGrams)
{
    public string SiteName(string language) => language == "kk" ? SiteKk : SiteRu;
}
