using EwasteEpr.Evidence;
using EwasteEpr.Kernel;
using EwasteEpr.Organisations;
using EwasteEpr.Web.Features.Shared;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Evidence;

/// <summary>The holder's room: what an own system received, and what it passes on or takes over.</summary>
[Authorize(Policy = PolicyNames.OrgReader)]
[Route("/{culture:culture}/org/{slug}/evidence/received")]
public sealed class ReceivedController(EvidenceQueries queries, EvidenceTransfers transfers, EvidenceDesk desk, IStringLocalizer<EvidenceText> text) : Controller
{
    private OrganisationId Organisation => HttpContext.Organisation().OrganisationId;

    private string Home => EvidenceDesk.Home(HttpContext, EvidenceRoom.Holder);

    [HttpGet("")]
    public async Task<IActionResult> Index(string? said, CancellationToken ct) => View("Received", new ReceivedPage(
        HttpContext.Organisation(), await queries.HeldAsync(Organisation, ct), await queries.ListAsync(new NoteFilter(Holder: Organisation, Limit: 500), ct), await queries.TransfersAsync(Organisation, ct),
        HttpContext.Organisation().Has(OrganisationRole.Signatory), said));

    [HttpGet("notes.csv")]
    public Task<IActionResult> Notes(CancellationToken ct) => desk.CsvAsync(new NoteFilter(Holder: Organisation), ct);

    [HttpGet("{number}")]
    public async Task<IActionResult> Note(string number, string? said, CancellationToken ct) =>
        await desk.NoteAsync(HttpContext, new NoteFilter(Holder: Organisation, Number: number), EvidenceRoom.Holder, said, ct) is { } page ? View("Note", page) : NotFound();

    [HttpGet("{number}/paper")]
    public Task<IActionResult> Paper(string number, CancellationToken ct) => desk.PaperAsync(HttpContext, new NoteFilter(Holder: Organisation, Number: number), EvidenceRoom.Holder, asPage: true, ct);

    [HttpGet("{number}/pdf")]
    public Task<IActionResult> Pdf(string number, CancellationToken ct) => desk.PaperAsync(HttpContext, new NoteFilter(Holder: Organisation, Number: number), EvidenceRoom.Holder, asPage: false, ct);

    [HttpPost("{number}/transfer")]
    [Authorize(Policy = PolicyNames.OrgSignatory)]
    public async Task<IActionResult> Transfer(string number, Guid id, string? kg, string? to, CancellationToken ct)
    {
        var outcome = EvidenceWords.Mass(kg) is { } mass
            ? await transfers.OfferAsync(new NewTransfer(id, number, mass, string.IsNullOrEmpty(to) ? null : to), Organisation, ActorContext.Current(HttpContext), ct)
            : new TransferOutcome.Refused(TransferProblem.NoMass, Weight.Zero);
        switch (outcome)
        {
            case TransferOutcome.Done:
                return LocalRedirect($"{Home}/{number}?said=Offered");
            case TransferOutcome.Refused refused:
                ModelState.AddModelError(refused.Why is TransferProblem.NoMass or TransferProblem.NotEnough ? "kg" : "to", text["Move." + refused.Why, Format.Current.Kilograms(refused.Left)]);
                ViewData["Kg"] = kg;
                return await Note(number, null, ct);
            default:
                return NotFound();
        }
    }

    [HttpPost("transfers/{no:long}/{answer}")]
    [Authorize(Policy = PolicyNames.OrgSignatory)]
    public async Task<IActionResult> Answer(long no, string answer, string? reason, CancellationToken ct)
    {
        if (answer is not ("accept" or "decline" or "withdraw"))
        {
            return NotFound();
        }

        var actor = ActorContext.Current(HttpContext);
        var outcome = answer switch
        {
            "accept" => await transfers.AcceptAsync(no, Organisation, actor, ct),
            "withdraw" => await transfers.WithdrawAsync(no, Organisation, actor, ct),
            _ => await transfers.DeclineAsync(no, Organisation, EvidenceController.Cut(reason), actor, ct),
        };
        return outcome switch
        {
            TransferOutcome.Done => LocalRedirect(Home + "?said=" + answer),
            TransferOutcome.Refused refused => LocalRedirect(Home + "?said=" + refused.Why),
            _ => NotFound(),
        };
    }
}
