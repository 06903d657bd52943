using EwasteEpr.Kernel;
using EwasteEpr.Marketplace;
using EwasteEpr.Web.Features.Organisations;
using EwasteEpr.Web.Features.Shared;
using EwasteEpr.Web.Hosting;
using EwasteEpr.Web.Hosting.Printing;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Marketplace;

/// <summary>Lots at the operator's: a preparer makes, hands over and settles; an approver opens, awards, contracts and pays.</summary>
[Authorize(Policy = PolicyNames.AnyOperator)]
[Route("/{culture:culture}/operator/lots")]
public sealed class OperatorLotsController(LotQueries queries, LotService lots, LotClosing closing, LotDesk desk, IStringLocalizer<MarketplaceText> text) : Controller
{
    private const int PageSize = 50;
    private const int MostRows = 5000;

    private Actor Actor => ActorContext.Current(HttpContext);

    [HttpGet("")]
    public async Task<IActionResult> List(LotState? state, string? category, string? after, CancellationToken ct)
    {
        var rows = await queries.ListAsync(state is { } one ? [one] : null, MarketController.Known(category), after, PageSize + 1, ct);
        return View("OperatorLots", new OperatorLotsPage([.. rows.Take(PageSize)], state, MarketController.Known(category), rows.Count > PageSize ? rows[PageSize - 1].Number : null));
    }

    [HttpGet("lots.csv")]
    public async Task<IActionResult> File(LotState? state, string? category, CancellationToken ct) => new CsvFile(
        "operator-lots.csv", ["lot", "kind", "state", "category", "reuse", "place", "declared_kg", "weighed_kg", "reserve_tenge_per_tonne", "closes_at", "offers", "award_tenge_per_tonne"],
        (await queries.ListAsync(state is { } one ? [one] : null, MarketController.Known(category), null, MostRows, ct)).Select(row => new object?[]
        {
            row.Number, row.Kind, row.State, row.Category, row.ForReuse, row.Place(Culture.CurrentCode), MarketWords.Kilograms(row.DeclaredGrams), row.WeighedGrams is { } grams ? MarketWords.Kilograms(grams) : null,
            MarketWords.Tenge(row.ReserveTiyn), row.ClosesAt, row.Offers, row.AwardTiyn is { } price ? MarketWords.Tenge(price) : null,
        }));

    [HttpGet("new")]
    [Authorize(Policy = PolicyNames.OperatorPreparer)]
    public async Task<IActionResult> New(CancellationToken ct) => View("OperatorLotNew", new NewLotPage(new LotForm(), await queries.FreeContainersAsync(ct)));

    [HttpPost("new")]
    [Authorize(Policy = PolicyNames.OperatorPreparer)]
    public async Task<IActionResult> New(LotForm form, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(form);
        if (Request.IsLanguageSwitch())
        {
            ModelState.KeepTypedOnly();
        }
        else if (form.Check(ModelState, text) is { } draft)
        {
            var outcome = await lots.CreateAsync(draft, Actor, ct);
            if (outcome is CreateLotOutcome.Created made)
            {
                return To(made.Number, "Created");
            }

            ModelState.AddModelError(outcome is CreateLotOutcome.ClosesTooSoon ? nameof(form.ClosesOn) : nameof(form.Containers), text["E." + outcome.GetType().Name]);
        }

        return View("OperatorLotNew", new NewLotPage(form, await queries.FreeContainersAsync(ct)));
    }

    [HttpGet("{number}")]
    public async Task<IActionResult> Lot(string number, string? said, CancellationToken ct) =>
        await queries.DetailsAsync(number, ct) is { } details ? View("OperatorLot", new OperatorLotPage(details, HttpContext.Person().PersonId.Value, said)) : NotFound();

    /// <summary>What a preparer does.</summary>
    [HttpPost("{number}/deposit")]
    [HttpPost("{number}/handover")]
    [HttpPost("{number}/settle")]
    [Authorize(Policy = PolicyNames.OperatorPreparer)]
    public Task<IActionResult> Prepare(string number, DeskForm form, CancellationToken ct) => DoAsync(number, form, ct);

    /// <summary>What an approver decides.</summary>
    [HttpPost("{number}/open")]
    [HttpPost("{number}/award")]
    [HttpPost("{number}/withdraw")]
    [HttpPost("{number}/default")]
    [HttpPost("{number}/answer")]
    [HttpPost("{number}/contract")]
    [HttpPost("{number}/pay")]
    [HttpPost("{number}/reverse")]
    [HttpPost("{number}/deposit-back")]
    [Authorize(Policy = PolicyNames.OperatorApprover)]
    public Task<IActionResult> Decide(string number, DeskForm form, CancellationToken ct) => DoAsync(number, form, ct);

    [HttpPost("{number}/cancel")]
    public Task<IActionResult> Cancel(string number, DeskForm form, CancellationToken ct) => DoAsync(number, form, ct);

    [HttpPost("{number}/photos")]
    [Authorize(Policy = PolicyNames.OperatorPreparer)]
    [RequestSizeLimit(3 * 1024 * 1024)]
    public async Task<IActionResult> AddPhoto(string number, IFormFile? photo, CancellationToken ct)
    {
        if (await queries.DetailsAsync(number, ct) is null)
        {
            return NotFound();
        }

        if (photo is not { Length: > 0 and <= LotService.MostPhotoBytes })
        {
            return To(number, "PhotoBad");
        }

        using var memory = new MemoryStream();
        await photo.CopyToAsync(memory, ct);
        return To(number, await lots.AddPhotoAsync(number, memory.ToArray(), Actor, ct) ? "PhotoAdded" : "PhotoBad");
    }

    /// <summary>Demonstration only, marked there and in the audit: the closing comes now.</summary>
    [HttpPost("{number}/demo-close")]
    [DemoOnly]
    public async Task<IActionResult> DemoClose(string number, CancellationToken ct) =>
        await queries.DetailsAsync(number, ct) is null ? NotFound() : To(number, await closing.CloseNowAsync(number, Actor, ct) ? "ClosedNow" : "NotDone");

    [HttpGet("{number}/papers/{paper}/pdf")]
    public async Task<IActionResult> Pdf(string number, string paper, CancellationToken ct) =>
        LotPapers.Of(paper, await queries.DetailsAsync(number, ct), $"/{Culture.CurrentCode}/operator/lots/{number}", text) is { } made ? new PaperResult(made) : NotFound();

    [HttpGet("{number}/settlement.csv")]
    public async Task<IActionResult> Settlement(string number, CancellationToken ct) =>
        await queries.DetailsAsync(number, ct) is { } details
            ? new CsvFile(
                $"{details.Lot.Number}-settlement.csv", ["settlement", "lot", "consignment", "declared_kg", "weighed_kg", "qualifying_kg", "tenge_per_tonne", "tenge", "settled_at", "paid_document", "paid_on", "reversed_at"],
                details.Settlements.Select(row => new object?[]
                {
                    row.Number, details.Lot.Number, row.Consignment, MarketWords.Kilograms(row.DeclaredGrams), MarketWords.Kilograms(row.WeighedGrams), MarketWords.Kilograms(row.QualifyingGrams),
                    MarketWords.Tenge(row.TiynPerTonne), MarketWords.Tenge(row.Tiyn), row.SettledAt, row.PaidDocument, row.PaidOn, row.ReversedAt,
                }))
            : NotFound();

    /// <summary>The act is the last word of the route.</summary>
    private async Task<IActionResult> DoAsync(string number, DeskForm form, CancellationToken ct) =>
        await desk.DoAsync(ControllerContext.ActionDescriptor.AttributeRouteInfo!.Template!.Split('/')[^1], number, form, Actor, ct) is { } said ? To(number, said) : NotFound();

    private LocalRedirectResult To(string number, string said) => LocalRedirect($"/{Culture.CurrentCode}/operator/lots/{number}?said={said}");
}

public sealed record OperatorLotsPage(IReadOnlyList<LotRow> Rows, LotState? State, string? Category, string? After);

public sealed record NewLotPage(LotForm Form, IReadOnlyList<FreeContainer> Containers);

/// <param name="Me">Whoever looks: what they did waits for somebody else.</param>
public sealed record OperatorLotPage(LotDetails Details, Guid Me, string? Said);
