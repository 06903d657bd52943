using EwasteEpr.Evidence;
using EwasteEpr.Kernel;
using EwasteEpr.Web.Features.Shared;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Evidence;

/// <summary>The operator sees every balance and note, makes a note void with a reason, and lets grams change their payer after a reimbursement.</summary>
[Authorize(Policy = PolicyNames.AnyOperator)]
[Route("/{culture:culture}/operator/evidence")]
public sealed class OperatorEvidenceController(
    EvidenceQueries queries, EvidenceEndings endings, PayerChanges changes, EvidenceDesk desk, MonthlyTable monthly, IStringLocalizer<EvidenceText> text) : Controller
{
    private static string Home => $"/{Culture.CurrentCode}/operator/evidence";

    [HttpGet("")]
    public async Task<IActionResult> Index(EvidenceState? state, Guid? after, CancellationToken ct)
    {
        var rows = await queries.ListAsync(new NoteFilter(State: state, After: after, Limit: EvidenceDesk.PageRows + 1), ct);
        return View("Operator", new OperatorEvidencePage(await queries.BalancesAsync(null, ct), [.. rows.Take(EvidenceDesk.PageRows)], rows.Count > EvidenceDesk.PageRows ? rows[EvidenceDesk.PageRows - 1].NoteId : null, state));
    }

    [HttpGet("notes.csv")]
    public Task<IActionResult> Notes(EvidenceState? state, CancellationToken ct) => desk.CsvAsync(new NoteFilter(State: state), ct);

    [HttpGet("balances.csv")]
    public async Task<IActionResult> Balances(CancellationToken ct) => EvidenceController.BalancesFile(await queries.BalancesAsync(null, ct));

    [HttpGet("monthly")]
    public async Task<IActionResult> Monthly(CancellationToken ct) => View("Monthly", new MonthlyPage(null, await monthly.RowsAsync(null, ct), Home + "/monthly.csv"));

    [HttpGet("monthly.csv")]
    public async Task<IActionResult> MonthlyFile(CancellationToken ct) => EvidenceController.MonthlyCsv(await monthly.RowsAsync(null, ct));

    [HttpGet("notes/{number}")]
    public async Task<IActionResult> Note(string number, string? said, CancellationToken ct) =>
        await desk.NoteAsync(HttpContext, new NoteFilter(Number: number), EvidenceRoom.Operator, said, ct) is { } page ? View("Note", page with { Home = Home + "/notes" }) : NotFound();

    [HttpGet("notes/{number}/pdf")]
    public Task<IActionResult> Pdf(string number, CancellationToken ct) => desk.PaperAsync(HttpContext, new NoteFilter(Number: number), EvidenceRoom.Operator, asPage: false, ct);

    [HttpGet("notes/{number}/paper")]
    public Task<IActionResult> Paper(string number, CancellationToken ct) => desk.PaperAsync(HttpContext, new NoteFilter(Number: number), EvidenceRoom.Operator, asPage: true, ct);

    [HttpPost("notes/{number}/void")]
    [Authorize(Policy = PolicyNames.OperatorApprover)]
    public async Task<IActionResult> Void(string number, string? reason, CancellationToken ct)
    {
        switch (await endings.VoidAsync(number, EvidenceController.Cut(reason), ActorContext.Current(HttpContext), ct))
        {
            case NoteOutcome.Done done:
                return LocalRedirect($"{Home}/notes/{number}?said={done.State}");
            case NoteOutcome.Refused refused:
                ModelState.AddModelError("reason", text["Why." + refused.Why, Format.Current.Kilograms(refused.Left)]);
                return await Note(number, null, ct);
            default:
                return NotFound();
        }
    }

    [HttpGet("payer-changes")]
    public Task<IActionResult> Changes(string? said, CancellationToken ct) => ChangesAsync(new PayerChangeForm(), said, ct);

    [HttpPost("payer-changes")]
    [Authorize(Policy = PolicyNames.OperatorPreparer)]
    public async Task<IActionResult> Propose([Bind(Prefix = nameof(PayerChangesPage.Form))] PayerChangeForm form, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(form);
        Require(EvidenceWords.Mass(form.Kg) is not null, nameof(form.Kg), "E.Kg");
        Require(NumberInput.TryParse(form.Tenge ?? "", out var tenge) == NumberProblem.None && tenge is > 0 and <= 100_000_000_000 && decimal.IsInteger(tenge * 100), nameof(form.Tenge), "E.Tenge");
        Require(!string.IsNullOrWhiteSpace(form.Bank), nameof(form.Bank), "E.Bank");
        Require(!string.IsNullOrWhiteSpace(form.Reason), nameof(form.Reason), "Why.NoReason");
        Require(!string.IsNullOrEmpty(form.System), nameof(form.System), "Why.NoRecipient");
        if (ModelState.IsValid)
        {
            var change = new NewPayerChange(form.Id, form.Balance, form.System!, EvidenceWords.Mass(form.Kg)!.Value, Money.FromTenge(tenge), EvidenceController.Cut(form.Bank), EvidenceController.Cut(form.Reason));
            if (await changes.ProposeAsync(change, ActorContext.Current(HttpContext), ct) is not null)
            {
                return LocalRedirect(Home + "/payer-changes?said=Proposed");
            }

            Require(holds: false, nameof(form.Bank), "E.Payment");
        }

        return await ChangesAsync(form, null, ct);
    }

    [HttpPost("payer-changes/{number}/approve")]
    [Authorize(Policy = PolicyNames.OperatorApprover)]
    public async Task<IActionResult> Approve(string number, CancellationToken ct) => await changes.ApproveAsync(number, ActorContext.Current(HttpContext), ct) is var outcome && outcome == PayerChangeOutcome.NotFound
        ? NotFound() : LocalRedirect($"{Home}/payer-changes?said={outcome}");

    [HttpPost("payer-changes/{number}/withdraw")]
    public async Task<IActionResult> Withdraw(string number, CancellationToken ct) =>
        await changes.WithdrawAsync(number, ActorContext.Current(HttpContext), ct) ? LocalRedirect(Home + "/payer-changes?said=Withdrawn") : NotFound();

    private void Require(bool holds, string field, string sentence)
    {
        if (!holds)
        {
            ModelState.AddModelError($"{nameof(PayerChangesPage.Form)}.{field}", text[sentence]);
        }
    }

    private async Task<IActionResult> ChangesAsync(PayerChangeForm form, string? said, CancellationToken ct) => View(
        "PayerChanges",
        new PayerChangesPage(await changes.ListAsync(ct), [.. (await queries.FundBalancesAsync(ct)).Where(row => row.AvailableGrams > 0)], await queries.HoldersAsync(ct), form, HttpContext.Person().PersonId.Value, said));
}
