using EwasteEpr.TakeBack.Containers;
using EwasteEpr.TakeBack.DropOffs;
using EwasteEpr.TakeBack.Guide;
using EwasteEpr.TakeBack.Intake;
using EwasteEpr.TakeBack.Offline;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Counter;

/// <summary>The counter for a day without network: a shell that the browser keeps, and what it needs to know, brought while there is a network.</summary>
public sealed class OfflineController(
    ShiftService shifts, ContainerService containers, Appliances appliances, GuideService guide, EwasteEpr.Organisations.DeviceService devices, IStringLocalizer<CounterText> text) : Controller
{
    /// <summary>The same for everybody and without anything secret, so that it may lie in the browser's store.</summary>
    [HttpGet("/{culture:culture}/point/offline")]
    [AllowAnonymous]
    [ReadsCodes]
    public IActionResult Shell() => View("Offline");

    [HttpGet("/{culture:culture}/point/app.webmanifest")]
    [AllowAnonymous]
    public IActionResult Manifest()
    {
        var root = $"/{Culture.CurrentCode}/point";
        return new JsonResult(new
        {
            name = "EwasteEpr: " + text["Off.Title"], short_name = "EwasteEpr", lang = Culture.CurrentCode, start_url = root + "/offline", scope = root, display = "standalone",
            background_color = "#ffffff", theme_color = "#07343d", icons = new[] { new { src = "/favicon.svg", sizes = "any", type = "image/svg+xml" } },
        }) { ContentType = "application/manifest+json" };
    }

    /// <summary>Who, where, which containers, which things: kept on the device until the next time.</summary>
    [HttpGet("/{culture:culture}/point/offline/data")]
    [Authorize(Policy = PolicyNames.PointStaff)]
    public async Task<IActionResult> Data(CancellationToken ct)
    {
        Response.Headers.CacheControl = "no-store";
        var person = HttpContext.Person();
        if (await shifts.CurrentAsync(HttpContext.Organisation().OrganisationId, person.PersonId, ct) is not { } shift)
        {
            return NotFound();
        }

        var language = Culture.CurrentCode;
        var paired = DeviceCookie.Read(HttpContext) is { } token && await devices.FindAsync(token, ct) is { } device && device.OrganisationId == shift.OrganisationId;
        var boxes = await containers.ListAsync(shift.OrganisationId, shift.PointId, ct);
        var kinds = (await guide.ItemsAsync(ct)).ToDictionary(item => item.UnuKey, StringComparer.Ordinal);
        var things = await appliances.ListAsync(ct);
        return new JsonResult(new
        {
            person = person.PersonId.Value, person_name = person.Name, paired, point = shift.PointId.Value, point_name = shift.Address(language),
            scale_no = shift.ScaleNo, scale_until = shift.ScaleVerifiedUntil, quota = PointEventEffects.QuotaADay,
            containers = boxes.Where(box => box.State == "Open").Select(box => new { id = box.ContainerId, number = box.Number, category = box.Category, kind = box.Kind, reuse = box.ForReuse }),
            things = things.Select(thing => new { key = thing.UnuKey, category = thing.Category, name = thing.Name(language), data = kinds.GetValueOrDefault(thing.UnuKey)?.DataKind is not null, grams = thing.MeanWeight.Grams }),
        });
    }
}
