using System.Runtime.CompilerServices;
using EwasteEpr.Declarations.Uploads;
using EwasteEpr.Web.Features.Shared;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Declarations;

/// <summary>How a file is coming on, what its columns mean, and giving it up.</summary>
[Route("/{culture:culture}/org/{slug}/declarations/{no}/upload/{id:guid}")]
public sealed class ProgressController(UploadStatus status, UploadService uploads, UploadPreview previews, ImportUploads import, RowSentences sentences, IStringLocalizer<DeclarationsText> text) : DeclarantController
{
    private static readonly TimeSpan BetweenEvents = TimeSpan.FromMilliseconds(700);

    [HttpGet("")]
    [Authorize(Policy = PolicyNames.OrgReader)]
    public async Task<IActionResult> Progress(string no, Guid id, CancellationToken ct)
    {
        if (await FindAsync(no, id, ct) is not { } upload)
        {
            return NotFound();
        }

        return upload.State switch
        {
            UploadState.NeedsMapping => To($"{no}/upload/{id}/columns"),
            UploadState.Done when upload.Refused + upload.Warned > 0 => To($"{no}/upload/{id}/issues"),
            _ => View("Progress", new ProgressPage(upload, await sentences.LoadAsync(ct))),
        };
    }

    /// <summary>Server-sent events until the file is over; the page does without them too.</summary>
    [HttpGet("events")]
    [Authorize(Policy = PolicyNames.OrgReader)]
    public async Task<IResult> Events(string no, Guid id, CancellationToken ct) =>
        await FindAsync(no, id, ct) is null ? Results.NotFound() : TypedResults.ServerSentEvents(FollowAsync(no, id, ct));

    [HttpPost("cancel")]
    [Authorize(Policy = PolicyNames.OrgPreparer)]
    public async Task<IActionResult> Cancel(string no, Guid id, CancellationToken ct)
    {
        if (await FindAsync(no, id, ct) is null || await status.CancelAsync(Organisation.OrganisationId, id, Who, ct) == CancelOutcome.NotFound)
        {
            return NotFound();
        }

        return To($"{no}/upload/{id}");
    }

    [HttpGet("columns")]
    [Authorize(Policy = PolicyNames.OrgPreparer)]
    public async Task<IActionResult> Columns(string no, Guid id, CancellationToken ct)
    {
        if (await FindAsync(no, id, ct) is not { } upload)
        {
            return NotFound();
        }

        return await previews.ReadAsync(Organisation.OrganisationId, id, ct) is { } preview
            ? View("Columns", new ColumnsPage(upload, preview, await sentences.LoadAsync(ct)))
            : To($"{no}/upload/{id}");
    }

    [HttpPost("columns")]
    [Authorize(Policy = PolicyNames.OrgPreparer)]
    public async Task<IActionResult> Columns(string no, Guid id, [Bind(Prefix = "Form")] ColumnsForm form, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(form);
        if (await FindAsync(no, id, ct) is not { } upload)
        {
            return NotFound();
        }

        switch (await uploads.NameColumnsAsync(Organisation.OrganisationId, id, form.ToColumns(), ct))
        {
            case UploadOutcome.Queued queued:
                await import.RunOneAsync(queued.UploadId, ct);
                return To($"{no}/upload/{id}");
            case UploadOutcome.NeedsMapping still:
                var say = await sentences.LoadAsync(ct);
                ModelState.AddModelError("", say.Of(still.Preview.Problem));
                return View("Columns", new ColumnsPage(upload, still.Preview, say));
            default:
                return To($"{no}/upload/{id}");
        }
    }

    private async IAsyncEnumerable<ProgressEvent> FollowAsync(string no, Guid id, [EnumeratorCancellation] CancellationToken ct)
    {
        while (await FindAsync(no, id, ct) is { } upload)
        {
            var page = new ProgressPage(upload, null!);
            yield return new ProgressEvent(Words(page, text), page.Percent, upload.IsOver);
            if (upload.IsOver)
            {
                yield break;
            }

            await Task.Delay(BetweenEvents, ct);
        }
    }

    /// <summary>Row x of about y, and how long it still takes.</summary>
    internal static string Words(ProgressPage page, IStringLocalizer<DeclarationsText> text)
    {
        var format = Format.Current;
        if (page.Upload.IsInterrupted)
        {
            return text["Progress.Interrupted"];
        }

        var rows = page.RowsEstimated is { } all
            ? text["Progress.RowOf", format.Number(page.Upload.RowsRead), format.Number(Math.Max(all, page.Upload.RowsRead))].Value
            : text["Progress.Waiting"].Value;
        return page.Upload.SecondsLeft is { } seconds ? rows + " · " + text["Progress.Left", format.Number(seconds)].Value : rows;
    }

    private async Task<UploadProgress?> FindAsync(string no, Guid id, CancellationToken ct) =>
        await status.GetAsync(Organisation.OrganisationId, id, ct) is { } upload && upload.Number == no ? upload : null;
}

public sealed record ProgressEvent(string Words, int? Percent, bool Over);
