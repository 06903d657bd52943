using EwasteEpr.Declarations.Reading;

namespace EwasteEpr.Declarations.Uploads;

public enum UploadKind
{
    Csv,
    Xlsx,
    Paste,
    Copy,
    Api,
}

public enum UploadMode
{
    /// <summary>The draft's lines and parked rows give way to those of the file.</summary>
    Replace,

    /// <summary>The file's rows come after those that are there.</summary>
    Add,
}

public enum UploadState
{
    Receiving,

    /// <summary>The names of the columns are not known: a person says what they mean.</summary>
    NeedsMapping,
    Queued,
    Processing,
    Done,

    /// <summary>The table as a whole cannot be read; the problem says why. Nothing of it is in the draft.</summary>
    Failed,
    Cancelled,

    /// <summary>A later file took the place of this one.</summary>
    Replaced,
}

/// <param name="FileName">As the person named it; shown, never used as a path.</param>
/// <param name="ObligationDate">Stands for every row that has no date column at all, where the declarant says so.</param>
/// <param name="Encoding">Said by a person after we had to ask (FILE-11); none to find out.</param>
public sealed record NewUpload(string FileName, UploadKind Kind, UploadMode Mode, DateOnly? ObligationDate = null, TextEncoding? Encoding = null);

public abstract record UploadOutcome
{
    private UploadOutcome()
    {
    }

    /// <summary>The whole file is stored and waits for its turn; <c>ImportUploads</c> takes it.</summary>
    public sealed record Queued(Guid UploadId) : UploadOutcome;

    /// <summary>Stored, but its columns must be named first.</summary>
    public sealed record NeedsMapping(Guid UploadId, HeaderPreview Preview) : UploadOutcome;

    /// <summary>The table as a whole cannot be read; nothing changed.</summary>
    public sealed record Unreadable(Guid UploadId, TableProblem Problem) : UploadOutcome;

    public sealed record TooLarge(long LimitBytes) : UploadOutcome;

    /// <summary>Another file is being taken in.</summary>
    public sealed record Busy(Guid UploadId) : UploadOutcome;

    public sealed record NoDraft(DeclarationState State) : UploadOutcome;

    /// <summary>A nil declaration has no lines, and the lines of an export name earlier ones: they are entered one by one.</summary>
    public sealed record KindTakesNoFile(DeclarationKind Kind) : UploadOutcome;

    /// <summary>There is no earlier declaration to copy.</summary>
    public sealed record NothingToCopy : UploadOutcome;

    public sealed record NotFound : UploadOutcome;
}

/// <summary>The row that looks like a header, with what was recognised, and the first rows below it.</summary>
public sealed record HeaderPreview(int Row, IReadOnlyList<HeaderColumn> Columns, IReadOnlyList<IReadOnlyList<string>> Rows, TableProblem Problem);

/// <param name="Known">What we take the column for; none where we do not know it.</param>
public sealed record HeaderColumn(string Name, Column? Known);

/// <summary>What a person said about one column: ours, or none for "leave it out".</summary>
public sealed record NamedColumn(string Name, Column? Means);

/// <summary>How far a file has come. A page asks once a second or listens.</summary>
public sealed record UploadProgress(
    Guid UploadId,
    string Number,
    UploadKind Kind,
    UploadMode Mode,
    UploadState State,
    string FileName,
    long SizeBytes,
    long BytesRead,
    int RowsRead,
    int Accepted,
    int Warned,
    int Refused,
    int Attempts,
    string? ProblemCode,
    int? ProblemRow,
    string? ProblemValue,
    string? ProblemExpected,
    DateTimeOffset CreatedAt,
    DateTimeOffset? StartedAt,
    DateTimeOffset? FinishedAt,
    double SecondsRunning,
    bool IsInterrupted)
{
    public bool IsOver => State is UploadState.Done or UploadState.Failed or UploadState.Cancelled or UploadState.Replaced;

    /// <summary>Seconds that are left at the pace so far; none before there is a pace.</summary>
    public int? SecondsLeft => State == UploadState.Processing && !IsInterrupted && BytesRead > 0 && SizeBytes > BytesRead && SecondsRunning >= 1
        ? (int)Math.Ceiling(SecondsRunning * (SizeBytes - BytesRead) / BytesRead)
        : null;
}

public enum CancelOutcome
{
    Cancelled,
    AlreadyOver,
    NotFound,
}
