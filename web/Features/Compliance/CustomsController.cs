using EwasteEpr.Compliance;
using EwasteEpr.Web.Hosting;
using EwasteEpr.Web.Features.Shared;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace EwasteEpr.Web.Features.Compliance;

/// <summary>Customs extracts: taken in by file, compared with declarations at once.</summary>
[Route("/{culture:culture}/operator/customs-extracts")]
[Authorize(Policy = PolicyNames.AnyOperator)]
public sealed class CustomsController(CustomsExtracts extracts, CaseRules rules) : Controller
{
    [HttpGet("")]
    public async Task<IActionResult> Index(CancellationToken ct) => View("Extracts", new ExtractsPage(await extracts.ListAsync(ct), await extracts.GapsAsync(ct), null));

    [HttpGet("/{culture:culture}/operator/customs-extracts.csv")]
    public async Task<IActionResult> Csv(CancellationToken ct) => new CsvFile(
        "customs-gaps.csv",
        ["bin", "name_kk", "name_ru", "category", "quarter_from", "customs_kg", "declared_kg", "gap_kg", "rows"],
        (await extracts.GapsAsync(ct)).Select(row => (object?[])[row.Bin, row.NameKk, row.NameRu, row.Category, row.QuarterFrom, row.CustomsGrams / 1000m, row.DeclaredGrams / 1000m, row.GapGrams / 1000m, row.Rows]));

    [HttpPost("")]
    [RequestSizeLimit(CustomsExtracts.MostBytes + (1024 * 1024))]
    public async Task<IActionResult> Import(string? source, IFormFile? file, CancellationToken ct)
    {
        if (CasesController.Words(source, 300) is not { } from || file is not { Length: > 0 and <= CustomsExtracts.MostBytes })
        {
            return Say("FileNeeded");
        }

        using var bytes = new MemoryStream();
        await file.CopyToAsync(bytes, ct);
        switch (await extracts.ImportAsync(from, Path.GetFileName(file.FileName), bytes.ToArray(), ActorContext.Current(HttpContext), ct))
        {
            case ExtractOutcome.Imported imported:
                await rules.SweepAsync(ct);
                return Say("Imported", imported.Number, imported.Taken, imported.Known, imported.Refused);
            case ExtractOutcome.TakenBefore before:
                return Say("TakenBefore", before.Number);
            case ExtractOutcome.NoColumn column:
                return Say("NoColumn", column.Name);
            default:
                return Say("Unreadable");
        }
    }

    [HttpGet("{number}")]
    public async Task<IActionResult> Extract(string number, CancellationToken ct) => View("Extract", new ExtractPage(number, await extracts.RefusalsAsync(number, ct)));

    private LocalRedirectResult Say(string said, params object[] values)
    {
        TempData["Said"] = string.Join('\u001F', values.Select(value => Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture)).Prepend(said));
        return LocalRedirect($"/{Culture.CurrentCode}/operator/customs-extracts");
    }
}
