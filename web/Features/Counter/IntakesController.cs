using EwasteEpr.Kernel;
using EwasteEpr.TakeBack.DropOffs;
using EwasteEpr.TakeBack.Intake;
using EwasteEpr.Vouchers;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Counter;

/// <summary>What was accepted a moment ago: the slip for the giver, and ten minutes to take it back.</summary>
[Authorize(Policy = PolicyNames.PointStaff)]
[Route("/{culture:culture}/point")]
public sealed class IntakesController(
    ShiftService shifts, CounterDesk desk, IntakeUndo undo, IntakePhotos photos, DataSlips slips, Secrets secrets, VoucherSecrets vouchers, IStringLocalizer<CounterText> text) : CounterBase(shifts)
{
    [HttpGet("intakes/{id:guid}")]
    public async Task<IActionResult> Receipt(Guid id, CancellationToken ct)
    {
        if (await desk.ReceiptAsync(id, Place, ct) is not { } receipt)
        {
            return NotFound();
        }

        var passport = DropOffQueries.OpenPassport(secrets, receipt.Row.PassportSealed);
        var (code, pin) = receipt.Row is { IsWalkIn: true, CodeSealed: { } sealedCode, PinSealed: { } sealedPin, UndoneAt: null } ? (vouchers.OpenCode(sealedCode).Grouped, vouchers.OpenPin(sealedPin)) : (null, null);
        return View("Receipt", new ReceiptPage(Shift, receipt, passport, $"{Request.Scheme}://{Request.Host}/d/{passport}", code, pin));
    }

    [HttpGet("intakes/{id:guid}/photo")]
    public async Task<IActionResult> Photo(Guid id, CancellationToken ct) =>
        await photos.FindAsync(id, OrganisationId, ct) is { } photo ? File(photo.Content, photo.MediaType, $"{Guid.CreateVersion7():N}.{photo.MediaType["image/".Length..]}") : NotFound();

    [HttpPost("intakes/{id:guid}/photo")]
    public async Task<IActionResult> AddPhoto(Guid id, IFormFile? photo, CancellationToken ct)
    {
        if (await desk.ReceiptAsync(id, Place, ct) is null)
        {
            return NotFound();
        }

        using var buffer = new MemoryStream();
        if (photo is { Length: > 0 and <= IntakePhotos.MostBytes })
        {
            await photo.CopyToAsync(buffer, ct);
        }

        return await photos.AddAsync(id, OrganisationId, buffer.ToArray(), Who, ct) is null ? Say(text["Problem.BadPhoto"], $"/intakes/{id:D}") : LocalRedirect($"{Root}/intakes/{id:D}");
    }

    [HttpPost("undo/{id:guid}")]
    public async Task<IActionResult> Undo(Guid id, CancellationToken ct) => await undo.UndoAsync(id, Place, Who, ct) switch
    {
        UndoIntakeOutcome.NotFound => NotFound(),
        UndoIntakeOutcome.Undone => Say(text["Undo.Done"]),
        var refused => Say(text["Undo." + refused]),
    };

    [HttpGet("data")]
    public async Task<IActionResult> Data(CancellationToken ct) => View("Data", new DataPage(Shift, await slips.WaitingAsync(Shift.OrganisationId, Shift.PointId, ct)));

    [HttpPost("data/{item:guid}")]
    public async Task<IActionResult> WriteSlip(Guid item, string? method, CancellationToken ct) =>
        method is "Reset" or "Shred" or "Degauss" && await slips.WriteAsync(item, method, Place, Who, ct) is { } number ? Say(text["Data.Slip", number], "/data") : NotFound();
}
