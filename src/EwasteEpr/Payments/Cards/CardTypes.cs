using EwasteEpr.Kernel;

namespace EwasteEpr.Payments.Cards;

public enum AttemptState
{
    /// <summary>Stored; the provider has not answered yet.</summary>
    Created,

    /// <summary>Somebody can pay.</summary>
    Open,

    /// <summary>Money moved that does not fit what was asked for: a person decides.</summary>
    Held,
    Paid,
    Expired,

    /// <summary>The provider would not open a page.</summary>
    Refused,

    /// <summary>A person has closed a held one.</summary>
    Closed,
}

/// <summary>An attempt as its payer sees it.</summary>
/// <param name="Url">The provider's page, while somebody can pay there.</param>
public sealed record AttemptView(
    Guid AttemptId, string InvoiceNumber, AttemptState State, long AmountTiyn, string? Url, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt, DateTimeOffset? PaidAt, string? LastDecline)
{
    public Money Amount => Money.FromTiyn(AmountTiyn);
}

/// <summary>What can be paid, and how.</summary>
/// <param name="CardMax">The most that a card payment may be; none while the operator has not entered it.</param>
/// <param name="Open">The attempt that is under way, or none.</param>
public sealed record PayableInvoice(
    Guid InvoiceId, string Number, long AmountTiyn, long CreditedTiyn, long AllocatedTiyn, long OpenTiyn, string PaymentReference, string? CardMaxText, AttemptView? Open)
{
    public Money? CardMax => decimal.TryParse(CardMaxText, System.Globalization.NumberStyles.Number, System.Globalization.CultureInfo.InvariantCulture, out var tenge) ? Money.Round(tenge) : null;

    /// <summary>A card can pay it as a whole.</summary>
    public bool IsWithinCardMax => CardMax is { } most && OpenTiyn <= most.Tiyn;
}

public abstract record StartOutcome
{
    private StartOutcome()
    {
    }

    /// <summary>The page that is open: a new one, or the one that somebody opened before.</summary>
    public sealed record Opened(AttemptView Attempt) : StartOutcome;

    public sealed record NotFound : StartOutcome;

    /// <summary>Paid or credited: nothing is left to pay.</summary>
    public sealed record NothingToPay : StartOutcome;

    /// <summary>More than a card payment may be.</summary>
    public sealed record AboveCardMax(Money? Most) : StartOutcome;

    /// <summary>A payment for this invoice is being looked at by a person: another one now might be one too many.</summary>
    public sealed record BeingLookedAt(Guid AttemptId) : StartOutcome;

    /// <summary>No card provider in this installation.</summary>
    public sealed record NotOffered : StartOutcome;

    /// <summary>The provider did not answer. Nothing was charged; the same attempt is tried again.</summary>
    public sealed record Unavailable(Guid AttemptId) : StartOutcome;

    public sealed record Refused(string Code) : StartOutcome;
}
