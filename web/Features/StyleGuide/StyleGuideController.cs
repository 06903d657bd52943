using EwasteEpr.Web.Features.Shared;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace EwasteEpr.Web.Features.StyleGuide;

/// <summary>Every tag and figure on one page, for those who build the others; the form shows how refusals and the language switch look. Not in Production.</summary>
[AllowAnonymous]
[Route("/{culture:culture}/style-guide")]
public sealed class StyleGuideController(IConfiguration configuration, IHostEnvironment environment) : Controller
{
    private bool IsShown => configuration.IsDemo(environment) || environment.IsDevelopment();

    [HttpGet("")]
    public IActionResult Index() => IsShown ? View(new StyleGuideForm()) : NotFound();

    [HttpPost("")]
    public IActionResult Send(StyleGuideForm form)
    {
        if (!IsShown)
        {
            return NotFound();
        }

        if (Request.IsLanguageSwitch())
        {
            ModelState.KeepTypedOnly();
        }

        return View("Index", form);
    }
}
