using EwasteEpr.Declarations.Reading;
using EwasteEpr.Declarations.Rules;

namespace EwasteEpr.Declarations.Drafts;

/// <summary>What holds for a line because it stands in a declaration, beside the rules that hold for every list of equipment.</summary>
public static class DraftRules
{
    /// <summary>A declaration needs a date in every line.</summary>
    public const string DateMissing = "DATE-04";

    /// <summary>The date is not in the declaration's period, given as the first and the last day.</summary>
    public const string DateOutsidePeriod = "DATE-05";

    /// <summary>Two lines say exactly the same; every copy is flagged, with the number of the first.</summary>
    public const string Duplicate = "DUP-01";

    /// <summary>The mass of a category (the value) changed by more than 40 % (the first detail: by how much) against the declaration named in the second.</summary>
    public const string LargeChange = "CHANGE-01";

    /// <summary>The category of a line was changed more than three times before submission.</summary>
    public const string CategoryChangedOften = "CAT-01";

    /// <summary>The line that an export names is not a submitted line of the same organisation.</summary>
    public const string ExportUnknownLine = "EXP-01";

    /// <summary>More is exported than the line has left, given in kilograms.</summary>
    public const string ExportExceedsLeft = "EXP-02";

    /// <summary>Used equipment is exported as equipment only with a record of a function test; without it, it is waste.</summary>
    public const string ExportNeedsFunctionTest = "EXP-03";

    /// <summary>Codes that this feature adds to those of the line rules.</summary>
    public static IReadOnlyList<string> AllCodes { get; } =
        [DateMissing, DateOutsidePeriod, LargeChange, CategoryChangedOften, ExportUnknownLine, ExportExceedsLeft, ExportNeedsFunctionTest];

    /// <summary>The problem that a line has in this declaration, or none.</summary>
    /// <param name="date">The line's own date, or what the declarant said stands for it.</param>
    internal static StoredProblem? Check(Line line, DateOnly? date, DateOnly? periodFrom, DateOnly? periodUntil)
    {
        // A date that could not be read has its own problem.
        if (date is not { } day)
        {
            return line.Field(Column.ObligationDate).IsEmpty ? new StoredProblem(DateMissing, "obligation_date", IsError: true, "", "", "") : null;
        }

        return periodFrom is { } from && (day < from || day >= periodUntil)
            ? new StoredProblem(DateOutsidePeriod, "obligation_date", IsError: true, Text(day), Text(from), Text(periodUntil!.Value.AddDays(-1)))
            : null;
    }

    internal static string Text(DateOnly day) => day.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
}

/// <summary>A problem as it is stored.</summary>
internal readonly record struct StoredProblem(string Code, string Column, bool IsError, string Value, string Detail, string Detail2)
{
    public static StoredProblem Of(RowProblem problem) => new(
        problem.PublicCode, problem.Column is { } column ? Columns.Code(column) : "", problem.Severity == Severity.Error, problem.Value, problem.Detail, problem.Detail2);
}
