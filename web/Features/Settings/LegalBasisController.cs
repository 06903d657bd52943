using EwasteEpr.Settings;
using EwasteEpr.Web.Features.Shared;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace EwasteEpr.Web.Features.Settings;

/// <summary>Public: every setting with the act it rests on, or "not known".</summary>
[AllowAnonymous]
[Route("/{culture:culture}/legal-basis")]
public sealed class LegalBasisController(SettingsService settings) : Controller
{
    [HttpGet("")]
    public async Task<IActionResult> Index(CancellationToken ct) => View("LegalBasis", new SettingsPage(await settings.ListAsync(ct), null, false, false, null));

    [HttpGet("settings.csv")]
    public async Task<IActionResult> Csv(CancellationToken ct) => new CsvFile(
        "legal-basis.csv", ["key", "value", "basis", "owner", "gap", "changed_at"],
        (await settings.ListAsync(ct)).Select(setting => new object?[] { setting.Key, setting.Value, setting.Basis, setting.Owner, setting.Gap, setting.ChangedAt }));
}
