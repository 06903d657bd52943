using EwasteEpr.Kernel;
using EwasteEpr.Organisations;
using EwasteEpr.Payments.BankStatements;
using EwasteEpr.Payments.Certificates;
using EwasteEpr.Payments.Receipts;
using EwasteEpr.Web.Features.Shared;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Payments.BankStatements;

/// <summary>Payments that matched nothing for sure: a person decides with one click and a reason, and may take it back.</summary>
[Route("/{culture:culture}/operator/payments/match")]
[Authorize(Policy = PolicyNames.AnyOperator)]
public sealed class BankMatchController(MatchingScreen screen, BankDecisions decisions, CertificateSweep certificates, BankWords words, IStringLocalizer<BankStatementsText> text) : Controller
{
    private const int PageRows = 50;
    private const int MostRows = 5_000;

    [HttpGet("")]
    public Task<IActionResult> Match([FromQuery(Name = "class")] string? rowClass, Guid? row, Guid? after, CancellationToken ct) => PageAsync(rowClass, row, after, new MatchForm(), ct);

    [HttpGet("rows.csv")]
    public async Task<IActionResult> Rows([FromQuery(Name = "class")] string? rowClass, CancellationToken ct) => new CsvFile(
        "bank-rows-waiting.csv", ["booked_on", "document_on", "document_no", "way", "amount_kzt", "class", "party", "party_number", "account", "purpose"],
        (await screen.WaitingAsync(rowClass, null, MostRows, ct)).Select(row => new object?[] { row.BookedOn, row.DocumentOn, row.DocumentNo, row.Way, row.AmountTiyn / 100m, row.Class, row.PartyName, row.PartyNumber, row.Account, row.Purpose }));

    [HttpPost("{id:guid}")]
    [Authorize(Policy = PolicyNames.OperatorPreparer)]
    public async Task<IActionResult> Decide(Guid id, [Bind(Prefix = "Form")] MatchForm form, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(form);
        if (await screen.FindAsync(id, ct) is not { } row)
        {
            return NotFound();
        }

        if (await DecisionAsync(row, form, ct) is { } decision)
        {
            switch (await decisions.DecideAsync(id, form.Revision, decision, form.Reason, ActorContext.Current(HttpContext), ct))
            {
                case DecideOutcome.NotFound:
                    return NotFound();
                case DecideOutcome.Done:
                    await certificates.SweepAsync(ct);
                    return Back("Said.Decided");
                case DecideOutcome.AlreadyDecided:
                    return Back("Said.AlreadyDecided");
                case DecideOutcome.ReasonNeeded:
                    ModelState.AddModelError("Form.Reason", words.OfDecision(DecideOutcome.ReasonNeeded));
                    break;
                case var refused:
                    ModelState.AddModelError(refused == DecideOutcome.PayerNeeded ? "Form.Payer" : "", words.OfDecision(refused));
                    break;
            }
        }

        return await PageAsync(row.Class, id, null, form, ct);
    }

    [HttpPost("{id:guid}/undo")]
    [Authorize(Policy = PolicyNames.OperatorPreparer)]
    public async Task<IActionResult> Undo(Guid id, string? reason, CancellationToken ct)
    {
        var outcome = await decisions.UndoAsync(id, reason, ActorContext.Current(HttpContext), ct);
        if (outcome == DecideOutcome.NotFound)
        {
            return NotFound();
        }

        await certificates.SweepAsync(ct);
        return outcome == DecideOutcome.Done ? Back("Said.Undone", id) : Back("Decide." + outcome);
    }

    private async Task<BankDecision?> DecisionAsync(MatchedRow row, MatchForm form, CancellationToken ct)
    {
        var (kind, id) = (form.Choice ?? "").Split(':', 2) is [var first, var second] && Guid.TryParse(second, out var parsed) ? (first, parsed) : (form.Choice, Guid.Empty);
        switch (kind)
        {
            case "pay" when (await screen.InvoicesAsync(row, ct)).FirstOrDefault(invoice => invoice.InvoiceId == id) is { OpenTiyn: > 0 } invoice && row.WaitingTiyn is > 0 and var waiting:
                return new BankDecision.Allocate([new InvoicePart(new InvoiceId(invoice.InvoiceId), Money.FromTiyn(Math.Min(invoice.OpenTiyn, waiting)))]);
            case "split":
                return Parts(form) is { Count: > 0 } parts ? new BankDecision.Allocate(parts) : Refused("Match.PartsNeeded");
            case "credit":
                var payer = string.IsNullOrWhiteSpace(form.Payer) ? null : await screen.PayerAsync(form.Payer, ct);
                return payer is null && !string.IsNullOrWhiteSpace(form.Payer) ? Refused("Match.PayerUnknown", "Form.Payer") : new BankDecision.Credit(payer);
            case "return":
                return new BankDecision.Return();
            case "storno":
                return new BankDecision.Storno(id);
            case "refund":
                return new BankDecision.Refund(id);
            case "fee":
                return new BankDecision.Fee();
            case "other":
                return new BankDecision.Other();
            default:
                return Refused("Match.ChoiceGone");
        }
    }

    /// <returns>None when an amount cannot be read.</returns>
    private static List<InvoicePart>? Parts(MatchForm form)
    {
        var parts = new List<InvoicePart>();
        foreach (var (invoice, typed) in (form.Invoices ?? []).Zip(form.Amounts ?? []).Where(part => !string.IsNullOrWhiteSpace(part.Second)))
        {
            if (NumberInput.TryParse(typed, out var tenge) != NumberProblem.None || tenge < 0 || tenge > StatementLimits.AmountTiyn / 100m || !decimal.IsInteger(tenge * 100))
            {
                return null;
            }

            if (tenge > 0)
            {
                parts.Add(new InvoicePart(new InvoiceId(invoice), Money.FromTenge(tenge)));
            }
        }

        return parts;
    }

    private BankDecision? Refused(string key, string field = "")
    {
        ModelState.AddModelError(field, text[key]);
        return null;
    }

    private async Task<IActionResult> PageAsync(string? rowClass, Guid? id, Guid? after, MatchForm form, CancellationToken ct)
    {
        var chosen = BankWords.Classes.Contains(rowClass ?? "", StringComparer.Ordinal) ? rowClass : null;
        var rows = await screen.WaitingAsync(chosen, after, PageRows + 1, ct);
        var opened = id is { } wanted ? await screen.FindAsync(wanted, ct) : rows is [var first, ..] ? first : null;
        return id is not null && opened is null ? NotFound() : View("Match", new MatchPage(
            await screen.CountsAsync(ct), [.. rows.Take(PageRows)], chosen, rows.Count > PageRows ? rows[PageRows - 1].BankRowId : null, await screen.DecidedAsync(20, ct),
            opened is null ? null : new OpenedRow(
                opened,
                opened.Way == nameof(MoneyWay.In) ? await screen.InvoicesAsync(opened, ct) : [],
                opened.Way == nameof(MoneyWay.Out) ? await screen.EarlierAsync(opened, ct) : [],
                opened.Way == nameof(MoneyWay.Out) ? await screen.RefundsAsync(opened, ct) : []),
            form,
            HttpContext.Person().PlatformRoles.Contains(PlatformRole.OperatorPreparer, StringComparer.Ordinal)));
    }

    private LocalRedirectResult Back(string said, Guid? row = null)
    {
        TempData["Said"] = said;
        return LocalRedirect($"/{Culture.CurrentCode}/operator/payments/match" + (row is null ? "" : $"?row={row}"));
    }
}
