using System.Globalization;
using EwasteEpr.Declarations;
using EwasteEpr.Declarations.Drafts;
using EwasteEpr.Declarations.Submission;
using EwasteEpr.Organisations;
using EwasteEpr.Web.Features.Shared;
using EwasteEpr.Web.Features.Payments;
using EwasteEpr.Web.Hosting;
using EwasteEpr.Web.Hosting.Printing;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Declarations;

/// <summary>Compare, check, sign and submit: what was shown is what is submitted, once.</summary>
[Route("/{culture:culture}/org/{slug}/declarations/{no}")]
public sealed class SubmissionController(
    DeclarationService declarations, SubmissionService submission, ComparisonService comparison, LineQueries lines, LineExplanations explanations,
    BillingNudge billing, IStringLocalizer<DeclarationsText> text) : DeclarantController
{
    [HttpGet("compare")]
    [Authorize(Policy = PolicyNames.OrgReader)]
    public async Task<IActionResult> Compare(string no, CancellationToken ct) =>
        await declarations.GetAsync(KeyOf(no), null, ct) is { } declaration
            ? View("Compare", new ComparePage(declaration, await comparison.CompareAsync(KeyOf(no), declaration.Version.Version, ct)))
            : NotFound();

    [HttpGet("check")]
    [Authorize(Policy = PolicyNames.OrgReader)]
    public async Task<IActionResult> Check(string no, int? why, int? after, CancellationToken ct)
    {
        if (await declarations.GetAsync(KeyOf(no), null, ct) is not { } declaration)
        {
            return NotFound();
        }

        // A declaration that has no draft was submitted: by this person a moment ago, or by another one.
        return declaration.DraftVersion is null || await submission.CheckAsync(KeyOf(no), Who, ct) is not { } report
            ? To(declaration.CurrentVersion is null ? no : no + "/receipt")
            : View("Check", new CheckPage(
                report,
                await lines.ListAsync(KeyOf(no), report.Declaration.Version.Version, new LineFilter(After: after ?? 0), ct),
                why is { } line ? await explanations.OfAsync(KeyOf(no), report.Declaration.Version.Version, line, ct) : null,
                Organisation.Has(OrganisationRole.Signatory),
                after));
    }

    [HttpGet("submit")]
    [Authorize(Policy = PolicyNames.OrgSignatory)]
    [RequireFreshSignIn]
    public async Task<IActionResult> Submit(string no, long? revision, CancellationToken ct)
    {
        if (await declarations.GetAsync(KeyOf(no), null, ct) is not { } declaration)
        {
            return NotFound();
        }

        if (declaration.DraftVersion is null || await submission.CheckAsync(KeyOf(no), Who, ct) is not { } report)
        {
            return To(declaration.CurrentVersion is null ? no : no + "/receipt");
        }

        if (report.Revision != revision || !report.IsReady)
        {
            Say(report.IsReady ? "Said.ShownAgain" : "Said.NotReady");
            return To(no + "/check");
        }

        return View("Submit", report);
    }

    /// <param name="revision">What was shown. It is the idempotency token as well: the same revision is submitted once, whoever clicks how often.</param>
    [HttpPost("submit")]
    [Authorize(Policy = PolicyNames.OrgSignatory)]
    [RequireFreshSignIn]
    public async Task<IActionResult> SubmitNow(string no, long revision, CancellationToken ct)
    {
        switch (await submission.SubmitAsync(KeyOf(no), revision, Who, ct))
        {
            case SubmitOutcome.NotFound:
                return NotFound();
            case SubmitOutcome.Submitted or SubmitOutcome.AlreadySubmitted:
                await billing.BillAsync(KeyOf(no), ct);
                return To(no + "/receipt");
            case SubmitOutcome.Stale:
                Say("Said.ShownAgain");
                break;
            case SubmitOutcome.DocumentDeclaredBefore before:
                Say("Said.DocumentDeclaredBefore", before.DocumentNo);
                break;
            case SubmitOutcome.ExportExceedsDeclared exceeds:
                Say("Said.ExportExceeds", exceeds.Number, exceeds.LineNo.ToString(CultureInfo.InvariantCulture), Format.Current.Exact(exceeds.LeftGrams / 1000m));
                break;
            default:
                Say("Said.NotReady");
                break;
        }

        return To(no + "/check");
    }

    [HttpGet("receipt")]
    [Authorize(Policy = PolicyNames.OrgReader)]
    public async Task<IActionResult> Receipt(string no, int? version, CancellationToken ct)
    {
        if (await declarations.GetAsync(KeyOf(no), version, ct) is not { } declaration)
        {
            return NotFound();
        }

        if (await submission.ReceiptAsync(KeyOf(no), version, ct) is { } receipt)
        {
            return View("Receipt", new ReceiptPage(declaration, receipt, Organisation));
        }

        Say("Said.NotSubmitted");
        return To(no);
    }

    /// <summary>The legal paper: Kazakh to the left, Russian to the right.</summary>
    [HttpGet("receipt/pdf")]
    [Authorize(Policy = PolicyNames.OrgReader)]
    public async Task<IActionResult> Pdf(string no, int? version, CancellationToken ct) => await PaperAsync(no, version, ct) is { } paper ? new PaperResult(paper) : NotFound();

    /// <summary>The same on the screen.</summary>
    [HttpGet("receipt/print")]
    [Authorize(Policy = PolicyNames.OrgReader)]
    public async Task<IActionResult> Print(string no, int? version, CancellationToken ct) => await PaperAsync(no, version, ct) is { } paper ? new PaperResult(paper, asPage: true) : NotFound();

    private async Task<Paper?> PaperAsync(string no, int? version, CancellationToken ct) =>
        await declarations.GetAsync(KeyOf(no), version, ct) is { } declaration && await submission.ReceiptAsync(KeyOf(no), version, ct) is { } receipt
            ? new Paper("ReceiptPrint", new ReceiptPage(declaration, receipt, Organisation), text["Receipt.Title", receipt.Number], receipt.Number) { BackAddress = At(no + "/receipt") }
            : null;
}

public sealed record ComparePage(DeclarationDetail Declaration, Comparison? Comparison);

/// <param name="Opened">The line that says why.</param>
public sealed record CheckPage(CheckReport Report, Page<LineRow, int> Lines, Explanation? Opened, bool MaySign, int? After)
{
    public DeclarationDetail Declaration => Report.Declaration;

    public int Unpriced => Declaration.Version.Lines - Declaration.Version.PricedLines;
}

public sealed record ReceiptPage(DeclarationDetail Declaration, Receipt Receipt, OrganisationAccess Organisation);
