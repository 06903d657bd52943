using System.Text.Json;
using EwasteEpr.Integrations;
using EwasteEpr.Kernel;
using EwasteEpr.Web.Features.Declarations;
using EwasteEpr.Web.Features.Organisations;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Localization;
using Npgsql;

namespace EwasteEpr.Web.Features.Integrations;

/// <summary>Webhooks kept by programs, with an organisation's key: what a person does on the page of webhooks.</summary>
[IgnoreAntiforgeryToken]
[EnableRateLimiting(Limits.ApiKey)]
[ApiExplorerSettings(IgnoreApi = false)]
[Authorize(Policy = PolicyNames.ApiWebhooksWrite)]
[Route("api/v1/webhooks")]
public sealed class WebhooksApiController(EndpointService endpoints, DeliveryLog log, Idempotency idempotency, IStringLocalizer<IntegrationsText> text) : ControllerBase
{
    private const int MostBytes = 16 * 1024;
    private const int MostDeliveries = 100;

    private OrganisationId Owner => HttpContext.ApiCaller().OrganisationId;

    /// <summary>The organisation's endpoints.</summary>
    [HttpGet]
    [ProducesResponseType<WebhooksAnswer>(StatusCodes.Status200OK, "application/json")]
    public async Task<IActionResult> List(CancellationToken ct) => Ok(new WebhooksAnswer([.. (await endpoints.ListAsync(Owner, ct)).Select(one => WebhookAnswer.Of(one, null))]));

    /// <summary>Adds an endpoint. The answer carries its secret, once: sent again with the same key, it comes without.</summary>
    [HttpPost]
    [Idempotent]
    [RequestSizeLimit(MostBytes)]
    [ProducesResponseType<WebhookAnswer>(StatusCodes.Status201Created, "application/json")]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status400BadRequest, "application/problem+json")]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status409Conflict, "application/problem+json")]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status422UnprocessableEntity, "application/problem+json")]
    public async Task<IActionResult> Create([FromBody] WebhookRequest? request, CancellationToken ct)
    {
        if (request is null || !ModelState.IsValid)
        {
            return Refuse(StatusCodes.Status400BadRequest, "bad-json", text["Api.BadJson"]);
        }

        var wanted = new NewEndpoint(request.Url, request.Note, request.Events ?? WebhookEvents.All);
        EndpointOutcome? made = null;
        try
        {
            var outcome = await idempotency.RunAsync(
                HttpContext.Idempotent(),
                async transaction =>
                {
                    made = await endpoints.CreateAsync(transaction, Owner, wanted, ActorContext.Current(HttpContext), ct);
                    return made is EndpointOutcome.Kept kept
                        ? new StoredAnswer(StatusCodes.Status201Created, kept.EndpointId.ToString()) // never the secret: answers are kept for a month
                        : throw new NotKeptException();
                },
                ct);
            return outcome is IdempotentOutcome.Answered { Answer: { } answer }
                ? await CreatedAsync(Guid.Parse(answer.Body), (made as EndpointOutcome.Kept)?.Secret, ct)
                : outcome.ToResult();
        }
        catch (NotKeptException)
        {
            return Explain(made!);
        }
        catch (PostgresException problem) when (problem.ConstraintName == "endpoint_once_per_address")
        {
            return Explain(new EndpointOutcome.AlreadyThere());
        }
    }

    /// <summary>What was sent to an endpoint and what it answered, newest first, a hundred at a time.</summary>
    /// <param name="id">The endpoint's.</param>
    /// <param name="after">What the page before answered as next.</param>
    /// <param name="ct">The caller went away.</param>
    [HttpGet("{id:guid}/deliveries")]
    [ProducesResponseType<DeliveriesAnswer>(StatusCodes.Status200OK, "application/json")]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status404NotFound, "application/problem+json")]
    public async Task<IActionResult> Deliveries(Guid id, [FromQuery] Guid? after, CancellationToken ct)
    {
        if (await endpoints.FindAsync(Owner, id, ct) is null)
        {
            return Refuse(StatusCodes.Status404NotFound, "not-found", text["Api.NotFound"]);
        }

        var rows = await log.ListAsync(Owner, id, after, MostDeliveries + 1, ct);
        return Ok(new DeliveriesAnswer([.. rows.Take(MostDeliveries).Select(DeliveryAnswer.Of)], rows.Count > MostDeliveries ? rows[MostDeliveries - 1].DeliveryId : null));
    }

    /// <summary>Nothing more is sent there.</summary>
    [HttpDelete("{id:guid}")]
    [ProducesResponseType(StatusCodes.Status204NoContent)]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status404NotFound, "application/problem+json")]
    public async Task<IActionResult> Remove(Guid id, CancellationToken ct) =>
        await endpoints.RemoveAsync(Owner, id, ActorContext.Current(HttpContext), ct) ? NoContent() : Refuse(StatusCodes.Status404NotFound, "not-found", text["Api.NotFound"]);

    private async Task<IActionResult> CreatedAsync(Guid id, string? secret, CancellationToken ct)
    {
        Response.Headers.CacheControl = "no-store";
        return await endpoints.FindAsync(Owner, id, ct) is { } endpoint
            ? StatusCode(StatusCodes.Status201Created, WebhookAnswer.Of(endpoint, secret))
            : Refuse(StatusCodes.Status404NotFound, "not-found", text["Api.NotFound"]); // removed since
    }

    private ObjectResult Explain(EndpointOutcome outcome) => outcome switch
    {
        EndpointOutcome.AddressRefused refused => Refuse(StatusCodes.Status422UnprocessableEntity, "url-" + JsonNamingPolicy.KebabCaseLower.ConvertName(refused.Problem.ToString()), text["Url." + refused.Problem]),
        EndpointOutcome.NoEvents => Refuse(StatusCodes.Status422UnprocessableEntity, "unknown-events", text["Events.Missing"]),
        EndpointOutcome.AlreadyThere => Refuse(StatusCodes.Status409Conflict, "already-there", text["Url.AlreadyThere"]),
        _ => Refuse(StatusCodes.Status422UnprocessableEntity, "too-many", text["Url.TooMany", EndpointService.Most]),
    };

    private ObjectResult Refuse(int status, string code, string sentence) => this.Refuse(status, code, text["Api.Title"], sentence);

    /// <summary>Rolls the key back with what was tried.</summary>
    private sealed class NotKeptException() : Exception("Refused; nothing is kept.");
}
