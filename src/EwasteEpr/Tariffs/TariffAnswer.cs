namespace EwasteEpr.Tariffs;

/// <summary>Why there is no price, in the order in which reasons are told (an unknown code comes before all of them).</summary>
public enum TariffRefusal
{
    None,

    /// <summary>No methodology is in force on the day.</summary>
    NoMethodology,

    /// <summary>The methodology has no row for this product.</summary>
    NoRow,

    /// <summary>The row is there, its coefficient is not: <see cref="TariffAnswer.Methodology"/> names the act that lacks it.</summary>
    CoefficientNotSet,

    /// <summary>No MCI of the methodology's purpose is known for the day.</summary>
    NoMci,
}

/// <summary>The tariff for one product on one day, or the reason why there is none with as much as was found.</summary>
public readonly record struct TariffAnswer(TariffRefusal Refusal, Methodology? Methodology, TariffRow? Row, MciValue? Mci)
{
    public bool IsPriced => Refusal == TariffRefusal.None;
}

/// <summary>One row that was looked at, for "Why this number?".</summary>
/// <param name="Row">None where the methodology has no row of this kind for the product: the kind was tried all the same.</param>
public sealed record TariffCandidate(Methodology Methodology, TariffMatch Kind, string Looked, TariffRow? Row, CandidateVerdict Verdict);

public enum CandidateVerdict
{
    /// <summary>This row decided.</summary>
    Taken,

    /// <summary>It fits, but a more specific row came first.</summary>
    LessSpecific,

    /// <summary>No row of this kind fits.</summary>
    NoSuchRow,
}
