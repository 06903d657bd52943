using EwasteEpr.Declarations;
using EwasteEpr.Declarations.Uploads;
using EwasteEpr.Web.Features.Shared;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Declarations;

/// <summary>Many lines at once: pasted, from a file, or copied from the last declaration.</summary>
[Route("/{culture:culture}/org/{slug}/declarations/{no}")]
public sealed class UploadsController(
    DeclarationService declarations, DeclarationSums sums, UploadService uploads, ImportUploads import, IStringLocalizer<DeclarationsText> text, RowSentences sentences) : DeclarantController
{
    /// <summary>A form around the largest file that is taken.</summary>
    private const long MostRequestBytes = UploadService.MostBytes + (1024 * 1024);

    /// <summary>Smaller ones are taken in at once, so that the next page already shows what came of them.</summary>
    private const long SmallBytes = 2 * 1024 * 1024;

    [HttpGet("paste")]
    [Authorize(Policy = PolicyNames.OrgPreparer)]
    public Task<IActionResult> Paste(string no, CancellationToken ct) => FormAsync(no, "paste", new UploadForm(), ct);

    [HttpGet("upload")]
    [Authorize(Policy = PolicyNames.OrgPreparer)]
    public Task<IActionResult> Upload(string no, CancellationToken ct) => FormAsync(no, "upload", new UploadForm(), ct);

    [HttpGet("copy")]
    [Authorize(Policy = PolicyNames.OrgPreparer)]
    public Task<IActionResult> Copy(string no, CancellationToken ct) => FormAsync(no, "copy", new UploadForm(), ct);

    [HttpPost("paste")]
    [Authorize(Policy = PolicyNames.OrgPreparer)]
    [RequestFormLimits(ValueLengthLimit = 16 * 1024 * 1024)]
    [RequestSizeLimit(32 * 1024 * 1024)]
    public async Task<IActionResult> Paste(string no, [Bind(Prefix = "Form")] UploadForm form, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(form);
        if (Request.IsLanguageSwitch())
        {
            ModelState.Clear();
        }
        else if (string.IsNullOrWhiteSpace(form.Text))
        {
            ModelState.AddModelError("Form.Text", text["Paste.Missing"]);
        }
        else if (ModelState.IsValid)
        {
            return await AnswerAsync(no, "paste", form, await uploads.PasteAsync(KeyOf(no), form.Text, form.ChosenMode, form.ObligationDate, Who, ct), form.Text.Length, ct);
        }

        return await FormAsync(no, "paste", form, ct);
    }

    [HttpPost("upload")]
    [Authorize(Policy = PolicyNames.OrgPreparer)]
    [RequestFormLimits(MultipartBodyLengthLimit = MostRequestBytes)]
    [RequestSizeLimit(MostRequestBytes)]
    public async Task<IActionResult> Upload(string no, [Bind(Prefix = "Form")] UploadForm form, IFormFile? file, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(form);
        if (Request.IsLanguageSwitch())
        {
            ModelState.Clear();
        }
        else if (file is null || file.Length == 0)
        {
            ModelState.AddModelError("file", text[file is null ? "Upload.Missing" : "Upload.Empty"]);
        }
        else if (ModelState.IsValid)
        {
            var kind = file.FileName.EndsWith(".xlsx", StringComparison.OrdinalIgnoreCase) ? UploadKind.Xlsx : UploadKind.Csv;
            await using var content = file.OpenReadStream();
            return await AnswerAsync(no, "upload", form, await uploads.ReceiveAsync(KeyOf(no), new NewUpload(file.FileName, kind, form.ChosenMode, form.ObligationDate), content, Who, ct), file.Length, ct);
        }

        return await FormAsync(no, "upload", form, ct);
    }

    [HttpPost("copy")]
    [Authorize(Policy = PolicyNames.OrgPreparer)]
    public async Task<IActionResult> Copy(string no, [Bind(Prefix = "Form")] UploadForm form, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(form);
        if (Request.IsLanguageSwitch())
        {
            ModelState.Clear();
        }
        else if (form.ObligationDate is not { } date)
        {
            if (ModelState.IsValid)
            {
                ModelState.AddModelError("Form.ObligationDate", text["Copy.DateMissing"]);
            }
        }
        else
        {
            return await AnswerAsync(no, "copy", form, await uploads.CopyLastAsync(KeyOf(no), date, form.ChosenMode, Who, ct), 0, ct);
        }

        return await FormAsync(no, "copy", form, ct);
    }

    private async Task<IActionResult> AnswerAsync(string no, string way, UploadForm form, UploadOutcome outcome, long bytes, CancellationToken ct)
    {
        switch (outcome)
        {
            case UploadOutcome.NotFound:
                return NotFound();
            case UploadOutcome.Queued queued:
                if (bytes <= SmallBytes)
                {
                    await import.RunOneAsync(queued.UploadId, ct);
                }

                return To($"{no}/upload/{queued.UploadId}");
            case UploadOutcome.NeedsMapping needs:
                return To($"{no}/upload/{needs.UploadId}/columns");
            case UploadOutcome.Busy busy:
                Say("Said.Busy");
                return To($"{no}/upload/{busy.UploadId}");
            case UploadOutcome.NoDraft:
                Say("Said.NoDraft");
                return To(no);
            case UploadOutcome.Unreadable unreadable:
                ModelState.AddModelError(way == "paste" ? "Form.Text" : "file", (await sentences.LoadAsync(ct)).Of(unreadable.Problem));
                break;
            case UploadOutcome.TooLarge large:
                ModelState.AddModelError("file", text["Upload.TooLarge", large.LimitBytes / (1024 * 1024)]);
                break;
            case UploadOutcome.NothingToCopy:
                ModelState.AddModelError("", text["Copy.Nothing"]);
                break;
            default:
                ModelState.AddModelError("", text["Lines.WrongKind"]);
                break;
        }

        return await FormAsync(no, way, form, ct);
    }

    private async Task<IActionResult> FormAsync(string no, string way, UploadForm form, CancellationToken ct)
    {
        if (await declarations.GetAsync(KeyOf(no), null, ct) is not { } declaration)
        {
            return NotFound();
        }

        if (declaration.DraftVersion is null)
        {
            Say("Said.NoDraft");
            return To(no);
        }

        return declaration.BusyUploadId is { } busy ? To($"{no}/upload/{busy}") : View("Upload", new UploadPage(declaration, way, form, await sums.TodayAsync(ct)));
    }
}
