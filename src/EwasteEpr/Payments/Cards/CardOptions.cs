namespace EwasteEpr.Payments.Cards;

/// <summary>How this installation takes cards.</summary>
/// <param name="IsOffered">Without a provider's key, and outside Demo, only bank transfer is offered.</param>
/// <param name="IsPretend">No real provider: the demonstration plays one, and every page says so.</param>
/// <param name="WebhookSecrets">One, or two while one replaces the other.</param>
public sealed record CardOptions(bool IsOffered, bool IsPretend, IReadOnlyList<string> WebhookSecrets)
{
    /// <summary>Never the secrets.</summary>
    public override string ToString() => IsOffered ? IsPretend ? "pretended cards" : "cards" : "no cards";
}
