using EwasteEpr.Messages;
using EwasteEpr.TakeBack.DropOffs;
using EwasteEpr.TakeBack.Guide;
using EwasteEpr.Vouchers;
using EwasteEpr.Web.Features.Vouchers;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.DropOffs;

/// <summary>The code, its hold and what came of it: for the browser that made it, by its cookie. Everybody else is told that there is nothing.</summary>
[AllowAnonymous]
[Route("/{culture:culture}/drop-off")]
public sealed class MyDropOffsController(
    DropOffService dropOffs, DropOffQueries visits, PhoneHolds phones, TextMessages texts, GuideService guide, VoucherSecrets vouchers, IStringLocalizer<DropOffsText> text) : Controller
{
    [HttpGet("mine")]
    public async Task<IActionResult> List(CancellationToken ct) =>
        View("List", GiverCookie.Read(HttpContext) is { } owner ? await visits.AllMineAsync(owner, ct) : []);

    [HttpGet("{id:guid}")]
    public async Task<IActionResult> Mine(Guid id, bool sent, CancellationToken ct) => await ShowAsync(id, new PhoneForm(null, false, null), sent, ct);

    /// <summary>What the page asks every few seconds: has anything happened at the counter?</summary>
    [HttpGet("{id:guid}/state")]
    public async Task<IActionResult> State(Guid id, CancellationToken ct)
    {
        Response.Headers.CacheControl = "no-store";
        return await FindAsync(id, ct) is { } view ? Content(MinePage.Mark(view), "text/plain") : NotFound();
    }

    [HttpPost("{id:guid}/phone")]
    public async Task<IActionResult> Phone(Guid id, PhoneForm ask, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(ask);
        if (GiverCookie.Read(HttpContext) is not { } owner)
        {
            return NotFound();
        }

        var language = Culture.CurrentCode;
        switch (await phones.SendAsync(new PhoneRequest(id, owner, ask.Phone, ask.News, language), code => text["Phone.Sms", code], ActorContext.Current(HttpContext), ct))
        {
            case PhoneOutcome.Done:
                return LocalRedirect($"/{language}/drop-off/{id:D}?sent=true#phone");
            case PhoneOutcome.NotFound:
                return NotFound();
            case var problem:
                ModelState.AddModelError("Ask.Phone", text["Phone." + problem]);
                return await ShowAsync(id, ask, sent: false, ct);
        }
    }

    [HttpPost("{id:guid}/phone/confirm")]
    public async Task<IActionResult> Confirm(Guid id, PhoneForm ask, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(ask);
        if (GiverCookie.Read(HttpContext) is not { } owner)
        {
            return NotFound();
        }

        if (await phones.ConfirmAsync(id, owner, ask.Code, ActorContext.Current(HttpContext), ct) == PhoneOutcome.Done)
        {
            return LocalRedirect($"/{Culture.CurrentCode}/drop-off/{id:D}#phone");
        }

        ModelState.AddModelError("Ask.Code", text["Phone.BadCode"]);
        return await ShowAsync(id, ask, sent: true, ct);
    }

    [HttpPost("{id:guid}/consent/withdraw")]
    public async Task<IActionResult> Forget(Guid id, CancellationToken ct)
    {
        if (GiverCookie.Read(HttpContext) is not { } owner || !await phones.WithdrawConsentAsync(id, owner, ActorContext.Current(HttpContext), ct))
        {
            return NotFound();
        }

        TempData["said"] = text["Phone.Forgotten"].Value;
        return LocalRedirect($"/{Culture.CurrentCode}/drop-off/{id:D}");
    }

    [HttpPost("{id:guid}/withdraw")]
    public async Task<IActionResult> Withdraw(Guid id, CancellationToken ct)
    {
        if (await FindAsync(id, ct) is null)
        {
            return NotFound();
        }

        if (!await dropOffs.WithdrawAsync(id, GiverCookie.Read(HttpContext)!, ActorContext.Current(HttpContext), ct))
        {
            TempData["said"] = text["Mine.TooLate"].Value;
        }

        return LocalRedirect($"/{Culture.CurrentCode}/drop-off/{id:D}");
    }

    private async Task<DropOffView?> FindAsync(Guid id, CancellationToken ct) => GiverCookie.Read(HttpContext) is { } owner ? await visits.MineAsync(id, owner, ct) : null;

    private async Task<IActionResult> ShowAsync(Guid id, PhoneForm form, bool sent, CancellationToken ct)
    {
        if (await FindAsync(id, ct) is not { } view)
        {
            return NotFound();
        }

        Response.Headers.CacheControl = "no-store";
        var links = view.Intakes.Where(intake => intake.VoucherCodeSealed is not null)
            .ToDictionary(intake => intake.IntakeId, intake => $"/{Culture.CurrentCode}/v/{vouchers.OpenCode(intake.VoucherCodeSealed!)}");
        return View("Mine", new MinePage(
            view, await guide.ItemsAsync(ct), form, sent, await texts.LatestAsync(id, ct), $"{Request.Scheme}://{Request.Host}/d/{view.Passport}", links));
    }
}
