using System.Globalization;
using System.Net;
using System.Text.Json;
using EwasteEpr.Kernel;
using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace EwasteEpr.Payments.Cards;

/// <summary>Stripe's REST API: Checkout sessions in tenge, refunds. The one place that knows the provider by name.</summary>
/// <remarks>
/// Every call is safe to repeat: reading, or writing under an idempotency key that was stored before. So it is tried again after a
/// timeout, a broken connection, 409, 429 or 5xx; after the last try nobody knows what happened, and the sweep asks later.
/// Stripe is not known to serve Kazakhstani legal entities: a local acquirer takes this file's place.
/// </remarks>
public sealed class StripeGateway : ICardGateway
{
    public const string SignatureHeader = "Stripe-Signature";
    private const string Version = "2023-08-16"; // the published description our tests check every request and answer against
    private static readonly Uri Api = new("https://api.stripe.com");
    private static readonly string[] LiveKeys = ["sk_live_", "rk_live_"];
    private static readonly string[] TestKeys = ["sk_test_", "rk_test_"];

    private readonly HttpClient http;
    private readonly CardKey key;
    private readonly ResiliencePipeline<HttpResponseMessage> patience;

    /// <param name="http">Without a timeout of its own.</param>
    /// <param name="key">The secret key, its mode and where the API stands.</param>
    /// <param name="patience">How long to wait for an answer, and how long between two tries.</param>
    public StripeGateway(HttpClient http, CardKey key, CardPatience? patience = null)
    {
        ArgumentNullException.ThrowIfNull(http);
        ArgumentNullException.ThrowIfNull(key);
        this.http = http;
        this.key = key;
        var limits = patience ?? CardPatience.Usual;
        this.patience = new ResiliencePipelineBuilder<HttpResponseMessage>()
            .AddRetry(new RetryStrategyOptions<HttpResponseMessage>
            {
                ShouldHandle = new PredicateBuilder<HttpResponseMessage>()
                    .Handle<HttpRequestException>().Handle<TimeoutRejectedException>().Handle<IOException>()
                    .HandleResult(answer => answer.StatusCode is HttpStatusCode.Conflict or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError),
                MaxRetryAttempts = 2,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = limits.Between,
            })
            .AddTimeout(limits.Answer)
            .Build();
    }

    public bool IsLive => key.IsLive;

    /// <summary>Which mode a key belongs to, by its own first letters; null for what is no secret key.</summary>
    public static bool? IsLiveKey(string key) =>
        LiveKeys.Any(start => key.StartsWith(start, StringComparison.Ordinal)) ? true
        : TestKeys.Any(start => key.StartsWith(start, StringComparison.Ordinal)) ? false
        : null;

    public async Task<CardSession> CreateSessionAsync(NewCardSession request, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(request);
        var attempt = request.Attempt.ToString("D");
        var session = await SendAsync(
            new Call(HttpMethod.Post, "/v1/checkout/sessions", request.IdempotencyKey)
            {
                Fields =
                [
                    new("mode", "payment"),
                    new("payment_method_types[0]", "card"),
                    new("line_items[0][quantity]", "1"),
                    new("line_items[0][price_data][currency]", "kzt"),
                    new("line_items[0][price_data][unit_amount]", request.Amount.Tiyn.ToString(CultureInfo.InvariantCulture)), // two minor digits: tiyn
                    new("line_items[0][price_data][product_data][name]", request.Title),
                    new("client_reference_id", attempt),
                    new("metadata[attempt]", attempt),
                    new("payment_intent_data[metadata][attempt]", attempt),
                    new("expires_at", request.ExpiresAt.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)),
                    new("locale", request.Language == "kk" ? "auto" : request.Language), // it speaks no Kazakh
                    new("success_url", request.BackTo.AbsoluteUri),
                    new("cancel_url", request.GaveUpTo.AbsoluteUri),
                ],
            },
            ProviderJson.Session,
            ct);
        return session.Amount.Is(request.Amount) ? session : throw CardGatewayException.Refused("amount_differs", $"Asked for {request.Amount}, the provider answered {session.Amount}.");
    }

    public Task<CardSession> FindSessionAsync(string sessionId, CancellationToken ct) =>
        SendAsync(new Call(HttpMethod.Get, "/v1/checkout/sessions/" + Uri.EscapeDataString(sessionId), null), ProviderJson.Session, ct);

    public Task<CardSession> ExpireSessionAsync(string sessionId, CancellationToken ct) =>
        SendAsync(new Call(HttpMethod.Post, $"/v1/checkout/sessions/{Uri.EscapeDataString(sessionId)}/expire", "expire-" + sessionId), ProviderJson.Session, ct);

    public Task<CardRefund> RefundAsync(NewCardRefund request, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(request);
        return SendAsync(
            new Call(HttpMethod.Post, "/v1/refunds", request.IdempotencyKey)
            {
                Fields =
                [
                    new("payment_intent", request.PaymentId),
                    new("amount", request.Amount.Tiyn.ToString(CultureInfo.InvariantCulture)),
                    new("metadata[refund]", request.RefundId.ToString("D")),
                ],
            },
            ProviderJson.Refund,
            ct);
    }

    public Task<IReadOnlyList<CardRefund>> RefundsOfAsync(string paymentId, CancellationToken ct) =>
        SendAsync<IReadOnlyList<CardRefund>>(
            new Call(HttpMethod.Get, $"/v1/refunds?limit=100&payment_intent={Uri.EscapeDataString(paymentId)}", null),
            list => [.. list.GetProperty("data").EnumerateArray().Select(ProviderJson.Refund)],
            ct);

    private async Task<T> SendAsync<T>(Call call, Func<JsonElement, T> read, CancellationToken ct)
    {
        try
        {
            using var answer = await patience.ExecuteAsync(async limit => await http.SendAsync(Request(call), HttpCompletionOption.ResponseContentRead, limit), ct);
            var body = await answer.Content.ReadAsByteArrayAsync(ct);
            if ((int)answer.StatusCode is >= 400 and < 500 and not 409 and not 429)
            {
                throw Refusal(answer.StatusCode, body);
            }

            if (!answer.IsSuccessStatusCode)
            {
                throw CardGatewayException.Unknown(string.Create(CultureInfo.InvariantCulture, $"The card provider answered {(int)answer.StatusCode}."));
            }

            using var document = ProviderJson.Parse(body);
            return read(document.RootElement);
        }
        catch (Exception problem) when (problem is HttpRequestException or TimeoutRejectedException or IOException or FormatException or InvalidOperationException or KeyNotFoundException)
        {
            throw CardGatewayException.Unknown("The card provider gave no answer that can be read: " + problem.Message, problem);
        }
    }

    private HttpRequestMessage Request(Call call)
    {
        var request = new HttpRequestMessage(call.Method, new Uri(key.Address ?? Api, call.Path));
        request.Headers.Authorization = new("Bearer", key.Secret);
        request.Headers.Add("Stripe-Version", Version);
        if (call.IdempotencyKey is { } once)
        {
            request.Headers.Add("Idempotency-Key", once);
            request.Content = new FormUrlEncodedContent(call.Fields);
        }

        return request;
    }

    private static CardGatewayException Refusal(HttpStatusCode status, byte[] body)
    {
        var (code, message) = ($"http_{(int)status}", "");
        using var document = ProviderJson.Parse(body);
        if (document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("error", out var error) && error.ValueKind == JsonValueKind.Object)
        {
            code = error.TryGetProperty("code", out var given) && given.GetString() is { Length: > 0 and < 100 } word ? word : ProviderJson.Text(error, "type");
            message = error.TryGetProperty("message", out var said) ? said.GetString() ?? "" : "";
        }

        return CardGatewayException.Refused(code, $"The card provider refused ({(int)status} {code}). {message}");
    }

    private sealed record Call(HttpMethod Method, string Path, string? IdempotencyKey)
    {
        public KeyValuePair<string, string>[] Fields { get; init; } = [];
    }
}

/// <param name="Secret">Never logged; comes from the environment or a file.</param>
/// <param name="Address">Another address than the provider's own: for tests.</param>
public sealed record CardKey(string Secret, bool IsLive, Uri? Address = null)
{
    public override string ToString() => IsLive ? "a live key" : "a test key";
}

/// <param name="Answer">How long one try may take.</param>
/// <param name="Between">The pause before the second try; longer before the third.</param>
public sealed record CardPatience(TimeSpan Answer, TimeSpan Between)
{
    public static CardPatience Usual { get; } = new(TimeSpan.FromSeconds(10), TimeSpan.FromMilliseconds(400));
}
