using EwasteEpr.PublicRegister;
using EwasteEpr.PublicRegister.Fund;
using EwasteEpr.PublicRegister.OpenData;
using EwasteEpr.Kernel;
using EwasteEpr.Reconciliation.Published;
using EwasteEpr.Reconciliation.Publication;
using EwasteEpr.Settings;
using EwasteEpr.Web.Features.Shared;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.RateLimiting;

namespace EwasteEpr.Web.Features.PublicRegister;

/// <summary>Public: every open dataset with its description, licence, method and columns, as CSV and as JSON.</summary>
[AllowAnonymous]
[Route("/{culture:culture}/data")]
public sealed class OpenDataController(DatasetReader reader, PublicFigures publicFigures, SettingsService settings, TimeProvider clock) : Controller
{
    [HttpGet("")]
    public async Task<IActionResult> Index([FromServices] AuditRoots roots, CancellationToken ct) =>
        View("Data", new OpenDataPage(Datasets.All, await LicenceAsync(ct), await roots.ListAsync(null, 1, ct) is [var newest, ..] ? newest : null));

    [HttpGet("sets/{code}")]
    public async Task<IActionResult> One(string code, [FromServices] PublishedFigures published, CancellationToken ct) => Datasets.Find(code) is { } dataset
        ? View("Dataset", new DatasetPage(dataset, dataset.Code == "example-united-kingdom" ? (await published.FindAsync("united-kingdom", ct))?.Licence : (await LicenceAsync(ct))?.Value, await LicenceAsync(ct), BusinessTime.Today(clock).Year))
        : NotFound();

    [HttpGet("sets/{code}.csv")]
    [EnableRateLimiting(Limits.ApiPublic)]
    public async Task<IActionResult> Csv(string code, int? year, CancellationToken ct) => await AskedAsync(code, year, ct) is { } dataset
        ? new DatasetFile(dataset, reader.RowsAsync(dataset, year, ct), asJson: false, null, clock.GetUtcNow()) : NotFound();

    [HttpGet("sets/{code}.json")]
    [EnableRateLimiting(Limits.ApiPublic)]
    public async Task<IActionResult> Json(string code, int? year, CancellationToken ct) => await AskedAsync(code, year, ct) is { } dataset
        ? new DatasetFile(dataset, reader.RowsAsync(dataset, year, ct), asJson: true, (await LicenceAsync(ct))?.Value, clock.GetUtcNow()) : NotFound();

    /// <summary>The day's edition is made before it is read.</summary>
    private async Task<Dataset?> AskedAsync(string code, int? year, CancellationToken ct)
    {
        if (Datasets.Find(code) is not { } dataset || year is < 1900 or > 2199)
        {
            return null;
        }

        if (dataset.Code == "reconciliation" && (year ?? BusinessTime.Today(clock).Year) is >= 2000 and var asked)
        {
            await publicFigures.OfYearAsync(asked, ct);
        }

        return dataset;
    }

    private async Task<Setting?> LicenceAsync(CancellationToken ct) => (await settings.ListAsync(ct)).FirstOrDefault(setting => setting.Key == "open_data.licence");
}

/// <summary>Public: what came into the fund and where it went, as a picture with its table.</summary>
[AllowAnonymous]
[Route("/{culture:culture}/data/fee-money")]
public sealed class FeeMoneyController(FeeMoneyQueries money, TimeProvider clock) : Controller
{
    [HttpGet("")]
    public async Task<IActionResult> Index(int? year, CancellationToken ct) => (year ?? BusinessTime.Today(clock).Year) is >= 2000 and <= 2199 and var shown
        ? View("FeeMoney", new FeeMoneyPage(await money.OfYearAsync(shown, ct), BusinessTime.Today(clock).Year)) : NotFound();
}

/// <summary>Public: the daily roots of the audit chain.</summary>
[AllowAnonymous]
[Route("/{culture:culture}/data/audit-roots")]
public sealed class AuditRootsController(AuditRoots roots) : Controller
{
    [HttpGet("")]
    public async Task<IActionResult> Index(DateOnly? before, CancellationToken ct)
    {
        var found = await roots.ListAsync(before, AuditRoots.PageSize + 1, ct);
        return View("AuditRoots", new AuditRootsPage([.. found.Take(AuditRoots.PageSize)], found.Count > AuditRoots.PageSize, await roots.HeadAsync(ct)));
    }
}

/// <param name="Licence">The operator's setting.</param>
public sealed record OpenDataPage(IReadOnlyList<Dataset> Sets, Setting? Licence, AuditRoot? Root);

/// <param name="Licence">Of this dataset: another publisher's data keep their own.</param>
public sealed record DatasetPage(Dataset Dataset, string? Licence, Setting? Setting, int ThisYear);

public sealed record FeeMoneyPage(FeeYear Money, int ThisYear);

public sealed record AuditRootsPage(IReadOnlyList<AuditRoot> Rows, bool HasMore, AuditHead? Head);
