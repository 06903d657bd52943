using EwasteEpr.Kernel;
using EwasteEpr.Treatment.Batches;
using EwasteEpr.Web.Features.Shared;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Treatment;

/// <summary>Work on a batch: stock goes in, outputs are written down, it is closed; a mistake is corrected by a new version.</summary>
[Authorize(Policy = PolicyNames.OrgRecyclerStaff)]
[Route("/{culture:culture}/org/{slug}/batches/{number}")]
public sealed class BatchWorkController(BatchWork work, BatchPages pages, MassReader masses, OutputLines lines, IStringLocalizer<TreatmentText> text) : Controller
{
    private OrganisationId Organisation => HttpContext.Organisation().OrganisationId;

    private Actor Actor => ActorContext.Current(HttpContext);

    [HttpPost("charge")]
    public async Task<IActionResult> Charge(string number, string? kg, [FromForm] IReadOnlyList<LotLine> lots, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(lots);
        if (await pages.FindAsync(number, Organisation, ct) is not { } details)
        {
            return NotFound();
        }

        var (oldest, problem) = masses.Read(kg);
        var named = lots.Where(lot => lot.Whole || !string.IsNullOrWhiteSpace(lot.Kg)).Select(lot => (lot.Lot, Read: masses.Read(lot.Whole ? null : lot.Kg))).ToList();
        problem ??= named.Find(lot => lot.Read.Problem is not null).Read.Problem;
        if (problem is null)
        {
            var request = named.Count > 0 ? ChargeRequest.OfLots([.. named.Select(lot => new LotShare(lot.Lot, lot.Read.Mass))]) : ChargeRequest.OfOldest(oldest ?? Weight.Zero);
            var outcome = await work.Charging.ChargeAsync(number, Organisation, request, Actor, ct);
            if (outcome is ChargeOutcome.Charged)
            {
                return LocalRedirect($"{Here(number)}?done=Charged");
            }

            problem = SentenceOf(outcome);
        }

        ModelState.AddModelError("kg", problem);
        return await ShowAsync(details, null, new BatchSaid(Charge: kg), ct);
    }

    [HttpPost("inputs/{input:guid}/take-out")]
    public async Task<IActionResult> TakeOut(string number, Guid input, CancellationToken ct) =>
        await work.Charging.TakeOutAsync(number, Organisation, input, Actor, ct) ? LocalRedirect($"{Here(number)}?done=TakenOut") : NotFound();

    /// <summary>Saves the form, and closes the batch where that was asked for.</summary>
    [HttpPost("outputs")]
    public async Task<IActionResult> Outputs(string number, [FromForm] BatchForm form, string? act, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(form);
        if (await pages.FindAsync(number, Organisation, ct) is not { } details)
        {
            return NotFound();
        }

        if (Request.IsLanguageSwitch() || act == "rows" || lines.Read(form, ModelState) is not { } draft)
        {
            return await ShowAsync(details, form.WithFreeRows(), new BatchSaid(), ct);
        }

        var saved = await work.Outputs.SaveAsync(number, Organisation, draft.Outputs, Actor, ct);
        if (saved is SaveOutputsOutcome.Saved && act != "close")
        {
            return LocalRedirect($"{Here(number)}?done=Saved#outputs");
        }

        if (saved is SaveOutputsOutcome.Saved)
        {
            return await CloseAsync(number, form, draft, ct);
        }

        lines.Explain(saved, draft, ModelState);
        return saved is SaveOutputsOutcome.NotFound ? NotFound() : await ShowAsync(details, form.WithFreeRows(), new BatchSaid(), ct);
    }

    [HttpPost("correct")]
    public async Task<IActionResult> Correct(string number, string? reason, CancellationToken ct)
    {
        switch (await work.Correcting.CorrectAsync(number, Organisation, (reason ?? "")[..Math.Min(reason?.Length ?? 0, 500)], Actor, ct))
        {
            case CorrectOutcome.Corrected corrected:
                return LocalRedirect($"{Here(corrected.Number)}?done=Corrected");
            case CorrectOutcome.Refused { Why: not EndProblem.NotFound } refused when await pages.FindAsync(number, Organisation, ct) is { } details:
                ModelState.AddModelError("reason", text["Correct." + refused.Why]);
                return await ShowAsync(details, null, new BatchSaid(), ct);
            default:
                return NotFound();
        }
    }

    private async Task<IActionResult> CloseAsync(string number, BatchForm form, ReadOutputs draft, CancellationToken ct)
    {
        CloseOutcome? closed = null;
        if (!form.Signed)
        {
            ModelState.AddModelError(nameof(form.Signed), text["Close.Sign"]);
        }
        else
        {
            closed = await work.Closing.CloseAsync(number, Organisation, new CloseBatch(draft.Difference, form.Note, null), Actor, ct);
            if (closed is CloseOutcome.Closed)
            {
                return LocalRedirect($"{Here(number)}?done=Closed");
            }

            lines.Explain(closed, draft, ModelState);
        }

        return closed is not CloseOutcome.NotFound && await pages.FindAsync(number, Organisation, ct) is { } details ? await ShowAsync(details, form.WithFreeRows(), new BatchSaid(), ct) : NotFound();
    }

    private string SentenceOf(ChargeOutcome outcome) => outcome switch
    {
        ChargeOutcome.MoreThanStock more => text[more.Lot is null ? "Charge.MoreThanStock" : "Charge.MoreThanLot", Format.Current.Kilograms(more.Left)],
        ChargeOutcome.MoreThanCapacity more => text["Charge.MoreThanCapacity", Format.Current.Kilograms(more.Left)],
        ChargeOutcome.NotCertified => text["Open.NotCertified"],
        ChargeOutcome.NotOpen => text["NotOpen"],
        _ => text["Charge.Nothing"],
    };

    private string Here(string number) => $"/{Culture.CurrentCode}/org/{HttpContext.Organisation().Slug}/batches/{number}";

    private async Task<IActionResult> ShowAsync(BatchDetails details, BatchForm? form, BatchSaid said, CancellationToken ct) =>
        View("/Features/Treatment/Batch.cshtml", await pages.OfAsync(details, HttpContext.Organisation(), form, said, ct));
}

/// <summary>A lot of the form that charges by name.</summary>
public sealed class LotLine
{
    public Guid Lot { get; set; }

    public bool Whole { get; set; }

    public string? Kg { get; set; }
}

/// <summary>What changes a batch.</summary>
public sealed record BatchWork(BatchCharging Charging, BatchOutputs Outputs, BatchClosing Closing, BatchCorrecting Correcting);
