using EwasteEpr.Kernel;
using EwasteEpr.Organisations;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Organisations;

/// <summary>The owner's side of the counter: devices and the PINs of those who stand there.</summary>
[Authorize(Policy = PolicyNames.OrgOwner)]
public sealed class DevicesController(DeviceService devices, SessionCache cache, IStringLocalizer<OrganisationsText> text) : Controller
{
    [HttpGet("/{culture:culture}/org/{slug}/devices")]
    public Task<IActionResult> Devices(CancellationToken ct) => ShowAsync(new DeviceForm(null), ct);

    [HttpPost("/{culture:culture}/org/{slug}/devices")]
    public async Task<IActionResult> Add(DeviceForm form, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(form);
        if (string.IsNullOrWhiteSpace(form.Name) || form.Name.Length > 100)
        {
            ModelState.AddModelError(nameof(form.Name), text["Device.NameMissing"]);
            return await ShowAsync(form, ct);
        }

        var code = await devices.AddAsync(HttpContext.Organisation().OrganisationId, form.Name.Trim(), ActorContext.Current(HttpContext), ct);
        return View("DeviceSecret", new DeviceSecretPage(text["Device.CodeTitle"], text["Device.CodeLead", $"{Request.Scheme}://{Request.Host}/{Culture.CurrentCode}/pair"], code[..4] + " " + code[4..]));
    }

    [HttpPost("/{culture:culture}/org/{slug}/devices/{device:guid}/revoke")]
    public async Task<IActionResult> Revoke(Guid device, CancellationToken ct)
    {
        var organisation = HttpContext.Organisation();
        if (!await devices.RevokeAsync(organisation.OrganisationId, device, ActorContext.Current(HttpContext), ct))
        {
            return NotFound();
        }

        cache.ForgetDevice(device);
        return LocalRedirect($"/{Culture.CurrentCode}/org/{organisation.Slug}/devices");
    }

    [HttpPost("/{culture:culture}/org/{slug}/devices/pins/{person:guid}")]
    public async Task<IActionResult> SetPin(Guid person, CancellationToken ct) =>
        await devices.SetPinAsync(HttpContext.Organisation().OrganisationId, new PersonId(person), ActorContext.Current(HttpContext), ct) is { } pin
            ? View("DeviceSecret", new DeviceSecretPage(text["Pin.Title"], text["Pin.Lead"], pin[..3] + " " + pin[3..]))
            : NotFound();

    private async Task<IActionResult> ShowAsync(DeviceForm form, CancellationToken ct)
    {
        var organisation = HttpContext.Organisation().OrganisationId;
        return View("Devices", new DevicesPage(HttpContext.Organisation(), await devices.ListAsync(organisation, ct), await devices.StaffAsync(organisation, ct), form));
    }
}

public sealed record DeviceForm(string? Name);

public sealed record DevicesPage(OrganisationAccess Access, IReadOnlyList<DeviceRow> Devices, IReadOnlyList<StaffMember> Staff, DeviceForm Form);

public sealed record DeviceSecretPage(string Title, string Lead, string Secret);
