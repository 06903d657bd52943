using EwasteEpr.Declarations;
using EwasteEpr.Declarations.Drafts;
using EwasteEpr.Kernel;

namespace EwasteEpr.Web.Features.Declarations;

/// <summary>A mass that left the country, of one line that was declared.</summary>
/// <param name="Declared">Number of the declaration.</param>
public sealed record ExportForm(
    string? Declared = null, int? Line = null, string? MassKg = null, string? Units = null, string? Condition = null, string? ExportedOn = null, string? FunctionTest = null)
{
    public ExportedLine ToLine() => new(Declared ?? "", Line ?? 0, MassKg ?? "", Units ?? "", Condition ?? "", ExportedOn ?? "", FunctionTest ?? "");

    /// <summary>The field of the form that a problem's column stands in.</summary>
    public static string FieldOf(string column) => column switch
    {
        "mass_kg" => "Form.MassKg",
        "units" => "Form.Units",
        "condition" => "Form.Condition",
        "obligation_date" => "Form.ExportedOn",
        DraftExports.FunctionTestColumn => "Form.FunctionTest",
        _ => "",
    };
}

/// <summary>Many at once: declaration, line, kilograms, units, condition, date, function test; one row a line, as a spreadsheet copies them.</summary>
public sealed record ExportPaste(string? Rows = null)
{
    /// <returns>None when there are more rows than are taken at once.</returns>
    public IReadOnlyList<ExportedLine>? ToLines()
    {
        var lines = (Rows ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Where(row => !IsHead(row)).ToList();
        return lines.Count > DraftExports.MostAtOnce ? null : [.. lines.Select(Read)];
    }

    /// <summary>A row of names: its second field is no number.</summary>
    private static bool IsHead(string row) => Fields(row) is [_, var line, ..] && line.Length > 0 && !line.Any(char.IsAsciiDigit);

    private static string[] Fields(string row) => row.Split(row.Contains('\t', StringComparison.Ordinal) ? '\t' : ';', StringSplitOptions.TrimEntries);

    private static ExportedLine Read(string row)
    {
        var fields = Fields(row);
        string At(int place) => place < fields.Length ? fields[place] : "";
        return new ExportedLine(At(0).ToUpperInvariant(), int.TryParse(At(1), System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var line) ? line : 0, At(2), At(3), At(4), At(5), At(6));
    }
}

/// <summary>Which declared lines are looked for, and which one is chosen.</summary>
public sealed record ExportsQuery(string? Q = null, string? From = null, int? Line = null, string? AfterNumber = null, int? AfterLine = null)
{
    public ExportCursor? After => AfterNumber is { Length: > 0 } number ? new ExportCursor(number, AfterLine ?? 0) : null;

    public string Text => Q is { Length: > 100 } ? Q[..100] : Q ?? "";
}

/// <param name="Lines">What the adjustment holds.</param>
/// <param name="Declared">What can still be exported; none where nothing can be changed.</param>
/// <param name="Chosen">The declared line that the form is about.</param>
public sealed record ExportsPage(
    DeclarationDetail Declaration, Page<LineRow, int> Lines, ExportsQuery Query, Page<ExportableLine, ExportCursor>? Declared, ExportableLine? Chosen, ExportForm Form, ExportPaste Paste)
{
    public bool MayChange => Declared is not null;
}
