using EwasteEpr.Vouchers.Campaigns;
using EwasteEpr.Vouchers.Merchants;
using EwasteEpr.Tariffs;
using EwasteEpr.Organisations;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace EwasteEpr.Web.Features.Vouchers;

/// <summary>Campaigns for everybody: what is rewarded, where vouchers are taken, and how much of the money is left.</summary>
[AllowAnonymous]
[Route("/{culture:culture}/campaigns")]
public sealed class CampaignsController(CampaignQueries campaigns, MerchantService merchants, OrganisationService organisations, TariffService tariffs) : Controller
{
    [HttpGet("")]
    public async Task<IActionResult> List(string? region, CancellationToken ct)
    {
        var regions = await organisations.RegionsAsync(ct);
        var chosen = regions.FirstOrDefault(one => one.Kato == region)?.Kato;
        return View("Campaigns", new CampaignsPage(await campaigns.PublicAsync(chosen, ct), regions, chosen));
    }

    [HttpGet("{no:long}")]
    public async Task<IActionResult> Campaign(long no, CancellationToken ct) =>
        await campaigns.FindAsync(no, isPublic: true, ct) is { } details
            ? View("Campaign", new CampaignPage(details, await CampaignWords.LoadAsync(organisations, tariffs, ct), await merchants.PlacesAsync(null, ct)))
            : NotFound();
}

public sealed record CampaignsPage(IReadOnlyList<CampaignRow> Campaigns, IReadOnlyList<Region> Regions, string? Region);

public sealed record CampaignPage(CampaignDetails Details, CampaignWords Words, IReadOnlyList<ShopRow> Shops);
