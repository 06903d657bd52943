using System.Globalization;
using EwasteEpr.Declarations;
using EwasteEpr.Declarations.Problems;
using EwasteEpr.Declarations.Reading;
using EwasteEpr.Declarations.Uploads;
using EwasteEpr.Organisations;
using EwasteEpr.Web.Features.Shared;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Declarations;

/// <summary>Problems of a draft in groups; one fix for all rows alike; reasons for warnings; the own file back.</summary>
[Route("/{culture:culture}/org/{slug}/declarations/{no}")]
public sealed class IssuesController(
    DeclarationService declarations, ProblemService problems, FixService fixes, UploadStatus uploads, AnnotatedFiles files, RowSentences sentences, IStringLocalizer<DeclarationsText> text) : DeclarantController
{
    private const int MostExported = 100_000;

    [HttpGet("issues")]
    [Authorize(Policy = PolicyNames.OrgReader)]
    public Task<IActionResult> Issues(string no, IssuesQuery query, CancellationToken ct) => PageAsync(no, null, query, ct);

    [HttpGet("upload/{id:guid}/issues")]
    [Authorize(Policy = PolicyNames.OrgReader)]
    public async Task<IActionResult> OfUpload(string no, Guid id, IssuesQuery query, CancellationToken ct) =>
        await uploads.GetAsync(Organisation.OrganisationId, id, ct) is { } upload && upload.Number == no ? await PageAsync(no, upload, query, ct) : NotFound();

    [HttpPost("issues/fix")]
    [Authorize(Policy = PolicyNames.OrgPreparer)]
    public async Task<IActionResult> Fix(string no, FixForm form, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(form);
        Column? target = Columns.TryParse(form.Target ?? "", out var column) ? column : null;
        switch (await fixes.ApplyAsync(KeyOf(no), new ProblemSelection(form.Code ?? "", form.Column ?? "", form.Value ?? ""), form.NewValue?.Trim() ?? "", Who, ct, target))
        {
            case FixOutcome.NotFound:
                return NotFound();
            case FixOutcome.Applied applied:
                Say(applied.StillWrong > 0 ? "Said.FixedSome" : "Said.Fixed", Words(applied.Changed), Words(applied.StillWrong));
                break;
            default:
                Say("Said.NothingToFix");
                break;
        }

        return Back(no, form.Upload);
    }

    [HttpPost("issues/undo")]
    [Authorize(Policy = PolicyNames.OrgPreparer)]
    public async Task<IActionResult> Undo(string no, Guid fix, Guid? upload, CancellationToken ct)
    {
        switch (await fixes.UndoAsync(KeyOf(no), fix, Who, ct))
        {
            case FixOutcome.NotFound:
                return NotFound();
            case FixOutcome.Undone undone:
                Say("Said.Undone", Words(undone.Restored), Words(undone.LeftAlone));
                break;
            default:
                Say("Said.NotUndoable");
                break;
        }

        return Back(no, upload);
    }

    [HttpPost("issues/reason")]
    [Authorize(Policy = PolicyNames.OrgPreparer)]
    public async Task<IActionResult> Reason(string no, ReasonForm form, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(form);
        switch (await problems.GiveReasonAsync(KeyOf(no), new ProblemSelection(form.Code ?? "", form.Column ?? "", form.OfValue == true ? form.Value ?? "" : null), null, form.Reason ?? "", Who, ct))
        {
            case ReasonOutcome.NotFound:
                return NotFound();
            case ReasonOutcome.Given given:
                Say("Said.Reasoned", Words(given.Rows));
                return Back(no, form.Upload);
            case ReasonOutcome.NotAReason:
                ModelState.AddModelError("reason", text["Issues.ReasonMissing", ProblemService.MostReasonCharacters]);
                return await PageAsync(no, null, new IssuesQuery(form.Code, form.Column, form.Value), ct);
            default:
                Say("Said.NoDraft");
                return To(no);
        }
    }

    [HttpGet("issues.csv")]
    [Authorize(Policy = PolicyNames.OrgReader)]
    public async Task<IActionResult> Csv(string no, CancellationToken ct)
    {
        if (await declarations.GetAsync(KeyOf(no), null, ct) is not { } declaration || await problems.SummaryAsync(KeyOf(no), declaration.Version.Version, ct) is not { } summary)
        {
            return NotFound();
        }

        var say = await sentences.LoadAsync(ct);
        var rows = new List<object?[]>();
        foreach (var group in summary.Groups)
        {
            var after = 0;
            while (rows.Count < MostExported)
            {
                var page = await problems.RowsAsync(KeyOf(no), declaration.Version.Version, new ProblemSelection(group.Code, group.Column), after, 200, ct);
                rows.AddRange(page.Rows.Select(row => new object?[] { row.RowNo ?? row.LineNo, group.Code, group.Column, row.Value, group.IsError ? "error" : "warning", say.Of(group.Code, group.Column, row.Value, row.Detail, row.Detail2, row.RowNo ?? row.LineNo), row.Reason }));
                if (page.Next is not { } next)
                {
                    break;
                }

                after = next;
            }
        }

        return new CsvFile($"{no}-problems.csv", ["row", "code", "column", "value", "severity", "problem", "reason"], rows);
    }

    /// <summary>The declarant's own file with one column more.</summary>
    [HttpGet("upload/{id:guid}/marked")]
    [Authorize(Policy = PolicyNames.OrgReader)]
    public async Task<IActionResult> Marked(string no, Guid id, CancellationToken ct)
    {
        if (await uploads.GetAsync(Organisation.OrganisationId, id, ct) is not { } upload || upload.Number != no)
        {
            return NotFound();
        }

        if (await files.FindAsync(Organisation.OrganisationId, id, ct) is not { } file)
        {
            return NotFound();
        }

        var say = await sentences.LoadAsync(ct);
        Response.ContentType = file.IsWorkbook ? "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" : "text/csv; charset=utf-8";
        Response.Headers.ContentDisposition = $"attachment; filename=\"{no}-marked.{(file.IsWorkbook ? "xlsx" : "csv")}\"";
        await files.WriteAsync(Organisation.OrganisationId, id, new ProblemWords(text["Issues.Column"], say.Of, NeedsKazakhLetters: Culture.CurrentCode == "kk"), Response.Body, ct);
        return new EmptyResult();
    }

    private async Task<IActionResult> PageAsync(string no, UploadProgress? upload, IssuesQuery query, CancellationToken ct)
    {
        if (await declarations.GetAsync(KeyOf(no), null, ct) is not { } declaration || await problems.SummaryAsync(KeyOf(no), declaration.Version.Version, ct) is not { } summary)
        {
            return NotFound();
        }

        var version = declaration.Version.Version;
        upload ??= (await uploads.ListAsync(KeyOf(no), ct)).FirstOrDefault(one => one.State == UploadState.Done);
        var chosen = summary.Groups.FirstOrDefault(group => group.Code == query.Code && group.Column == (query.Column ?? ""))
            ?? summary.Groups.FirstOrDefault(group => group.IsError || group.Unreasoned > 0) ?? (summary.Groups.Count > 0 ? summary.Groups[0] : null);
        var values = chosen is null ? [] : await problems.ValuesAsync(KeyOf(no), version, chosen.Code, chosen.Column, ct);
        var value = values.FirstOrDefault(one => query.Value is not null && one.Value == query.Value) ?? (values.Count > 0 ? values[0] : null);
        var rows = chosen is null || value is null ? null : await problems.RowsAsync(KeyOf(no), version, new ProblemSelection(chosen.Code, chosen.Column, value.Value), query.After ?? 0, 50, ct);
        return View("Issues", new IssuesPage(
            declaration, upload, summary, chosen, values, value, rows, await sentences.LoadAsync(ct),
            declaration.IsEditable && Organisation.Has(OrganisationRole.Preparer)));
    }

    private IActionResult Back(string no, Guid? upload) => To(upload is { } id ? $"{no}/upload/{id}/issues" : no + "/issues");

    private static string Words(int number) => Format.Current.Number(number);
}

public sealed record IssuesQuery(string? Code = null, string? Column = null, string? Value = null, int? After = null)
{
    public static string Address(string path, string code, string column, string? value = null, int? after = null) => QueryHelpers.AddQueryString(
        path,
        new Dictionary<string, string?>(StringComparer.Ordinal) { ["code"] = code, ["column"] = column, ["value"] = value, ["after"] = after?.ToString(CultureInfo.InvariantCulture) }.Where(pair => pair.Value is not null));
}

/// <param name="Target">The column that gets the new value, where it is not the problem's own.</param>
public sealed record FixForm(string? Code, string? Column, string? Value, string? Target, string? NewValue, Guid? Upload);

/// <param name="OfValue">For the rows with this value only; else for the whole group.</param>
public sealed record ReasonForm(string? Code, string? Column, string? Value, bool? OfValue, string? Reason, Guid? Upload);
