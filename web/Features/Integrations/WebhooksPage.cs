using EwasteEpr.Integrations;
using EwasteEpr.Web.Features.Shared;

namespace EwasteEpr.Web.Features.Integrations;

public sealed record WebhookForm(string? Url, string? Note, string[]? Events);

public sealed record WebhooksPage(string Here, IReadOnlyList<WebhookEndpoint> Endpoints, WebhookForm Form)
{
    public bool MayAdd => Endpoints.Count < EndpointService.Most;
}

public sealed record WebhookPage(string Back, WebhookEndpoint Endpoint, IReadOnlyList<Delivery> Deliveries, Guid? After, Guid? Next)
{
    public string Here => $"{Back}/{Endpoint.EndpointId}";
}

/// <param name="Secret">Shown once.</param>
/// <param name="IsRotated">There was one before, and it signs for another day.</param>
public sealed record WebhookSecretPage(string Next, string Secret, bool IsRotated);

internal static class WebhookWords
{
    public static StatusKind Shape(EndpointState state) => state switch
    {
        EndpointState.Active => StatusKind.Done,
        EndpointState.Stopped => StatusKind.Stopped,
        _ => StatusKind.NeedsReason,
    };

    public static StatusKind Shape(DeliveryState state) => state switch
    {
        DeliveryState.Delivered => StatusKind.Done,
        DeliveryState.Waiting => StatusKind.Waiting,
        _ => StatusKind.Stopped,
    };
}
