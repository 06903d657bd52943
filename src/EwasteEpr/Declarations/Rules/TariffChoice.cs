using EwasteEpr.Kernel;
using EwasteEpr.Tariffs;

namespace EwasteEpr.Declarations.Rules;

/// <summary>What a code and a key come to on a day: the same object for every line that says the same.</summary>
/// <param name="Given">The line's own HS code, or none.</param>
/// <param name="Key">The key that counts: the line's own, else the catalogue's.</param>
/// <param name="Hs">What the catalogue says of the HS code.</param>
/// <param name="KeyInfo">None where the line's own key is not on the list.</param>
public sealed record TariffChoice(HsCode Given, UnuKey Key, HsAnswer Hs, UnuKeyInfo? KeyInfo, TariffAnswer Answer)
{
    /// <summary>
    /// How far a piece may weigh from the mean of its key before somebody should look again. A slip of unit (grams, tonnes, boxes)
    /// is a factor of ten or more; honest pieces of one key differ less: ours, no source gives a range.
    /// </summary>
    private const int PlausibleFactor = 10;

    public EquipmentCategory Category => KeyInfo?.Category ?? EquipmentCategory.None;

    public bool IsPriced => Answer.IsPriced;

    public FeeRate Rate { get; } = Answer.IsPriced ? UtilisationFee.RateOf(Answer) : default;

    public int StepTiyn { get; } = Answer.Methodology is { } methodology ? UtilisationFee.StepTiyn(methodology.Rounding) : 1;

    /// <summary>0 where no mean is known.</summary>
    public long LightestPieceGrams { get; } = (long)((KeyInfo?.MeanWeightKg ?? 0) * 1000 / PlausibleFactor);

    public long HeaviestPieceGrams { get; } = (long)((KeyInfo?.MeanWeightKg ?? 0) * 1000 * PlausibleFactor);
}
