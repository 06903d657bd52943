using EwasteEpr.Kernel;
using EwasteEpr.Payments.Cards;
using EwasteEpr.Web.Features.Shared;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Payments.Cards;

/// <summary>The operator's card payments: what happened to each, and refunds with two people.</summary>
[Route("/{culture:culture}/operator/payments/cards")]
[Authorize(Policy = PolicyNames.AnyOperator)]
public sealed class CardsController(CardLists lists, CardRefunds refunds, IAuthorizationService authorisation, IStringLocalizer<CardText> text) : Controller
{
    [HttpGet("")]
    public async Task<IActionResult> List(string? state, Guid? before, CancellationToken ct)
    {
        AttemptState? filter = Enum.TryParse<AttemptState>(state, out var known) ? known : null;
        return View(new CardsPage(await lists.AttemptsAsync(filter, before, ct), await lists.RefundsWaitingAsync(ct), filter, before, await RightsAsync()));
    }

    [HttpGet("attempts.csv")]
    public async Task<IActionResult> Csv(string? state, CancellationToken ct) => new CsvFile(
        "card-payments.csv", ["attempt", "invoice", "organisation", "state", "amount_kzt", "refunded_kzt", "payment", "created_at", "paid_at"],
        (await lists.AttemptsAsync(Enum.TryParse<AttemptState>(state, out var known) ? known : null, null, ct))
            .Select(row => new object?[] { row.AttemptId, row.InvoiceNumber, row.NameRu, row.State, row.AmountTiyn / 100m, row.RefundedTiyn / 100m, row.PaymentId, row.CreatedAt, row.PaidAt }));

    [HttpGet("{attempt:guid}")]
    public Task<IActionResult> Attempt(Guid attempt, CancellationToken ct) => ShowAsync(attempt, new RefundForm(), ct);

    [HttpPost("{attempt:guid}/refunds")]
    [Authorize(Policy = PolicyNames.OperatorPreparer)]
    public async Task<IActionResult> Ask(Guid attempt, [Bind(Prefix = "Form")] RefundForm form, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(form);
        if (NumberInput.TryParse(form.Amount, out var tenge) != NumberProblem.None || tenge <= 0 || tenge > 1_000_000_000m || !decimal.IsInteger(tenge * 100))
        {
            ModelState.AddModelError("Form.Amount", text["Refund.BadAmount"]);
        }

        if (string.IsNullOrWhiteSpace(form.Reason) || form.Reason.Length > CardRefunds.MostReasonCharacters)
        {
            ModelState.AddModelError("Form.Reason", text["Refund.BadReason"]);
        }

        if (!ModelState.IsValid)
        {
            return await ShowAsync(attempt, form, ct);
        }

        var outcome = await refunds.RequestAsync(attempt, Money.FromTenge(tenge), form.Reason!, ActorContext.Current(HttpContext), ct);
        if (outcome is RefundOutcome.AboveWhatWasPaid)
        {
            ModelState.AddModelError("Form.Amount", text["Said.AboveWhatWasPaid"]);
            return await ShowAsync(attempt, form, ct);
        }

        return outcome == RefundOutcome.NotFound ? NotFound() : Back(attempt, "Requested");
    }

    [HttpPost("{attempt:guid}/refunds/{id:guid}/approve")]
    [Authorize(Policy = PolicyNames.OperatorApprover)]
    public async Task<IActionResult> Approve(Guid attempt, Guid id, CancellationToken ct) => Answer(attempt, await refunds.ApproveAsync(id, ActorContext.Current(HttpContext), ct), "Approved");

    [HttpPost("{attempt:guid}/refunds/{id:guid}/withdraw")]
    public async Task<IActionResult> Withdraw(Guid attempt, Guid id, CancellationToken ct) => Answer(attempt, await refunds.WithdrawAsync(id, ActorContext.Current(HttpContext), ct), "Withdrawn");

    private async Task<IActionResult> ShowAsync(Guid attempt, RefundForm form, CancellationToken ct) =>
        await lists.FindAsync(attempt, ct) is { } detail ? View("Detail", new CardPage(detail, form, await RightsAsync())) : NotFound();

    private async Task<CardRights> RightsAsync() => new(
        HttpContext.Person().PersonId.Value,
        (await authorisation.AuthorizeAsync(User, PolicyNames.OperatorPreparer)).Succeeded,
        (await authorisation.AuthorizeAsync(User, PolicyNames.OperatorApprover)).Succeeded);

    private IActionResult Answer(Guid attempt, RefundOutcome outcome, string done) =>
        outcome == RefundOutcome.NotFound ? NotFound() : Back(attempt, outcome == RefundOutcome.Done ? done : outcome.ToString());

    private LocalRedirectResult Back(Guid attempt, string said)
    {
        TempData["Said"] = said;
        return LocalRedirect($"/{Culture.CurrentCode}/operator/payments/cards/{attempt}");
    }
}

public sealed class RefundForm
{
    public string? Amount { get; set; }

    public string? Reason { get; set; }
}

public sealed record CardRights(Guid Person, bool MayRequest, bool MayApprove);

public sealed record CardsPage(IReadOnlyList<CardAttempt> Attempts, IReadOnlyList<CardRefundRow> Waiting, AttemptState? State, Guid? Before, CardRights Rights);

public sealed record CardPage(CardAttemptDetail Detail, RefundForm Form, CardRights Rights);

public sealed record RefundsPart(IReadOnlyList<CardRefundRow> Rows, CardRights Rights);
