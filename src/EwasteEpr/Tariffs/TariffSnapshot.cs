using System.Collections.Frozen;

namespace EwasteEpr.Tariffs;

/// <summary>Everything that prices, as it stood at one stamp: immutable and shared, so that a million lines read it without the database.</summary>
public sealed class TariffSnapshot
{
    private readonly FrozenDictionary<string, TariffVersion> byCode;
    private readonly TariffTable official;
    private readonly TariffTable illustrative;

    public TariffSnapshot(long stamp, TariffProgramme pricing, EquipmentCatalogue catalogue, IReadOnlyList<TariffVersion> versions, TariffTableContext context)
    {
        Stamp = stamp;
        PricingProgramme = pricing;
        Catalogue = catalogue;
        Versions = versions;
        Context = context;
        byCode = versions.ToFrozenDictionary(version => version.Methodology.Code, StringComparer.OrdinalIgnoreCase);
        var inForce = versions.Where(version => !version.IsSuperseded).ToList();
        official = TariffTable.ForProgramme(TariffProgramme.Official, inForce, context);
        illustrative = TariffTable.ForProgramme(TariffProgramme.Illustrative, inForce, context);
    }

    /// <summary>Grows with every change of the tables behind it.</summary>
    public long Stamp { get; }

    /// <summary>The programme that prices declarations: the operator's setting.</summary>
    public TariffProgramme PricingProgramme { get; }

    public EquipmentCatalogue Catalogue { get; }

    /// <summary>All versions that were ever published, newest first.</summary>
    public IReadOnlyList<TariffVersion> Versions { get; }

    public TariffTableContext Context { get; }

    /// <summary>The table that prices declarations.</summary>
    public TariffTable Pricing => Programme(PricingProgramme);

    public TariffTable Programme(TariffProgramme programme) => programme == TariffProgramme.Official ? official : illustrative;

    /// <summary>One published methodology by its code, used whatever its dates; none for an unknown code.</summary>
    public TariffTable? Named(string code) => byCode.TryGetValue(code, out var version) ? TariffTable.ForNamed(version, Context) : null;

    public TariffVersion? Version(string code) => byCode.GetValueOrDefault(code);

    /// <summary>Published and not replaced, newest first.</summary>
    public IEnumerable<TariffVersion> InForce(TariffProgramme programme) =>
        Versions.Where(version => version.Methodology.Programme == programme && !version.IsSuperseded);

    /// <summary>The version of the same programme that one follows: the one in its place before it, else the last that began earlier.</summary>
    public TariffVersion? Before(Methodology methodology)
    {
        ArgumentNullException.ThrowIfNull(methodology);
        var others = Versions.Where(version => version.Methodology.Programme == methodology.Programme && version.Methodology.Id != methodology.Id).ToList();
        var isSuperseded = Version(methodology.Code)?.IsSuperseded == true;
        return (isSuperseded ? null : others.Find(version => version.Methodology.Valid.From == methodology.Valid.From))
            ?? others.Find(version => version.Methodology.Valid.From < methodology.Valid.From && !version.IsSuperseded);
    }
}
