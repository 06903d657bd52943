using EwasteEpr.Kernel;

namespace EwasteEpr.Tariffs;

/// <summary>What is known of one UNU key.</summary>
/// <param name="DescriptionEn">The list's own English wording.</param>
/// <param name="Name">Our short everyday names.</param>
/// <param name="MeanWeightKg">Mean mass of one piece in the newest year known, in kilograms; none where no source gives it.</param>
/// <param name="MeanWeightYear">The year of that mean.</param>
public sealed record UnuKeyInfo(
    UnuKey Key,
    EquipmentCategory Category,
    string DescriptionEn,
    LocalText Name,
    decimal? MeanWeightKg,
    int? MeanWeightYear,
    WeibullLifetime? Lifetime,
    int? IntroductionYear);

/// <summary>A lifetime distribution: F(x) = 1 - exp(-(x / scale)^shape), x in years.</summary>
public readonly record struct WeibullLifetime(double Shape, double ScaleYears);
