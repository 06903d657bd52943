using System.Globalization;
using System.Text.Json;

namespace EwasteEpr.Payments.Cards;

/// <summary>The provider's JSON in our words. What is missing or of another kind is a <see cref="FormatException"/>, never a default.</summary>
public static class ProviderJson
{
    private const string AttemptKey = "attempt";
    private const string RefundKey = "refund";

    /// <summary>The envelope alone: enough to store an event once.</summary>
    /// <exception cref="FormatException">Not an event.</exception>
    public static EventHead ReadHead(ReadOnlyMemory<byte> body)
    {
        using var document = Parse(body);
        var root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Object || Text(root, "object") != "event")
        {
            throw new FormatException("Not an event.");
        }

        var id = Text(root, "id");
        var type = Text(root, "type");
        return id.Length is > 0 and <= 255 && type.Length is > 0 and <= 255
            ? new EventHead(id, type, root.TryGetProperty("livemode", out var live) && live.ValueKind is JsonValueKind.True or JsonValueKind.False ? live.GetBoolean() : throw Missing("livemode"), Instant(root, "created"))
            : throw new FormatException("The event has no id or no type.");
    }

    /// <exception cref="FormatException">Not an event that can be understood.</exception>
    public static CardEvent ReadEvent(ReadOnlyMemory<byte> body)
    {
        using var document = Parse(body);
        var root = document.RootElement;
        if (!root.TryGetProperty("data", out var data) || data.ValueKind != JsonValueKind.Object || !data.TryGetProperty("object", out var thing) || thing.ValueKind != JsonValueKind.Object)
        {
            throw Missing("data.object");
        }

        return Text(root, "type") switch
        {
            "checkout.session.completed" or "checkout.session.async_payment_succeeded" => SessionPaid(thing),
            "checkout.session.expired" => new CardEvent.SessionExpired(Ours(thing, AttemptKey), Text(thing, "id")),
            "payment_intent.succeeded" => new CardEvent.Paid(Ours(thing, AttemptKey), null, Text(thing, "id"), Amount(thing, "amount_received")),
            "payment_intent.payment_failed" => new CardEvent.Declined(Ours(thing, AttemptKey), Text(thing, "id"), DeclineCode(thing)),
            "refund.created" or "refund.updated" or "refund.failed" or "charge.refund.updated" => new CardEvent.Refunded(Refund(thing)),
            "charge.refunded" => new CardEvent.RefundedInAll(Id(thing, "payment_intent") ?? throw Missing("payment_intent"), Amount(thing, "amount_refunded")),
            "charge.dispute.created" => Dispute(thing, DisputeStep.Opened),
            "charge.dispute.funds_withdrawn" => Dispute(thing, DisputeStep.Withdrawn),
            "charge.dispute.funds_reinstated" => Dispute(thing, DisputeStep.Reinstated),
            "charge.dispute.closed" => Text(thing, "status") switch
            {
                "won" => Dispute(thing, DisputeStep.Won),
                "lost" => Dispute(thing, DisputeStep.Lost),
                _ => new CardEvent.Unconcerned(), // an inquiry that went no further
            },
            _ => new CardEvent.Unconcerned(),
        };
    }

    internal static CardSession Session(JsonElement session) => new(
        Text(session, "id"),
        TextOrNull(session, "status") switch { "complete" => CardSessionState.Complete, "expired" => CardSessionState.Expired, "open" => CardSessionState.Open, var other => throw new FormatException($"A session is {other}.") },
        Text(session, "payment_status") == "paid",
        TextOrNull(session, "url") is { } url ? (Uri.TryCreate(url, UriKind.Absolute, out var address) && address.Scheme is "https" or "http" ? new Uri(url) : throw new FormatException("The payment page's address is none.")) : null,
        Id(session, "payment_intent"),
        Amount(session, "amount_total"),
        session.TryGetProperty("livemode", out var live) && live.ValueKind == JsonValueKind.True);

    internal static CardRefund Refund(JsonElement refund) => new(
        Text(refund, "id"),
        Ours(refund, RefundKey),
        Id(refund, "payment_intent"),
        Amount(refund, "amount"),
        TextOrNull(refund, "status") switch { "succeeded" => CardRefundState.Succeeded, "failed" or "canceled" => CardRefundState.Failed, _ => CardRefundState.Pending },
        TextOrNull(refund, "failure_reason"));

    internal static JsonDocument Parse(ReadOnlyMemory<byte> body)
    {
        try
        {
            return JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = 32 });
        }
        catch (JsonException problem)
        {
            throw new FormatException("Not JSON.", problem);
        }
    }

    internal static string Text(JsonElement of, string name) => TextOrNull(of, name) ?? throw Missing(name);

    private static CardEvent SessionPaid(JsonElement session) => Text(session, "payment_status") == "paid"
        ? new CardEvent.Paid(Ours(session, AttemptKey), Text(session, "id"), Id(session, "payment_intent") ?? throw Missing("payment_intent"), Amount(session, "amount_total"))
        : new CardEvent.Unconcerned(); // completed, the money is still on its way: another event will tell

    private static CardEvent.Disputed Dispute(JsonElement dispute, DisputeStep step) =>
        new(Text(dispute, "id"), Id(dispute, "payment_intent"), Amount(dispute, "amount"), step, TextOrNull(dispute, "reason") ?? "");

    private static string DeclineCode(JsonElement payment) =>
        payment.TryGetProperty("last_payment_error", out var error) && error.ValueKind == JsonValueKind.Object ? TextOrNull(error, "decline_code") ?? TextOrNull(error, "code") ?? "" : "";

    /// <summary>Our own id, which we gave along: where it is not ours, it is none.</summary>
    private static Guid? Ours(JsonElement thing, string key) =>
        thing.TryGetProperty("metadata", out var metadata) && metadata.ValueKind == JsonValueKind.Object && Guid.TryParse(TextOrNull(metadata, key), out var id) ? id : null;

    /// <summary>A reference: the id, or the thing itself where the provider wrote it out.</summary>
    private static string? Id(JsonElement of, string name) =>
        !of.TryGetProperty(name, out var value) ? null : value.ValueKind == JsonValueKind.Object ? Text(value, "id") : TextOrNull(of, name);

    private static MinorAmount Amount(JsonElement of, string name) =>
        of.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var units)
            ? new MinorAmount(units, Text(of, "currency").ToUpperInvariant())
            : throw Missing(name);

    private static DateTimeOffset Instant(JsonElement of, string name) =>
        of.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var seconds) && seconds is > 0 and < 10_000_000_000
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : throw Missing(name);

    private static string? TextOrNull(JsonElement of, string name) => !of.TryGetProperty(name, out var value) ? null : value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Null => null,
        _ => throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"{name} is no text.")),
    };

    private static FormatException Missing(string name) => new($"{name} is missing.");
}

/// <param name="EventId">The provider's: the same for every delivery of one event.</param>
public sealed record EventHead(string EventId, string Type, bool IsLive, DateTimeOffset CreatedAt);
