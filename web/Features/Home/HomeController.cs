using EwasteEpr.TakeBack;
using EwasteEpr.TakeBack.Guide;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace EwasteEpr.Web.Features.Home;

/// <summary>The front page with its two doors.</summary>
[AllowAnonymous]
public sealed class HomeController : Controller
{
    /// <summary>The bare address goes to the reader's language; the answer depends on cookie and browser, so nobody may keep it for another reader.</summary>
    [HttpGet("/")]
    public IActionResult Root()
    {
        Response.Headers.Vary = "Cookie, Accept-Language";
        Response.Headers.CacheControl = "no-store";
        return Redirect("/" + Culture.Of(HttpContext));
    }

    [HttpGet("/{culture:culture}")]
    public async Task<IActionResult> Index([FromServices] TakeBackFigures figures, [FromServices] GuideService guide, CancellationToken ct) => View(new HomePage(await figures.LookAsync(ct), await guide.TownsAsync(ct)));

    [HttpGet("/{culture:culture}/what-becomes-of-a-device")]
    public IActionResult Journey() => View();
}

public sealed record HomePage(Figures Figures, IReadOnlyList<Town> Towns);
