using EwasteEpr.Evidence;
using EwasteEpr.Kernel;
using EwasteEpr.Web.Features.Shared;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Evidence;

/// <summary>The recycler's room: what may still be evidenced, and the notes that two people make of it.</summary>
[Authorize(Policy = PolicyNames.OrgReader)]
[Route("/{culture:culture}/org/{slug}/evidence")]
public sealed class EvidenceController(
    EvidenceQueries queries, EvidenceService notes, EvidenceEndings endings, EvidenceDesk desk, MonthlyTable monthly, IStringLocalizer<EvidenceText> text) : Controller
{
    private const int Longest = 500;

    private OrganisationId Organisation => HttpContext.Organisation().OrganisationId;

    private Actor Actor => ActorContext.Current(HttpContext);

    private string Home => EvidenceDesk.Home(HttpContext, EvidenceRoom.Recycler);

    [HttpGet("")]
    public async Task<IActionResult> Index(EvidenceState? state, Guid? after, CancellationToken ct)
    {
        var rows = await queries.ListAsync(new NoteFilter(Organisation, State: state, After: after, Limit: EvidenceDesk.PageRows + 1), ct);
        return View(new BalancePage(
            HttpContext.Organisation(), await queries.BalancesAsync(Organisation, ct), [.. rows.Take(EvidenceDesk.PageRows)], rows.Count > EvidenceDesk.PageRows ? rows[EvidenceDesk.PageRows - 1].NoteId : null, state));
    }

    [HttpGet("notes.csv")]
    public Task<IActionResult> Notes(EvidenceState? state, CancellationToken ct) => desk.CsvAsync(new NoteFilter(Organisation, State: state), ct);

    [HttpGet("balances.csv")]
    public async Task<IActionResult> Balances(CancellationToken ct) => BalancesFile(await queries.BalancesAsync(Organisation, ct));

    [HttpGet("monthly")]
    public async Task<IActionResult> Monthly(CancellationToken ct) => View("Monthly", new MonthlyPage(HttpContext.Organisation(), await monthly.RowsAsync(Organisation, ct), Home + "/monthly.csv"));

    [HttpGet("monthly.csv")]
    public async Task<IActionResult> MonthlyFile(CancellationToken ct) => MonthlyCsv(await monthly.RowsAsync(Organisation, ct));

    [HttpGet("new")]
    [Authorize(Policy = PolicyNames.OrgPreparer)]
    public async Task<IActionResult> New(Guid balance, CancellationToken ct) => await FormAsync(new NewNoteForm { Balance = balance }, ct);

    [HttpPost("new")]
    [Authorize(Policy = PolicyNames.OrgPreparer)]
    public async Task<IActionResult> New(NewNoteForm form, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(form);
        if (EvidenceWords.Mass(form.Kg) is not { } mass)
        {
            ModelState.AddModelError(nameof(form.Kg), text["E.Kg"]);
            return await FormAsync(form, ct);
        }

        switch (await notes.CreateAsync(new NewNote(form.Id, form.Balance, mass, string.IsNullOrEmpty(form.Recipient) ? null : form.Recipient), Organisation, Actor, ct))
        {
            case CreateNoteOutcome.Created created:
                return To(created.Number, "Created");
            case CreateNoteOutcome.Refused refused:
                ModelState.AddModelError(refused.Why is NoteProblem.NotEnough or NoteProblem.NoMass ? nameof(form.Kg) : nameof(form.Recipient), text["Why." + refused.Why, Format.Current.Kilograms(refused.Left)]);
                return await FormAsync(form, ct);
            default:
                return NotFound();
        }
    }

    [HttpGet("{number}")]
    public async Task<IActionResult> Note(string number, string? said, CancellationToken ct) =>
        await desk.NoteAsync(HttpContext, new NoteFilter(Organisation, Number: number), EvidenceRoom.Recycler, said, ct) is { } page ? View("Note", page) : NotFound();

    [HttpPost("{number}/submit")]
    [Authorize(Policy = PolicyNames.OrgPreparer)]
    public async Task<IActionResult> Submit(string number, CancellationToken ct) => await AfterAsync(number, await notes.SubmitAsync(number, Organisation, Actor, ct), ct);

    [HttpPost("{number}/approve")]
    [Authorize(Policy = PolicyNames.OrgSignatory)]
    public async Task<IActionResult> Approve(string number, CancellationToken ct) => await AfterAsync(number, await notes.ApproveAsync(number, Organisation, Actor, ct), ct);

    [HttpPost("{number}/return")]
    [Authorize(Policy = PolicyNames.OrgSignatory)]
    public async Task<IActionResult> Return(string number, string? reason, CancellationToken ct) => await AfterAsync(number, await endings.ReturnAsync(number, Organisation, Cut(reason), Actor, ct), ct);

    [HttpPost("{number}/reject")]
    [Authorize(Policy = PolicyNames.OrgSignatory)]
    public async Task<IActionResult> Reject(string number, string? reason, CancellationToken ct) => await AfterAsync(number, await endings.RejectAsync(number, Organisation, Cut(reason), Actor, ct), ct);

    [HttpGet("{number}/paper")]
    public Task<IActionResult> Paper(string number, CancellationToken ct) => desk.PaperAsync(HttpContext, new NoteFilter(Organisation, Number: number), EvidenceRoom.Recycler, asPage: true, ct);

    [HttpGet("{number}/pdf")]
    public Task<IActionResult> Pdf(string number, CancellationToken ct) => desk.PaperAsync(HttpContext, new NoteFilter(Organisation, Number: number), EvidenceRoom.Recycler, asPage: false, ct);

    internal static CsvFile BalancesFile(IEnumerable<WasteBalance> rows) => new(
        "waste-balance.csv", ["site", "category", "year", "payer", "own_system", "credited_kg", "total_kg", "available_kg"],
        rows.Select(row => new object?[] { row.SiteNumber, row.Category, row.Year, row.Payer, row.OwnSystemRu, row.CreditedGrams / 1000m, row.TotalGrams / 1000m, row.AvailableGrams / 1000m }));

    internal static CsvFile MonthlyCsv(IEnumerable<MonthRow> rows) => new(
        "monthly.csv", ["month", "category", "received_kg", "written_off_kg", "product_kg", "sold_kg"],
        rows.Select(row => new object?[] { row.Month, row.Category, row.ReceivedGrams / 1000m, row.WrittenOffGrams / 1000m, row.ProductGrams / 1000m, row.SoldGrams / 1000m }));

    internal static string Cut(string? reason) => reason?.Trim() is { } said ? said[..Math.Min(said.Length, Longest)] : "";

    private async Task<IActionResult> FormAsync(NewNoteForm form, CancellationToken ct) =>
        await queries.BalanceAsync(form.Balance, Organisation, ct) is { } balance ? View("New", new NewNotePage(HttpContext.Organisation(), balance, await queries.HoldersAsync(ct), form)) : NotFound();

    private async Task<IActionResult> AfterAsync(string number, NoteOutcome outcome, CancellationToken ct)
    {
        switch (outcome)
        {
            case NoteOutcome.Done done:
                return To(number, done.State.ToString());
            case NoteOutcome.Refused refused:
                ModelState.AddModelError(refused.Why == NoteProblem.NoReason ? "reason" : "", text["Why." + refused.Why, Format.Current.Kilograms(refused.Left)]);
                Response.StatusCode = StatusCodes.Status409Conflict;
                return await Note(number, null, ct);
            default:
                return NotFound();
        }
    }

    private LocalRedirectResult To(string number, string said) => LocalRedirect($"{Home}/{number}?said={said}");
}
