using System.Globalization;
using EwasteEpr.Declarations;
using EwasteEpr.Declarations.Drafts;
using EwasteEpr.Organisations;
using EwasteEpr.Web.Features.Shared;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Declarations;

/// <summary>The lines of a version: looked at, added, changed and removed one at a time.</summary>
[Route("/{culture:culture}/org/{slug}/declarations/{no}/lines")]
public sealed class LinesController(
    DeclarationService declarations, LineQueries lines, DraftLines drafts, LineExplanations explanations, RowSentences sentences, IStringLocalizer<DeclarationsText> text) : DeclarantController
{
    private const int MostExported = 1_000_000;

    [HttpGet("")]
    [Authorize(Policy = PolicyNames.OrgReader)]
    public async Task<IActionResult> Lines(string no, LinesQuery query, int? edit, int? why, CancellationToken ct)
    {
        ModelState.Clear();
        return await PageAsync(no, query, edit is { } line ? await FormOfAsync(no, line, ct) : new LineForm(), why, ct);
    }

    [HttpGet("/{culture:culture}/org/{slug}/declarations/{no}/lines.csv")]
    [Authorize(Policy = PolicyNames.OrgReader)]
    public async Task<IActionResult> Csv(string no, LinesQuery query, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(query);
        if (await declarations.GetAsync(KeyOf(no), query.Version, ct) is not { } declaration)
        {
            return NotFound();
        }

        var all = new List<object?[]>();
        var filter = query.ToFilter() with { After = 0, PageSize = 200 };
        while (all.Count < MostExported)
        {
            var page = await lines.ListAsync(KeyOf(no), declaration.Version.Version, filter, ct);
            all.AddRange(page.Rows.Select(LineCsv.Row));
            if (page.Next is not { } next)
            {
                break;
            }

            filter = filter with { After = next };
        }

        return new CsvFile($"{declaration.Number}-v{declaration.Version.Version}-lines.csv", LineCsv.Head, all);
    }

    [HttpPost("")]
    [Authorize(Policy = PolicyNames.OrgPreparer)]
    public async Task<IActionResult> Add(string no, [Bind(Prefix = "Form")] LineForm form, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(form);
        return Request.IsLanguageSwitch()
            ? await AgainAsync(no, form, ct)
            : await AnswerAsync(no, form, await drafts.AddAsync(KeyOf(no), form.ToFields(), Who, ct), ct);
    }

    [HttpPost("{line:int}")]
    [Authorize(Policy = PolicyNames.OrgPreparer)]
    public async Task<IActionResult> Change(string no, int line, [Bind(Prefix = "Form")] LineForm form, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(form);
        form = form with { LineNo = line };
        return Request.IsLanguageSwitch()
            ? await AgainAsync(no, form, ct)
            : await AnswerAsync(no, form, await drafts.ChangeAsync(KeyOf(no), line, form.ToFields(), form.Revision ?? 0, Who, ct), ct);
    }

    [HttpPost("{line:int}/remove")]
    [Authorize(Policy = PolicyNames.OrgPreparer)]
    public async Task<IActionResult> Remove(string no, int line, long? revision, CancellationToken ct) =>
        await AnswerAsync(no, new LineForm { LineNo = line }, await drafts.RemoveAsync(KeyOf(no), line, revision ?? 0, Who, ct), ct);

    /// <summary>The packaging of all lines is declared elsewhere, under this document.</summary>
    [HttpPost("packaging")]
    [Authorize(Policy = PolicyNames.OrgPreparer)]
    public async Task<IActionResult> Packaging(string no, string? documentNo, CancellationToken ct)
    {
        var document = documentNo?.Trim() ?? "";
        if (document.Length > DeclarationService.MostDocumentCharacters)
        {
            ModelState.AddModelError("documentNo", text["Packaging.TooLong"]);
            return await PageAsync(no, new LinesQuery(), new LineForm(), null, ct);
        }

        var outcome = await drafts.SetPackagingDocumentAsync(KeyOf(no), document, Who, ct);
        if (outcome is not LineOutcome.Saved)
        {
            return await AnswerAsync(no, new LineForm(), outcome, ct);
        }

        Say(document.Length > 0 ? "Packaging.Said" : "Packaging.SaidNone", document);
        return To(no + "/lines");
    }

    private async Task<IActionResult> AnswerAsync(string no, LineForm form, LineOutcome outcome, CancellationToken ct)
    {
        switch (outcome)
        {
            case LineOutcome.NotFound:
                return NotFound();
            case LineOutcome.Saved saved:
                Say(saved.Warnings.Count > 0 ? "Said.LineWarned" : "Said.LineSaved", saved.LineNo.ToString(CultureInfo.InvariantCulture));
                return To(no + "/lines");
            case LineOutcome.Removed:
                Say("Said.LineRemoved", form.LineNo!.Value.ToString(CultureInfo.InvariantCulture));
                return To(no + "/lines");
            case LineOutcome.Refused refused:
                await ExplainAsync(refused.Problems, ct);
                break;
            case LineOutcome.Stale stale:
                ModelState.AddModelError("", text["Lines.Stale"]);
                form = form with { Revision = stale.ChangedRevision };
                ModelState.Remove("Form.Revision");
                break;
            case LineOutcome.NoSuchLine:
                ModelState.AddModelError("", text["Lines.Gone"]);
                form = form with { LineNo = null };
                break;
            case LineOutcome.Busy:
                ModelState.AddModelError("", text["Said.Busy"]);
                break;
            case LineOutcome.WrongKind:
                ModelState.AddModelError("", text["Lines.WrongKind"]);
                break;
            default:
                ModelState.AddModelError("", text["Said.NoDraft"]);
                break;
        }

        return await PageAsync(no, new LinesQuery(), form, null, ct);
    }

    private async Task ExplainAsync(IReadOnlyList<LineProblem> problems, CancellationToken ct)
    {
        var say = await sentences.LoadAsync(ct);
        foreach (var problem in problems.Where(problem => problem.IsError))
        {
            ModelState.AddModelError(LineForm.FieldOf(problem.Column), say.Of(problem));
        }
    }

    private Task<IActionResult> AgainAsync(string no, LineForm form, CancellationToken ct)
    {
        ModelState.Clear();
        return PageAsync(no, new LinesQuery(), form, null, ct);
    }

    private async Task<IActionResult> PageAsync(string no, LinesQuery query, LineForm? form, int? why, CancellationToken ct)
    {
        if (form is null || await declarations.GetAsync(KeyOf(no), query.Version, ct) is not { } declaration)
        {
            return NotFound();
        }

        if (declaration.Kind == DeclarationKind.ExportAdjustment && query.Version is null)
        {
            return To(no + "/exports");
        }

        var mayChange = declaration.IsEditable && declaration.DraftVersion == declaration.Version.Version && declaration.Kind is DeclarationKind.Period or DeclarationKind.Consignment && Organisation.Has(OrganisationRole.Preparer);
        return View(nameof(Lines), new LinesPage(
            declaration,
            query,
            await lines.ListAsync(KeyOf(no), declaration.Version.Version, query.ToFilter(), ct),
            mayChange ? form : null,
            why is { } line ? await explanations.OfAsync(KeyOf(no), declaration.Version.Version, line, ct) : null));
    }

    /// <summary>A line or a row that waits; none when neither is there.</summary>
    private async Task<LineForm?> FormOfAsync(string no, int line, CancellationToken ct)
    {
        if (await declarations.GetAsync(KeyOf(no), null, ct) is not { DraftVersion: { } version })
        {
            return null;
        }

        if (await lines.GetAsync(KeyOf(no), version, line, ct) is { } detail)
        {
            return LineForm.Of(detail.Fields, line, detail.Line.ChangedRevision);
        }

        if (await lines.GetParkedAsync(KeyOf(no), version, line, ct) is not { } parked)
        {
            return null;
        }

        await ExplainAsync(parked.Problems, ct);
        return LineForm.Of(parked.Fields, line, parked.ChangedRevision);
    }
}
