using EwasteEpr.TakeBack.Offline;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace EwasteEpr.Web.Features.TakeBack;

/// <summary>A counter's device broke before it had told everything: two people decide that its records will not come.</summary>
[Route("/{culture:culture}/operator/lost-records")]
[Authorize(Policy = PolicyNames.AnyOperator)]
public sealed class LostRecordsController(LostRecords records) : Controller
{
    private const int LongestReason = 500;

    [HttpGet("")]
    public async Task<IActionResult> List(string? said, CancellationToken ct) => View("LostRecords", new LostRecordsPage(await records.ListAsync(ct), HttpContext.Person().PersonId.Value, said));

    [HttpPost("")]
    public async Task<IActionResult> Propose(Guid device, long first, string? reason, CancellationToken ct) =>
        string.IsNullOrWhiteSpace(reason) || reason.Length > LongestReason
            ? To("ReasonMissing")
            : Told(await records.ProposeAsync(device, first, reason.Trim(), ActorContext.Current(HttpContext), ct));

    [HttpPost("{loss:guid}/decide")]
    public async Task<IActionResult> Decide(Guid loss, bool apply, CancellationToken ct) => Told(await records.DecideAsync(loss, apply, ActorContext.Current(HttpContext), ct));

    private IActionResult Told(LossDecision decision) => decision == LossDecision.NotFound ? NotFound() : To(decision.ToString());

    private LocalRedirectResult To(string said) => LocalRedirect($"/{Culture.CurrentCode}/operator/lost-records?said={said}");
}

/// <param name="Me">Whoever looks: their own proposals wait for somebody else.</param>
public sealed record LostRecordsPage(IReadOnlyList<RecordGap> Gaps, Guid Me, string? Said);
