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

    /// <summary>Fifty rows of one table that come from nowhere: what the frame and a table cost by themselves, for <c>./bench list_page</c>.</summary>
    [HttpGet("table")]
    public IActionResult Table() => IsShown ? View() : NotFound();

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
