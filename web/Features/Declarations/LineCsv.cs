using EwasteEpr.Declarations.Drafts;

namespace EwasteEpr.Web.Features.Declarations;

/// <summary>A line as a row of a file.</summary>
internal static class LineCsv
{
    public static IReadOnlyList<string> Head { get; } =
    [
        "line_no", "hs_code", "unu_key", "category", "description", "units", "mass_kg", "battery_kg", "source", "condition", "obligation_date", "origin", "document_no",
        "tariff_match", "coefficient", "mci", "fee_kzt",
    ];

    public static object?[] Row(LineRow line) =>
    [
        line.LineNo, line.HsCode, line.UnuKey, line.Category, line.Description, line.Units, line.MassGrams / 1000m, line.BatteryGrams / 1000m, line.Source, line.Condition, line.ObligationDate,
        line.Origin, line.DocumentNo, line.TariffMatch, line.Coefficient, line.MciValue, line.FeeTiyn / 100m,
    ];
}
