using EwasteEpr.Kernel;
using EwasteEpr.Treatment.Batches;
using EwasteEpr.Treatment.Fractions;
using EwasteEpr.Web.Features.Shared;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Treatment;

/// <summary>Fractions in stock, their loads, and the paper with the QR by which the buyer confirms.</summary>
[Authorize(Policy = PolicyNames.OrgRecyclerStaff)]
[Route("/{culture:culture}/org/{slug}/fractions")]
public sealed class FractionsController(FractionQueries queries, FractionShipping shipping, MassReader masses, IStringLocalizer<TreatmentText> text) : Controller
{
    private const int PageSize = 50;

    private OrganisationId Organisation => HttpContext.Organisation().OrganisationId;

    [HttpGet("")]
    public async Task<IActionResult> Index(string? fraction, string? state, string? after, string? done, CancellationToken ct)
    {
        var known = state is "Shipped" or "Confirmed" or "Cancelled" ? state : null;
        var shipments = await queries.ShipmentsAsync(Organisation, known, null, Guid.TryParse(after, out var last) ? last : null, PageSize + 1, ct);
        return View("Fractions", new FractionsPage(
            HttpContext.Organisation(), await queries.StockAsync(Organisation, string.IsNullOrEmpty(fraction) ? null : fraction, null, 500, ct), [.. shipments.Take(PageSize)],
            shipments.Count > PageSize ? shipments[PageSize - 1].ShipmentId.ToString() : null, fraction, known, done));
    }

    [HttpGet("csv")]
    public async Task<IActionResult> Csv(CancellationToken ct) => new CsvFile(
        "fractions.csv", ["batch", "site", "category", "fraction", "waste_code", "operation", "kg", "on_the_road_kg", "confirmed_kg", "left_kg", "closed_on"],
        (await queries.StockAsync(Organisation, null, null, 10_000, ct)).Select(row => new object?[] { row.Batch, row.Site, row.Category, row.Fraction, row.WasteCode, row.Operation, Kg(row.Grams), Kg(row.ShippedGrams), Kg(row.ConfirmedGrams), Kg(row.LeftGrams), row.ClosedOn }));

    [HttpGet("loads.csv")]
    public async Task<IActionResult> LoadsCsv(CancellationToken ct) => new CsvFile(
        "fraction-loads.csv", ["load", "state", "batch", "fraction", "kg", "buyer", "country", "notification_no", "basel_code", "shipped_on", "confirmed_kg", "confirmed_on", "less_reason"],
        (await queries.ShipmentsAsync(Organisation, null, null, null, 10_000, ct)).Select(row => new object?[] { row.Number, row.State, row.Batch, row.Fraction, Kg(row.Grams), row.BuyerName, row.Country, row.NotificationNo, row.BaselCode, row.ShippedOn, row.ConfirmedGrams is { } grams ? Kg(grams) : null, row.ConfirmedOn, row.LessReason }));

    [HttpGet("{output:guid}/ship")]
    public async Task<IActionResult> Ship(Guid output, CancellationToken ct) =>
        await queries.FindAsync(output, Organisation, ct) is { } fraction ? Show(fraction, ShipForm.Of(fraction)) : NotFound();

    [HttpPost("{output:guid}/ship")]
    public async Task<IActionResult> Ship(Guid output, [Bind(Prefix = nameof(ShipPage.Form))] ShipForm form, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(form);
        if (await queries.FindAsync(output, Organisation, ct) is not { } fraction)
        {
            return NotFound();
        }

        var (mass, problem) = masses.Read(form.Kg);
        if (problem is not null)
        {
            ModelState.AddModelError("Form.Kg", problem);
        }

        if (ModelState.IsValid && !Request.IsLanguageSwitch())
        {
            var shipment = new NewShipment(output, mass ?? Weight.Zero, form.Buyer ?? "", (form.Country ?? "").Trim().ToUpperInvariant(), form.NotificationNo, form.BaselCode, form.ShippedOn);
            switch (await shipping.ShipAsync(shipment, Organisation, ActorContext.Current(HttpContext), ct))
            {
                case ShipOutcome.Shipped shipped:
                    return LocalRedirect($"{Here}/{shipped.Number}");
                case ShipOutcome.Refused refused:
                    var field = refused.Why switch { ShipProblem.NoBuyer => nameof(form.Buyer), ShipProblem.UnknownCountry => nameof(form.Country), ShipProblem.DayOutOfReach => nameof(form.ShippedOn), ShipProblem.PapersMissing => nameof(form.BaselCode), _ => nameof(form.Kg) };
                    ModelState.AddModelError("Form." + field, text["Ship." + refused.Why, Format.Current.Kilograms(refused.Left)]);
                    break;
            }
        }

        return Show(fraction, form);
    }

    /// <summary>The paper that travels with the load.</summary>
    [HttpGet("{number}")]
    public async Task<IActionResult> Load(string number, CancellationToken ct) =>
        await queries.ShipmentAsync(number, Organisation, ct) is { } shipment
            ? View("Load", new LoadPage(HttpContext.Organisation(), shipment, $"{Request.Scheme}://{Request.Host}/f/{queries.TokenOf(shipment)}")) : NotFound();

    [HttpPost("{number}/cancel")]
    public async Task<IActionResult> Cancel(string number, CancellationToken ct) =>
        await shipping.CancelAsync(number, Organisation, ActorContext.Current(HttpContext), ct) ? LocalRedirect($"{Here}?done=Cancelled") : NotFound();

    private string Here => $"/{Culture.CurrentCode}/org/{HttpContext.Organisation().Slug}/fractions";

    private ViewResult Show(FractionStock fraction, ShipForm form) => View("Ship", new ShipPage(HttpContext.Organisation(), fraction, form));

    private static decimal Kg(long grams) => Weight.FromGrams(grams).Kilograms;
}
