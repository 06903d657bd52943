using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;

namespace EwasteEpr.Integrations;

/// <summary>The wire to integrators: https to public addresses and nothing else, whatever a name resolves to at the moment of connecting.</summary>
/// <remarks>
/// The name is resolved here and the connection goes to the very address that was checked, so that a name server cannot answer one thing
/// to the check and another to the connection. No proxy, no redirect, no cookie; of an answer only the status is read.
/// </remarks>
public sealed class WebhookWire : IDisposable
{
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    private readonly HttpClient client;

    public WebhookWire()
        : this(PublicAddress.Is, isTrusted: null, Longest)
    {
    }

    /// <summary>For tests, which have no server in the public internet.</summary>
    internal WebhookWire(Func<IPAddress, bool> isAllowed, RemoteCertificateValidationCallback? isTrusted, TimeSpan longest)
    {
        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            ConnectTimeout = longest / 2,
            PooledConnectionLifetime = TimeSpan.FromMinutes(1),
            MaxResponseHeadersLength = 16,
            MaxConnectionsPerServer = 4,
            ConnectCallback = (context, ct) => ConnectAsync(context.DnsEndPoint, isAllowed, ct),
        };
        handler.SslOptions.RemoteCertificateValidationCallback = isTrusted;
        client = new HttpClient(handler) { Timeout = longest };
    }

    public async Task<WireAnswer> SendAsync(WireRequest request, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(request);
        var from = Stopwatch.GetTimestamp();
        var (status, problem) = await TrySendAsync(request, ct);
        return new WireAnswer(status, problem, (int)Stopwatch.GetElapsedTime(from).TotalMilliseconds);
    }

    public void Dispose() => client.Dispose();

    private async Task<(int? Status, DeliveryProblem? Problem)> TrySendAsync(WireRequest request, CancellationToken ct)
    {
        try
        {
            using var message = new HttpRequestMessage(HttpMethod.Post, request.Url) { Content = new ByteArrayContent(request.Body) };
            message.Content.Headers.Add("Content-Type", "application/json; charset=utf-8");
            message.Headers.UserAgent.ParseAdd("EwasteEpr-Webhooks/1");
            foreach (var (name, value) in request.Headers)
            {
                message.Headers.Add(name, value);
            }

            using var answer = await client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, ct);
            var status = (int)answer.StatusCode;
            return status switch
            {
                >= 200 and <= 299 => (status, null),
                >= 300 and <= 399 => (status, DeliveryProblem.Redirect),
                _ => (status, DeliveryProblem.Refused),
            };
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return (null, DeliveryProblem.TooSlow);
        }
        catch (HttpRequestException problem)
        {
            return (null, ProblemOf(problem));
        }
    }

    private static DeliveryProblem ProblemOf(HttpRequestException problem)
    {
        for (Exception? inner = problem; inner is not null; inner = inner.InnerException)
        {
            switch (inner)
            {
                case NotPublicException:
                    return DeliveryProblem.AddressNotPublic;
                case AuthenticationException:
                    return DeliveryProblem.CertificateNotTrusted;
                case SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain }:
                    return DeliveryProblem.NoAddress;
            }
        }

        return DeliveryProblem.NoConnection;
    }

    private static async ValueTask<Stream> ConnectAsync(DnsEndPoint to, Func<IPAddress, bool> isAllowed, CancellationToken ct)
    {
        var addresses = IPAddress.TryParse(to.Host, out var literal) ? [literal] : await Dns.GetHostAddressesAsync(to.Host, ct);
        // One address inside is reason enough: a name that leads in and out is not an honest one.
        if (addresses.Length == 0 || !Array.TrueForAll(addresses, address => isAllowed(address)))
        {
            throw new NotPublicException();
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, to.Port, ct);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private sealed class NotPublicException() : IOException("The name leads to an address that is not public.");
}

public sealed record WireRequest(string Url, byte[] Body, IReadOnlyList<(string Name, string Value)> Headers);

/// <param name="Status">None when nothing answered.</param>
/// <param name="Problem">None when it was taken.</param>
public sealed record WireAnswer(int? Status, DeliveryProblem? Problem, int Milliseconds);
