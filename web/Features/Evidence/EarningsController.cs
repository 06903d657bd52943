using EwasteEpr.Evidence.Payouts;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace EwasteEpr.Web.Features.Evidence;

/// <summary>What an organisation earned by collecting, carrying and treating, gram by gram, and what was paid.</summary>
[Authorize(Policy = PolicyNames.OrgReader)]
[Route("/{culture:culture}/org/{slug}/earnings")]
public sealed class EarningsController(StageRuns runs, StagePayouts payouts) : Controller
{
    private const int MostLines = 10_000;

    private Guid Payee => HttpContext.Organisation().OrganisationId.Value;

    [HttpGet("")]
    public async Task<IActionResult> Index(CancellationToken ct) =>
        View("Earnings", new EarningsPage(HttpContext.Organisation(), await payouts.ListAsync(null, null, Payee, ct), await runs.LinesAsync(null, Payee, 200, ct)));

    [HttpGet("earnings.csv")]
    public async Task<IActionResult> Csv(CancellationToken ct) => PayoutsController.LinesFile("earnings.csv", await runs.LinesAsync(null, Payee, MostLines, ct));
}
