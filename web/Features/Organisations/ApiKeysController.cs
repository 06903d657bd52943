using EwasteEpr.Organisations;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Organisations;

/// <summary>Keys for the organisation's own programs: made, shown once, revoked.</summary>
[Authorize(Policy = PolicyNames.OrgDeveloper)]
public sealed class ApiKeysController(ApiKeyService keys, IStringLocalizer<OrganisationsText> text) : Controller
{
    [HttpGet("/{culture:culture}/org/{slug}/api-keys")]
    public Task<IActionResult> ApiKeys(CancellationToken ct) => ShowAsync(new ApiKeyForm(null, null), ct);

    [HttpPost("/{culture:culture}/org/{slug}/api-keys")]
    [RequireFreshSignIn]
    public async Task<IActionResult> Create(ApiKeyForm form, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(form);
        if (string.IsNullOrWhiteSpace(form.Name) || form.Name.Length > 100)
        {
            ModelState.AddModelError(nameof(form.Name), text["Key.NameMissing"]);
        }

        if (form.Scopes is null or { Length: 0 })
        {
            ModelState.AddModelError(nameof(form.Scopes), text["Key.ScopesMissing"]);
        }

        if (!ModelState.IsValid)
        {
            return await ShowAsync(form, ct);
        }

        var organisation = HttpContext.Organisation();
        if (await keys.CreateAsync(organisation.OrganisationId, form.Name!.Trim(), form.Scopes!, ActorContext.Current(HttpContext), ct) is not { } key)
        {
            ModelState.AddModelError(nameof(form.Scopes), text["Key.ScopesMissing"]);
            return await ShowAsync(form, ct);
        }

        return View("ApiKeyShown", new ApiKeyShownPage(organisation, form.Name.Trim(), key));
    }

    [HttpPost("/{culture:culture}/org/{slug}/api-keys/{key:guid}/revoke")]
    public async Task<IActionResult> Revoke(Guid key, CancellationToken ct)
    {
        var organisation = HttpContext.Organisation();
        return await keys.RevokeAsync(organisation.OrganisationId, key, ActorContext.Current(HttpContext), ct)
            ? LocalRedirect($"/{Culture.CurrentCode}/org/{organisation.Slug}/api-keys")
            : NotFound();
    }

    private async Task<IActionResult> ShowAsync(ApiKeyForm form, CancellationToken ct) =>
        View("ApiKeys", new ApiKeysPage(HttpContext.Organisation(), await keys.ListAsync(HttpContext.Organisation().OrganisationId, ct), form));
}

public sealed record ApiKeyForm(string? Name, string[]? Scopes);

public sealed record ApiKeysPage(OrganisationAccess Access, IReadOnlyList<ApiKeyRow> Keys, ApiKeyForm Form);

public sealed record ApiKeyShownPage(OrganisationAccess Access, string Name, string Key);
