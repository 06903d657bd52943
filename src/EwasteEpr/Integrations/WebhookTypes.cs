namespace EwasteEpr.Integrations;

/// <summary>What an integrator can hear of.</summary>
public static class WebhookEvents
{
    /// <summary>Only on request, to one endpoint.</summary>
    public const string Trial = "trial";

    public static IReadOnlyList<string> All { get; } =
    [
        "declaration.submitted", "declaration.accepted", "declaration.returned", "invoice.issued", "invoice.paid", "invoice.credited", "certificate.issued", "certificate.annulled",
    ];
}

public enum EndpointState
{
    Active,

    /// <summary>By a person.</summary>
    Stopped,

    /// <summary>It took nothing for days.</summary>
    Failed,
}

/// <summary>Why a delivery was not taken.</summary>
public enum DeliveryProblem
{
    /// <summary>The name leads nowhere.</summary>
    NoAddress,

    /// <summary>The name leads into a network that is not public.</summary>
    AddressNotPublic,
    NoConnection,
    CertificateNotTrusted,
    TooSlow,

    /// <summary>We do not follow: an address that moves is registered anew.</summary>
    Redirect,

    /// <summary>Any other answer than 2xx.</summary>
    Refused,
}

public enum DeliveryState
{
    Waiting,
    Delivered,

    /// <summary>Tried as often as we try; a person may ask again.</summary>
    GivenUp,
}

public sealed record NewEndpoint(string? Url, string? Note, IReadOnlyList<string> Events);

/// <param name="OldSecretUntil">Until then the secret before the last one signs too.</param>
/// <param name="FailingSince">Nothing was taken since then.</param>
public sealed record WebhookEndpoint(
    Guid EndpointId, string Url, string Note, string[] Events, EndpointState State, DateTimeOffset? OldSecretUntil, DateTimeOffset? FailingSince, DateTimeOffset CreatedAt, string? CreatedBy, int Waiting);

/// <param name="Status">Of the last attempt, where something answered.</param>
public sealed record Delivery(
    Guid DeliveryId, Guid EventId, string Type, string Subject, DateTimeOffset OccurredAt, DeliveryState State, int Attempts, DateTimeOffset NextAt, DateTimeOffset? DeliveredAt,
    DateTimeOffset? AttemptedAt, int? Status, DeliveryProblem? Problem, int? Milliseconds);

public abstract record EndpointOutcome
{
    private EndpointOutcome()
    {
    }

    /// <param name="Secret">Shown now and never again.</param>
    public sealed record Kept(Guid EndpointId, string Secret) : EndpointOutcome;

    public sealed record AddressRefused(EndpointProblem Problem) : EndpointOutcome;

    public sealed record NoEvents : EndpointOutcome;

    public sealed record AlreadyThere : EndpointOutcome;

    public sealed record TooMany : EndpointOutcome;
}
