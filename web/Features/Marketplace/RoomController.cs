using EwasteEpr.Kernel;
using EwasteEpr.Marketplace;
using EwasteEpr.Organisations;
using EwasteEpr.Web.Features.Shared;
using EwasteEpr.Web.Hosting;
using EwasteEpr.Web.Hosting.Printing;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Marketplace;

/// <summary>A recycler's market: lots that it is certified for, its offers, its lots. What binds is the signatory's.</summary>
[Authorize(Policy = PolicyNames.OrgMarket)]
[Route("/{culture:culture}/org/{slug}/market")]
public sealed class RoomController(LotQueries lots, BidderService bidders, OfferService offers, IStringLocalizer<MarketplaceText> text) : Controller
{
    private OrganisationId Organisation => HttpContext.Organisation().OrganisationId;

    private Actor Actor => ActorContext.Current(HttpContext);

    private string Here => $"/{Culture.CurrentCode}/org/{HttpContext.Organisation().Slug}/market";

    [HttpGet("")]
    public Task<IActionResult> Index(string? done, CancellationToken ct) => IndexAsync(null, done, ct);

    [HttpPost("details")]
    [Authorize(Policy = PolicyNames.OrgSignatory)]
    public async Task<IActionResult> Details(BidderForm form, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(form);
        if (form.Check(ModelState, text) is not { } details)
        {
            return await IndexAsync(form, null, ct);
        }

        await bidders.TellAsync(Organisation, details, Actor, ct);
        return LocalRedirect(Here + "?done=Details");
    }

    [HttpGet("offers.csv")]
    public async Task<IActionResult> OffersFile(CancellationToken ct) => new CsvFile(
        "offers.csv", ["lot", "category", "placed_at", "site", "tenge_per_tonne", "commitment", "standing"],
        (await lots.OffersAsync(Organisation, ct)).Select(offer => new object?[]
        {
            offer.Lot, offer.Category, offer.PlacedAt, offer.Site, offer.TiynPerTonne is { } price ? MarketWords.Tenge(price) : null, offer.Commitment, MarketWords.Standing(offer),
        }));

    [HttpGet("lots/{number}")]
    public async Task<IActionResult> Lot(string number, string? done, CancellationToken ct) => await ShowAsync(number, new OfferForm(), done, ct);

    /// <summary>Check answers: the price stands in no address, and nothing is kept yet.</summary>
    [HttpPost("lots/{number}/check")]
    [Authorize(Policy = PolicyNames.OrgSignatory)]
    public async Task<IActionResult> Check(string number, OfferForm form, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(form);
        if (await lots.FindAsync(number, ct) is not { } lot)
        {
            return NotFound();
        }

        if (Request.IsLanguageSwitch())
        {
            ModelState.KeepTypedOnly();
            return await ShowAsync(number, form, null, ct);
        }

        return form.Check(ModelState, text) is { } price
            ? View("Check", new CheckPage(HttpContext.Organisation(), lot, form, price, form.Nonce is { } kept && OfferSecret.ReadNonce(kept) is not null ? kept : Convert.ToHexStringLower(OfferSecret.NewNonce())))
            : await ShowAsync(number, form, null, ct);
    }

    /// <summary>The answer is the receipt itself: price and nonce are in the request and on the bidder's screen, and nowhere else.</summary>
    [HttpPost("lots/{number}/offer")]
    [Authorize(Policy = PolicyNames.OrgSignatory)]
    [Idempotent]
    public async Task<IActionResult> Offer(string number, OfferForm form, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(form);
        if (await lots.FindAsync(number, ct) is not { } lot)
        {
            return NotFound();
        }

        if (form.Check(ModelState, text) is not { } price || OfferSecret.ReadNonce(form.Nonce) is not { } nonce)
        {
            return await ShowAsync(number, form, null, ct);
        }

        var outcome = await offers.PlaceAsync(new PlaceOffer(number, Organisation, form.Site!.Value, new OfferSecret(price, nonce), HttpContext.Idempotent()), Actor, ct);
        if (outcome is OfferOutcome.Placed placed)
        {
            Response.Headers.CacheControl = "no-store";
            return View("Receipt", new ReceiptPage(HttpContext.Organisation(), lot, placed, price, Convert.ToHexStringLower(nonce)));
        }

        ModelState.AddModelError(nameof(form.Price), OfferWords.Sentence(text, outcome));
        return await ShowAsync(number, form, null, ct);
    }

    [HttpPost("lots/{number}/explain")]
    [Authorize(Policy = PolicyNames.OrgSignatory)]
    public async Task<IActionResult> Explain(string number, string? explanation, CancellationToken ct) =>
        await lots.FindAsync(number, ct) is null ? NotFound()
            : Back(number, LotDesk.IsSentence(explanation) && await offers.ExplainAsync(number, Organisation, explanation!.Trim(), Actor, ct) ? "Explained" : "NotDone");

    [HttpPost("lots/{number}/protest")]
    [Authorize(Policy = PolicyNames.OrgSignatory)]
    public async Task<IActionResult> Protest(string number, string? protest, [FromServices] Protests protests, CancellationToken ct) =>
        await lots.FindAsync(number, ct) is null ? NotFound()
            : Back(number, LotDesk.IsSentence(protest) && await protests.MakeAsync(number, Organisation, protest!.Trim(), Actor, ct) ? "Protested" : "NotDone");

    [HttpPost("lots/{number}/sign")]
    [Authorize(Policy = PolicyNames.OrgSignatory)]
    public async Task<IActionResult> Sign(string number, [FromServices] HandoverService handovers, CancellationToken ct) =>
        await lots.FindAsync(number, ct) is null ? NotFound() : Back(number, await handovers.SignAsync(number, Organisation, Actor, ct) ? "Signed" : "NotDone");

    [HttpGet("lots/{number}/papers/{paper}/pdf")]
    public async Task<IActionResult> Pdf(string number, string paper, CancellationToken ct) =>
        LotPapers.Of(paper, await lots.DetailsAsync(number, Organisation, ct), $"{Here}/lots/{number}", text) is { } made ? new PaperResult(made) : NotFound();

    private LocalRedirectResult Back(string number, string done) => LocalRedirect($"{Here}/lots/{number}?done={done}");

    private async Task<IActionResult> IndexAsync(BidderForm? form, string? done, CancellationToken ct)
    {
        var told = await bidders.FindAsync(Organisation, ct);
        return View("Room", new RoomPage(
            HttpContext.Organisation(), await lots.EligibleAsync(Organisation, ct), await lots.OffersAsync(Organisation, ct), await lots.WonAsync(Organisation, ct), told is not null,
            form ?? new BidderForm { Director = told?.Director, Iban = told?.Iban }, done));
    }

    private async Task<IActionResult> ShowAsync(string number, OfferForm form, string? done, CancellationToken ct)
    {
        if (await lots.DetailsAsync(number, Organisation, ct) is not { } details)
        {
            return NotFound();
        }

        var sites = await bidders.SitesAsync(number, Organisation, ct);
        form.Site ??= sites.Count == 1 ? sites[0].SiteId : null;
        return View("RoomLot", new RoomLotPage(HttpContext.Organisation(), details, sites, await bidders.FindAsync(Organisation, ct) is not null, form, done));
    }
}

public sealed record RoomPage(OrganisationAccess Access, IReadOnlyList<LotRow> Eligible, IReadOnlyList<OfferRow> Offers, IReadOnlyList<LotRow> Won, bool HasDetails, BidderForm Bidder, string? Done);

public sealed record RoomLotPage(OrganisationAccess Access, LotDetails Details, IReadOnlyList<BidderSite> Sites, bool HasDetails, OfferForm Form, string? Done);

public sealed record CheckPage(OrganisationAccess Access, LotRow Lot, OfferForm Form, long TiynPerTonne, string Nonce);

public sealed record ReceiptPage(OrganisationAccess Access, LotRow Lot, OfferOutcome.Placed Placed, long TiynPerTonne, string Nonce);
