using EwasteEpr.Payments.Cards;
using EwasteEpr.Payments.Cards.Pretend;
using EwasteEpr.Web.Features.Organisations;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace EwasteEpr.Web.Features.Payments.Cards;

/// <summary>Demo only: the page of the pretended card provider. What its buttons do reaches us as a signed event over HTTP, or not at all.</summary>
[AllowAnonymous]
[DemoOnly]
[Route("/{culture:culture}/demo/card/{session}")]
public sealed class PretendController(PretendGateway gateway, PretendProvider provider, CardOptions options) : Controller
{
    [HttpGet("")]
    public async Task<IActionResult> Pretend(string session, CancellationToken ct) =>
        options.IsPretend && await gateway.PageAsync(session, ct) is { } page ? View(page) : NotFound();

    [HttpPost("")]
    public async Task<IActionResult> Press(string session, string? button, CancellationToken ct)
    {
        if (!options.IsPretend || await gateway.PageAsync(session, ct) is not { } page)
        {
            return NotFound();
        }

        switch (button)
        {
            case "pay" or "lose":
                await provider.PayAsync(session, loseEvents: button == "lose", ct);
                return LocalRedirect(new Uri(page.BackTo).PathAndQuery);
            case "close":
                return LocalRedirect(new Uri(page.GaveUpTo).PathAndQuery);
            default:
                await provider.DeclineAsync(session, ct);
                return LocalRedirect($"/{Culture.CurrentCode}/demo/card/{session}?declined=true");
        }
    }
}
