using System.Text.Json;
using System.Text.Json.Serialization;
using EwasteEpr.Kernel;
using EwasteEpr.Organisations;
using EwasteEpr.TakeBack.Intake;
using EwasteEpr.TakeBack.Offline;
using EwasteEpr.Web.Features.Declarations;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Counter;

/// <summary>The queue of a paired device. Each record has its own id, so sending again is always safe and no other key is needed.</summary>
[Authorize(Policy = PolicyNames.PairedDevice)]
[IgnoreAntiforgeryToken] // a JSON body cannot be sent by another site's form, and the cookie is SameSite
[ApiExplorerSettings(IgnoreApi = false)]
[Route("api/v1/point")]
public sealed class PointEventsApiController(PointEventService events, IntakePhotos photos, IStringLocalizer<CounterText> text) : ControllerBase
{
    private const int MostBytes = 2 * 1024 * 1024;

    /// <summary>Records in any order, as often as you like. Each is answered: Applied, Waiting (for an earlier one), Refused (with a reason) or Forked.</summary>
    [HttpPost("events")]
    [RequestSizeLimit(MostBytes)]
    [ProducesResponseType<PointEventAnswers>(StatusCodes.Status200OK, "application/json")]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status400BadRequest, "application/problem+json")]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status401Unauthorized, "application/problem+json")]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status404NotFound, "application/problem+json")]
    public async Task<IActionResult> Take(CancellationToken ct)
    {
        var request = await ReadAsync(ct);
        if (request?.Events is not { } sent || sent.Any(one => one is null || one.Body is null || one.At is null))
        {
            return this.Refuse(StatusCodes.Status400BadRequest, "bad-json", text["Api.Refused"], text["Api.BadBody"]);
        }

        if (sent.Count > PointEventService.MostEvents)
        {
            return this.Refuse(StatusCodes.Status400BadRequest, "too-many-events", text["Api.Refused"], text["Api.TooMany"]);
        }

        var device = HttpContext.Features.Get<PairedDevice>()!;
        var batch = new PointBatch(new PointId(request.Point), request.ScaleNo, request.ScaleVerifiedUntil, [.. sent.Select(one => one!.ToEvent())]);
        return await events.TakeAsync(batch, new OfflineDevice(device.DeviceId, device.OrganisationId), Who(device), ct) is { } answers
            ? new JsonResult(new PointEventAnswers([.. answers.Select(answer => new PointEventAnswerBody(answer.Id, answer.Outcome, answer.Reason, answer.Result))]))
            : this.Refuse(StatusCodes.Status404NotFound, "no-such-point", text["Api.Refused"], text["Api.NoSuchPoint"]);
    }

    /// <summary>The photograph of an acceptance, later and by itself.</summary>
    /// <param name="id">The record that accepted.</param>
    /// <param name="ct">The caller went away.</param>
    [HttpPut("photos/{id:guid}")]
    [RequestSizeLimit(MostBytes)]
    [ProducesResponseType(StatusCodes.Status204NoContent)]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status400BadRequest, "application/problem+json")]
    public async Task<IActionResult> Photo(Guid id, CancellationToken ct)
    {
        var device = HttpContext.Features.Get<PairedDevice>()!;
        using var buffer = new MemoryStream();
        await Request.Body.CopyToAsync(buffer, ct);
        return await photos.AddAsync(id, device.OrganisationId, buffer.ToArray(), Who(device), ct) is null
            ? this.Refuse(StatusCodes.Status400BadRequest, "bad-photo", text["Api.Refused"], text["Api.BadPhoto"])
            : NoContent();
    }

    private Actor Who(PairedDevice device) => new(null, device.OrganisationId.Value, null, "device:" + device.DeviceId.ToString("D"), HttpContext.Reference(), ActorContext.Address(HttpContext));

    private async Task<PointEventsRequest?> ReadAsync(CancellationToken ct)
    {
        try
        {
            return Request.HasJsonContentType() ? await JsonSerializer.DeserializeAsync<PointEventsRequest>(Request.Body, cancellationToken: ct) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <param name="ScaleNo">The scale of the shift, where there was one.</param>
public sealed record PointEventsRequest(
    [property: JsonPropertyName("point")] Guid Point,
    [property: JsonPropertyName("scale_no")] string? ScaleNo,
    [property: JsonPropertyName("scale_verified_until")] DateOnly? ScaleVerifiedUntil,
    [property: JsonPropertyName("events")] IReadOnlyList<PointEventBodyJson?>? Events);

/// <param name="Body">JSON as text: it is hashed as it stands.</param>
public sealed record PointEventBodyJson(
    [property: JsonPropertyName("id")] Guid Id,
    [property: JsonPropertyName("sequence")] long Sequence,
    [property: JsonPropertyName("previous_hash")] string? PreviousHash,
    [property: JsonPropertyName("kind"), JsonConverter(typeof(JsonStringEnumConverter<PointEventKind>))] PointEventKind Kind,
    [property: JsonPropertyName("person")] Guid Person,
    [property: JsonPropertyName("at")] string? At,
    [property: JsonPropertyName("body")] string? Body)
{
    public PointEvent ToEvent() => new(Id, Sequence, PreviousHash is { Length: 64 } hash && hash.All(char.IsAsciiHexDigitLower) ? hash : null, Kind, Person, At!, Body!);
}

public sealed record PointEventAnswers([property: JsonPropertyName("events")] IReadOnlyList<PointEventAnswerBody> Events);

public sealed record PointEventAnswerBody(
    [property: JsonPropertyName("id")] Guid Id, [property: JsonPropertyName("outcome")] string Outcome, [property: JsonPropertyName("reason")] string? Reason, [property: JsonPropertyName("result")] Guid? Result);
