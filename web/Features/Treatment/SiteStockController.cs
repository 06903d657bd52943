using EwasteEpr.Kernel;
using EwasteEpr.Treatment.Stock;
using EwasteEpr.Web.Features.Shared;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace EwasteEpr.Web.Features.Treatment;

/// <summary>What stands in stock, lot by lot, and the mass balance of each site over a period.</summary>
[Authorize(Policy = PolicyNames.OrgRecyclerReader)]
[Route("/{culture:culture}/org/{slug}")]
public sealed class SiteStockController(StockQueries stock, SiteBalances balances) : Controller
{
    private OrganisationId Organisation => HttpContext.Organisation().OrganisationId;

    [HttpGet("site-stock")]
    public async Task<IActionResult> Index(string? site, string? category, CancellationToken ct) =>
        View("SiteStock", new SiteStockPage(HttpContext.Organisation(), await stock.SitesAsync(Organisation, ct), await stock.LotsAsync(Organisation, Given(site), Given(category), 500, ct), site, category));

    [HttpGet("site-stock/csv")]
    public async Task<IActionResult> Csv(string? site, string? category, CancellationToken ct) => new CsvFile(
        "site-stock.csv", ["site", "category", "container", "consignment", "channel", "stream", "payer", "basis", "weighed_in_on", "received_kg", "held_kg"],
        (await stock.LotsAsync(Organisation, Given(site), Given(category), 100_000, ct)).Select(row => new object?[] { row.Site, row.Category, row.Container, row.Consignment, row.Channel, row.Stream, row.Payer, row.Basis, row.WeighedInOn, Kg(row.ReceivedGrams), Kg(row.HeldGrams) }));

    [HttpGet("balance")]
    public async Task<IActionResult> Balance(string? period, string? site, CancellationToken ct)
    {
        var current = Period.QuarterOf(BusinessTime.Today(TimeProvider.System));
        var chosen = Period.TryParse(period, out var asked) ? asked : current;
        return View("Balance", new BalancePage(HttpContext.Organisation(), await stock.SitesAsync(Organisation, ct), await balances.ListAsync(Organisation, Given(site), chosen.Days, ct), chosen, site, current));
    }

    [HttpGet("balance/csv")]
    public async Task<IActionResult> BalanceCsv(string? period, string? site, CancellationToken ct)
    {
        var chosen = Period.TryParse(period, out var asked) ? asked : Period.QuarterOf(BusinessTime.Today(TimeProvider.System));
        return new CsvFile(
            $"balance-{chosen}.csv",
            ["site", "category", "untreated_before_kg", "in_batch_before_kg", "unconfirmed_before_kg", "received_kg", "sent_on_kg", "reused_kg", "recycled_kg", "recovered_kg", "disposed_kg", "lost_kg", "difference_kg", "untreated_after_kg", "in_batch_after_kg", "unconfirmed_after_kg", "denominator_kg"],
            (await balances.ListAsync(Organisation, Given(site), chosen.Days, ct)).Select(row => new object?[]
            {
                row.Site, row.Category, Kg(row.UntreatedBefore), Kg(row.InBatchBefore), Kg(row.UnconfirmedBefore), Kg(row.Received), Kg(row.Sent), Kg(row.Reused), Kg(row.Recycled), Kg(row.Recovered), Kg(row.Disposed), Kg(row.Lost), Kg(row.Differed),
                Kg(row.UntreatedAfter), Kg(row.InBatchAfter), Kg(row.UnconfirmedAfter), Kg(row.Denominator),
            }));
    }

    private static string? Given(string? value) => string.IsNullOrEmpty(value) ? null : value;

    private static decimal Kg(long grams) => Weight.FromGrams(grams).Kilograms;
}
