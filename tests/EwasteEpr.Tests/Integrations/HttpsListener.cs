using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace EwasteEpr.Tests.Integrations;

/// <summary>An integrator's server on this machine: real TLS with a certificate of its own making, answers that a test chooses, and everything that it was sent.</summary>
internal sealed class HttpsListener : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly X509Certificate2 certificate = SelfSigned();
    private readonly CancellationTokenSource stop = new();
    private readonly Task accepting;

    public HttpsListener()
    {
        listener.Start();
        accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    public string Url => $"https://127.0.0.1:{Port}/hooks";

    public ConcurrentQueue<Heard> Requests { get; } = [];

    /// <summary>The whole answer, headers and all.</summary>
    public string Answer { get; set; } = "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n";

    public TimeSpan Delay { get; set; }

    public bool IsMine(X509Certificate? other) => other is not null && certificate.GetCertHashString() == other.GetCertHashString();

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Stop();
        await accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        certificate.Dispose();
        stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            _ = AnswerAsync(await listener.AcceptTcpClientAsync(stop.Token)).ContinueWith(task => task.Exception, TaskScheduler.Default);
        }
    }

    private async Task AnswerAsync(TcpClient client)
    {
        using (client)
        {
            await using var stream = new SslStream(client.GetStream());
            await stream.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate }, stop.Token);
            Requests.Enqueue(await ReadAsync(stream));
            await Task.Delay(Delay, stop.Token);
            await stream.WriteAsync(Encoding.ASCII.GetBytes(Answer), stop.Token);
        }
    }

    private async Task<Heard> ReadAsync(SslStream stream)
    {
        var bytes = new List<byte>();
        var one = new byte[1];
        while (!(bytes.Count >= 4 && bytes[^4] == '\r' && bytes[^3] == '\n' && bytes[^2] == '\r' && bytes[^1] == '\n'))
        {
            await stream.ReadExactlyAsync(one, stop.Token);
            bytes.Add(one[0]);
        }

        var lines = Encoding.ASCII.GetString([.. bytes]).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        var headers = lines.Skip(1).Select(line => line.Split(": ", 2)).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.OrdinalIgnoreCase);
        var body = new byte[int.Parse(headers["Content-Length"], System.Globalization.CultureInfo.InvariantCulture)];
        await stream.ReadExactlyAsync(body, stop.Token);
        return new Heard(lines[0], headers, body);
    }

    private static X509Certificate2 SelfSigned()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var made = request.CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(1));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }
}

internal sealed record Heard(string Line, IReadOnlyDictionary<string, string> Headers, byte[] Body);
