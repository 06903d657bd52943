using EwasteEpr.Kernel;
using EwasteEpr.Organisations;
using EwasteEpr.Payments.Cards;
using EwasteEpr.Web.Features.Organisations;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace EwasteEpr.Web.Features.Payments.Cards;

/// <summary>An invoice is paid: by card or by bank transfer. The page to come back to promises nothing.</summary>
[Route("/{culture:culture}/org/{slug}/invoices/{no}/pay")]
public sealed class PayController(CardPayments payments, CardOptions options, SiteAddress site) : Controller
{
    private OrganisationAccess Organisation => HttpContext.Organisation();

    [HttpGet("")]
    [Authorize(Policy = PolicyNames.OrgReader)]
    public Task<IActionResult> Pay(string no, CancellationToken ct) => ShowAsync(no, null, ct);

    /// <summary>Asked twice, in two tabs or by the back button, it is the same payment: the database allows one open attempt for an invoice.</summary>
    [HttpPost("")]
    [Authorize(Policy = PolicyNames.OrgPayer)]
    public async Task<IActionResult> Begin(string no, CancellationToken ct)
    {
        var page = new Uri(site.Of(HttpContext, Culture.CurrentCode, $"org/{Organisation.Slug}/invoices/{Uri.EscapeDataString(no)}/pay"));
        var outcome = await payments.StartAsync(new StartPayment(Organisation.OrganisationId, no, page, Culture.CurrentCode), ActorContext.Current(HttpContext), ct);
        switch (outcome)
        {
            case StartOutcome.NotFound:
                return NotFound();
            case StartOutcome.Opened opened:
                // Through a page of our own: a form of ours may lead to this site alone.
                TempData["Go"] = Going(opened.Attempt.AttemptId);
                return To(no, opened.Attempt.AttemptId);
            case StartOutcome.BeingLookedAt held:
                return To(no, held.AttemptId);
            default:
                return await ShowAsync(no, outcome, ct);
        }
    }

    [HttpGet("{attempt:guid}")]
    [Authorize(Policy = PolicyNames.OrgReader)]
    public async Task<IActionResult> Attempt(string no, Guid attempt, bool gaveUp, CancellationToken ct) =>
        await payments.AttemptAsync(Organisation.OrganisationId, no, attempt, ct) is { } view
            ? View(new AttemptPage(view, gaveUp, GoesOn: TempData["Go"] as string == Going(attempt) && view.Url is not null, options.IsPretend))
            : NotFound();

    /// <summary>Not the bare id: what looks like one comes back from the cookie as another type.</summary>
    private static string Going(Guid attempt) => "to " + attempt;

    private async Task<IActionResult> ShowAsync(string no, StartOutcome? refused, CancellationToken ct) =>
        await payments.FindAsync(Organisation.OrganisationId, no, ct) is { } invoice
            ? View("Pay", new PayPage(invoice, options, Organisation.Has(OrganisationRole.Accountant) || Organisation.Has(OrganisationRole.Signatory) || Organisation.Has(OrganisationRole.Owner), refused))
            : NotFound();

    private LocalRedirectResult To(string no, Guid attempt) => LocalRedirect($"/{Culture.CurrentCode}/org/{Organisation.Slug}/invoices/{Uri.EscapeDataString(no)}/pay/{attempt}");
}

/// <param name="Refused">Why the button did not open a page, when it was pressed.</param>
public sealed record PayPage(PayableInvoice Invoice, CardOptions Options, bool MayPay, StartOutcome? Refused)
{
    public Money Left => Money.FromTiyn(Invoice.OpenTiyn);

    public bool OffersCard => Options.IsOffered && Invoice.IsWithinCardMax && Invoice.OpenTiyn > 0;
}

/// <param name="GaveUp">The browser came back without having paid, it says.</param>
/// <param name="GoesOn">The button was pressed a moment ago: on to the provider's page.</param>
public sealed record AttemptPage(AttemptView Attempt, bool GaveUp, bool GoesOn, bool IsPretend);
