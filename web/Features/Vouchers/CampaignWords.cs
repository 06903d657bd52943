using EwasteEpr.Organisations;
using EwasteEpr.Tariffs;
using EwasteEpr.Vouchers.Rewards;
using EwasteEpr.Web.Features.Shared;
using EwasteEpr.Web.Hosting;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Vouchers;

/// <summary>Names of things and regions for the rules of a campaign, in the reader's language.</summary>
public sealed class CampaignWords
{
    private readonly EquipmentCatalogue catalogue;

    private CampaignWords(IReadOnlyList<Region> regions, EquipmentCatalogue catalogue) => (Regions, this.catalogue) = (regions, catalogue);

    public IReadOnlyList<Region> Regions { get; }

    public static async Task<CampaignWords> LoadAsync(OrganisationService organisations, TariffService tariffs, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(organisations);
        ArgumentNullException.ThrowIfNull(tariffs);
        return new CampaignWords(await organisations.RegionsAsync(ct), (await tariffs.CurrentAsync(ct)).Catalogue);
    }

    public string Places(IReadOnlyCollection<string> regions, IStringLocalizer<CampaignText> text)
    {
        ArgumentNullException.ThrowIfNull(regions);
        ArgumentNullException.ThrowIfNull(text);
        return regions.Count == 0 ? text["WholeCountry"] : string.Join(", ", Regions.Where(region => regions.Contains(region.Kato, StringComparer.Ordinal)).Select(region => region.Name(Culture.CurrentCode)));
    }

    public string Thing(RewardRule rule, IStringLocalizer<CampaignText> text, IStringLocalizer<SharedText> shared)
    {
        ArgumentNullException.ThrowIfNull(rule);
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(shared);
        return rule switch
        {
            { UnuKey: { } key } => catalogue.TryGetKey(UnuKey.Parse(key), out var info) ? info.Name.In(Culture.CurrentCode) : key,
            { Category: { } category } => shared["Category." + category],
            _ => text["Anything"],
        };
    }

    public static string Band(RewardRule rule, Format format, IStringLocalizer<CampaignText> text)
    {
        ArgumentNullException.ThrowIfNull(rule);
        ArgumentNullException.ThrowIfNull(format);
        ArgumentNullException.ThrowIfNull(text);
        var from = format.Mass(Kernel.Weight.FromGrams(rule.FromGrams));
        return (rule.FromGrams, rule.BelowGrams) switch
        {
            (0, null) => text["Band.Any"],
            (0, { } below) => text["Band.Below", format.Mass(Kernel.Weight.FromGrams(below))],
            (_, null) => text["Band.From", from],
            (_, { } below) => text["Band.Between", from, format.Mass(Kernel.Weight.FromGrams(below))],
        };
    }
}
