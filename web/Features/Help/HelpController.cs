using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace EwasteEpr.Web.Features.Help;

/// <summary>Help, accessibility and privacy: short pages that say what is true of this program today.</summary>
[AllowAnonymous]
[Route("/{culture:culture}")]
public sealed class HelpController : Controller
{
    [HttpGet("help")]
    public IActionResult Help() => View("Page", new HelpPage("Help", ["Start", "Numbers", "Dates", "Why", "Languages", "Trouble"]));

    [HttpGet("accessibility")]
    public IActionResult Accessibility() => View("Page", new HelpPage("Accessibility", ["Level", "How", "Checked", "Limits"]));

    [HttpGet("privacy")]
    public IActionResult Privacy() => View("Page", new HelpPage("Privacy", ["Stored", "Account", "Cookies", "Logs", "Others", "Files"]));
}

/// <param name="Name">Prefix of the page's texts.</param>
/// <param name="Parts">Its parts in order; each has a title and a text.</param>
public sealed record HelpPage(string Name, IReadOnlyList<string> Parts);
