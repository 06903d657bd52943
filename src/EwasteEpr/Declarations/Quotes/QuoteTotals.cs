using EwasteEpr.Declarations.Rules;
using EwasteEpr.Tariffs;

namespace EwasteEpr.Declarations.Quotes;

/// <summary>Sums of a quote. Money in tiyn, mass in grams, wide enough for any file.</summary>
/// <remarks>Mass and fee are of priced lines only; fee = fees of products by category + fees of packaging by kind.</remarks>
public sealed class QuoteTotals
{
    private readonly Sum[] byCategory = new Sum[EquipmentCategories.All.Count + 1];
    private readonly Sum[] byPackaging = new Sum[Enum.GetValues<PackagingKind>().Length];
    private WideSum mass;
    private WideSum fee;

    public long Lines { get; private set; }

    public long Priced { get; private set; }

    public long Refused { get; private set; }

    public long Warned { get; private set; }

    /// <summary>Neither priced nor refused: spare parts whose scope is not known, rows of zeros.</summary>
    public long NotPriced => Lines - Priced - Refused;

    public long Accepted => Lines - Warned - Refused;

    public long Units { get; private set; }

    public Int128 MassGrams => mass.Total;

    public Int128 FeeTiyn => fee.Total;

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
        mass.Add(line.MassGrams);
        fee.Add(line.ProductFeeTiyn);
        byCategory[(int)line.Tariff!.Category].Add(line.MassGrams, line.ProductFeeTiyn);
        if (line.PackagingItems.Count > 0)
        {
            AddPackaging(line);
        }
    }

    private void AddPackaging(Line line)
    {
        foreach (var item in line.PackagingItems)
        {
            fee.Add(item.FeeTiyn);
            byPackaging[(int)item.Kind].Add(item.MassGrams, item.FeeTiyn);
        }
    }

    /// <summary>A later stage warned of a row that was accepted.</summary>
    internal void WarnAccepted() => Warned++;
}

/// <summary>Lines, grams and tiyn of one part of a quote.</summary>
public record struct Sum
{
    private WideSum mass;
    private WideSum fee;

    public long Lines { get; private set; }

    public readonly Int128 MassGrams => mass.Total;

    public readonly Int128 FeeTiyn => fee.Total;

    internal void Add(long grams, long tiyn)
    {
        Lines++;
        mass.Add(grams);
        fee.Add(tiyn);
    }
}

/// <summary>Adds numbers below 2^60 that are not negative, at the price of a long, to a sum that no file can overflow.</summary>
internal record struct WideSum
{
    private long low;
    private Int128 high;

    public readonly Int128 Total => high + low;

    public void Add(long value)
    {
        low += value;
        if (low >= 1L << 61)
        {
            high += low;
            low = 0;
        }
    }
}
