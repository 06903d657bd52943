using EwasteEpr.Declarations.Reading;
using EwasteEpr.Declarations.Rules;
using EwasteEpr.Kernel;
using EwasteEpr.Tariffs;

namespace EwasteEpr.Declarations.Quotes;

/// <summary>A line that is kept, with every factor of its fee, so that it can explain itself.</summary>
/// <param name="Hs">As far as it could be read.</param>
/// <param name="HsText">As it was written.</param>
/// <param name="UnitsText">As it was written.</param>
/// <param name="MassText">As it was written.</param>
public sealed record QuotedLine(
    int Row,
    LineState State,
    bool IsPriced,
    HsCode Hs,
    string HsText,
    string KeyText,
    string Description,
    string UnitsText,
    long? Units,
    string MassText,
    long MassGrams,
    long BatteryGrams,
    DateOnly PricedOn,
    TariffChoice? Tariff,
    long ProductFeeTiyn,
    IReadOnlyList<PackagingItem> Packaging,
    string PackagingDocument,
    long FeeTiyn,
    IReadOnlyList<RowProblem> Problems)
{
    public static QuotedLine From(Line line)
    {
        ArgumentNullException.ThrowIfNull(line);
        return new QuotedLine(
            line.Row, line.State, line.IsPriced, line.Hs, line.Text(Column.HsCode), line.Text(Column.UnuKey), line.Text(Column.Description), line.Text(Column.Units), line.Units,
            line.Text(Column.MassKg), line.MassGrams, line.BatteryGrams, line.PricedOn, line.Tariff, line.ProductFeeTiyn, [.. line.Packaging], line.PackagingDocument,
            line.IsPriced ? line.FeeTiyn : 0, [.. line.Problems]);
    }
}
