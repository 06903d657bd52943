using EwasteEpr.Declarations.Drafts;
using EwasteEpr.Declarations.Reading;

namespace EwasteEpr.Web.Features.Declarations;

/// <summary>One line as it is typed: the same fields, read by the same rules, as a row of a file.</summary>
public sealed record LineForm
{
    public string? HsCode { get; init; }

    public string? UnuKey { get; init; }

    public string? Description { get; init; }

    public string? Units { get; init; }

    public string? MassKg { get; init; }

    public string? Packaging { get; init; }

    public string? BatteryKg { get; init; }

    public string? Source { get; init; }

    public string? Condition { get; init; }

    public string? ObligationDate { get; init; }

    public string? Origin { get; init; }

    public string? DocumentNo { get; init; }

    /// <summary>None for a new line.</summary>
    public int? LineNo { get; init; }

    /// <summary>The change that the form was made from: another tab's change is not overwritten unseen.</summary>
    public long? Revision { get; init; }

    public LineFields ToFields() => new([HsCode ?? "", UnuKey ?? "", Description ?? "", Units ?? "", MassKg ?? "", Packaging ?? "", BatteryKg ?? "", Source ?? "", Condition ?? "", ObligationDate ?? "", Origin ?? "", DocumentNo ?? ""]);

    public static LineForm Of(LineFields fields, int lineNo, long revision)
    {
        ArgumentNullException.ThrowIfNull(fields);
        return new LineForm
        {
            HsCode = fields[Column.HsCode],
            UnuKey = fields[Column.UnuKey],
            Description = fields[Column.Description],
            Units = fields[Column.Units],
            MassKg = fields[Column.MassKg],
            Packaging = fields[Column.Packaging],
            BatteryKg = fields[Column.BatteryKg],
            Source = fields[Column.Source],
            Condition = fields[Column.Condition],
            ObligationDate = fields[Column.ObligationDate],
            Origin = fields[Column.Origin],
            DocumentNo = fields[Column.DocumentNo],
            LineNo = lineNo,
            Revision = revision,
        };
    }

    /// <summary>The field of the form that a column stands in.</summary>
    public static string FieldOf(string column) => Columns.TryParse(column, out var known) ? "Form." + known : "Form.HsCode";
}
