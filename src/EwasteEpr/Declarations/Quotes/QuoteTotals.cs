using EwasteEpr.Declarations.Rules;
using EwasteEpr.Tariffs;

namespace EwasteEpr.Declarations.Quotes;

/// <summary>Sums of a quote. Money in tiyn, mass in grams, wide enough for any file.</summary>
/// <remarks>Mass and fee are of priced lines only; fee = fees of products by category + fees of packaging by kind.</remarks>
public sealed class QuoteTotals
{
    private readonly Sum[] byCategory = new Sum[EquipmentCategories.All.Count + 1];
    private readonly Sum[] byPackaging = new Sum[Enum.GetValues<PackagingKind>().Length];

    public long Lines { get; private set; }

    public long Priced { get; private set; }

    public long Refused { get; private set; }

    public long Warned { get; private set; }

    /// <summary>Neither priced nor refused: spare parts whose scope is not known, rows of zeros.</summary>
    public long NotPriced => Lines - Priced - Refused;

    public long Accepted => Lines - Warned - Refused;

    public long Units { get; private set; }

    public Int128 MassGrams { get; private set; }

    public Int128 FeeTiyn { get; private set; }

    public IEnumerable<(EquipmentCategory Category, Sum Sum)> ByCategory =>
        EquipmentCategories.All.Select(category => (category, byCategory[(int)category])).Where(part => part.Item2.Lines > 0);

    public IEnumerable<(PackagingKind Kind, Sum Sum)> ByPackaging =>
        Enum.GetValues<PackagingKind>().Select(kind => (kind, byPackaging[(int)kind])).Where(part => part.Item2.Lines > 0);

    internal void Add(Line line)
    {
        Lines++;
        Refused += line.State == LineState.Refused ? 1 : 0;
        Warned += line.State == LineState.Warned ? 1 : 0;
        if (!line.IsPriced)
        {
            return;
        }

        Priced++;
        Units += line.Units ?? 0;
        MassGrams += line.MassGrams;
        FeeTiyn += line.ProductFeeTiyn;
        byCategory[(int)line.Tariff!.Category].Add(line.MassGrams, line.ProductFeeTiyn);
        foreach (var item in line.PackagingItems)
        {
            FeeTiyn += item.FeeTiyn;
            byPackaging[(int)item.Kind].Add(item.MassGrams, item.FeeTiyn);
        }
    }

    /// <summary>A later stage warned of a row that was accepted.</summary>
    internal void WarnAccepted() => Warned++;
}

/// <summary>Lines, grams and tiyn of one part of a quote.</summary>
public record struct Sum(long Lines, Int128 MassGrams, Int128 FeeTiyn)
{
    internal void Add(long grams, long tiyn)
    {
        Lines++;
        MassGrams += grams;
        FeeTiyn += tiyn;
    }
}
