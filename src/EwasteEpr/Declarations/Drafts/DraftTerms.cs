using EwasteEpr.Declarations.Rules;
using EwasteEpr.Tariffs;

namespace EwasteEpr.Declarations.Drafts;

/// <summary>What a draft's lines are judged and priced by, and the name of that state of things.</summary>
internal static class DraftTerms
{
    public static QuoteTerms Of(TariffSnapshot tariffs, DateOnly today, DateOnly? defaultDay = null) =>
        new(tariffs.Catalogue, tariffs.Pricing, today, FixedDay: null, defaultDay ?? today);

    /// <summary>Equal stamps, equal prices. Where a methodology goes by the day of submission, the day is part of it.</summary>
    public static string Stamp(TariffSnapshot tariffs, DateOnly today) =>
        tariffs.Pricing.Methodologies.Any(methodology => methodology.MciBy == MciBy.SubmissionDate)
            ? $"{tariffs.PricingProgramme}/{tariffs.Stamp}/{DraftRules.Text(today)}"
            : $"{tariffs.PricingProgramme}/{tariffs.Stamp}";
}
