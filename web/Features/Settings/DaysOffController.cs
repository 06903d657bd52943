using EwasteEpr.Kernel;
using EwasteEpr.Settings;
using EwasteEpr.Web.Features.Shared;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Settings;

/// <summary>Days off and days worked instead: by form or CSV, each with the act it rests on.</summary>
[Route("/{culture:culture}/operator/calendar")]
[Authorize(Policy = PolicyNames.AnyOperator)]
public sealed class DaysOffController(DaysOff days, IStringLocalizer<SettingsText> text) : Controller
{
    private const int ProblemsShown = 20;
    private const int MostBytes = 256 * 1024;

    [HttpGet("")]
    public Task<IActionResult> Index(string? done, CancellationToken ct) => ShowAsync(new DayOffForm(), done, ct);

    [HttpGet("days.csv")]
    public async Task<IActionResult> Csv(CancellationToken ct) => new CsvFile(
        "days-off.csv", DaysOff.Columns, (await days.ListAsync(null, ct)).Select(day => new object?[] { day.Day, day.Kind.ToString(), day.NameKk, day.NameRu, day.NameEn, day.Act }));

    [HttpPost("")]
    [Authorize(Policy = PolicyNames.OperatorPreparer)]
    public async Task<IActionResult> Enter([Bind(Prefix = nameof(DaysOffPage.Form))] DayOffForm form, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(form);
        if (form.File is { Length: > 0 and <= MostBytes })
        {
            using var stream = new MemoryStream();
            await form.File.CopyToAsync(stream, ct);
            form.Rows = SmallTable.Decode(stream.ToArray());
        }

        var entered = string.IsNullOrWhiteSpace(form.Rows) ? OfFields(form) : OfTable(form.Rows);
        if (!ModelState.IsValid)
        {
            return await ShowAsync(form, null, ct);
        }

        await days.WriteAsync(entered, ActorContext.Current(HttpContext), ct);
        return Back("Entered");
    }

    [HttpPost("{day}/remove")]
    [Authorize(Policy = PolicyNames.OperatorPreparer)]
    public async Task<IActionResult> Remove(DateOnly day, CancellationToken ct) =>
        await days.RemoveAsync(day, ActorContext.Current(HttpContext), ct) ? Back("Removed") : NotFound();

    private IReadOnlyList<DayOff> OfTable(string rows)
    {
        ModelState.Clear(); // what was pasted counts, and the fields are of no concern
        var (read, problems) = DaysOff.Read(rows);
        foreach (var (row, column, value) in problems.Take(ProblemsShown))
        {
            ModelState.AddModelError("Form.Rows", row == 0 ? text["D.NoTable", DaysOff.MostRows] : row == 1 ? text["D.Column", column] : text["D.Row", row, column, value]);
        }

        return read;
    }

    private IReadOnlyList<DayOff> OfFields(DayOffForm form)
    {
        Require(form.Day is not null, nameof(form.Day), "D.Day");
        Require(!string.IsNullOrWhiteSpace(form.NameKk), nameof(form.NameKk), "D.Text");
        Require(!string.IsNullOrWhiteSpace(form.NameRu), nameof(form.NameRu), "D.Text");
        Require(!string.IsNullOrWhiteSpace(form.NameEn), nameof(form.NameEn), "D.Text");
        Require(!string.IsNullOrWhiteSpace(form.Act), nameof(form.Act), "D.Act");
        return ModelState.IsValid ? [new DayOff(form.Day!.Value, form.Kind, form.NameKk!.Trim(), form.NameRu!.Trim(), form.NameEn!.Trim(), form.Act!.Trim())] : [];
    }

    private void Require(bool holds, string field, string sentence)
    {
        if (!holds && !(ModelState.TryGetValue("Form." + field, out var entry) && entry.Errors.Count > 0))
        {
            ModelState.AddModelError("Form." + field, text[sentence]);
        }
    }

    private async Task<IActionResult> ShowAsync(DayOffForm form, string? done, CancellationToken ct) => View("DaysOff", new DaysOffPage(await days.ListAsync(null, ct), form, done));

    private LocalRedirectResult Back(string done) => LocalRedirect($"/{Culture.CurrentCode}/operator/calendar?done={done}");
}

public sealed record DaysOffPage(IReadOnlyList<DayOff> Days, DayOffForm Form, string? Done);
