using EwasteEpr.Kernel;
using EwasteEpr.Tariffs;

namespace EwasteEpr.Web.Features.Tariffs;

/// <summary>What the public page of rates shows for one day.</summary>
public sealed record RatesPage(
    TariffSnapshot Tariffs,
    DateOnly Today,
    DateOnly On,
    string? OnText,
    bool OnIsBad,
    HsLookup? Lookup,
    IReadOnlyList<MciListed> Mci)
{
    public TariffVersion? Official => At(TariffProgramme.Official);

    public TariffVersion? Illustrative => At(TariffProgramme.Illustrative);

    private TariffVersion? At(TariffProgramme programme) => Tariffs.InForce(programme).FirstOrDefault(version => version.Methodology.Valid.Contains(On));
}

/// <summary>The answer to "what is this code?". With what the tariffs of the day say of it.</summary>
public sealed record HsLookup(string Typed, bool IsCode, HsCode Code, HsAnswer Answer, UnuKeyInfo? Key, IReadOnlyList<LookupRate> Rates);

public sealed record LookupRate(TariffProgramme Programme, TariffAnswer Answer);

/// <summary>One version with all its rows.</summary>
public sealed record VersionPage(TariffSnapshot Tariffs, TariffReview Review)
{
    public TariffVersion Version => Review.Version;

    public Methodology Methodology => Review.Version.Methodology;
}

/// <summary>How far a version prices: what its table says at a glance.</summary>
public enum VersionSummary
{
    AllNotSet,
    SomeNotSet,
    AllFree,
    Priced,
}

public static class VersionSummaries
{
    public static VersionSummary Summary(this TariffVersion version)
    {
        ArgumentNullException.ThrowIfNull(version);
        return version.Rows.All(row => row.Coefficient is null) ? VersionSummary.AllNotSet
            : version.Rows.Any(row => row.Coefficient is null) ? VersionSummary.SomeNotSet
            : version.Rows.All(row => row.Coefficient == 0) ? VersionSummary.AllFree
            : VersionSummary.Priced;
    }
}
