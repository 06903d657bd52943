using EwasteEpr.Kernel;
using EwasteEpr.Tariffs;

namespace EwasteEpr.Declarations.Rules;

/// <summary>C = m x MCI x K (order 762 as amended by order 122, kept by order 448): m in tonnes, MCI in tenge, K of the product.</summary>
/// <remarks>Rounded once for each product and once for each packaging item, as the methodology says; totals are sums of rounded amounts.</remarks>
public static class UtilisationFee
{
    /// <summary>The formula as the law writes it. The fast way of <see cref="FeeRate"/> gives the same amount.</summary>
    public static Money Of(Weight mass, decimal mciKzt, decimal coefficient, TariffRounding rounding)
    {
        var exact = mass.Tonnes * mciKzt * coefficient;
        return rounding == TariffRounding.LineHalfAway0
            ? Money.FromTenge(decimal.Round(exact, 0, MidpointRounding.AwayFromZero))
            : Money.Round(exact);
    }

    /// <summary>Everything of the formula but the mass.</summary>
    /// <exception cref="ArgumentException">The answer has no price.</exception>
    public static FeeRate RateOf(TariffAnswer answer) =>
        answer is { IsPriced: true, Row.Coefficient: { } coefficient, Mci: { } mci, Methodology: { } methodology }
            ? FeeRate.From(mci.ValueKzt, coefficient, StepTiyn(methodology.Rounding))
            : throw new ArgumentException("There is no rate where there is no price.", nameof(answer));

    public static int StepTiyn(TariffRounding rounding) => rounding == TariffRounding.LineHalfAway0 ? 100 : 1;
}
