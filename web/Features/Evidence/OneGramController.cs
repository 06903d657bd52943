using EwasteEpr.Evidence;
using EwasteEpr.Web.Features.Shared;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace EwasteEpr.Web.Features.Evidence;

/// <summary>Public: who paid for every gram that recyclers received, and that none was claimed twice.</summary>
[AllowAnonymous]
[Route("/{culture:culture}/data/one-gram-one-payer")]
public sealed class OneGramController(MonthlyTable table) : Controller
{
    [HttpGet("")]
    public async Task<IActionResult> Index(CancellationToken ct) => View("OneGram", new OneGramPage(await table.PayersAsync(ct), await table.FiguresAsync(ct)));

    [HttpGet("/{culture:culture}/data/one-gram-one-payer.csv")]
    public async Task<IActionResult> Csv(CancellationToken ct) => new CsvFile(
        "one-gram-one-payer.csv", ["category", "payer", "received_kg", "evidenced_kg"], (await table.PayersAsync(ct)).Select(row => new object?[] { row.Category, row.Payer, row.Grams / 1000m, row.EvidencedGrams / 1000m }));
}
