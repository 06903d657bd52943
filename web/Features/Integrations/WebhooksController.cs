using EwasteEpr.Integrations;
using EwasteEpr.Kernel;
using EwasteEpr.Organisations;
using EwasteEpr.Web.Features.Organisations;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Integrations;

/// <summary>Where an organisation's programs hear of its declarations, invoices and certificates: named, tried, stopped, and what was sent.</summary>
[Authorize(Policy = PolicyNames.OrgDeveloper)]
[Route("/{culture:culture}/org/{slug}/webhooks")]
public sealed class WebhooksController(EndpointService endpoints, DeliveryLog log, IStringLocalizer<IntegrationsText> text) : Controller
{
    private const int Shown = 50;

    private OrganisationId Owner => HttpContext.Organisation().OrganisationId;

    private string Home => $"/{Culture.CurrentCode}/org/{HttpContext.Organisation().Slug}/webhooks";

    [HttpGet("")]
    public Task<IActionResult> Webhooks(CancellationToken ct) => ListAsync(new WebhookForm(null, null, [.. WebhookEvents.All]), ct);

    [HttpPost("")]
    [RequireFreshSignIn]
    public async Task<IActionResult> Create(WebhookForm form, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(form);
        switch (await endpoints.CreateAsync(Owner, new NewEndpoint(form.Url, form.Note, form.Events ?? []), ActorContext.Current(HttpContext), ct))
        {
            case EndpointOutcome.Kept kept:
                return View("WebhookSecret", new WebhookSecretPage($"{Home}/{kept.EndpointId}", kept.Secret, IsRotated: false));
            case EndpointOutcome.AddressRefused refused:
                ModelState.AddModelError(nameof(form.Url), text["Url." + refused.Problem]);
                break;
            case EndpointOutcome.NoEvents:
                ModelState.AddModelError(nameof(form.Events), text["Events.Missing"]);
                break;
            case EndpointOutcome.AlreadyThere:
                ModelState.AddModelError(nameof(form.Url), text["Url.AlreadyThere"]);
                break;
            default:
                ModelState.AddModelError(nameof(form.Url), text["Url.TooMany", EndpointService.Most]);
                break;
        }

        return await ListAsync(form, ct);
    }

    [HttpGet("{id:guid}")]
    public async Task<IActionResult> Webhook(Guid id, Guid? after, CancellationToken ct)
    {
        if (await endpoints.FindAsync(Owner, id, ct) is not { } endpoint)
        {
            return NotFound();
        }

        var rows = await log.ListAsync(Owner, id, after, Shown + 1, ct);
        return View("Webhook", new WebhookPage(Home, endpoint, [.. rows.Take(Shown)], after, rows.Count > Shown ? rows[Shown - 1].DeliveryId : null));
    }

    [HttpPost("{id:guid}/secret")]
    [RequireFreshSignIn]
    public async Task<IActionResult> Rotate(Guid id, CancellationToken ct) =>
        await endpoints.RotateAsync(Owner, id, ActorContext.Current(HttpContext), ct) is { } secret
            ? View("WebhookSecret", new WebhookSecretPage($"{Home}/{id}", secret, IsRotated: true))
            : NotFound();

    [HttpPost("{id:guid}/trial")]
    public async Task<IActionResult> Try(Guid id, CancellationToken ct) =>
        await endpoints.FindAsync(Owner, id, ct) is null ? NotFound() : Back(id, await endpoints.TryAsync(Owner, id, ct) ? "Said.Trial" : "Said.NoTrial");

    [HttpPost("{id:guid}/stop")]
    public Task<IActionResult> Stop(Guid id, CancellationToken ct) => ChangeAsync(id, endpoints.StopAsync, "Said.Stopped", ct);

    [HttpPost("{id:guid}/resume")]
    public Task<IActionResult> Resume(Guid id, CancellationToken ct) => ChangeAsync(id, endpoints.ResumeAsync, "Said.Resumed", ct);

    [HttpPost("{id:guid}/remove")]
    [RequireFreshSignIn]
    public async Task<IActionResult> Remove(Guid id, CancellationToken ct)
    {
        if (!await endpoints.RemoveAsync(Owner, id, ActorContext.Current(HttpContext), ct))
        {
            return NotFound();
        }

        TempData["Said"] = "Said.Removed";
        return LocalRedirect(Home);
    }

    [HttpPost("{id:guid}/deliveries/{delivery:guid}/again")]
    public async Task<IActionResult> Again(Guid id, Guid delivery, CancellationToken ct) =>
        await log.AgainAsync(Owner, id, delivery, ActorContext.Current(HttpContext), ct) ? Back(id, "Said.Again") : NotFound();

    private async Task<IActionResult> ChangeAsync(Guid id, Func<OrganisationId, Guid, Actor, CancellationToken, Task<bool>> change, string said, CancellationToken ct)
    {
        if (await endpoints.FindAsync(Owner, id, ct) is null)
        {
            return NotFound();
        }

        // Asked twice, it is so already: the same sentence is true.
        await change(Owner, id, ActorContext.Current(HttpContext), ct);
        return Back(id, said);
    }

    private LocalRedirectResult Back(Guid id, string said)
    {
        TempData["Said"] = said;
        return LocalRedirect($"{Home}/{id}");
    }

    private async Task<IActionResult> ListAsync(WebhookForm form, CancellationToken ct) => View("Webhooks", new WebhooksPage(Home, await endpoints.ListAsync(Owner, ct), form));
}
