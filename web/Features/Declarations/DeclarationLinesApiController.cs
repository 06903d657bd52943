using System.Globalization;
using System.Text.Json;
using EwasteEpr.Declarations;
using EwasteEpr.Declarations.Drafts;
using EwasteEpr.Declarations.Reading;
using EwasteEpr.Declarations.Uploads;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Declarations;

/// <summary>The lines of a draft by programs: the same way in as a file on the page, so the same rules, the same problems, the same tenge.</summary>
[Authorize(Policy = PolicyNames.ApiDeclarationsWrite)]
[IgnoreAntiforgeryToken]
[EnableRateLimiting(Limits.ApiKey)]
[ApiExplorerSettings(IgnoreApi = false)]
[Route("api/v1/declarations/{number}/lines")]
public sealed class DeclarationLinesApiController(UploadService uploads, UploadStatus status, ImportUploads import, DeclarationsApi api, RowSentences words, IStringLocalizer<DeclarationsApiText> text) : ControllerBase
{
    private const int MostJsonLines = 50_000;
    private const int MostJsonBytes = 16 * 1024 * 1024;

    /// <summary>What is taken in while the caller waits; more is answered 202 and taken in by a job.</summary>
    private const long SmallBytes = 4 * 1024 * 1024;

    /// <summary>Lines as CSV, the columns and rules of a file, streamed: a million lines are some 100 MB. Or as JSON, up to 50 000.</summary>
    /// <param name="number">The declaration's.</param>
    /// <param name="mode">replace (default) or add.</param>
    /// <param name="obligationDate">Stands for rows of a table that has no such column: yyyy-MM-dd.</param>
    /// <param name="ct">The caller went away.</param>
    [HttpPut]
    [RequestSizeLimit(UploadService.MostBytes)]
    [ProducesResponseType<DeclarationAnswer>(StatusCodes.Status200OK, "application/json")]
    [ProducesResponseType<DeclarationAnswer>(StatusCodes.Status202Accepted, "application/json")]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status400BadRequest, "application/problem+json")]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status404NotFound, "application/problem+json")]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status409Conflict, "application/problem+json")]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status413PayloadTooLarge, "application/problem+json")]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status415UnsupportedMediaType, "application/problem+json")]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status422UnprocessableEntity, "application/problem+json")]
    public Task<IActionResult> Put(string number, [FromQuery] string? mode, [FromQuery(Name = "obligation_date")] string? obligationDate, CancellationToken ct)
    {
        if (ModeOf(mode) is not { } how)
        {
            return Task.FromResult<IActionResult>(this.Refuse(text, StatusCodes.Status400BadRequest, "unknown-mode", "UnknownMode", mode!));
        }

        return Request.HasJsonContentType() ? PutLinesAsync(number, how, ct)
            : Request.ContentType?.StartsWith("text/", StringComparison.OrdinalIgnoreCase) == true ? PutTableAsync(number, how, obligationDate, ct)
            : Task.FromResult<IActionResult>(this.Refuse(text, StatusCodes.Status415UnsupportedMediaType, "unsupported-media-type", "MediaType"));
    }

    private async Task<IActionResult> PutTableAsync(string number, UploadMode mode, string? obligationDate, CancellationToken ct)
    {
        DateOnly? date = DateOnly.TryParseExact(obligationDate, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;
        if (date is null && !string.IsNullOrEmpty(obligationDate))
        {
            return this.Refuse(text, StatusCodes.Status400BadRequest, "bad-date", "BadDate", obligationDate);
        }

        var outcome = await uploads.ReceiveAsync(Key(number), new NewUpload("", UploadKind.Api, mode, date), Request.Body, ActorContext.Current(HttpContext), ct);
        return await AnswerAsync(number, outcome, ct);
    }

    private async Task<IActionResult> PutLinesAsync(string number, UploadMode mode, CancellationToken ct)
    {
        if (HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = MostJsonBytes; // all of it stands in memory; a table streams
        }

        LinesRequest? request;
        try
        {
            request = await JsonSerializer.DeserializeAsync<LinesRequest>(Request.Body, cancellationToken: ct);
        }
        catch (JsonException)
        {
            return this.Refuse(text, StatusCodes.Status400BadRequest, "bad-json", "BadJson");
        }

        if (request?.Lines is not { Count: > 0 } lines)
        {
            return this.Refuse(text, StatusCodes.Status400BadRequest, "no-lines", "NoLines");
        }

        if (lines.Count > MostJsonLines)
        {
            return this.Refuse(text, StatusCodes.Status413PayloadTooLarge, "too-many-lines", "TooManyLines", MostJsonLines);
        }

        var fields = lines.Select(line => new LineFields([.. (line ?? new QuoteRequestLine()).Texts().Select(value => value ?? "")])).ToList();
        return await AnswerAsync(number, await uploads.ReceiveLinesAsync(Key(number), fields, mode, ActorContext.Current(HttpContext), ct), ct);
    }

    private async Task<IActionResult> AnswerAsync(string number, UploadOutcome outcome, CancellationToken ct)
    {
        switch (outcome)
        {
            case UploadOutcome.Queued queued:
                return await TakeInAsync(number, queued.UploadId, ct);
            case UploadOutcome.NeedsMapping mapping:
                return this.Refuse(StatusCodes.Status422UnprocessableEntity, "unreadable-table", text["Title"], (await words.LoadAsync(ct)).Of(mapping.Preview.Problem))
                    .With("columns", mapping.Preview.Columns.Where(column => column.Known is null).Select(column => column.Name).ToList());
            case UploadOutcome.Unreadable unreadable:
                return await UnreadableAsync(unreadable.Problem, ct);
            case UploadOutcome.TooLarge tooLarge:
                return this.Refuse(text, StatusCodes.Status413PayloadTooLarge, "too-large", "TooLarge", tooLarge.LimitBytes / (1024 * 1024));
            case UploadOutcome.Busy:
                return this.Refuse(text, StatusCodes.Status409Conflict, "file-in-progress", "Busy");
            case UploadOutcome.NoDraft none:
                return this.Refuse(text, StatusCodes.Status409Conflict, "no-draft", "NoDraft").With("state", DeclarationsApi.Snake(none.State));
            case UploadOutcome.KindTakesNoFile:
                return this.Refuse(text, StatusCodes.Status409Conflict, "kind-takes-no-lines", "KindTakesNoLines");
            default:
                return this.Refuse(text, StatusCodes.Status404NotFound, "not-found", "NotFound");
        }
    }

    private async Task<IActionResult> TakeInAsync(string number, Guid uploadId, CancellationToken ct)
    {
        var organisation = HttpContext.ApiCaller().OrganisationId;
        if ((await status.GetAsync(organisation, uploadId, ct))!.SizeBytes <= SmallBytes)
        {
            await import.RunOneAsync(uploadId, ct);
        }

        var upload = (await status.GetAsync(organisation, uploadId, ct))!;
        if (upload is { State: UploadState.Failed, ProblemCode: { } failed })
        {
            return TableProblem.AllCodes.ToList().IndexOf(failed) is >= 0 and var at
                ? await UnreadableAsync(new TableProblem((TableProblemCode)at, upload.ProblemRow ?? 0, upload.ProblemValue ?? "", upload.ProblemExpected ?? ""), ct)
                : this.Refuse(text, StatusCodes.Status422UnprocessableEntity, "given-up", "GivenUp");
        }

        var answer = (await api.FindAsync(Key(number), ActorContext.Current(HttpContext), ct))!;
        Response.Headers.ETag = string.Create(CultureInfo.InvariantCulture, $"\"{answer.Revision}\"");
        Response.Headers.CacheControl = "no-store";
        Response.Headers.ContentLanguage = Culture.CurrentCode;
        Response.Headers.Location = $"/api/v1/declarations/{number}";
        return new ContentResult
        {
            Content = DeclarationsApi.Serialize(answer),
            StatusCode = upload.IsOver ? StatusCodes.Status200OK : StatusCodes.Status202Accepted,
            ContentType = "application/json; charset=utf-8",
        };
    }

    private async Task<IActionResult> UnreadableAsync(TableProblem problem, CancellationToken ct)
    {
        var sentence = (await words.LoadAsync(ct)).Of(problem);
        return this.Refuse(StatusCodes.Status422UnprocessableEntity, "unreadable-table", text["Title"], sentence)
            .With("problems", new[] { new QuoteAnswerProblem(problem.Row, problem.PublicCode, "", problem.Value, sentence) });
    }

    private DeclarationKey Key(string number) => new(HttpContext.ApiCaller().OrganisationId, number);

    private static UploadMode? ModeOf(string? mode) => mode switch { null or "" or "replace" => UploadMode.Replace, "add" => UploadMode.Add, _ => null };
}
