using System.Text.Json.Serialization;
using EwasteEpr.Kernel;
using EwasteEpr.TakeBack.DropOffs;
using EwasteEpr.TakeBack.Points;
using EwasteEpr.Vouchers.Rewards;
using EwasteEpr.Web.Features.Declarations;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.DropOffs;

/// <summary>A drop-off by a program: a shop's application, a kiosk, a chat. Public, no key.</summary>
[AllowAnonymous]
[IgnoreAntiforgeryToken]
[EnableRateLimiting(Limits.ApiPublic)]
[ApiExplorerSettings(IgnoreApi = false)]
[Route("api/v1/drop-offs")]
public sealed class DropOffsApiController(DropOffService dropOffs, DropOffQueries visits, PointService points, Idempotency idempotency, IStringLocalizer<DropOffsText> text) : ControllerBase
{
    private const int MostBytes = 64 * 1024;

    /// <summary>Announces things at a point. With <c>giver</c>, a secret of the person's own that the program keeps, the reward is reserved as on the page.</summary>
    [HttpPost]
    [Idempotent]
    [RequestSizeLimit(MostBytes)]
    [ProducesResponseType<DropOffAnswer>(StatusCodes.Status201Created, "application/json")]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status400BadRequest, "application/problem+json")]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status422UnprocessableEntity, "application/problem+json")]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status429TooManyRequests, "application/problem+json")]
    public async Task<IActionResult> Create([FromBody] DropOffRequest? request, CancellationToken ct)
    {
        if (request is not { Items: { } items } || items.Any(item => item?.UnuKey is null) || request.Giver is { Length: < 16 or > 100 })
        {
            return this.Refuse(StatusCodes.Status400BadRequest, "bad-json", text["Api.Refused"], text["Api.BadBody"]);
        }

        if (request.Point is null || await points.FindAsync(request.Point, ct) is not { } point)
        {
            return this.Refuse(StatusCodes.Status422UnprocessableEntity, "no-such-point", text["Api.Refused"], text["Api.NoSuchPoint"]);
        }

        var wanted = new NewDropOff(
            DropOffOrigin.Api, Culture.IsCode(request.Language) ? request.Language! : Culture.CurrentCode, point.PointId,
            [.. items.Select(item => new NewItem(item!.UnuKey!, item.Condition, item.DataChoice, item.ForReuse))], request.Giver, request.Owner);
        return await AnnounceAsync(wanted, ct);
    }

    /// <summary>Only the id is kept with the key: the codes are read from their sealed copies, so the store of answers opens nothing.</summary>
    private async Task<IActionResult> AnnounceAsync(NewDropOff wanted, CancellationToken ct)
    {
        AnnounceOutcome? refused = null;
        try
        {
            var outcome = await idempotency.RunAsync(HttpContext.Idempotent(), async transaction =>
            {
                refused = await dropOffs.AnnounceAsync(transaction, wanted, Guid.CreateVersion7(), ActorContext.Current(HttpContext), ct);
                return refused is AnnounceOutcome.Announced announced ? new StoredAnswer(StatusCodes.Status201Created, announced.DropOffId.ToString("D")) : throw new NotKeptException();
            }, ct);
            return outcome is IdempotentOutcome.Answered answered ? await CreatedAsync(Guid.Parse(answered.Answer.Body), (refused as AnnounceOutcome.Announced)?.Reward, answered.Again, ct) : outcome.ToResult();
        }
        catch (NotKeptException)
        {
            return Explain(refused!);
        }
    }

    private async Task<IActionResult> CreatedAsync(Guid id, ReserveOutcome? reward, bool isAgain, CancellationToken ct)
    {
        if (isAgain)
        {
            Response.Headers["Idempotent-Replayed"] = "true";
        }

        Response.Headers.CacheControl = "no-store";
        var view = (await visits.OpenAsync(id, ct))!;
        return new JsonResult(new DropOffAnswer(
            id, DropOffCode.Shown(view.Code), PassportToken.Shown(view.Passport), $"{Request.Scheme}://{Request.Host}/d/{view.Passport}",
            view.DropOff.IsHeld ? view.DropOff.HighTiyn / 100 : null, view.DropOff.HeldUntil, (reward as ReserveOutcome.None)?.Reason.ToString(), view.DropOff.ExpiresAt)) { StatusCode = StatusCodes.Status201Created };
    }

    private ObjectResult Explain(AnnounceOutcome refused) => refused switch
    {
        AnnounceOutcome.NotOwner => Say("not-owner", text["Api.NotOwner"]),
        AnnounceOutcome.PointShut shut => Say("point-shut", text["Point.Shut", text["Shut." + shut.State]]),
        AnnounceOutcome.NotTakenThere => Say("not-taken-there", text["Point.NotTaken"]),
        AnnounceOutcome.NoSuchPoint => Say("no-such-point", text["Api.NoSuchPoint"]),
        _ => Say("bad-items", text["Limit"]),
    };

    private ObjectResult Say(string code, string sentence) => this.Refuse(StatusCodes.Status422UnprocessableEntity, code, text["Api.Refused"], sentence);

    private sealed class NotKeptException : Exception;
}

/// <param name="Point">The point's slug, as <c>GET /api/v1/points</c> gives it.</param>
/// <param name="Giver">16 to 100 characters, the same for the same person; limits are counted by it and it opens the person's vouchers.</param>
/// <param name="Owner">"I am the owner and give it up": must be true.</param>
public sealed record DropOffRequest(
    [property: JsonPropertyName("language")] string? Language,
    [property: JsonPropertyName("point")] string? Point,
    [property: JsonPropertyName("items")] IReadOnlyList<DropOffRequestItem?>? Items,
    [property: JsonPropertyName("giver")] string? Giver,
    [property: JsonPropertyName("owner")] bool Owner);

public sealed record DropOffRequestItem(
    [property: JsonPropertyName("unu_key")] string? UnuKey,
    [property: JsonPropertyName("condition"), JsonConverter(typeof(JsonStringEnumConverter<HeldCondition>))] HeldCondition Condition,
    [property: JsonPropertyName("data_choice"), JsonConverter(typeof(JsonStringEnumConverter<DataChoice>))] DataChoice DataChoice,
    [property: JsonPropertyName("for_reuse")] bool ForReuse);

/// <param name="KeptTenge">What is kept for the giver, in tenge; none where nothing is.</param>
public sealed record DropOffAnswer(
    [property: JsonPropertyName("id")] Guid Id,
    [property: JsonPropertyName("code")] string Code,
    [property: JsonPropertyName("passport")] string Passport,
    [property: JsonPropertyName("passport_url")] string PassportUrl,
    [property: JsonPropertyName("kept_tenge")] long? KeptTenge,
    [property: JsonPropertyName("kept_until")] DateTimeOffset? KeptUntil,
    [property: JsonPropertyName("no_reward")] string? NoReward,
    [property: JsonPropertyName("expires_at")] DateTimeOffset ExpiresAt);
