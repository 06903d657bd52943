using EwasteEpr.TakeBack.Demo;
using EwasteEpr.Web.Features.Organisations;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace EwasteEpr.Web.Features.DropOffs;

/// <summary>In the demonstration only: codes to type at the counter and passports to look at.</summary>
[AllowAnonymous]
[DemoOnly]
public sealed class DemoDropOffsController(DemoPassports passports) : Controller
{
    [HttpGet("/{culture:culture}/demo/drop-offs")]
    public async Task<IActionResult> List(CancellationToken ct) => View("Demo", await passports.ListAsync(ct));
}
