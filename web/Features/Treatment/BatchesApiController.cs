using System.Text.Json;
using System.Text.Json.Serialization;
using EwasteEpr.Kernel;
using EwasteEpr.Treatment.Batches;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Treatment;

/// <summary>Batches by a recycler's own programs: open, charge, write outputs, close. Masses are whole grams.</summary>
[IgnoreAntiforgeryToken]
[EnableRateLimiting(Limits.ApiKey)]
[ApiExplorerSettings(IgnoreApi = false)]
[Authorize(Policy = PolicyNames.ApiBatchesWrite)]
[Route("api/v1/batches")]
public sealed class BatchesApiController(BatchWork work, BatchQueries queries, Idempotency idempotency, IStringLocalizer<TreatmentText> text) : ControllerBase
{
    private const int MostBytes = 256 * 1024;

    private OrganisationId Organisation => HttpContext.ApiCaller().OrganisationId;

    /// <summary>Opens a batch at one of the organisation's certified sites. The same key is answered the same.</summary>
    [HttpPost("")]
    [Idempotent]
    [RequestSizeLimit(MostBytes)]
    [ProducesResponseType<BatchOpened>(StatusCodes.Status201Created, "application/json")]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status404NotFound, "application/problem+json")]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status409Conflict, "application/problem+json")]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status422UnprocessableEntity, "application/problem+json")]
    public async Task<IActionResult> Open([FromBody] OpenBatchRequest? request, CancellationToken ct)
    {
        if (request is null || string.IsNullOrEmpty(request.Site) || string.IsNullOrEmpty(request.Category))
        {
            return this.Refuse(text, StatusCodes.Status422UnprocessableEntity, "site-or-category-missing", "Api.Missing");
        }

        var actor = ActorContext.Current(HttpContext);
        var outcome = await idempotency.RunAsync(
            HttpContext.Idempotent(),
            async transaction => await BatchService.OpenAsync(transaction, new NewBatch(Organisation, request.Site, request.Category, request.Technology, request.StartedOn), actor, ct) switch
            {
                OpenOutcome.Opened opened => new StoredAnswer(StatusCodes.Status201Created, JsonSerializer.Serialize(new BatchOpened(opened.Number))),
                OpenOutcome.Refused refused => new StoredAnswer(refused.Why == OpenProblem.NotFound ? StatusCodes.Status404NotFound : StatusCodes.Status409Conflict, refused.Why.ToString()),
                _ => throw new InvalidOperationException("Not an outcome of opening."),
            },
            ct);
        return outcome is IdempotentOutcome.Answered { Answer: { Status: >= 400 } refusal }
            ? this.Refuse(text, refusal.Status, refusal.Status == 404 ? "no-site" : "not-opened", "Open." + refusal.Body) : outcome.ToResult();
    }

    /// <summary>Stock into the batch: so many grams of the oldest lots, or named lots. Refused with what is left.</summary>
    [HttpPost("{number}/inputs")]
    [RequestSizeLimit(MostBytes)]
    [ProducesResponseType<BatchAnswer>(StatusCodes.Status200OK, "application/json")]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status404NotFound, "application/problem+json")]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status409Conflict, "application/problem+json")]
    public async Task<IActionResult> Charge(string number, [FromBody] ChargeBatchRequest? request, CancellationToken ct)
    {
        var lots = request?.Lots?.Select(lot => new LotShare(lot.Lot, lot.Grams is { } grams ? Weight.FromGrams(grams) : null)).ToList() ?? [];
        if (request is null || (request.Grams is null or <= 0 && lots.Count == 0) || request.Grams > 1_000_000_000_000)
        {
            return this.Refuse(text, StatusCodes.Status422UnprocessableEntity, "nothing-to-charge", "Charge.Nothing");
        }

        var charge = lots.Count > 0 ? ChargeRequest.OfLots(lots) : ChargeRequest.OfOldest(Weight.FromGrams(request.Grams!.Value));
        return await work.Charging.ChargeAsync(number, Organisation, charge, ActorContext.Current(HttpContext), ct) switch
        {
            ChargeOutcome.Charged => await AnswerAsync(number, ct),
            ChargeOutcome.NotFound => this.Refuse(text, StatusCodes.Status404NotFound, "no-batch", "Api.NoBatch"),
            ChargeOutcome.MoreThanStock more => this.Refuse(text, StatusCodes.Status409Conflict, "more-than-stock", "Charge.MoreThanStock", Shared.Format.Current.Kilograms(more.Left)).With("left_grams", more.Left.Grams),
            ChargeOutcome.MoreThanCapacity more => this.Refuse(text, StatusCodes.Status409Conflict, "more-than-capacity", "Charge.MoreThanCapacity", Shared.Format.Current.Kilograms(more.Left)).With("left_grams", more.Left.Grams),
            ChargeOutcome.NotCertified => this.Refuse(text, StatusCodes.Status409Conflict, "not-certified", "Open.NotCertified"),
            ChargeOutcome.NotOpen => this.Refuse(text, StatusCodes.Status409Conflict, "not-open", "NotOpen"),
            _ => this.Refuse(text, StatusCodes.Status422UnprocessableEntity, "nothing-to-charge", "Charge.Nothing"),
        };
    }

    /// <summary>Replaces the outputs of an open batch; nothing is posted before it is closed. Sending the same again changes nothing.</summary>
    [HttpPost("{number}/outputs")]
    [RequestSizeLimit(MostBytes)]
    [ProducesResponseType<BatchAnswer>(StatusCodes.Status200OK, "application/json")]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status404NotFound, "application/problem+json")]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status409Conflict, "application/problem+json")]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status422UnprocessableEntity, "application/problem+json")]
    public async Task<IActionResult> Outputs(string number, [FromBody] BatchOutputsRequest? request, CancellationToken ct)
    {
        if (request?.Outputs is null || request.Outputs.Any(row => row.Grams is < 0 or > 1_000_000_000_000) || request.LossGrams is < 0 or > 1_000_000_000_000)
        {
            return this.Refuse(text, StatusCodes.Status422UnprocessableEntity, "outputs-missing", "Api.Outputs");
        }

        var rows = request.Outputs.Select(row => new OutputDraft(row.Fraction ?? "", row.WasteCode, row.Operation ?? "", Weight.FromGrams(row.Grams), row.Destination, row.Country, row.Final)).ToList();
        return await work.Outputs.SaveAsync(number, Organisation, new OutputsDraft(rows, Weight.FromGrams(request.LossGrams), request.LossReason), ActorContext.Current(HttpContext), ct) switch
        {
            SaveOutputsOutcome.Saved => await AnswerAsync(number, ct),
            SaveOutputsOutcome.NotFound => this.Refuse(text, StatusCodes.Status404NotFound, "no-batch", "Api.NoBatch"),
            SaveOutputsOutcome.NotOpen => this.Refuse(text, StatusCodes.Status409Conflict, "not-open", "NotOpen"),
            SaveOutputsOutcome.LossWithoutReason => this.Refuse(text, StatusCodes.Status422UnprocessableEntity, "loss-without-reason", "Out.LossReason"),
            SaveOutputsOutcome.Refused refused => Refused(refused.Rows, rows),
            _ => NotFound(),
        };
    }

    /// <summary>Closes the batch: input = outputs + loss + difference, to the gram. Closed before with the same figures: answered the same.</summary>
    [HttpPost("{number}/close")]
    [RequestSizeLimit(MostBytes)]
    [ProducesResponseType<BatchAnswer>(StatusCodes.Status200OK, "application/json")]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status404NotFound, "application/problem+json")]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status409Conflict, "application/problem+json")]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status422UnprocessableEntity, "application/problem+json")]
    public async Task<IActionResult> Close(string number, [FromBody] CloseBatchRequest? request, CancellationToken ct)
    {
        var difference = request?.DifferenceGrams ?? 0;
        if (request is null || Math.Abs((decimal)difference) > 1_000_000_000_000)
        {
            return this.Refuse(text, StatusCodes.Status422UnprocessableEntity, "difference-unread", "Api.Outputs");
        }

        var outcome = await work.Closing.CloseAsync(number, Organisation, new CloseBatch(Weight.FromGrams(difference), request.Note, request.ClosedOn), ActorContext.Current(HttpContext), ct);
        switch (outcome)
        {
            case CloseOutcome.Closed:
                return await AnswerAsync(number, ct);
            case CloseOutcome.NotOpen when await queries.FindAsync(number, Organisation, ct) is { Batch: { State: "Closed" } batch } && batch.DifferenceGrams == difference:
                return await AnswerAsync(number, ct); // the answer was lost on its way, the batch was not
            case CloseOutcome.NotFound:
                return this.Refuse(text, StatusCodes.Status404NotFound, "no-batch", "Api.NoBatch");
            case CloseOutcome.DoesNotAddUp { Missing: var missing }:
                return this.Refuse(text, StatusCodes.Status422UnprocessableEntity, "does-not-add-up", missing.Grams > 0 ? "Close.Missing" : "Close.TooMuch", Shared.Format.Current.Grams(Weight.FromGrams(Math.Abs(missing.Grams)))).With("missing_grams", missing.Grams);
            case CloseOutcome.NeedsNote note:
                return this.Refuse(text, StatusCodes.Status422UnprocessableEntity, "needs-note", "Close.Note", Shared.Format.Current.Kilograms(note.Limit));
            case CloseOutcome.Refused refused:
                return Refused(refused.Rows, []);
            default:
                return this.Refuse(text, StatusCodes.Status409Conflict, outcome is CloseOutcome.NotCertified ? "not-certified" : outcome is CloseOutcome.NoInput ? "no-input" : outcome is CloseOutcome.DayOutOfReach ? "day-out-of-reach" : "not-open",
                    outcome is CloseOutcome.NotCertified ? "Close.NotCertified" : outcome is CloseOutcome.NoInput ? "Close.NoInput" : outcome is CloseOutcome.DayOutOfReach ? "Open.DayOutOfReach" : "NotOpen");
        }
    }

    /// <summary>One batch with what went in and what came out.</summary>
    [HttpGet("{number}")]
    [ProducesResponseType<BatchAnswer>(StatusCodes.Status200OK, "application/json")]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status404NotFound, "application/problem+json")]
    public Task<IActionResult> Get(string number, CancellationToken ct) => AnswerAsync(number, ct);

    private async Task<IActionResult> AnswerAsync(string number, CancellationToken ct) =>
        await queries.FindAsync(number, Organisation, ct) is { } details ? Ok(BatchAnswer.Of(details)) : this.Refuse(text, StatusCodes.Status404NotFound, "no-batch", "Api.NoBatch");

    private ObjectResult Refused(IReadOnlyList<OutputRefusal> refusals, List<OutputDraft> rows)
    {
        var sentences = refusals.Select(row => new
        {
            row = row.Row + 1, code = row.What.ToString(),
            problem = text["Row." + row.What, row.Row + 1, row.Row < rows.Count ? rows[row.Row].WasteCode ?? "" : "", row.Row < rows.Count ? rows[row.Row].Operation : "", row.Act?.Act(Culture.CurrentCode) ?? ""].Value,
        });
        return this.Refuse(text, StatusCodes.Status422UnprocessableEntity, "outputs-refused", "Api.Refused").With("rows", sentences);
    }
}

public sealed record OpenBatchRequest(
    [property: JsonPropertyName("site")] string? Site, [property: JsonPropertyName("category")] string? Category, [property: JsonPropertyName("technology")] string? Technology, [property: JsonPropertyName("started_on")] DateOnly? StartedOn);

/// <param name="Grams">Of the oldest lots; or <paramref name="Lots"/>.</param>
public sealed record ChargeBatchRequest([property: JsonPropertyName("grams")] long? Grams, [property: JsonPropertyName("lots")] IReadOnlyList<ChargeLot>? Lots);

/// <param name="Grams">None is the whole lot.</param>
public sealed record ChargeLot([property: JsonPropertyName("lot")] Guid Lot, [property: JsonPropertyName("grams")] long? Grams);

public sealed record BatchOutputsRequest([property: JsonPropertyName("outputs")] IReadOnlyList<OutputRequest>? Outputs, [property: JsonPropertyName("loss_grams")] long LossGrams, [property: JsonPropertyName("loss_reason")] string? LossReason);

public sealed record OutputRequest(
    [property: JsonPropertyName("fraction")] string? Fraction, [property: JsonPropertyName("waste_code")] string? WasteCode, [property: JsonPropertyName("operation")] string? Operation, [property: JsonPropertyName("grams")] long Grams,
    [property: JsonPropertyName("destination")] string? Destination, [property: JsonPropertyName("country")] string? Country, [property: JsonPropertyName("final")] bool Final);

/// <param name="DifferenceGrams">Signed: positive where less came out than went in.</param>
public sealed record CloseBatchRequest([property: JsonPropertyName("difference_grams")] long DifferenceGrams, [property: JsonPropertyName("note")] string? Note, [property: JsonPropertyName("closed_on")] DateOnly? ClosedOn);

public sealed record BatchOpened([property: JsonPropertyName("batch")] string Batch);

public sealed record BatchAnswer(
    [property: JsonPropertyName("batch")] string Batch, [property: JsonPropertyName("state")] string State, [property: JsonPropertyName("site")] string Site, [property: JsonPropertyName("category")] string Category,
    [property: JsonPropertyName("input_grams")] long InputGrams, [property: JsonPropertyName("output_grams")] long OutputGrams, [property: JsonPropertyName("loss_grams")] long LossGrams,
    [property: JsonPropertyName("difference_grams")] long DifferenceGrams, [property: JsonPropertyName("missing_grams")] long MissingGrams, [property: JsonPropertyName("outputs")] IReadOnlyList<OutputAnswer> Outputs)
{
    public static BatchAnswer Of(BatchDetails details)
    {
        ArgumentNullException.ThrowIfNull(details);
        var batch = details.Batch;
        return new BatchAnswer(
            batch.Number, batch.State.ToLowerInvariant(), batch.Site, batch.Category, batch.InputGrams, batch.OutputGrams, batch.LossGrams, batch.DifferenceGrams, batch.MissingGrams,
            [.. details.Outputs.Select(row => new OutputAnswer(row.Fraction, row.WasteCode, row.Operation, row.Result.ToLowerInvariant(), row.Grams, row.ConfirmedGrams, row.State.ToLowerInvariant()))]);
    }
}

public sealed record OutputAnswer(
    [property: JsonPropertyName("fraction")] string Fraction, [property: JsonPropertyName("waste_code")] string? WasteCode, [property: JsonPropertyName("operation")] string Operation, [property: JsonPropertyName("result")] string Result,
    [property: JsonPropertyName("grams")] long Grams, [property: JsonPropertyName("confirmed_grams")] long ConfirmedGrams, [property: JsonPropertyName("state")] string State);
