using EwasteEpr.Kernel;

namespace EwasteEpr.Tariffs;

/// <summary>The law's tariff, or ours for demonstration and tests. They never mix and one is never shown as the other.</summary>
public enum TariffProgramme
{
    Official,
    Illustrative,
}

/// <summary>Which date picks methodology and MCI.</summary>
public enum MciBy
{
    /// <summary>No source says: the obligation date is used, and it is said that this is not known.</summary>
    NotKnown,
    ImportDate,
    SubmissionDate,

    /// <summary>The obligation date picks the methodology, 1 January of its year the MCI.</summary>
    FirstOfYear,
}

/// <summary>Mid-year rises of the MCI (2020, 2022) may bind social payments only, so a value says for what it stands.</summary>
public enum MciPurpose
{
    General,
    Social,
}

/// <summary>How an amount is rounded, per product and per packaging item. No legal rule was found, so a methodology names its own.</summary>
public enum TariffRounding
{
    /// <summary>Each line to two decimals, half away from zero.</summary>
    LineHalfAway2,

    /// <summary>Each line to whole tenge, half away from zero.</summary>
    LineHalfAway0,
}

/// <summary>A legal act: who, when, which number, with its title and address.</summary>
/// <param name="Name">For example "Order of the Minister of Energy of 25.12.2015 No. 762".</param>
/// <param name="Link">Address of the published text, where known.</param>
public sealed record LegalAct(string Number, DateOnly Date, LocalText Name, LocalText Title, string? Link);

/// <summary>One published version of a tariff: immutable but for its end, which a successor closes.</summary>
/// <param name="Code">The public name, in addresses and files: "448-2022".</param>
/// <param name="Title">The act's title, or what an illustrative tariff calls itself.</param>
/// <param name="Act">None for an illustrative tariff.</param>
/// <param name="Valid">Half-open.</param>
/// <param name="Source">Where we know it from.</param>
public sealed record Methodology(
    Guid Id,
    string Code,
    TariffProgramme Programme,
    LocalText Title,
    LegalAct? Act,
    DateRange Valid,
    MciBy MciBy,
    MciPurpose MciPurpose,
    TariffRounding Rounding,
    LocalText Source)
{
    /// <summary>The one place where this methodology's rounding happens.</summary>
    public Money Round(decimal tenge) => Rounding == TariffRounding.LineHalfAway0
        ? Money.FromTenge(decimal.Round(tenge, 0, MidpointRounding.AwayFromZero))
        : Money.Round(tenge);

    /// <summary>The day whose MCI counts for a line that belongs to <paramref name="on"/>.</summary>
    public DateOnly MciDay(DateOnly on) => MciBy == MciBy.FirstOfYear ? new DateOnly(on.Year, 1, 1) : on;
}
