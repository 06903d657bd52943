using EwasteEpr.Kernel;
using EwasteEpr.Messages;
using EwasteEpr.Organisations;
using EwasteEpr.Organisations.Demo;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace EwasteEpr.Web.Features.Organisations;

/// <summary>Demo mode only: in as anybody with one click, and the letters that went out.</summary>
[AllowAnonymous]
[DemoOnly]
public sealed class DemoController(DemoSignIn signIn, SessionCache cache, OrganisationService organisations, Outbox outbox) : Controller
{
    [HttpGet("/{culture:culture}/demo")]
    public async Task<IActionResult> Demo(CancellationToken ct) =>
        View(new DemoPage(DemoPeople.Personas, DemoPeople.Organisations.ToDictionary(organisation => organisation.Code, StringComparer.Ordinal), await organisations.RegionsAsync(ct)));

    [HttpPost("/{culture:culture}/demo")]
    public async Task<IActionResult> Enter(string? persona, CancellationToken ct)
    {
        if (await signIn.EnterAsync(persona ?? "", ActorContext.SignInFrom(HttpContext), ct) is not { } entered)
        {
            return NotFound();
        }

        cache.Forget(entered.Person);
        SessionCookie.Write(HttpContext, entered.Token);
        return LocalRedirect($"/{Culture.CurrentCode}/sign-in/done");
    }

    [HttpGet("/{culture:culture}/demo/outbox")]
    public async Task<IActionResult> DemoOutbox(CancellationToken ct) => View(await outbox.RecentAsync(ct));
}

/// <summary>The people to choose from, with the organisations and regions their roles name.</summary>
public sealed record DemoPage(IReadOnlyList<Persona> Personas, IReadOnlyDictionary<string, DemoOrganisation> Organisations, IReadOnlyList<Region> Regions)
{
    public string OrganisationName(PersonaPlace place, string language) =>
        Organisations[place.Organisation] is var organisation && language == "kk" ? organisation.NameKk : organisation.NameRu;

    public string RegionName(string platformRole, string language) =>
        Regions.FirstOrDefault(region => platformRole.EndsWith(':' + region.Kato, StringComparison.Ordinal))?.Name(language) ?? "";
}
