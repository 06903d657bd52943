using EwasteEpr.Kernel;
using EwasteEpr.Reconciliation.Matrix;
using EwasteEpr.Reconciliation.Publication;

namespace EwasteEpr.PublicRegister.Impact;

/// <summary>What recycling saved, as far as sources let anybody say: ranges between what different sources measured, and never finer than they are.</summary>
public sealed class ImpactFigures(Db db, PublicFigures publicFigures)
{
    /// <summary>Telephones with a screen and without: the one kind of equipment whose metal is known by the piece.</summary>
    private const string PhoneKey = "0306";

    private static readonly string[] Metals = ["gold", "silver", "palladium"];

    private const string FactorsSql = "select position, topic, item, substance, value, unit, source, confidence from impact_factors order by position limit 500";

    private const string PhonesSql = """
        select count(*) as units, count(distinct n.drop_off_id) as people
          from intake_items i join intakes n using (intake_id)
         where i.unu_key = @key and i.undone_at is null and extract(year from n.accepted_at at time zone 'Asia/Almaty')::int = @year
        """;

    public async Task<ImpactYear> OfYearAsync(int year, CancellationToken ct)
    {
        var factors = await db.QueryAsync<ImpactFactor>(FactorsSql, null, ct);
        var recycled = (await publicFigures.OfYearAsync(year, ct)).Cell(PublicCell.All, PublicCell.All, Measure.Recycled);
        var phones = await db.QuerySingleAsync<PhoneRow>(PhonesSql, new { key = PhoneKey, year }, ct);
        var isTold = phones.Units == 0 || phones.People >= SuppressionRules.Standard.LeastPeople;
        return new ImpactYear(
            year, recycled, Times(recycled?.Grams / 1_000_000m, Emissions(factors)), isTold ? phones.Units : null, isTold ? [.. Metals.Select(metal => MetalOf(metal, phones.Units, factors))] : [], factors);
    }

    /// <summary>Tonnes of carbon dioxide for each tonne recycled: metals alone, and everything that formal management avoids.</summary>
    private static ImpactRange? Emissions(IReadOnlyList<ImpactFactor> factors) =>
        Range(factors.Where(factor => factor is { Topic: "avoided impact", Unit: "t CO2e/t" }).Select(factor => factor.Value));

    private static MetalEstimate MetalOf(string metal, long phones, IReadOnlyList<ImpactFactor> factors)
    {
        var content = Times(phones / 1000m, Range(factors.Where(factor => factor.Topic == "metal content per unit" && factor.Unit == "mg/unit" && factor.Substance == metal).Select(factor => factor.Value)));
        var yield = factors.FirstOrDefault(factor => factor.Topic == "preprocessing yield" && factor.Substance == metal)?.Value;
        return new MetalEstimate(metal, content, yield, Times(yield / 100m, content));
    }

    private static ImpactRange? Range(IEnumerable<decimal> values) => values.ToList() is { Count: > 0 } all ? new ImpactRange(all.Min(), all.Max()) : null;

    private static ImpactRange? Times(decimal? by, ImpactRange? range) => by is { } factor && range is { } each ? new ImpactRange(each.Low * factor, each.High * factor) : null;

    private sealed record PhoneRow(long Units, long People);
}

/// <param name="Confidence">In the words of whoever collected the list.</param>
public sealed record ImpactFactor(int Position, string Topic, string Item, string Substance, decimal Value, string Unit, string Source, string Confidence);

/// <summary>From the lowest source to the highest.</summary>
public readonly record struct ImpactRange(decimal Low, decimal High)
{
    /// <summary>Two digits that mean something: the sources have no more.</summary>
    public static decimal Rounded(decimal value)
    {
        var (step, size) = (1m, Math.Abs(value));
        while (size / step >= 100)
        {
            step *= 10;
        }

        while (size > 0 && size / step < 10)
        {
            step /= 10;
        }

        return decimal.Round(value / step, 0, MidpointRounding.AwayFromZero) * step;
    }
}

/// <param name="Content">Grams in the appliances.</param>
/// <param name="YieldPercent">What of it treatment brings to a place where it can be won.</param>
/// <param name="Recovered">Grams: content by yield.</param>
public sealed record MetalEstimate(string Metal, ImpactRange? Content, decimal? YieldPercent, ImpactRange? Recovered);

/// <param name="Recycled">The country's public figure; none where nothing is known, without an amount where it is withheld.</param>
/// <param name="SavedTonnes">Of CO2 equivalent.</param>
/// <param name="Phones">Handed in; none where it is withheld.</param>
public sealed record ImpactYear(int Year, PublicCell? Recycled, ImpactRange? SavedTonnes, long? Phones, IReadOnlyList<MetalEstimate> Metals, IReadOnlyList<ImpactFactor> Factors);
