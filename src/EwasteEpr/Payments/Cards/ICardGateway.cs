using EwasteEpr.Kernel;

namespace EwasteEpr.Payments.Cards;

/// <summary>The wire to a card provider. Two stand behind it: the real one, and in Demo a pretended one.</summary>
/// <remarks>A call that changes something carries a key that was stored before the call, so it may be sent again after any failure.</remarks>
public interface ICardGateway
{
    /// <summary>Whether real money moves.</summary>
    bool IsLive { get; }

    /// <exception cref="CardGatewayException">Not opened, or nobody knows: see <see cref="CardGatewayException.IsRefusal"/>.</exception>
    Task<CardSession> CreateSessionAsync(NewCardSession request, CancellationToken ct);

    /// <exception cref="CardGatewayException">Not answered.</exception>
    Task<CardSession> FindSessionAsync(string sessionId, CancellationToken ct);

    /// <summary>Nobody can pay there any more; what is paid already stays paid and is told so.</summary>
    /// <exception cref="CardGatewayException">Not answered, or it can no longer be closed.</exception>
    Task<CardSession> ExpireSessionAsync(string sessionId, CancellationToken ct);

    /// <exception cref="CardGatewayException">Not done, or nobody knows.</exception>
    Task<CardRefund> RefundAsync(NewCardRefund request, CancellationToken ct);

    /// <exception cref="CardGatewayException">Not answered.</exception>
    Task<IReadOnlyList<CardRefund>> RefundsOfAsync(string paymentId, CancellationToken ct);
}

/// <summary>A call to the provider that brought no result.</summary>
public sealed class CardGatewayException : Exception
{
    private CardGatewayException(string message, string code, bool isRefusal, Exception? inner)
        : base(message, inner)
    {
        Code = code;
        IsRefusal = isRefusal;
    }

    /// <summary>The provider's word, or ours for no answer; never anything of a card.</summary>
    public string Code { get; }

    /// <summary>True: refused, it was not done. False: no usable answer, so it may have been done; the same key tells.</summary>
    public bool IsRefusal { get; }

    public static CardGatewayException Refused(string code, string message) => new(message, code, isRefusal: true, null);

    public static CardGatewayException Unknown(string message, Exception? inner = null) => new(message, "no_answer", isRefusal: false, inner);
}

/// <param name="Attempt">Ours; comes back in every event.</param>
/// <param name="IdempotencyKey">Stored before the call.</param>
/// <param name="Amount">In tenge, to the tiyn.</param>
/// <param name="Title">What is paid, without a person's name: the provider learns a document number and nothing else.</param>
/// <param name="Language">kk, ru or en.</param>
/// <param name="ExpiresAt">Part of what the key stands for, so it is stored too.</param>
/// <param name="BackTo">Where the browser comes back after paying. It proves nothing.</param>
/// <param name="GaveUpTo">Where it comes back without having paid.</param>
public sealed record NewCardSession(
    Guid Attempt, string IdempotencyKey, Money Amount, string Title, string Language, DateTimeOffset ExpiresAt, Uri BackTo, Uri GaveUpTo);

/// <summary>The provider's payment page of one attempt.</summary>
/// <param name="Url">None when nobody can pay there any more.</param>
/// <param name="PaymentId">The provider's id of the charge's payment; none before somebody pays.</param>
/// <param name="Amount">In the currency's smallest unit.</param>
public sealed record CardSession(string SessionId, CardSessionState State, bool IsPaid, Uri? Url, string? PaymentId, MinorAmount Amount, bool IsLive);

public enum CardSessionState
{
    Open,
    Complete,
    Expired,
}

/// <summary>An amount as the provider says it: nothing is believed before it is compared with what we asked for.</summary>
/// <param name="Units">In the currency's smallest unit.</param>
/// <param name="Currency">Upper case, ISO 4217.</param>
public readonly record struct MinorAmount(long Units, string Currency)
{
    public bool Is(Money expected) => Currency == "KZT" && expected.Currency == Kernel.Currency.Kzt && Units == expected.Tiyn;

    public override string ToString() => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Units / 100m:0.00} {Currency}");
}

/// <param name="RefundId">Ours.</param>
/// <param name="IdempotencyKey">Stored before the call.</param>
public sealed record NewCardRefund(Guid RefundId, string IdempotencyKey, string PaymentId, Money Amount);

/// <param name="ProviderRefundId">The provider's.</param>
/// <param name="RefundId">Ours, when we asked for it; none when somebody refunded on the provider's own screen.</param>
public sealed record CardRefund(string ProviderRefundId, Guid? RefundId, string? PaymentId, MinorAmount Amount, CardRefundState State, string? FailureReason);

public enum CardRefundState
{
    Pending,
    Succeeded,

    /// <summary>The money came back to us, also after a success: the card may be closed.</summary>
    Failed,
}
