using EwasteEpr.Declarations;
using EwasteEpr.Declarations.Drafts;
using EwasteEpr.Declarations.Submission;
using EwasteEpr.Organisations;
using EwasteEpr.Signatures;
using EwasteEpr.Web.Features.Shared;
using EwasteEpr.Web.Hosting;
using EwasteEpr.Web.Hosting.Printing;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Declarations;

/// <summary>Compare and check before submitting, and the receipt after it.</summary>
[Route("/{culture:culture}/org/{slug}/declarations/{no}")]
public sealed class SubmissionController(
    DeclarationService declarations, SubmissionService submission, ComparisonService comparison, LineQueries lines, LineExplanations explanations,
    DocumentSigning signing, IStringLocalizer<DeclarationsText> text) : DeclarantController
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
            return View("Receipt", await PageAsync(declaration, receipt, ct));
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
            ? new Paper("ReceiptPrint", await PageAsync(declaration, receipt, ct), text["Receipt.Title", receipt.Number], receipt.Number)
            {
                BackAddress = At(no + "/receipt"),
                // A receipt has no code of its own: its number and the mass on it are asked for, and an older version no longer fits.
                VerifyAddress = receipt.MassGrams > 0 ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Request.Scheme}://{Request.Host}/kk/verify/paper?number={declaration.Number}&figure={receipt.MassGrams / 1000m}") : null,
            }
            : null;

    private async Task<ReceiptPage> PageAsync(DeclarationDetail declaration, Receipt receipt, CancellationToken ct) =>
        new(declaration, receipt, Organisation, await signing.FindAsync(new SignedSubject(SignedSubject.DeclarationVersion, declaration.DeclarationId, receipt.Version), Organisation.OrganisationId, ct));
}

public sealed record ComparePage(DeclarationDetail Declaration, Comparison? Comparison);

/// <param name="Opened">The line that says why.</param>
public sealed record CheckPage(CheckReport Report, Page<LineRow, int> Lines, Explanation? Opened, bool MaySign, int? After)
{
    public DeclarationDetail Declaration => Report.Declaration;

    public int Unpriced => Declaration.Version.Lines - Declaration.Version.PricedLines;
}

/// <param name="Signature">None: confirmed by signing in again.</param>
public sealed record ReceiptPage(DeclarationDetail Declaration, Receipt Receipt, OrganisationAccess Organisation, SignatureRow? Signature);
