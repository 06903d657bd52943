using System.Text.Json;
using System.Text.Json.Serialization;
using EwasteEpr.Evidence;
using EwasteEpr.Kernel;
using EwasteEpr.Web.Features.Declarations;
using EwasteEpr.Web.Features.Shared;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Evidence;

/// <summary>Evidence by recyclers' programs: balances, notes, a new one, and its submission. Approving stays with a person: a key is nobody's second pair of eyes.</summary>
[IgnoreAntiforgeryToken]
[EnableRateLimiting(Limits.ApiKey)]
[ApiExplorerSettings(IgnoreApi = false)]
[Route("api/v1/evidence")]
public sealed class EvidenceApiController(EvidenceQueries queries, EvidenceService notes, Idempotency idempotency, IStringLocalizer<EvidenceText> text) : ControllerBase
{
    private const int MostBytes = 16 * 1024;
    private const int PageRows = 200;

    private OrganisationId Organisation => HttpContext.ApiCaller().OrganisationId;

    /// <summary>What may still be evidenced, by site, category, year and payer.</summary>
    [HttpGet("balances")]
    [Authorize(Policy = PolicyNames.ApiEvidenceRead)]
    [ProducesResponseType<IReadOnlyList<BalanceAnswer>>(StatusCodes.Status200OK, "application/json")]
    public async Task<IActionResult> Balances(CancellationToken ct) => Ok((await queries.BalancesAsync(Organisation, ct)).Select(row =>
        new BalanceAnswer(row.BalanceId, row.SiteNumber, row.Category, row.Year, row.Payer, row.OwnSystemSlug, row.CreditedGrams / 1000m, row.TotalGrams / 1000m, row.AvailableGrams / 1000m)));

    /// <summary>Notes, newest first, 200 at a time.</summary>
    /// <param name="after">The id of the last note of the page before.</param>
    /// <param name="ct">The caller went away.</param>
    [HttpGet("")]
    [Authorize(Policy = PolicyNames.ApiEvidenceRead)]
    [ProducesResponseType<IReadOnlyList<NoteAnswer>>(StatusCodes.Status200OK, "application/json")]
    public async Task<IActionResult> List([FromQuery] Guid? after, CancellationToken ct) => Ok((await queries.ListAsync(new NoteFilter(Organisation, After: after, Limit: PageRows), ct)).Select(NoteAnswer.Of));

    [HttpGet("{number}")]
    [Authorize(Policy = PolicyNames.ApiEvidenceRead)]
    [ProducesResponseType<NoteAnswer>(StatusCodes.Status200OK, "application/json")]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status404NotFound, "application/problem+json")]
    public async Task<IActionResult> Find(string number, CancellationToken ct) =>
        await queries.ListAsync(new NoteFilter(Organisation, Number: number, Limit: 1), ct) is [var row] ? Ok(NoteAnswer.Of(row)) : Refused(StatusCodes.Status404NotFound, "not-found", "Api.NotFound");

    /// <summary>A draft; it claims nothing until it is submitted.</summary>
    [HttpPost("")]
    [Authorize(Policy = PolicyNames.ApiEvidenceWrite)]
    [Idempotent]
    [RequestSizeLimit(MostBytes)]
    [ProducesResponseType<CreatedAnswer>(StatusCodes.Status201Created, "application/json")]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status404NotFound, "application/problem+json")]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status409Conflict, "application/problem+json")]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status422UnprocessableEntity, "application/problem+json")]
    public async Task<IActionResult> Create([FromBody] NoteRequest? request, CancellationToken ct)
    {
        if (request is null || request.MassKg <= 0 || request.MassKg > 1_000_000_000 || !decimal.IsInteger(request.MassKg * 1000))
        {
            return Refused(StatusCodes.Status422UnprocessableEntity, "mass", "E.Kg");
        }

        IActionResult? refusal = null;
        var note = new NewNote(Guid.CreateVersion7(), request.Balance, Weight.FromKilograms(request.MassKg), request.Recipient);
        try
        {
            var outcome = await idempotency.RunAsync(
                HttpContext.Idempotent(),
                async transaction =>
                {
                    var made = await EvidenceService.CreateAsync(transaction, note, Organisation, ActorContext.Current(HttpContext), ct);
                    if (made is CreateNoteOutcome.Created created)
                    {
                        return new StoredAnswer(StatusCodes.Status201Created, JsonSerializer.Serialize(new CreatedAnswer(created.Number)));
                    }

                    refusal = made is CreateNoteOutcome.Refused refused
                        ? Refused(StatusCodes.Status409Conflict, Code(refused.Why), "Why." + refused.Why, refused.Left) : Refused(StatusCodes.Status404NotFound, "not-found", "Api.NotFound");
                    throw new NotKeptException();
                },
                ct);
            return outcome.ToResult();
        }
        catch (NotKeptException)
        {
            return refusal!; // a refusal is not kept under the key: the same request may succeed when its reason is gone
        }
    }

    /// <summary>Claims the grams. Submitting again changes nothing and is refused with the note's state.</summary>
    [HttpPost("{number}/submit")]
    [Authorize(Policy = PolicyNames.ApiEvidenceWrite)]
    [RequestSizeLimit(MostBytes)]
    [ProducesResponseType(StatusCodes.Status204NoContent)]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status404NotFound, "application/problem+json")]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status409Conflict, "application/problem+json")]
    public async Task<IActionResult> Submit(string number, CancellationToken ct) => await notes.SubmitAsync(number, Organisation, ActorContext.Current(HttpContext), ct) switch
    {
        NoteOutcome.Done => NoContent(),
        NoteOutcome.Refused refused => Refused(StatusCodes.Status409Conflict, Code(refused.Why), "Why." + refused.Why, refused.Left),
        _ => Refused(StatusCodes.Status404NotFound, "not-found", "Api.NotFound"),
    };

    private static string Code(NoteProblem why) => JsonNamingPolicy.KebabCaseLower.ConvertName(why.ToString());

    private ObjectResult Refused(int status, string code, string key, Weight left = default) => this.Refuse(status, code, text["Api.Title"], text[key, Format.Current.Kilograms(left)]).With("left_kg", left.Kilograms);

    private sealed class NotKeptException() : Exception("Refused; nothing is kept.");
}

/// <param name="Recipient">Slug of the own system; none: the operator, for the fund.</param>
public sealed record NoteRequest([property: JsonPropertyName("balance")] Guid Balance, [property: JsonPropertyName("mass_kg")] decimal MassKg, [property: JsonPropertyName("recipient")] string? Recipient);

public sealed record CreatedAnswer([property: JsonPropertyName("number")] string Number);

public sealed record BalanceAnswer(
    [property: JsonPropertyName("balance")] Guid Balance, [property: JsonPropertyName("site")] string Site, [property: JsonPropertyName("category")] string Category, [property: JsonPropertyName("year")] int Year,
    [property: JsonPropertyName("payer")] string Payer, [property: JsonPropertyName("own_system")] string? OwnSystem, [property: JsonPropertyName("credited_kg")] decimal CreditedKg,
    [property: JsonPropertyName("total_kg")] decimal TotalKg, [property: JsonPropertyName("available_kg")] decimal AvailableKg);

public sealed record NoteAnswer(
    [property: JsonPropertyName("id")] Guid Id, [property: JsonPropertyName("number")] string Number, [property: JsonPropertyName("state")] string State, [property: JsonPropertyName("site")] string Site,
    [property: JsonPropertyName("category")] string Category, [property: JsonPropertyName("year")] int Year, [property: JsonPropertyName("payer")] string Payer, [property: JsonPropertyName("mass_kg")] decimal MassKg,
    [property: JsonPropertyName("approved_at")] DateTimeOffset? ApprovedAt, [property: JsonPropertyName("code")] string? Code)
{
    public static NoteAnswer Of(NoteRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        return new NoteAnswer(row.NoteId, row.Number, row.State, row.SiteNumber, row.Category, row.Year, row.Payer, row.Grams / 1000m, row.ApprovedAt, row.Code is { } code ? CheckedCode.Show(code) : null);
    }
}
