using System.Globalization;
using EwasteEpr.Declarations;
using EwasteEpr.Declarations.Submission;
using EwasteEpr.Signatures;
using EwasteEpr.Signatures.Demo;
using EwasteEpr.Web.Features.Payments;
using EwasteEpr.Web.Features.Shared;
using EwasteEpr.Web.Features.Signatures;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace EwasteEpr.Web.Features.Declarations;

/// <summary>Sign and submit: what was shown is what is submitted, once.</summary>
[Route("/{culture:culture}/org/{slug}/declarations/{no}")]
public sealed class SubmitController(
    DeclarationService declarations, SubmissionService submission, SignedSubmission signed, DocumentSigning signing, BillingNudge billing) : DeclarantController
{
    [HttpGet("submit")]
    [Authorize(Policy = PolicyNames.OrgSignatory)]
    [RequireFreshSignIn]
    [SignsDocuments]
    public Task<IActionResult> Submit(string no, long? revision, CancellationToken ct) => ShowAsync(no, revision, null, ct);

    /// <param name="no">The declaration's number.</param>
    /// <param name="revision">What was shown. It is the idempotency token as well: the same revision is submitted once, whoever clicks how often.</param>
    /// <param name="given">The signature, or the wish to do without one.</param>
    /// <param name="ct">The reader went away; what was begun is finished.</param>
    [HttpPost("submit")]
    [Authorize(Policy = PolicyNames.OrgSignatory)]
    [RequireFreshSignIn]
    [SignsDocuments]
    [RequestSizeLimit(CmsReading.MostBytes * 2)]
    public async Task<IActionResult> SubmitNow(string no, long revision, [FromForm] GivenSignature given, CancellationToken ct)
    {
        var outcome = given.IsSignIn ? await submission.SubmitAsync(KeyOf(no), revision, Who, ct)
            : await SignatureOf(no, given, ct) is { } signature ? await signed.SubmitAsync(KeyOf(no), revision, signature, Who, ct)
            : null;
        switch (outcome)
        {
            case null:
                return await ShowAsync(no, revision, SigningProblem.Missing, ct);
            case SubmitOutcome.SignatureRefused refused:
                return await ShowAsync(no, revision, new SigningProblem(refused.Fault, refused.SignerName), ct);
            case SubmitOutcome.SignatureNeeded or SubmitOutcome.TooLargeToSign:
                return await ShowAsync(no, revision, SigningProblem.Missing, ct);
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

    /// <summary>The signature under a submitted version, as it came.</summary>
    [HttpGet("versions/{version:int}/signature")]
    [Authorize(Policy = PolicyNames.OrgReader)]
    public async Task<IActionResult> Signature(string no, int version, CancellationToken ct) =>
        await declarations.GetAsync(KeyOf(no), version, ct) is { } declaration
        && await signing.CmsAsync(new SignedSubject(SignedSubject.DeclarationVersion, declaration.DeclarationId, version), Organisation.OrganisationId, ct) is { } cms
            ? File(cms, "application/pkcs7-signature", $"{declaration.Number}-v{version}.csv.p7s")
            : NotFound();

    private async Task<IActionResult> ShowAsync(string no, long? revision, SigningProblem? problem, CancellationToken ct)
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

        Response.StatusCode = problem is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity;
        return View("Submit", new SubmitPage(report, await PanelAsync(report, problem, ct)));
    }

    private async Task<SigningPanel> PanelAsync(CheckReport report, SigningProblem? problem, CancellationToken ct)
    {
        var (number, version) = (report.Declaration.Number, report.Declaration.Version.Version);
        var fits = await signed.BytesAsync(KeyOf(number), ct) is not null;
        return new SigningPanel(
            At(number + "/submit"), fits ? At($"{number}/versions/{version}/canonical.csv") : null, $"{number}-v{version}.csv",
            [KeyValuePair.Create("revision", report.Revision.ToString(CultureInfo.InvariantCulture))])
        {
            MaySignInInstead = await submission.MaySignInInsteadAsync(ct),
            MayInvent = HttpContext.RequestServices.GetService<InventedKeys>() is not null,
            Problem = problem,
        };
    }

    private async Task<byte[]?> SignatureOf(string no, GivenSignature given, CancellationToken ct)
    {
        if (!given.IsInvented)
        {
            return await given.BytesAsync(ct);
        }

        return HttpContext.RequestServices.GetService<InventedKeys>() is { } keys && await signed.BytesAsync(KeyOf(no), ct) is { } content && Who.UserId is { } person
            ? await keys.SignAsync(content, Organisation.OrganisationId, person, ct)
            : null;
    }
}

public sealed record SubmitPage(CheckReport Report, SigningPanel Signing);
