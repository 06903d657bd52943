using System.Text.Json;
using System.Text.Json.Serialization;
using EwasteEpr.Consignments.WeighIns;
using EwasteEpr.Kernel;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Consignments;

/// <summary>Automatic scales of a site: one container, one ticket, whole grams.</summary>
[IgnoreAntiforgeryToken]
[EnableRateLimiting(Limits.ApiKey)]
[ApiExplorerSettings(IgnoreApi = false)]
[Authorize(Policy = PolicyNames.ApiWeighInsWrite)]
[Route("api/v1/weigh-ins")]
public sealed class WeighInsApiController(Idempotency idempotency, IStringLocalizer<ConsignmentsText> text) : ControllerBase
{
    private const int MostBytes = 16 * 1024;
    private const long MostGrams = 1_000_000_000;

    private OrganisationId Organisation => HttpContext.ApiCaller().OrganisationId;

    /// <summary>Weighs a received container in. Outside the tolerance it is refused until <c>confirmed</c> is sent; the same key is answered the same.</summary>
    [HttpPost("")]
    [Idempotent]
    [RequestSizeLimit(MostBytes)]
    [ProducesResponseType<WeighInAnswer>(StatusCodes.Status201Created, "application/json")]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status404NotFound, "application/problem+json")]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status409Conflict, "application/problem+json")]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status422UnprocessableEntity, "application/problem+json")]
    public async Task<IActionResult> Weigh([FromBody] WeighInRequest? request, CancellationToken ct)
    {
        if (request is not { Container: { Length: > 0 and <= 40 } label, GrossGrams: > 0 and <= MostGrams, TareGrams: >= 0 and <= MostGrams, PackagingGrams: >= 0 and <= MostGrams } || request is { Ticket.Length: > 80 } or { Scale.Length: > 60 } or { CountedItems: < 0 or > 100_000 })
        {
            return this.Refuse(text, StatusCodes.Status422UnprocessableEntity, "weigh-in-unread", "Api.Unread");
        }

        var actor = ActorContext.Current(HttpContext);
        var outcome = await idempotency.RunAsync(HttpContext.Idempotent(), transaction => WeighAsync(transaction, request, label.Trim().ToUpperInvariant(), actor, ct), ct);
        return outcome is IdempotentOutcome.Answered { Answer: { Status: >= 400 } refusal } ? Refused(refusal) : outcome.ToResult();
    }

    private async Task<StoredAnswer> WeighAsync(DbTransaction transaction, WeighInRequest request, string label, Actor actor, CancellationToken ct)
    {
        if (await RoadContainers.FindAsync(transaction, [label], Organisation, null, ct) is not [var container])
        {
            return Refusal(StatusCodes.Status404NotFound, new ApiRefusal("no-container", "Api.NoContainer"));
        }

        var asked = new NewWeighIn(
            container.ContainerId, Weight.FromGrams(request.GrossGrams), Weight.FromGrams(request.TareGrams), Weight.FromGrams(request.PackagingGrams), Given(request.Scale), request.CountedItems, Given(request.Ticket), request.Confirmed);
        return await WeighInService.WeighAsync(transaction, asked, Organisation, actor, ct) switch
        {
            WeighInOutcome.Weighed done => new StoredAnswer(StatusCodes.Status201Created, JsonSerializer.Serialize(new WeighInAnswer(
                container.Consignment, done.Container, done.Net.Grams, done.GapGrams, done.IsVerified ? "verified" : "weighed", done.IsDiscrepant, done.Left))),
            WeighInOutcome.NotFound => Refusal(StatusCodes.Status404NotFound, new ApiRefusal("no-container", "Api.NoContainer")),
            WeighInOutcome.Already => Refusal(StatusCodes.Status409Conflict, new ApiRefusal("weighed-before", "Weigh.Already")),
            WeighInOutcome.NotReceived => Refusal(StatusCodes.Status409Conflict, new ApiRefusal("not-received", "Weigh.NotReceived")),
            WeighInOutcome.TicketTaken => Refusal(StatusCodes.Status409Conflict, new ApiRefusal("ticket-taken", "Weigh.TicketTaken")),
            WeighInOutcome.NotCertified missing => Refusal(StatusCodes.Status409Conflict, new ApiRefusal("not-certified", "Weigh.NotCertified") { Value = missing.Category }),
            WeighInOutcome.NeedsSplit => Refusal(StatusCodes.Status409Conflict, new ApiRefusal("needs-split", "Weigh.NeedsSplit")),
            WeighInOutcome.NeedsCount needed => Refusal(StatusCodes.Status422UnprocessableEntity, new ApiRefusal("needs-count", "Weigh.NeedsCount") { Value = $"{needed.Expected}" }),
            WeighInOutcome.NeedsConfirmation gap => Refusal(StatusCodes.Status422UnprocessableEntity, new ApiRefusal("out-of-tolerance", "Api.OutOfTolerance") { GapGrams = gap.GapGrams, AllowedGrams = gap.AllowedGrams }),
            _ => Refusal(StatusCodes.Status422UnprocessableEntity, new ApiRefusal("bad-weight", "Weigh.BadWeight")),
        };
    }

    private static string? Given(string? value) => string.IsNullOrWhiteSpace(value) ? null : value.Trim();

    private static StoredAnswer Refusal(int status, ApiRefusal refusal) => new(status, JsonSerializer.Serialize(refusal));

    private ObjectResult Refused(StoredAnswer stored)
    {
        var refusal = JsonSerializer.Deserialize<ApiRefusal>(stored.Body)!;
        var answer = this.Refuse(text, stored.Status, refusal.Code, refusal.Text, refusal.Value ?? "");
        return refusal.GapGrams is { } gap ? answer.With("gap_grams", gap).With("allowed_grams", refusal.AllowedGrams ?? 0) : answer;
    }

    private sealed record ApiRefusal(string Code, string Text)
    {
        public string? Value { get; init; }

        public long? GapGrams { get; init; }

        public long? AllowedGrams { get; init; }
    }
}

/// <param name="Container">The number on its label.</param>
/// <param name="Ticket">The weighbridge's own number: once at a site.</param>
/// <param name="Confirmed">Weighed twice: the difference is real and opens a disagreement.</param>
public sealed record WeighInRequest(
    [property: JsonPropertyName("container")] string? Container, [property: JsonPropertyName("gross_grams")] long GrossGrams, [property: JsonPropertyName("tare_grams")] long TareGrams, [property: JsonPropertyName("packaging_grams")] long PackagingGrams,
    [property: JsonPropertyName("scale")] string? Scale, [property: JsonPropertyName("ticket")] string? Ticket, [property: JsonPropertyName("counted_items")] int? CountedItems, [property: JsonPropertyName("confirmed")] bool Confirmed);

/// <param name="Left">Containers of the consignment that still wait for the scale.</param>
public sealed record WeighInAnswer(
    [property: JsonPropertyName("consignment")] string Consignment, [property: JsonPropertyName("container")] string Container, [property: JsonPropertyName("net_grams")] long NetGrams, [property: JsonPropertyName("gap_grams")] long GapGrams,
    [property: JsonPropertyName("basis")] string Basis, [property: JsonPropertyName("discrepant")] bool Discrepant, [property: JsonPropertyName("left")] int Left);
