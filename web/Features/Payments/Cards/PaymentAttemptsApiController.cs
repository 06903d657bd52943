using EwasteEpr.Payments.Cards;
using EwasteEpr.Web.Features.Organisations;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Payments.Cards;

/// <summary>Programs begin a card payment too; a person pays it on the provider's page.</summary>
[IgnoreAntiforgeryToken]
[EnableRateLimiting(Limits.ApiKey)]
[ApiExplorerSettings(IgnoreApi = false)]
[Route("api/v1/invoices")]
public sealed class PaymentAttemptsApiController(CardPayments payments, SiteAddress site, IStringLocalizer<CardText> text) : ControllerBase
{
    /// <summary>Opens the payment page of an invoice for what is left to pay, or answers the one that is open: one at a time for an invoice.</summary>
    [HttpPost("{number}/payment-attempts")]
    [Authorize(Policy = PolicyNames.ApiPaymentsWrite)]
    [Idempotent]
    [ProducesResponseType<PaymentAttemptAnswer>(StatusCodes.Status201Created, "application/json")]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status404NotFound, "application/problem+json")]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status409Conflict, "application/problem+json")]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status422UnprocessableEntity, "application/problem+json")]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status503ServiceUnavailable, "application/problem+json")]
    public async Task<IActionResult> Create(string number, CancellationToken ct)
    {
        // One open attempt for an invoice stands for the key: asked again, under whatever key, it is the same page.
        var caller = HttpContext.ApiCaller();
        var page = new Uri(site.Of(HttpContext, Culture.CurrentCode, $"org/{caller.Slug}/invoices/{Uri.EscapeDataString(number)}/pay"));
        return await payments.StartAsync(new StartPayment(caller.OrganisationId, number, page, Culture.CurrentCode), ActorContext.Current(HttpContext), ct) switch
        {
            StartOutcome.Opened opened => StatusCode(StatusCodes.Status201Created, PaymentAttemptAnswer.Of(opened.Attempt)),
            StartOutcome.NothingToPay => Refuse(StatusCodes.Status409Conflict, "nothing-to-pay", "Refused.NothingToPay"),
            StartOutcome.BeingLookedAt => Refuse(StatusCodes.Status409Conflict, "being-looked-at", "Held.Text"),
            StartOutcome.AboveCardMax => Refuse(StatusCodes.Status422UnprocessableEntity, "above-card-max", "Refused.AboveCardMax"),
            StartOutcome.NotOffered => Refuse(StatusCodes.Status422UnprocessableEntity, "cards-not-offered", "Refused.NotOffered"),
            StartOutcome.Refused => Refuse(StatusCodes.Status422UnprocessableEntity, "provider-refused", "Refused.Refused"),
            StartOutcome.Unavailable => Refuse(StatusCodes.Status503ServiceUnavailable, "provider-unavailable", "Refused.Unavailable"),
            _ => NotFound(),
        };
    }

    private ObjectResult Refuse(int status, string code, string key)
    {
        Response.Headers.ContentLanguage = Culture.CurrentCode;
        return new ObjectResult(HttpContext.Details(status, code, text["Api.Title"], text[key])) { StatusCode = status, ContentTypes = { "application/problem+json" } };
    }
}

/// <param name="Amount">What will be charged, in tenge.</param>
/// <param name="Url">Where a person pays.</param>
public sealed record PaymentAttemptAnswer(Guid Attempt, string Invoice, string State, string Amount, string Currency, string? Url, DateTimeOffset ExpiresAt)
{
    internal static PaymentAttemptAnswer Of(AttemptView attempt) => new(
        attempt.AttemptId, attempt.InvoiceNumber, "open", string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{attempt.Amount.Amount:0.00}"), "KZT", attempt.Url, attempt.ExpiresAt);
}
