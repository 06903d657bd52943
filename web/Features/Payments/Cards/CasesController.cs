using EwasteEpr.Payments.Cards;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace EwasteEpr.Web.Features.Payments.Cards;

/// <summary>What only a person can decide about card payments: tried again, or closed with a reason.</summary>
[Route("/{culture:culture}/operator/payments/cases")]
[Authorize(Policy = PolicyNames.AnyOperator)]
public sealed class CasesController(PaymentCases cases, ApplyProviderEvents events) : Controller
{
    private const int MostNoteCharacters = 1000;

    [HttpGet("")]
    public async Task<IActionResult> Cases(bool all, CancellationToken ct) => View(new CasesPage(await cases.ListAsync(all ? null : true, ct), all));

    [HttpPost("{id:guid}/close")]
    public async Task<IActionResult> Close(Guid id, string? note, CancellationToken ct) =>
        note?.Trim() is not { Length: > 0 and <= MostNoteCharacters } reason ? Back("ReasonNeeded")
        : Back(await cases.CloseAsync(id, reason, ActorContext.Current(HttpContext), ct) ? "Closed" : "AlreadyClosed");

    [HttpPost("{id:guid}/retry")]
    public async Task<IActionResult> Retry(Guid id, CancellationToken ct)
    {
        if (!await cases.RetryAsync(id, ActorContext.Current(HttpContext), ct))
        {
            return Back("NothingToRetry");
        }

        await events.SweepAsync(ct);
        return Back("Retried");
    }

    private LocalRedirectResult Back(string said)
    {
        TempData["Said"] = said;
        return LocalRedirect($"/{Culture.CurrentCode}/operator/payments/cases");
    }
}

public sealed record CasesPage(IReadOnlyList<PaymentCase> Cases, bool All)
{
    public int Open => Cases.Count(one => one.State == "Open");
}
