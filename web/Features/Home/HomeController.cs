using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace EwasteEpr.Web.Features.Home;

/// <summary>The front page with its two doors.</summary>
[AllowAnonymous]
public sealed class HomeController : Controller
{
    [HttpGet("/{culture:culture}")]
    public IActionResult Index() => View();
}
