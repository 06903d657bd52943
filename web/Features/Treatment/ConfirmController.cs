using EwasteEpr.Kernel;
using EwasteEpr.Treatment.Fractions;
using EwasteEpr.Web.Features.Shared;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Treatment;

/// <summary>The buyer of a fraction confirms through the QR of its paper: no account, one fact, once.</summary>
[AllowAnonymous]
[EnableRateLimiting(Limits.ApiPublic)]
public sealed class ConfirmController(FractionConfirmation confirmation, MassReader masses, IStringLocalizer<TreatmentText> text) : Controller
{
    /// <summary>The short address in the QR: in the reader's language.</summary>
    [HttpGet("/f/{token}")]
    public IActionResult Short(string token) => Crockford.Normalise(token) is { Length: > 0 } normal ? LocalRedirect($"/{Culture.CurrentCode}/f/{normal}") : NotFound();

    [HttpGet("/{culture:culture}/f/{token}")]
    public async Task<IActionResult> Show(string token, bool done, CancellationToken ct) =>
        await confirmation.FindAsync(token, ct) is { } load ? Page(load, token, new ConfirmForm { Kg = BatchForm.Kilograms(load.Grams) }, done) : NotFound();

    [HttpPost("/{culture:culture}/f/{token}")]
    public async Task<IActionResult> Confirm(string token, [Bind(Prefix = nameof(ConfirmPage.Form))] ConfirmForm form, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(form);
        if (await confirmation.FindAsync(token, ct) is not { } load)
        {
            return NotFound();
        }

        var (mass, problem) = masses.Read(form.Kg);
        if (problem is not null)
        {
            ModelState.AddModelError("Form.Kg", problem);
        }

        if (ModelState.IsValid && !Request.IsLanguageSwitch())
        {
            var day = form.EnteredOn ?? BusinessTime.Today(TimeProvider.System);
            var outcome = await confirmation.ConfirmAsync(token, new BuyerWord(mass ?? Weight.Zero, day, form.Name ?? "", form.Reason), ActorContext.Current(HttpContext), ct);
            if (outcome is ConfirmOutcome.Confirmed or ConfirmOutcome.Already)
            {
                return LocalRedirect($"/{Culture.CurrentCode}/f/{Crockford.Normalise(token)}?done={(outcome == ConfirmOutcome.Confirmed ? "true" : "false")}");
            }

            var field = outcome switch { ConfirmOutcome.NoName => nameof(form.Name), ConfirmOutcome.NoReason => nameof(form.Reason), ConfirmOutcome.DayOutOfReach => nameof(form.EnteredOn), _ => nameof(form.Kg) };
            ModelState.AddModelError("Form." + field, text["Confirm." + outcome, Format.Current.Kilograms(Weight.FromGrams(load.Grams)), Format.Current.Date(load.ShippedOn)]);
        }

        return Page(load, token, form, isNew: false);
    }

    private ViewResult Page(ConfirmationView load, string token, ConfirmForm form, bool isNew)
    {
        // No search engine and no page of others learns the address.
        Response.Headers["X-Robots-Tag"] = "noindex";
        Response.Headers.CacheControl = "no-store";
        return View("Confirm", new ConfirmPage(load, Crockford.Normalise(token) ?? "", form, isNew));
    }
}
