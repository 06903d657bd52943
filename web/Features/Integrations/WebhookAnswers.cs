using System.Text.Json;
using EwasteEpr.Integrations;

namespace EwasteEpr.Web.Features.Integrations;

/// <param name="Url">https, port 443 or 8443, a server in the public internet.</param>
/// <param name="Events">All of them when left out.</param>
public sealed record WebhookRequest(string? Url, string? Note, string[]? Events);

public sealed record WebhooksAnswer(IReadOnlyList<WebhookAnswer> Webhooks);

/// <param name="Secret">What deliveries are signed with; only in the answer that made it.</param>
public sealed record WebhookAnswer(Guid Id, string Url, string Note, string[] Events, string State, int Waiting, DateTimeOffset CreatedAt, string? Secret)
{
    internal static WebhookAnswer Of(WebhookEndpoint one, string? secret) =>
        new(one.EndpointId, one.Url, one.Note, one.Events, JsonNamingPolicy.SnakeCaseLower.ConvertName(one.State.ToString()), one.Waiting, one.CreatedAt, secret);
}

/// <param name="Next">Pass it as after; none on the last page.</param>
public sealed record DeliveriesAnswer(IReadOnlyList<DeliveryAnswer> Deliveries, Guid? Next);

/// <param name="Event">The id that the delivery's body carries.</param>
/// <param name="Status">Of the last attempt, where something answered.</param>
public sealed record DeliveryAnswer(
    Guid Id, Guid Event, string Type, string Subject, DateTimeOffset OccurredAt, string State, int Attempts, DateTimeOffset? AttemptedAt, int? Status, string? Problem)
{
    internal static DeliveryAnswer Of(Delivery row) => new(
        row.DeliveryId, row.EventId, row.Type, row.Subject, row.OccurredAt, Snake(row.State.ToString()), row.Attempts, row.AttemptedAt, row.Status, row.Problem is { } problem ? Snake(problem.ToString()) : null);

    private static string Snake(string name) => JsonNamingPolicy.SnakeCaseLower.ConvertName(name);
}
