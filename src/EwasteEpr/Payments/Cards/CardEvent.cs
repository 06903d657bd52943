namespace EwasteEpr.Payments.Cards;

/// <summary>What the provider told us, in our words. The same fact may be told by several events, and in any order.</summary>
public abstract record CardEvent
{
    private CardEvent()
    {
    }

    /// <summary>The provider's id of the payment it is about: events of one payment are applied one after another.</summary>
    public virtual string? PaymentId => null;

    /// <summary>Money was taken.</summary>
    public sealed record Paid(Guid? Attempt, string? SessionId, string Payment, MinorAmount Amount) : CardEvent
    {
        public override string? PaymentId => Payment;
    }

    /// <summary>Nobody paid in time, or we closed the page.</summary>
    public sealed record SessionExpired(Guid? Attempt, string SessionId) : CardEvent;

    /// <summary>A card was declined; the page stays open for another try.</summary>
    public sealed record Declined(Guid? Attempt, string Payment, string Code) : CardEvent
    {
        public override string? PaymentId => Payment;
    }

    public sealed record Refunded(CardRefund Refund) : CardEvent
    {
        public override string? PaymentId => Refund.PaymentId;
    }

    /// <summary>So much of a payment was given back in all; which refunds they were has to be asked.</summary>
    public sealed record RefundedInAll(string Payment, MinorAmount Amount) : CardEvent
    {
        public override string? PaymentId => Payment;
    }

    public sealed record Disputed(string DisputeId, string? Payment, MinorAmount Amount, DisputeStep Step, string Reason) : CardEvent
    {
        public override string? PaymentId => Payment;
    }

    /// <summary>Nothing that concerns the books.</summary>
    public sealed record Unconcerned : CardEvent;
}

public enum DisputeStep
{
    /// <summary>A cardholder objects; nothing has moved.</summary>
    Opened,

    /// <summary>The provider took the money back from us until it is decided.</summary>
    Withdrawn,

    /// <summary>The provider gave it to us again.</summary>
    Reinstated,
    Won,
    Lost,
}
