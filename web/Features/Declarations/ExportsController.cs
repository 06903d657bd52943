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

/// <summary>The lines of an export adjustment: each takes a mass away from a line that was declared before.</summary>
[Route("/{culture:culture}/org/{slug}/declarations/{no}/exports")]
public sealed class ExportsController(
    DeclarationService declarations, LineQueries lines, ExportableLines exportable, DraftExports exports, DraftLines drafts, RowSentences sentences, IStringLocalizer<DeclarationsText> text)
    : DeclarantController
{
    [HttpGet("")]
    [Authorize(Policy = PolicyNames.OrgReader)]
    public Task<IActionResult> Exports(string no, ExportsQuery query, CancellationToken ct)
    {
        ModelState.Clear();
        return PageAsync(no, query, new ExportForm(), new ExportPaste(), ct);
    }

    [HttpPost("")]
    [Authorize(Policy = PolicyNames.OrgPreparer)]
    public async Task<IActionResult> Add(string no, [Bind(Prefix = "Form")] ExportForm form, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(form);
        if (!Request.IsLanguageSwitch())
        {
            var outcome = await exports.AddAsync(KeyOf(no), form.ToLine(), Who, ct);
            if (outcome is LineOutcome.Refused refused)
            {
                await ExplainAsync(refused.Problems, problem => ExportForm.FieldOf(problem.Column), ct);
            }
            else if (Answer(no, outcome, saved => Say("Said.LineSaved", saved.LineNo.ToString(CultureInfo.InvariantCulture))) is { } answer)
            {
                return answer;
            }
        }
        else
        {
            ModelState.Clear();
        }

        return await PageAsync(no, new ExportsQuery(From: form.Declared, Line: form.Line), form, new ExportPaste(), ct);
    }

    [HttpPost("paste")]
    [Authorize(Policy = PolicyNames.OrgPreparer)]
    public async Task<IActionResult> Paste(string no, [Bind(Prefix = "Paste")] ExportPaste paste, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(paste);
        const string Field = "Paste.Rows";
        if (Request.IsLanguageSwitch())
        {
            ModelState.Clear();
        }
        else if (paste.ToLines() is not { } rows)
        {
            ModelState.AddModelError(Field, text["Exports.TooMany", DraftExports.MostAtOnce]);
        }
        else if (rows.Count == 0)
        {
            ModelState.AddModelError(Field, text["Paste.Missing"]);
        }
        else
        {
            var outcome = await exports.AddAllAsync(KeyOf(no), rows, Who, ct);
            if (outcome is LineOutcome.Refused refused)
            {
                await ExplainAsync(refused.Problems, _ => Field, ct);
            }
            else if (Answer(no, outcome, _ => Say("Said.ExportsAdded", Format.Current.Number(rows.Count))) is { } answer)
            {
                return answer;
            }
        }

        return await PageAsync(no, new ExportsQuery(), new ExportForm(), paste, ct);
    }

    [HttpPost("{line:int}/remove")]
    [Authorize(Policy = PolicyNames.OrgPreparer)]
    public async Task<IActionResult> Remove(string no, int line, long? revision, CancellationToken ct)
    {
        var outcome = await drafts.RemoveAsync(KeyOf(no), line, revision ?? 0, Who, ct);
        if (outcome is LineOutcome.Removed)
        {
            Say("Said.LineRemoved", line.ToString(CultureInfo.InvariantCulture));
            return To(no + "/exports");
        }

        return Answer(no, outcome, _ => { }) ?? await PageAsync(no, new ExportsQuery(), new ExportForm(), new ExportPaste(), ct);
    }

    /// <returns>None where the page is shown again with what was said.</returns>
    private IActionResult? Answer(string no, LineOutcome outcome, Action<LineOutcome.Saved> say)
    {
        switch (outcome)
        {
            case LineOutcome.NotFound:
                return NotFound();
            case LineOutcome.Saved saved:
                say(saved);
                return To(no + "/exports");
            case LineOutcome.Stale or LineOutcome.NoSuchLine:
                ModelState.AddModelError("", text["Exports.Stale"]);
                return null;
            case LineOutcome.Busy:
                ModelState.AddModelError("", text["Said.Busy"]);
                return null;
            case LineOutcome.WrongKind:
                ModelState.AddModelError("", text["Lines.WrongKind"]);
                return null;
            default:
                ModelState.AddModelError("", text["Said.NoDraft"]);
                return null;
        }
    }

    private async Task ExplainAsync(IReadOnlyList<LineProblem> problems, Func<LineProblem, string> field, CancellationToken ct)
    {
        const int MostShown = 20;
        var say = await sentences.LoadAsync(ct);
        var isPaste = problems.Count > 0 && field(problems[0]).StartsWith("Paste", StringComparison.Ordinal);
        foreach (var problem in problems.Take(MostShown))
        {
            ModelState.AddModelError(field(problem), isPaste ? text["Exports.Row", problem.RowNo ?? 0, say.Of(problem)] : say.Of(problem));
        }
    }

    private async Task<IActionResult> PageAsync(string no, ExportsQuery query, ExportForm form, ExportPaste paste, CancellationToken ct)
    {
        if (await declarations.GetAsync(KeyOf(no), null, ct) is not { Kind: DeclarationKind.ExportAdjustment } declaration)
        {
            return NotFound();
        }

        var mayChange = declaration.IsEditable && Organisation.Has(OrganisationRole.Preparer);
        var chosen = mayChange && query.From is { Length: > 0 } from ? await exportable.FindAsync(KeyOf(no), from, query.Line ?? 0, ct) : null;
        return View("Exports", new ExportsPage(
            declaration,
            await lines.ListAsync(KeyOf(no), declaration.Version.Version, new LineFilter(PageSize: 200), ct),
            query,
            mayChange ? await exportable.ListAsync(KeyOf(no), query.Text, query.After, ct) : null,
            chosen,
            form with { Declared = chosen?.Number, Line = chosen?.LineNo, Condition = form.Condition ?? chosen?.Condition?.ToLowerInvariant() },
            paste));
    }
}
