using EwasteEpr.Kernel;
using EwasteEpr.TakeBack.Containers;
using EwasteEpr.TakeBack.Pickups;
using EwasteEpr.Web.Hosting;
using EwasteEpr.Web.Hosting.Printing;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Pickups;

/// <summary>The point takes over: counts and weighs an organisation's list in, and records the end of its data.</summary>
[Authorize(Policy = PolicyNames.OrgPointDesk)]
[Route("/{culture:culture}/org/{slug}/incoming")]
public sealed class IncomingController(PickupQueries queries, PickupReceiving receiving, ContainerService containers, IStringLocalizer<PickupsText> text) : Controller
{
    private OrganisationId Organisation => HttpContext.Organisation().OrganisationId;

    [HttpGet("")]
    public async Task<IActionResult> Index(CancellationToken ct) => View("/Features/Pickups/Index.cshtml", new PickupsPage(HttpContext.Organisation(), await queries.IncomingAsync(Organisation, ct), IsReceiver: true));

    [HttpGet("{number}")]
    public async Task<IActionResult> Receive(string number, string? done, CancellationToken ct) =>
        await queries.FindIncomingAsync(number, Organisation, ct) is { } details ? await ShowAsync(details, null, done, ct) : NotFound();

    [HttpPost("{number}")]
    public async Task<IActionResult> Receive(string number, [FromForm] IReadOnlyList<ReceiveLine> lines, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(lines);
        if (await queries.FindIncomingAsync(number, Organisation, ct) is not { } details)
        {
            return NotFound();
        }

        var weighed = lines.Select(Weighed).ToList();
        var wrong = weighed.FindIndex(line => line is null);
        var outcome = wrong >= 0 ? new ReceiveOutcome.Problem(lines[wrong].Asset, ReceiveProblem.Incomplete)
            : await receiving.ReceiveAsync(number, Organisation, [.. weighed.OfType<WeighedAsset>()], ActorContext.Current(HttpContext), ct);
        switch (outcome)
        {
            case ReceiveOutcome.Received:
                return LocalRedirect($"{Here}/{number}?done=Received");
            case ReceiveOutcome.Problem problem:
                var asset = details.Assets.FirstOrDefault(asset => asset.AssetId == problem.AssetId);
                ModelState.AddModelError($"lines[{lines.ToList().FindIndex(line => line.Asset == problem.AssetId)}].Kg", text["In." + problem.What, $"{asset?.AssetNo}. {asset?.Description}"]);
                return await ShowAsync(details, lines, null, ct);
            default:
                return NotFound();
        }
    }

    [HttpPost("{number}/data/{no:int}")]
    public async Task<IActionResult> Data(string number, int no, string? method, CancellationToken ct) =>
        !string.IsNullOrWhiteSpace(method) && method.Length <= 300 && await receiving.RecordDataAsync(number, Organisation, no, method.Trim(), ActorContext.Current(HttpContext), ct)
            ? LocalRedirect($"{Here}/{number}?done=Data") : NotFound();

    [HttpGet("{number}/papers/{paper}/pdf")]
    public async Task<IActionResult> Pdf(string number, string paper, CancellationToken ct) =>
        await queries.FindIncomingAsync(number, Organisation, ct) is { } details && PickupPapers.Of(paper, details, $"{Here}/{number}", text) is { } made ? new PaperResult(made.WithVerification(details, Request)) : NotFound();

    private string Here => $"/{Culture.CurrentCode}/org/{HttpContext.Organisation().Slug}/incoming";

    /// <summary>None where a number cannot be read; zero pieces need no weight.</summary>
    private static WeighedAsset? Weighed(ReceiveLine line)
    {
        if (NumberInput.TryParse(line.Units ?? "", out var units) != NumberProblem.None || !decimal.IsInteger(units) || units is < 0 or > 10_000)
        {
            return null;
        }

        if (units == 0)
        {
            return new WeighedAsset(line.Asset, 0, null, null, null);
        }

        return NumberInput.TryParse(line.Kg ?? "", out var kilograms) == NumberProblem.None && kilograms is > 0 and <= 100_000 && decimal.IsInteger(kilograms * 1000)
            ? new WeighedAsset(line.Asset, (int)units, Weight.FromKilograms(kilograms), line.Container, line.Bag) : null;
    }

    private async Task<IActionResult> ShowAsync(PickupDetails details, IReadOnlyList<ReceiveLine>? lines, string? done, CancellationToken ct)
    {
        var open = details.Pickup is { State: PickupState.Booked, PointId: { } point } ? (await containers.ListAsync(Organisation, point, ct)).Where(container => container.State == "Open" && container.Kind != "Hazard").ToList() : [];
        return View("/Features/Pickups/Receive.cshtml", new ReceivePage(HttpContext.Organisation(), details, open, lines ?? [.. details.Assets.Select(asset => new ReceiveLine { Asset = asset.AssetId, Units = asset.Units.ToString(System.Globalization.CultureInfo.InvariantCulture) })], done));
    }
}
