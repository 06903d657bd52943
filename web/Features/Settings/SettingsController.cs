using EwasteEpr.Settings;
using EwasteEpr.Web.Features.Shared;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Settings;

/// <summary>The operator changes a setting: a preparer proposes value and act, an approver who is another person applies it.</summary>
[Route("/{culture:culture}/operator/settings")]
[Authorize(Policy = PolicyNames.AnyOperator)]
public sealed class SettingsController(SettingsService settings, IAuthorizationService authorisation, IStringLocalizer<SettingsText> text) : Controller
{
    [HttpGet("")]
    public async Task<IActionResult> List(string? done, CancellationToken ct) => View(new SettingsPage(
        await settings.ListAsync(ct), HttpContext.Person().PersonId.Value,
        (await authorisation.AuthorizeAsync(User, PolicyNames.OperatorPreparer)).Succeeded,
        (await authorisation.AuthorizeAsync(User, PolicyNames.OperatorApprover)).Succeeded, done));

    [HttpGet("{key}")]
    [Authorize(Policy = PolicyNames.OperatorPreparer)]
    public async Task<IActionResult> Change(string key, CancellationToken ct) =>
        await FindAsync(key, ct) is { } setting ? View(new SettingForm { Key = setting.Key, Kind = setting.Kind, Value = setting.Value, Basis = setting.Basis }) : NotFound();

    [HttpPost("{key}")]
    [Authorize(Policy = PolicyNames.OperatorPreparer)]
    public async Task<IActionResult> Change(string key, SettingForm form, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(form);
        if (await FindAsync(key, ct) is not { } setting)
        {
            return NotFound();
        }

        (form.Key, form.Kind) = (setting.Key, setting.Kind);
        if (Request.IsLanguageSwitch())
        {
            ModelState.Clear();
            return View(form);
        }

        if (string.IsNullOrWhiteSpace(form.Reason))
        {
            ModelState.AddModelError(nameof(form.Reason), text["E.Reason"]);
        }

        if (!ModelState.IsValid)
        {
            return View(form);
        }

        var draft = new SettingDraft(setting.Key, form.Value, string.IsNullOrWhiteSpace(form.Basis) ? null : form.Basis.Trim(), form.Reason!.Trim());
        switch (await settings.ProposeAsync(draft, ActorContext.Current(HttpContext), ct))
        {
            case ProposeSettingOutcome.Proposed:
                return Back("Proposed");
            case ProposeSettingOutcome.OneIsOpen:
                ModelState.AddModelError("", text["E.Open"]);
                return View(form);
            case ProposeSettingOutcome.NotFound:
                return NotFound();
            default:
                ModelState.AddModelError(nameof(form.Value), text["E.Value"]);
                return View(form);
        }
    }

    [HttpPost("changes/{id:guid}/apply")]
    [Authorize(Policy = PolicyNames.OperatorApprover)]
    public async Task<IActionResult> Apply(Guid id, CancellationToken ct) => Answer(await settings.ApplyAsync(id, ActorContext.Current(HttpContext), ct));

    [HttpPost("changes/{id:guid}/withdraw")]
    public async Task<IActionResult> Withdraw(Guid id, CancellationToken ct) => Answer(await settings.WithdrawAsync(id, ActorContext.Current(HttpContext), ct));

    private async Task<Setting?> FindAsync(string key, CancellationToken ct) => (await settings.ListAsync(ct)).FirstOrDefault(setting => setting.Key == key);

    private IActionResult Answer(ApplySettingOutcome outcome) => outcome == ApplySettingOutcome.NotFound ? NotFound() : Back(outcome.ToString());

    private LocalRedirectResult Back(string done) => LocalRedirect($"/{Culture.CurrentCode}/operator/settings?done={done}");
}
