using EwasteEpr.Declarations.Drafts;

namespace EwasteEpr.Declarations.Problems;

/// <summary>Rows with the same problem.</summary>
/// <param name="Values">How many different values; "apply to all" works value by value.</param>
/// <param name="Unreasoned">Warnings that still need a reason.</param>
public sealed record ProblemGroup(string Code, string Column, bool IsError, int Rows, int Values, int Unreasoned);

/// <summary>Rows of a group with the same value in the column.</summary>
public sealed record ProblemValue(string Value, string Detail, string Detail2, int Rows, int Unreasoned, int FirstRowNo);

/// <summary>What was read, and what became of it: the four always add up.</summary>
/// <param name="Rows">Lines and parked rows of the draft.</param>
public sealed record ProblemSummary(int Rows, int Accepted, int Warned, int Refused, IReadOnlyList<ProblemGroup> Groups, IReadOnlyList<AppliedFix> Fixes);

/// <summary>A row of the list below a group, with its fields so that it can be put right there.</summary>
public sealed record ProblemRow(int LineNo, int? RowNo, long ChangedRevision, string Value, string Detail, string Detail2, string? Reason, LineFields Fields);

public sealed record AppliedFix(Guid FixId, string Code, string Column, string Value, string NewValue, int Rows, DateTimeOffset MadeAt, DateTimeOffset? UndoneAt);

/// <summary>The rows that a fix or a reason is meant for. No value means all values of the group.</summary>
public sealed record ProblemSelection(string Code, string Column, string? Value = null);

public abstract record FixOutcome
{
    private FixOutcome()
    {
    }

    /// <param name="FixId">For taking it back.</param>
    /// <param name="Changed">Rows that got the new value.</param>
    /// <param name="NowRight">Those of them that are lines without errors now.</param>
    /// <param name="StillWrong">Those that still have an error, the same or another.</param>
    public sealed record Applied(Guid FixId, int Changed, int NowRight, int StillWrong) : FixOutcome;

    /// <param name="LeftAlone">Rows that were changed again since: they stay as they are.</param>
    public sealed record Undone(int Restored, int LeftAlone) : FixOutcome;

    /// <summary>No row is like this any more.</summary>
    public sealed record NothingToFix : FixOutcome;

    /// <summary>The fix is gone, was undone before, or belongs to a version that was submitted.</summary>
    public sealed record NotUndoable : FixOutcome;

    public sealed record NoDraft(DeclarationState State) : FixOutcome;

    public sealed record Busy(Guid UploadId) : FixOutcome;

    public sealed record NotFound : FixOutcome;
}

public abstract record ReasonOutcome
{
    private ReasonOutcome()
    {
    }

    public sealed record Given(int Rows) : ReasonOutcome;

    /// <summary>Empty, or longer than 1 000 characters.</summary>
    public sealed record NotAReason : ReasonOutcome;

    /// <summary>The draft has no such warning.</summary>
    public sealed record NoSuchWarning(string Code, string Column) : ReasonOutcome;

    public sealed record NoDraft(DeclarationState State) : ReasonOutcome;

    public sealed record Busy(Guid UploadId) : ReasonOutcome;

    public sealed record NotFound : ReasonOutcome;
}

/// <summary>Why warnings are right as they are.</summary>
/// <param name="LineNo">Of one line; none for all of the selection.</param>
public sealed record WarningReason(ProblemSelection Selection, int? LineNo, string Reason);
