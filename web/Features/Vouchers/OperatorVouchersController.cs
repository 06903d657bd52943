using EwasteEpr.Vouchers.Issuing;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace EwasteEpr.Web.Features.Vouchers;

/// <summary>Held vouchers: one person releases, two cancel.</summary>
[Route("/{culture:culture}/operator/vouchers")]
[Authorize(Policy = PolicyNames.AnyOperator)]
public sealed class OperatorVouchersController(VoucherQueue queue, VoucherHolds holds) : Controller
{
    private const int LongestNote = 500;

    [HttpGet("")]
    public async Task<IActionResult> List(long? no, string? said, CancellationToken ct) =>
        no is { } sought
            ? await queue.FindAsync(sought, ct) is not null ? To(sought, null) : View("OperatorVouchers", new VoucherQueuePage(await queue.ListAsync(ct), "NotFound"))
            : View("OperatorVouchers", new VoucherQueuePage(await queue.ListAsync(ct), said));

    [HttpGet("{no:long}")]
    public async Task<IActionResult> Voucher(long no, string? said, CancellationToken ct) =>
        await queue.FindAsync(no, ct) is { } voucher
            ? View("OperatorVoucher", new OperatorVoucherPage(voucher, await queue.HistoryAsync(no, ct), HttpContext.Person().PersonId.Value, said))
            : NotFound();

    [HttpPost("{no:long}/hold")]
    public Task<IActionResult> Hold(long no, string? note, CancellationToken ct) => NotedAsync(no, note, text => holds.HoldAsync(no, text, ActorContext.Current(HttpContext), ct));

    [HttpPost("{no:long}/release")]
    public Task<IActionResult> Release(long no, string? note, CancellationToken ct) => NotedAsync(no, note, text => holds.ReleaseAsync(no, text, ActorContext.Current(HttpContext), ct));

    [HttpPost("{no:long}/cancel")]
    public Task<IActionResult> ProposeCancel(long no, string? note, CancellationToken ct) => NotedAsync(no, note, text => holds.ProposeCancelAsync(no, text, ActorContext.Current(HttpContext), ct));

    [HttpPost("{no:long}/cancel/decide")]
    public async Task<IActionResult> Decide(long no, bool apply, CancellationToken ct)
    {
        var decision = await holds.DecideCancelAsync(no, apply, ActorContext.Current(HttpContext), ct);
        return decision == CancelDecision.NotFound ? NotFound() : To(no, decision.ToString());
    }

    private async Task<IActionResult> NotedAsync(long no, string? note, Func<string, Task<bool>> act) =>
        string.IsNullOrWhiteSpace(note) || note.Length > LongestNote ? To(no, "NoteMissing") : To(no, await act(note.Trim()) ? "Done" : "WrongState");

    private LocalRedirectResult To(long no, string? said) =>
        LocalRedirect(FormattableString.Invariant($"/{Culture.CurrentCode}/operator/vouchers/{no}") + (said is null ? "" : "?said=" + said));
}

public sealed record VoucherQueuePage(IReadOnlyList<QueuedVoucher> Rows, string? Said);

public sealed record OperatorVoucherPage(QueuedVoucher Voucher, IReadOnlyList<VoucherStep> History, Guid Me, string? Said);

public sealed record NoteForm(string? Note);
