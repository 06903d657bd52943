using EwasteEpr.Kernel;
using EwasteEpr.TakeBack.Guide;
using EwasteEpr.TakeBack.Pickups;
using EwasteEpr.TakeBack.Points;
using EwasteEpr.Web.Features.Shared;
using EwasteEpr.Web.Hosting;
using EwasteEpr.Web.Hosting.Printing;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Pickups;

/// <summary>An organisation hands in: its list, its day, its papers.</summary>
[Authorize(Policy = PolicyNames.OrgPreparer)]
[Route("/{culture:culture}/org/{slug}/pickups")]
public sealed class PickupsController(PickupService pickups, PickupQueries queries, AssetTable lists, PointService points, GuideService guide, IStringLocalizer<PickupsText> text) : Controller
{
    private const int MostBytes = 1024 * 1024;

    private OrganisationId Organisation => HttpContext.Organisation().OrganisationId;

    private Actor Actor => ActorContext.Current(HttpContext);

    [HttpGet("")]
    public async Task<IActionResult> Index(CancellationToken ct) => View(new PickupsPage(HttpContext.Organisation(), await queries.ListAsync(Organisation, ct), IsReceiver: false));

    [HttpPost("")]
    public async Task<IActionResult> Begin(CancellationToken ct) => To(await pickups.CreateAsync(Organisation, Actor, ct));

    [HttpGet("{number}")]
    public async Task<IActionResult> List(string number, string? done, int added, string? rows, CancellationToken ct) =>
        await queries.FindAsync(number, Organisation, ct) is { } details
            ? await ShowAsync(details, null, null, new PickupSaid(done, added, rows is { Length: <= 200 } && rows.All(sign => char.IsAsciiDigit(sign) || sign is ',' or ' ') ? rows : null), ct) : NotFound();

    [HttpPost("{number}/assets")]
    [RequestSizeLimit(2 * MostBytes)]
    public async Task<IActionResult> Add(string number, string? list, IFormFile? file, CancellationToken ct)
    {
        if (await queries.FindAsync(number, Organisation, ct) is not { } details)
        {
            return NotFound();
        }

        var typed = file is { Length: > 0 and <= MostBytes } ? await WorkbookText.ReadAsync(file, ct) : list ?? "";
        var read = file is { Length: > MostBytes } || typed is null ? null : await lists.ReadAsync(typed, Culture.CurrentCode, ct);
        if (read is not { Assets.Count: > 0 })
        {
            ModelState.AddModelError("list", text[file is { Length: > MostBytes } ? "E.Large" : "E.Unreadable"]);
            return await ShowAsync(details, null, typed, new PickupSaid(null, 0, null), ct);
        }

        if (!await pickups.AddAsync(number, Organisation, read.Assets, Actor, ct))
        {
            ModelState.AddModelError("list", text[details.Pickup.State == PickupState.Draft ? "E.TooLong" : "B.NotDraft"]);
            return await ShowAsync(details, null, typed, new PickupSaid(null, 0, null), ct);
        }

        return LocalRedirect($"{Here}/{number}?added={read.Assets.Count}{(read.Problems.Count > 0 ? "&rows=" + Uri.EscapeDataString(string.Join(", ", read.Problems.Take(30).Select(problem => problem.Row))) : "")}");
    }

    [HttpPost("{number}/assets/{no:int}")]
    public async Task<IActionResult> Change(string number, int no, string? key, DataWish data, bool remove, CancellationToken ct)
    {
        var done = remove ? await pickups.RemoveAsync(number, Organisation, no, Actor, ct) : await pickups.ChangeAsync(number, Organisation, no, key ?? "", data, Actor, ct);
        return done ? To(number, "Changed") : NotFound();
    }

    [HttpPost("{number}/book")]
    public async Task<IActionResult> Book(string number, [Bind(Prefix = nameof(PickupPage.Booking))] BookingForm form, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(form);
        if (await queries.FindAsync(number, Organisation, ct) is not { } details)
        {
            return NotFound();
        }

        foreach (var (field, value) in new[] { (nameof(form.Point), form.Point), (nameof(form.Address), form.Address), (nameof(form.ContactName), form.ContactName), (nameof(form.ContactPhone), form.ContactPhone) })
        {
            Require(!string.IsNullOrWhiteSpace(value), field, "B.Required");
        }

        Require(form.Day is not null, nameof(form.Day), "B.Required");
        Require(form.Owner, nameof(form.Owner), "B.Owner");
        if (ModelState.IsValid && !Request.IsLanguageSwitch())
        {
            var booking = new PickupBooking(form.Point!, form.Way, form.Day!.Value, form.Part, form.Address!.Trim(), form.ContactName!.Trim(), form.ContactPhone!.Trim());
            var outcome = await pickups.BookAsync(number, Organisation, booking, Actor, ct);
            if (outcome == BookOutcome.Booked)
            {
                return To(number, "Booked");
            }

            Require(holds: false, outcome is BookOutcome.DayClosed or BookOutcome.DayFull or BookOutcome.DayOutOfReach ? nameof(form.Day) : nameof(form.Point), "B." + outcome);
        }

        return await ShowAsync(details, form, null, new PickupSaid(null, 0, null), ct);
    }

    [HttpPost("{number}/cancel")]
    public async Task<IActionResult> Cancel(string number, CancellationToken ct) => await pickups.CancelAsync(number, Organisation, Actor, ct) ? To(number, "Cancelled") : NotFound();

    [HttpGet("{number}/papers/{paper}")]
    public async Task<IActionResult> Page(string number, string paper, CancellationToken ct) => await PaperAsync(number, paper, asPage: true, ct);

    [HttpGet("{number}/papers/{paper}/pdf")]
    public async Task<IActionResult> Pdf(string number, string paper, CancellationToken ct) => await PaperAsync(number, paper, asPage: false, ct);

    private string Here => $"/{Culture.CurrentCode}/org/{HttpContext.Organisation().Slug}/pickups";

    private async Task<IActionResult> PaperAsync(string number, string kind, bool asPage, CancellationToken ct) =>
        await queries.FindAsync(number, Organisation, ct) is { } details && PickupPapers.Of(kind, details, $"{Here}/{number}", text) is { } paper ? new PaperResult(paper.WithVerification(details, Request), asPage) : NotFound();

    private LocalRedirectResult To(string number, string? done = null) => LocalRedirect($"{Here}/{number}{(done is null ? "" : "?done=" + done)}");

    private void Require(bool holds, string field, string sentence)
    {
        if (!holds && !(ModelState.TryGetValue($"{nameof(PickupPage.Booking)}.{field}", out var entry) && entry.Errors.Count > 0))
        {
            ModelState.AddModelError($"{nameof(PickupPage.Booking)}.{field}", text[sentence]);
        }
    }

    private async Task<IActionResult> ShowAsync(PickupDetails details, BookingForm? form, string? pasted, PickupSaid said, CancellationToken ct)
    {
        var access = HttpContext.Organisation();
        var taking = details.Pickup.State == PickupState.Draft ? await points.ListAsync(new PointFilter { Organisations = true, Limit = 500 }, ct) : [];
        return View("List", new PickupPage(
            access, details, await guide.ItemsAsync(ct), [.. taking.Where(point => point.State == PointState.Open).OrderByDescending(point => point.RegionKato == access.RegionKato)], form ?? new BookingForm(), pasted, said));
    }
}
