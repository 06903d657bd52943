using EwasteEpr.Kernel;

namespace EwasteEpr.Payments.Cards;

/// <summary>Takes in what the provider tells: believed only when signed, stored once, answered when it is safe. Applied by <see cref="ApplyProviderEvents"/>.</summary>
public sealed class ProviderEvents(Db db, ICardGateway gateway, CardOptions options, TimeProvider clock) : IDisposable
{
    private readonly EventIntake intake = new(db);

    public const int MostBytes = 1024 * 1024;

    /// <param name="signature">The header.</param>
    /// <param name="body">The bytes as they came.</param>
    public async Task<AcceptOutcome> AcceptAsync(string? signature, ReadOnlyMemory<byte> body, CancellationToken ct)
    {
        if (!options.IsOffered)
        {
            return AcceptOutcome.NotOffered;
        }

        switch (WebhookSignature.Verify(signature, body.Span, options.WebhookSecrets, clock.GetUtcNow()))
        {
            case SignatureVerdict.Malformed:
                return AcceptOutcome.NotSigned;
            case SignatureVerdict.Forged:
                return AcceptOutcome.Forged;
            case SignatureVerdict.OutOfTime:
                return AcceptOutcome.OutOfTime;
        }

        EventHead head;
        try
        {
            head = ProviderJson.ReadHead(body);
        }
        catch (FormatException)
        {
            return AcceptOutcome.NoEvent;
        }

        if (head.IsLive != gateway.IsLive)
        {
            return AcceptOutcome.OtherMode; // play money never pays a real invoice, nor the other way round
        }

        await intake.StoreAsync(head, body.ToArray(), ct);
        return AcceptOutcome.Stored;
    }

    public void Dispose() => intake.Dispose();
}

public enum AcceptOutcome
{
    /// <summary>Committed, now or before.</summary>
    Stored,
    NotOffered,
    NotSigned,
    Forged,

    /// <summary>Signed more than five minutes ago, or in the future.</summary>
    OutOfTime,

    /// <summary>Signed, and no event.</summary>
    NoEvent,

    /// <summary>A test event in live mode, or the other way round.</summary>
    OtherMode,
}
