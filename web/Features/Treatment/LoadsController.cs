using EwasteEpr.Kernel;
using EwasteEpr.Organisations;
using EwasteEpr.Treatment.Loads;
using EwasteEpr.Treatment.Stock;
using EwasteEpr.Web.Features.Shared;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Treatment;

/// <summary>The log of loads by file: preview, withdraw what is missing with a reason, submit what was previewed.</summary>
[Authorize(Policy = PolicyNames.OrgRecyclerStaff)]
[Route("/{culture:culture}/org/{slug}/loads")]
public sealed class LoadsController(LoadPreviews previews, LoadSubmission submission, LoadQueries queries, StockQueries stock, IStringLocalizer<TreatmentText> text) : Controller
{
    private const int MostBytes = 20 * 1024 * 1024;

    private OrganisationId Organisation => HttpContext.Organisation().OrganisationId;

    [HttpGet("")]
    public Task<IActionResult> Index(CancellationToken ct) => IndexAsync(null, null, ct);

    [HttpGet("csv")]
    public async Task<IActionResult> Csv(string? site, short year, CancellationToken ct) => new CsvFile(
        $"loads-{year}.csv", ["load_no", "day", "category", "mass_kg", "container", "note"],
        (await queries.AllAsync(Organisation, site ?? "", year, ct)).Select(row => new object?[] { row.LoadNo, row.Day, row.Category, Weight.FromGrams(row.Grams).Kilograms, row.Container, row.Note }));

    [HttpPost("")]
    [RequestSizeLimit(MostBytes + (1024 * 1024))]
    public async Task<IActionResult> Upload(string? site, short? year, IFormFile? file, CancellationToken ct)
    {
        if (file is not { Length: > 0 and <= MostBytes })
        {
            ModelState.AddModelError("file", text[file is { Length: > MostBytes } ? "Log.TooLarge" : "Log.NoFile"]);
            return await IndexAsync(site, year, ct);
        }

        await using var stream = file.OpenReadStream();
        var name = file.FileName.Length > 100 ? file.FileName[^100..] : file.FileName;
        switch (await previews.PreviewAsync(new LoadFile(site ?? "", year ?? 0, name), stream, Organisation, ActorContext.Current(HttpContext), ct))
        {
            case PreviewOutcome.Previewed previewed:
                return LocalRedirect($"{Here}/{previewed.Upload}");
            case PreviewOutcome.ColumnMissing missing:
                ModelState.AddModelError("file", text["Log.ColumnMissing", missing.Column]);
                return await IndexAsync(site, year, ct);
            case PreviewOutcome.Unreadable unreadable:
                ModelState.AddModelError("file", text["Log.Unreadable", unreadable.Problem.PublicCode]);
                return await IndexAsync(site, year, ct);
            default:
                return NotFound();
        }
    }

    [HttpGet("{upload:guid}")]
    public async Task<IActionResult> Show(Guid upload, string? said, CancellationToken ct) =>
        await queries.FindAsync(upload, Organisation, LoadQueries.Shown, ct) is { } preview ? View("Preview", new LoadPreviewPage(HttpContext.Organisation(), preview, said)) : NotFound();

    /// <summary>Every row that cannot be taken, for whoever corrects the file.</summary>
    [HttpGet("{upload:guid}/refused.csv")]
    public async Task<IActionResult> Refused(Guid upload, CancellationToken ct) => await queries.FindAsync(upload, Organisation, 200_000, ct) is { } preview
        ? new CsvFile("refused-loads.csv", ["row", "load_no", "code", "value", "problem"], preview.Refused.Select(row => new object?[] { row.RowNo, row.LoadNo, row.Problem, row.Value, LoadWords.Sentence(row, text) })) : NotFound();

    [HttpPost("{upload:guid}/withdraw")]
    public async Task<IActionResult> Withdraw(Guid upload, [FromForm] IReadOnlyList<string> loads, string? reason, long seen, CancellationToken ct) =>
        await submission.WithdrawAsync(upload, Organisation, new WithdrawLoads(loads ?? [], (reason ?? "")[..Math.Min(reason?.Length ?? 0, 300)], seen), ActorContext.Current(HttpContext), ct) switch
        {
            WithdrawOutcome.NotFound => NotFound(),
            var outcome => LocalRedirect($"{Here}/{upload}?said={outcome}"),
        };

    [HttpPost("{upload:guid}/submit")]
    public async Task<IActionResult> Submit(Guid upload, long seen, CancellationToken ct) => await submission.SubmitAsync(upload, Organisation, seen, ActorContext.Current(HttpContext), ct) switch
    {
        SubmitOutcome.NotFound => NotFound(),
        var outcome => LocalRedirect($"{Here}/{upload}?said={outcome}"),
    };

    private string Here => $"/{Culture.CurrentCode}/org/{HttpContext.Organisation().Slug}/loads";

    private async Task<IActionResult> IndexAsync(string? site, short? year, CancellationToken ct)
    {
        var today = BusinessTime.Today(TimeProvider.System);
        return View("Loads", new LoadsPage(HttpContext.Organisation(), await stock.SitesAsync(Organisation, ct), await queries.SumsAsync(Organisation, ct), await queries.UploadsAsync(Organisation, ct), site, year ?? (short)today.Year, today.Year));
    }
}

public sealed record LoadsPage(
    OrganisationAccess Access, IReadOnlyList<SiteRow> Sites, IReadOnlyList<LoadSum> Sums, IReadOnlyList<LoadUploadRow> Uploads, string? Site, short Year, int ThisYear);

public sealed record LoadPreviewPage(OrganisationAccess Access, LoadPreview Preview, string? Said);

/// <summary>Why a row of the log cannot be taken, in words.</summary>
internal static class LoadWords
{
    public static string Sentence(RefusedLoad row, IStringLocalizer text)
    {
        var value = row.Problem == nameof(LoadProblem.MoreThanReceived) && long.TryParse(row.Value, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var left)
            ? Format.Current.Kilograms(Weight.FromGrams(left)) : row.Value ?? "";
        return text["Load.Problem." + row.Problem, value];
    }
}
