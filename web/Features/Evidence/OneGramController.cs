using EwasteEpr.Evidence;
using EwasteEpr.PublicRegister;
using EwasteEpr.Reconciliation.Matrix;
using EwasteEpr.Web.Features.Shared;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace EwasteEpr.Web.Features.Evidence;

/// <summary>Public: who paid for every gram that recyclers received, and that none was claimed twice.</summary>
[AllowAnonymous]
[Route("/{culture:culture}/data/one-gram-one-payer")]
public sealed class OneGramController(MonthlyTable table, PublicPayers payers) : Controller
{
    [HttpGet("")]
    public async Task<IActionResult> Index(CancellationToken ct) => View("OneGram", new OneGramPage(await payers.ReadAsync(ct), await table.FiguresAsync(ct)));

    /// <summary>Sums included: '*' in both columns. A suppressed figure keeps its row and has no mass.</summary>
    [HttpGet("/{culture:culture}/data/one-gram-one-payer.csv")]
    public async Task<IActionResult> Csv(CancellationToken ct)
    {
        var cells = await payers.ReadAsync(ct);
        return new CsvFile(
            "one-gram-one-payer.csv", ["category", "payer", "received_kg", "evidenced_kg", "suppressed"],
            cells.Where(cell => cell.Measure == Measure.AtRecyclers).Select(cell => (Received: cell, Evidenced: cells.FirstOrDefault(other => other.Measure == Measure.Evidence && other.Category == cell.Category && other.Region == cell.Region)))
                .Select(row => new object?[] { row.Received.Category, row.Received.Region, row.Received.Grams / 1000m, row.Evidenced is null ? 0m : row.Evidenced.Grams / 1000m, row.Received.IsSuppressed || row.Evidenced is { IsSuppressed: true } }));
    }
}
