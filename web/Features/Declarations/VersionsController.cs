using EwasteEpr.Declarations;
using EwasteEpr.Declarations.Submission;
using EwasteEpr.Web.Features.Shared;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Declarations;

/// <summary>What is signed, how versions differ, and beginning a correction.</summary>
[Route("/{culture:culture}/org/{slug}/declarations/{no}")]
public sealed class VersionsController(DeclarationService declarations, CorrectionService corrections, CanonicalCsv canonical, IStringLocalizer<DeclarationsText> text) : DeclarantController
{
    [HttpGet("amend")]
    [Authorize(Policy = PolicyNames.OrgPreparer)]
    public async Task<IActionResult> Amend(string no, CancellationToken ct) =>
        await declarations.GetAsync(KeyOf(no), null, ct) switch
        {
            null => NotFound(),
            { DraftVersion: not null } or { CurrentVersion: null } => To(no),
            var declaration => View("Amend", new AmendPage(declaration, new AmendForm(null))),
        };

    [HttpPost("amend")]
    [Authorize(Policy = PolicyNames.OrgPreparer)]
    public async Task<IActionResult> Amend(string no, [Bind(Prefix = "Form")] AmendForm form, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(form);
        if (await declarations.GetAsync(KeyOf(no), null, ct) is not { } declaration)
        {
            return NotFound();
        }

        if (Request.IsLanguageSwitch())
        {
            ModelState.Clear();
            return View("Amend", new AmendPage(declaration, form));
        }

        switch (await corrections.StartAsync(KeyOf(no), form.Reason ?? "", Who, ct))
        {
            case CorrectionOutcome.ReasonNeeded:
                ModelState.AddModelError("Form.Reason", text["Amend.ReasonMissing", CorrectionService.MostReasonCharacters]);
                return View("Amend", new AmendPage(declaration, form));
            case CorrectionOutcome.Started or CorrectionOutcome.AlreadyStarted:
                Say("Said.CorrectionStarted");
                return To(no + "/lines");
            case CorrectionOutcome.NotFound:
                return NotFound();
            default:
                return To(no);
        }
    }

    [HttpGet("versions/{version:int}/difference")]
    [Authorize(Policy = PolicyNames.OrgReader)]
    public async Task<IActionResult> Difference(string no, int version, int? after, CancellationToken ct) =>
        await declarations.GetAsync(KeyOf(no), version, ct) is { } declaration && await corrections.DifferenceAsync(KeyOf(no), version, after ?? 0, 50, ct) is { } difference
            ? View("Difference", new DifferencePage(declaration, difference))
            : NotFound();

    /// <summary>What is signed: the recipe and the file.</summary>
    [HttpGet("canonical")]
    [Authorize(Policy = PolicyNames.OrgReader)]
    public async Task<IActionResult> Canonical(string no, CancellationToken ct) =>
        await declarations.GetAsync(KeyOf(no), null, ct) is { } declaration
            ? View("Canonical", new CanonicalPage(declaration, await declarations.VersionsAsync(KeyOf(no), ct)))
            : NotFound();

    [HttpGet("versions/{version:int}/canonical.csv")]
    [Authorize(Policy = PolicyNames.OrgReader)]
    public async Task<IActionResult> CanonicalFile(string no, int version, CancellationToken ct)
    {
        if (await declarations.GetAsync(KeyOf(no), version, ct) is not { } declaration)
        {
            return NotFound();
        }

        Response.ContentType = "text/csv; charset=utf-8";
        Response.Headers.ContentDisposition = $"attachment; filename=\"{declaration.Number}-v{version}.csv\"";
        await canonical.WriteAsync(KeyOf(no), version, Response.Body, ct);
        return new EmptyResult();
    }
}

public sealed record AmendForm(string? Reason);

public sealed record AmendPage(DeclarationDetail Declaration, AmendForm Form);

public sealed record DifferencePage(DeclarationDetail Declaration, Difference Difference);

public sealed record CanonicalPage(DeclarationDetail Declaration, IReadOnlyList<DeclarationVersion> Versions);
