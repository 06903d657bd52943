using EwasteEpr.Kernel;
using EwasteEpr.PublicRegister.Impact;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace EwasteEpr.Web.Features.PublicRegister;

/// <summary>Public: what recycling saved, in ranges, with the method and every source.</summary>
[AllowAnonymous]
[Route("/{culture:culture}/data/impact")]
public sealed class ImpactController(ImpactFigures impact, TimeProvider clock) : Controller
{
    [HttpGet("")]
    public async Task<IActionResult> Index(int? year, CancellationToken ct) => (year ?? BusinessTime.Today(clock).Year) is >= 2000 and <= 2199 and var shown
        ? View("Impact", new ImpactPage(await impact.OfYearAsync(shown, ct), BusinessTime.Today(clock).Year)) : NotFound();
}

public sealed record ImpactPage(ImpactYear Impact, int ThisYear);
