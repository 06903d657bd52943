using System.Globalization;
using System.Resources;
using EwasteEpr.Consignments.Sites;
using EwasteEpr.Kernel;
using EwasteEpr.Organisations;
using EwasteEpr.PublicRegister;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Consignments;

public sealed record BagsPage(OrganisationAccess Access, IReadOnlyList<SiteBag> Bags, IReadOnlyList<SiteSlip> Slips);

/// <summary>Data bearers that arrived in their bags: each ended with a slip, of which its owner can read.</summary>
[Authorize(Policy = PolicyNames.OrgRecyclerReader)]
[Route("/{culture:culture}/org/{slug}/data-bearers")]
public sealed class BagsController(SiteBags bags, IStringLocalizer<ConsignmentsText> text) : Controller
{
    private OrganisationId Organisation => HttpContext.Organisation().OrganisationId;

    [HttpGet("")]
    public async Task<IActionResult> Index(CancellationToken ct) =>
        View("Bags", new BagsPage(HttpContext.Organisation(), await bags.WaitingAsync(Organisation, ct), await bags.DoneAsync(Organisation, ct)));

    [HttpPost("{item:guid}")]
    [Authorize(Policy = PolicyNames.OrgRecyclerStaff)]
    public async Task<IActionResult> End(Guid item, string? method, CancellationToken ct)
    {
        if (await bags.WriteAsync(item, method ?? "", Organisation, ActorContext.Current(HttpContext), ct) is not { } number)
        {
            return NotFound();
        }

        TempData["said"] = text["Said.Slip", number].Value;
        return LocalRedirect($"/{Culture.CurrentCode}/org/{HttpContext.Organisation().Slug}/data-bearers");
    }
}

/// <summary>The words of the message to who asked for news, in their language.</summary>
public sealed class SlipLetters(SlipNews news)
{
    private static readonly ResourceManager Texts = new(typeof(ConsignmentsText));

    public Task<int> SweepAsync(CancellationToken ct) =>
        news.SweepAsync((language, kind, number) => string.Format(CultureInfo.InvariantCulture, Texts.GetString("News." + kind, Culture.Text(language))!, number), ct);
}
