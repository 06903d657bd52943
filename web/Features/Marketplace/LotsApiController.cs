using System.Text.Json.Serialization;
using EwasteEpr.Kernel;
using EwasteEpr.Marketplace;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Marketplace;

/// <summary>Lots by recyclers' programs, with the organisation's key: look, and offer.</summary>
[IgnoreAntiforgeryToken]
[EnableRateLimiting(Limits.ApiKey)]
[ApiExplorerSettings(IgnoreApi = false)]
[Authorize(Policy = PolicyNames.ApiMarketOffer)]
[Route("api/v1/lots")]
public sealed class LotsApiController(LotQueries lots, BidderService bidders, OfferService offers, IStringLocalizer<MarketplaceText> text) : ControllerBase
{
    private const int MostBytes = 16 * 1024;

    /// <summary>Open lots that the organisation is certified for and has room for, the next to close first.</summary>
    [HttpGet("")]
    [ProducesResponseType<IReadOnlyList<LotAnswer>>(StatusCodes.Status200OK, "application/json")]
    public async Task<IActionResult> List(CancellationToken ct) => Ok((await lots.EligibleAsync(HttpContext.ApiCaller().OrganisationId, ct)).Select(lot => LotAnswer.Of(lot, null)).ToList());

    /// <summary>A lot, with the organisation's sites that may take it. Prices of a sealed lot are told after its closing.</summary>
    [HttpGet("{number}")]
    [ProducesResponseType<LotAnswer>(StatusCodes.Status200OK, "application/json")]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status404NotFound, "application/problem+json")]
    public async Task<IActionResult> Lot(string number, CancellationToken ct) =>
        await lots.FindAsync(number, ct) is { } lot
            ? Ok(LotAnswer.Of(lot, [.. (await bidders.SitesAsync(number, HttpContext.ApiCaller().OrganisationId, ct)).Select(site => new SiteAnswer(site.SiteId, site.Number, site.LeftGrams / 1000m))]))
            : Refuse(StatusCodes.Status404NotFound, "no-lot", text["O.NotFound"]);

    /// <summary>
    /// Offers tenge per tonne: positive, the organisation pays; negative, it is paid. The last offer before the closing stands. The nonce is the caller's own, 16 random bytes in
    /// hexadecimal: the answer's commitment is SHA-256 of <c>LOT|PRICE|NONCE</c>, price with two decimals and a point, nonce in lower case.
    /// </summary>
    [HttpPost("{number}/offers")]
    [Idempotent]
    [RequestSizeLimit(MostBytes)]
    [ProducesResponseType<OfferAnswer>(StatusCodes.Status200OK, "application/json")]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status404NotFound, "application/problem+json")]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status409Conflict, "application/problem+json")]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status422UnprocessableEntity, "application/problem+json")]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status503ServiceUnavailable, "application/problem+json")]
    public async Task<IActionResult> Offer(string number, [FromBody] OfferRequest? request, CancellationToken ct)
    {
        var caller = HttpContext.ApiCaller();
        if (request is null || !decimal.TryParse(request.TengePerTonne, System.Globalization.NumberStyles.AllowLeadingSign | System.Globalization.NumberStyles.AllowDecimalPoint, System.Globalization.CultureInfo.InvariantCulture, out var tenge)
            || Math.Abs(tenge) > OfferService.MostTiynPerTonne / 100m || !decimal.IsInteger(tenge * 100))
        {
            return Refuse(StatusCodes.Status422UnprocessableEntity, "price-missing", text["E.Price"]);
        }

        if (OfferSecret.ReadNonce(request.Nonce) is not { } nonce)
        {
            return Refuse(StatusCodes.Status422UnprocessableEntity, "nonce-missing", text["E.Nonce"]);
        }

        var outcome = await offers.PlaceAsync(
            new PlaceOffer(number, caller.OrganisationId, request.Site, new OfferSecret(decimal.ToInt64(tenge * 100), nonce), HttpContext.Idempotent()), ActorContext.Current(HttpContext), ct);
        if (outcome is OfferOutcome.Placed placed)
        {
            if (placed.Again)
            {
                Response.Headers["Idempotent-Replayed"] = "true";
            }

            return Ok(new OfferAnswer(placed.OfferId, placed.OfferNo, placed.Commitment, placed.PlacedAt, placed.Replaced));
        }

        var (status, code) = outcome switch
        {
            OfferOutcome.NotFound => (StatusCodes.Status404NotFound, "no-lot"),
            OfferOutcome.OtherBody => (StatusCodes.Status422UnprocessableEntity, "idempotency-other-body"),
            OfferOutcome.Running => (StatusCodes.Status409Conflict, "idempotency-running"),
            OfferOutcome.Unknown => (StatusCodes.Status503ServiceUnavailable, "outcome-unknown"),
            OfferOutcome.Closed => (StatusCodes.Status409Conflict, "closed"),
            OfferOutcome.NotCertified => (StatusCodes.Status409Conflict, "not-certified"),
            OfferOutcome.NoCapacity => (StatusCodes.Status409Conflict, "no-capacity"),
            OfferOutcome.NoDetails => (StatusCodes.Status409Conflict, "no-details"),
            OfferOutcome.BelowReserve => (StatusCodes.Status409Conflict, "below-reserve"),
            _ => (StatusCodes.Status409Conflict, "not-better"),
        };
        return Refuse(status, code, OfferWords.Sentence(text, outcome));
    }

    private ObjectResult Refuse(int status, string code, string sentence) =>
        new(new ProblemDetails { Status = status, Title = sentence, Instance = Request.Path, Extensions = { ["code"] = code } }) { StatusCode = status, ContentTypes = { "application/problem+json" } };
}

/// <param name="Site">One of those that the lot names as the organisation's.</param>
/// <param name="TengePerTonne">For example <c>-35000.00</c>.</param>
/// <param name="Nonce">32 hexadecimal characters, random and kept by the caller.</param>
public sealed record OfferRequest(
    [property: JsonPropertyName("site")] Guid Site, [property: JsonPropertyName("tenge_per_tonne")] string? TengePerTonne, [property: JsonPropertyName("nonce")] string? Nonce);

/// <param name="Commitment">In lower-case hexadecimal: keep it with price and nonce.</param>
public sealed record OfferAnswer(
    [property: JsonPropertyName("offer_id")] Guid OfferId, [property: JsonPropertyName("offer_no")] int OfferNo, [property: JsonPropertyName("commitment")] string Commitment,
    [property: JsonPropertyName("placed_at")] DateTimeOffset PlacedAt, [property: JsonPropertyName("replaced_earlier")] bool Replaced);

public sealed record SiteAnswer([property: JsonPropertyName("site")] Guid Site, [property: JsonPropertyName("number")] string Number, [property: JsonPropertyName("free_kg")] decimal FreeKilograms);

public sealed record LotAnswer(
    [property: JsonPropertyName("number")] string Number, [property: JsonPropertyName("kind")] string Kind, [property: JsonPropertyName("state")] string State, [property: JsonPropertyName("category")] string Category,
    [property: JsonPropertyName("for_reuse")] bool ForReuse, [property: JsonPropertyName("place")] string Place, [property: JsonPropertyName("declared_kg")] string DeclaredKilograms,
    [property: JsonPropertyName("reserve_tenge_per_tonne")] string Reserve, [property: JsonPropertyName("step_tenge")] string? Step, [property: JsonPropertyName("deposit_tenge")] string Deposit,
    [property: JsonPropertyName("closes_at")] DateTimeOffset ClosesAt, [property: JsonPropertyName("best_tenge_per_tonne")] string? Best, [property: JsonPropertyName("award_tenge_per_tonne")] string? Award,
    [property: JsonPropertyName("sites")] IReadOnlyList<SiteAnswer>? Sites)
{
    internal static LotAnswer Of(LotRow lot, IReadOnlyList<SiteAnswer>? sites) => new(
        lot.Number, lot.Kind.ToString().ToLowerInvariant(), lot.State.ToString().ToLowerInvariant(), lot.Category, lot.ForReuse, lot.Place(Culture.CurrentCode), MarketWords.Kilograms(lot.DeclaredGrams),
        MarketWords.Tenge(lot.ReserveTiyn), lot.StepTiyn is { } step ? MarketWords.Tenge(step) : null, MarketWords.Tenge(lot.DepositTiyn), lot.ClosesAt, lot.BestTiyn is { } best ? MarketWords.Tenge(best) : null,
        lot.AwardState is null or AwardState.Proposed || lot.AwardTiyn is null ? null : MarketWords.Tenge(lot.AwardTiyn.Value), sites);
}
