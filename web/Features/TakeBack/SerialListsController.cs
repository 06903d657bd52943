using EwasteEpr.Kernel;
using EwasteEpr.TakeBack.Intake;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.TakeBack;

/// <summary>Stolen serials, re-marketed ones and type allocation codes by CSV: counted first, written afterwards, never shown again.</summary>
[Route("/{culture:culture}/operator/serials")]
[Authorize(Policy = PolicyNames.AnyOperator)]
public sealed class SerialListsController(SerialLists lists, IStringLocalizer<TakeBackText> text) : Controller
{
    private const int MostBytes = 1024 * 1024;
    private const int LongestSource = 200;

    [HttpGet("")]
    public Task<IActionResult> Lists(string? done, CancellationToken ct) => ShowAsync(new SerialListForm(SerialListName.Stolen, null, null, false), null, done, ct);

    [HttpPost("")]
    public async Task<IActionResult> Lists(SerialListForm form, IFormFile? file, [FromForm] bool write, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(form);
        if (file is { Length: > MostBytes } || form.Csv?.Length > MostBytes)
        {
            ModelState.Clear();
            ModelState.AddModelError("csv", text["Serials.Large"]);
            return await ShowAsync(form with { Csv = null }, null, null, ct);
        }

        var csv = file is { Length: > 0 } ? await ReadAsync(file, ct) : form.Csv ?? "";
        form = form with { Csv = csv };
        ModelState.Clear(); // the field shows what was read, not what was posted
        if (string.IsNullOrWhiteSpace(form.Source) || form.Source.Length > LongestSource)
        {
            ModelState.AddModelError("source", text["Serials.SourceMissing"]);
        }

        var preview = await lists.PreviewAsync(form.List, csv, ct);
        if (preview is not { IsReadable: true, Good: > 0 })
        {
            ModelState.AddModelError("csv", text["Serials.Bad"]);
        }

        if (!write || !ModelState.IsValid)
        {
            return await ShowAsync(form, preview, null, ct);
        }

        var changed = await lists.WriteAsync(new SerialListChange(form.List, form.Source!.Trim(), csv, form.Remove), ActorContext.Current(HttpContext), ct);
        return LocalRedirect(FormattableString.Invariant($"/{Culture.CurrentCode}/operator/serials?done={changed}"));
    }

    private async Task<IActionResult> ShowAsync(SerialListForm form, SerialListPreview? preview, string? done, CancellationToken ct) =>
        View("SerialLists", new SerialListsPage(form, preview, await lists.CountAsync(ct), await lists.HistoryAsync(ct), int.TryParse(done, out var changed) ? changed : null));

    private static async Task<string> ReadAsync(IFormFile file, CancellationToken ct)
    {
        using var stream = new MemoryStream();
        await file.CopyToAsync(stream, ct);
        return SmallTable.Decode(stream.ToArray());
    }
}

/// <param name="Remove">Takes what is on this list off ours.</param>
public sealed record SerialListForm(SerialListName List, string? Source, string? Csv, bool Remove);

public sealed record SerialListsPage(SerialListForm Form, SerialListPreview? Preview, SerialListCounts Counts, IReadOnlyList<SerialListEntry> History, int? Done);
