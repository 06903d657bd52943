using System.Globalization;
using System.Text.Json.Nodes;

namespace EwasteEpr.Tests.Support;

/// <summary>What the card provider writes, with every field that its description calls required.</summary>
public static class ProviderBodies
{
    public static string Session(string id, long amount, Guid attempt, string status = "open", string? payment = null, string currency = "kzt", bool isLive = false) => new JsonObject
    {
        ["id"] = id, ["object"] = "checkout.session", ["livemode"] = isLive, ["created"] = 1_790_000_000, ["expires_at"] = 1_790_007_200, ["mode"] = "payment",
        ["status"] = status, ["payment_status"] = status == "complete" ? "paid" : "unpaid", ["payment_intent"] = payment, ["amount_total"] = amount, ["amount_subtotal"] = amount, ["currency"] = currency,
        ["url"] = status == "open" ? "https://pay.example.kz/c/" + id : null, ["client_reference_id"] = attempt.ToString("D"), ["metadata"] = new JsonObject { ["attempt"] = attempt.ToString("D") },
        ["success_url"] = "https://ewaste.example.kz/back", ["cancel_url"] = "https://ewaste.example.kz/pay", ["payment_method_types"] = new JsonArray("card"),
        ["automatic_tax"] = new JsonObject { ["enabled"] = false, ["status"] = null }, ["custom_fields"] = new JsonArray(), ["custom_text"] = new JsonObject(), ["shipping_options"] = new JsonArray(),
        ["customer_details"] = null,
    }.ToJsonString();

    public static string PaymentIntent(string id, long amount, Guid? attempt, string currency = "kzt") => new JsonObject
    {
        ["id"] = id, ["object"] = "payment_intent", ["livemode"] = false, ["created"] = 1_790_000_000, ["amount"] = amount, ["amount_received"] = amount, ["currency"] = currency, ["status"] = "succeeded",
        ["capture_method"] = "automatic", ["confirmation_method"] = "automatic", ["payment_method_types"] = new JsonArray("card"), ["latest_charge"] = "ch_" + id,
        ["metadata"] = attempt is { } ours ? new JsonObject { ["attempt"] = ours.ToString("D") } : new JsonObject(),
    }.ToJsonString();

    public static string Refund(string id, string payment, long amount, Guid? refund = null, string status = "succeeded", string currency = "kzt") => new JsonObject
    {
        ["id"] = id, ["object"] = "refund", ["created"] = 1_790_000_000, ["amount"] = amount, ["currency"] = currency, ["payment_intent"] = payment, ["charge"] = "ch_" + payment, ["status"] = status,
        ["metadata"] = refund is { } ours ? new JsonObject { ["refund"] = ours.ToString("D") } : new JsonObject(),
    }.ToJsonString();

    public static string Refunds(params string[] refunds) => new JsonObject
    {
        ["object"] = "list", ["has_more"] = false, ["url"] = "/v1/refunds", ["data"] = new JsonArray([.. refunds.Select(one => JsonNode.Parse(one))]),
    }.ToJsonString();

    public static string Charge(string payment, long amount, long refunded) => new JsonObject
    {
        ["id"] = "ch_" + payment, ["object"] = "charge", ["amount"] = amount, ["amount_refunded"] = refunded, ["currency"] = "kzt", ["payment_intent"] = payment,
    }.ToJsonString();

    public static string Dispute(string id, string payment, long amount, string status = "needs_response") => new JsonObject
    {
        ["id"] = id, ["object"] = "dispute", ["amount"] = amount, ["currency"] = "kzt", ["payment_intent"] = payment, ["charge"] = "ch_" + payment, ["status"] = status, ["reason"] = "fraudulent",
    }.ToJsonString();

    public static string Error(string code, string type = "invalid_request_error") => new JsonObject
    {
        ["error"] = new JsonObject { ["type"] = type, ["code"] = code, ["message"] = "No such thing." },
    }.ToJsonString();

    public static string Event(string id, string type, string thing, bool isLive = false, long created = 1_790_000_000) => new JsonObject
    {
        ["id"] = id, ["object"] = "event", ["api_version"] = "2023-08-16", ["created"] = created, ["livemode"] = isLive, ["pending_webhooks"] = 1, ["type"] = type,
        ["request"] = new JsonObject { ["id"] = null, ["idempotency_key"] = null }, ["data"] = new JsonObject { ["object"] = JsonNode.Parse(thing) },
    }.ToJsonString();

    public static string Id(string prefix) => prefix + "_" + Guid.CreateVersion7().ToString("N", CultureInfo.InvariantCulture);
}
