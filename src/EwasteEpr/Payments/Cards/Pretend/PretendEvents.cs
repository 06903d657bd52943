using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace EwasteEpr.Payments.Cards.Pretend;

/// <summary>What the pretended provider tells, in the form of the real one: the same reader reads both.</summary>
internal static class PretendEvents
{
    public static byte[] SessionCompleted(PretendSession session, string payment) => Event("checkout.session.completed", "session_" + session.SessionId, new JsonObject
    {
        ["id"] = session.SessionId, ["object"] = "checkout.session", ["status"] = "complete", ["payment_status"] = "paid", ["payment_intent"] = payment,
        ["amount_total"] = session.AmountTiyn, ["currency"] = "kzt", ["metadata"] = Ours("attempt", session.AttemptId),
    });

    public static byte[] PaymentSucceeded(PretendSession session, string payment) => Event("payment_intent.succeeded", "payment_" + session.SessionId, new JsonObject
    {
        ["id"] = payment, ["object"] = "payment_intent", ["status"] = "succeeded", ["amount"] = session.AmountTiyn, ["amount_received"] = session.AmountTiyn, ["currency"] = "kzt",
        ["metadata"] = Ours("attempt", session.AttemptId),
    });

    public static byte[] Declined(PretendSession session, string payment) => Event("payment_intent.payment_failed", "declined_" + Guid.CreateVersion7().ToString("N"), new JsonObject
    {
        ["id"] = payment, ["object"] = "payment_intent", ["status"] = "requires_payment_method", ["amount"] = session.AmountTiyn, ["currency"] = "kzt",
        ["metadata"] = Ours("attempt", session.AttemptId), ["last_payment_error"] = new JsonObject { ["type"] = "card_error", ["code"] = "card_declined", ["decline_code"] = "insufficient_funds" },
    });

    public static byte[] Refunded(CardRefund refund) => Event("refund.updated", refund.ProviderRefundId, new JsonObject
    {
        ["id"] = refund.ProviderRefundId, ["object"] = "refund", ["status"] = "succeeded", ["payment_intent"] = refund.PaymentId, ["amount"] = refund.Amount.Units, ["currency"] = "kzt",
        ["metadata"] = Ours("refund", refund.RefundId!.Value),
    });

    public static string IdOf(byte[] body) => ProviderJson.ReadHead(body).EventId;

    private static JsonObject Ours(string key, Guid id) => new() { [key] = id.ToString("D", CultureInfo.InvariantCulture) };

    private static byte[] Event(string type, string key, JsonObject thing) => Encoding.UTF8.GetBytes(new JsonObject
    {
        ["id"] = "pretend_evt_" + key, ["object"] = "event", ["type"] = type, ["livemode"] = false, ["pending_webhooks"] = 1,
        ["created"] = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds(), ["data"] = new JsonObject { ["object"] = thing },
    }.ToJsonString());
}
