using EwasteEpr.Declarations.Reading;

namespace EwasteEpr.Declarations.Drafts;

/// <summary>A line as its declarant writes it: one text for each column, in a form, a parked row or a request.</summary>
public sealed class LineFields
{
    private readonly string[] texts;

    public LineFields() => texts = [.. Enumerable.Repeat("", Columns.Count)];

    /// <exception cref="ArgumentException">Not one text for each column.</exception>
    public LineFields(IReadOnlyList<string> texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        this.texts = texts.Count == Columns.Count ? [.. texts] : throw new ArgumentException($"{Columns.Count} texts are needed.", nameof(texts));
    }

    public string this[Column column]
    {
        get => texts[(int)column];
        init => texts[(int)column] = value ?? "";
    }

    public ReadOnlySpan<string> All => texts;

    public bool IsEmpty => Array.TrueForAll(texts, string.IsNullOrWhiteSpace);

    public LineFields With(Column column, string value)
    {
        var changed = new LineFields(texts);
        changed.texts[(int)column] = value;
        return changed;
    }
}

/// <summary>A problem of one row: code, column and value, which the page turns into a sentence.</summary>
/// <param name="RowNo">The row in its file, as a spreadsheet counts; none for a line entered by hand.</param>
/// <param name="Detail">What the sentence needs beside the value: nearest prefix, limit, code of a methodology. Invariant text.</param>
/// <param name="Detail2">A second such thing.</param>
/// <param name="Reason">What the declarant said about a warning.</param>
public sealed record LineProblem(int LineNo, int? RowNo, string Code, string Column, bool IsError, string Value, string Detail, string Detail2, string? Reason);

/// <summary>One stored line with every factor of its price.</summary>
public sealed record LineRow(
    int LineNo,
    int? RowNo,
    long ChangedRevision,
    string? HsCode,
    string? UnuKeyGiven,
    string? UnuKey,
    string? Category,
    string? Description,
    long? Units,
    long? MassGrams,
    long? BatteryGrams,
    string? Source,
    string? Condition,
    DateOnly? ObligationDate,
    string? Origin,
    string? DocumentNo,
    Guid? MethodologyId,
    Guid? TariffRowId,
    string? TariffMatch,
    decimal? Coefficient,
    decimal? MciValue,
    DateOnly? MciFrom,
    long? ProductFeeTiyn,
    long? FeeTiyn,
    string? ExportedNumber,
    int? ExportedLineNo,
    string? FunctionTest,
    int Problems);

public sealed record PackagingRow(int LineNo, int ItemNo, string Kind, long MassGrams, Guid? MethodologyId, Guid? TariffRowId, decimal? Coefficient, long? FeeTiyn);

/// <summary>A line opened for "Why this number?".</summary>
public sealed record LineDetail(LineRow Line, IReadOnlyList<PackagingRow> Packaging, IReadOnlyList<LineProblem> Problems, LineFields Fields);

/// <summary>A row that waits to be put right.</summary>
public sealed record ParkedRow(int LineNo, int? RowNo, long ChangedRevision, LineFields Fields, IReadOnlyList<LineProblem> Problems);

/// <param name="After">The last line of the page before.</param>
/// <param name="Text">Part of a code, key, description or document number.</param>
public sealed record LineFilter(string? Category = null, string? Text = null, bool OnlyWithProblems = false, int After = 0, int PageSize = 50);

/// <summary>What became of a change to a draft's lines.</summary>
public abstract record LineOutcome
{
    private LineOutcome()
    {
    }

    /// <summary>Stored and priced; <paramref name="Warnings"/> may need a reason.</summary>
    public sealed record Saved(int LineNo, long DraftRevision, IReadOnlyList<LineProblem> Warnings) : LineOutcome;

    public sealed record Removed(long DraftRevision) : LineOutcome;

    /// <summary>Nothing was stored: the fields have errors.</summary>
    public sealed record Refused(IReadOnlyList<LineProblem> Problems) : LineOutcome;

    /// <summary>Somebody, or another tab, changed the line since it was shown.</summary>
    public sealed record Stale(LineFields Now, long ChangedRevision) : LineOutcome;

    /// <summary>The line is gone.</summary>
    public sealed record NoSuchLine : LineOutcome;

    public sealed record NoDraft(DeclarationState State) : LineOutcome;

    /// <summary>A file is being taken in.</summary>
    public sealed record Busy(Guid UploadId) : LineOutcome;

    /// <summary>A nil declaration has no lines; an export's lines name earlier ones, others do not.</summary>
    public sealed record WrongKind(DeclarationKind Kind) : LineOutcome;

    public sealed record NotFound : LineOutcome;
}

/// <summary>A mass that has left the country, of a line that was declared before.</summary>
/// <param name="DeclaredNumber">Number of the organisation's own declaration.</param>
/// <param name="FunctionTest">Number of the record of a function test: without it used equipment is waste and cannot be exported as equipment.</param>
public sealed record ExportedLine(string DeclaredNumber, int DeclaredLineNo, string MassKg, string Units, string Condition, string ExportedOn, string FunctionTest);
