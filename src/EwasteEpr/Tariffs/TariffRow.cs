using EwasteEpr.Kernel;

namespace EwasteEpr.Tariffs;

/// <summary>What a tariff row is about, the most specific first; packaging is a list of its own.</summary>
public enum TariffMatch
{
    HsPrefix,
    ProductGroup,
    UnuKey,
    Category,
    Any,
    Packaging,
}

public enum PackagingKind
{
    Plastic,
    Paper,
    Metal,
    Combined,
    Glass,
}

/// <summary>One coefficient of a methodology.</summary>
/// <param name="Match">HS digits, code of a product group, UNU key, category code, "EEE" for any, or the kind of packaging in lower case.</param>
/// <param name="Coefficient">K. <b>Zero is "free by law"; none is "not set"</b>: such a row is found, and says which act lacks what.</param>
/// <param name="LegalBasis">Article or annex, where it is more than the methodology's act.</param>
public sealed record TariffRow(Guid Id, TariffMatch Kind, string Match, decimal? Coefficient, LocalText? Note, string? LegalBasis);

/// <summary>The monthly calculation index from a day on, to the end of that year (the budget law fixes it per year).</summary>
public sealed record MciValue(DateOnly EffectiveFrom, decimal ValueKzt, MciPurpose Purpose, string Confirmation);
