using EwasteEpr.Web.Features.Shared;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace EwasteEpr.Web.Features.Collectors;

/// <summary>The operator reads what collectors of all points brought and are owed. Names and telephones stay with who registered them.</summary>
[Authorize(Policy = PolicyNames.AnyOperator)]
[Route("/{culture:culture}/operator/collectors")]
public sealed class OperatorCollectorsController(CollectorDesk desk) : Controller
{
    [HttpGet("")]
    public async Task<IActionResult> Index(CancellationToken ct) =>
        View("/Features/Collectors/Index.cshtml", new CollectorsPage(null, await desk.Collectors.ListAsync(null, ct), await desk.RateAsync(ct), new CollectorForm(), []));

    [HttpGet("/{culture:culture}/operator/collectors.csv")]
    public async Task<IActionResult> Csv(CancellationToken ct) => new CsvFile(
        "collectors.csv",
        ["code", "registered_by", "region", "state", "day_limit_kg", "month_limit_kg", "day_kg", "month_kg", "all_kg", "owed_kzt"],
        (await desk.Collectors.ListAsync(null, ct)).Select(row => new object?[]
        {
            row.Code, row.Organisation(Culture.CurrentCode), row.Region(Culture.CurrentCode), row.State.ToString(), row.DayLimitGrams / 1000m, row.MonthLimitGrams / 1000m, row.DayGrams / 1000m, row.MonthGrams / 1000m,
            row.AllGrams / 1000m, row.DueTiyn / 100m,
        }));
}
