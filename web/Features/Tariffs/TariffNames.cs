using EwasteEpr.Kernel;
using EwasteEpr.Tariffs;
using EwasteEpr.Web.Features.Shared;
using EwasteEpr.Web.Hosting;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Tariffs;

/// <summary>What a tariff row is about, in the reader's language: "UNU 0306 · Mobile phones".</summary>
public sealed class TariffNames(IStringLocalizer<TariffsText> text, IStringLocalizer<SharedText> shared)
{
    public string Kind(TariffMatch kind) => text["Match." + TariffMatches.Code(kind)];

    public string What(TariffMatch kind, string match, EquipmentCatalogue catalogue)
    {
        ArgumentNullException.ThrowIfNull(catalogue);
        return kind switch
        {
            TariffMatch.HsPrefix => Format.Hs(match) + Name(KeyOf(catalogue, match), catalogue),
            TariffMatch.UnuKey => match + Name(UnuKey.Parse(match), catalogue),
            TariffMatch.Category => match + " · " + shared["Category." + match],
            TariffMatch.Packaging => text["Packaging." + match],
            TariffMatch.Any => text["AnyEquipment"],
            _ => match,
        };
    }

    /// <summary>The everyday name of a key, with the dot before it, or nothing.</summary>
    private static string Name(UnuKey key, EquipmentCatalogue catalogue) =>
        catalogue.TryGetKey(key, out var info) ? " · " + info.Name.In(Culture.CurrentCode) : "";

    private static UnuKey KeyOf(EquipmentCatalogue catalogue, string prefix) => catalogue.FindHs(HsCode.Parse(prefix)).Key;
}
