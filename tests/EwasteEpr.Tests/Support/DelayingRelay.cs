using System.Net;
using System.Net.Sockets;

namespace EwasteEpr.Tests.Support;

/// <summary>A slow wire to the database: everything we say arrives late, and answers may be lost altogether.</summary>
internal sealed class DelayingRelay : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stopping = new();
    private readonly int serverPort;
    private readonly TimeSpan delay;

    public DelayingRelay(int serverPort, TimeSpan delay)
    {
        (this.serverPort, this.delay) = (serverPort, delay);
        listener.Start(1024);
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>The server hears what we say and we never hear its answer: the wire breaks instead.</summary>
    public bool LosesAnswers { get; set; }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        listener.Dispose();
        stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = RelayAsync(await listener.AcceptTcpClientAsync(stopping.Token));
            }
        }
        catch (Exception problem) when (problem is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // the test is over
        }
    }

    private async Task RelayAsync(TcpClient client)
    {
        using var near = client;
        using var far = new TcpClient { NoDelay = true };
        near.NoDelay = true;
        try
        {
            await far.ConnectAsync(IPAddress.Loopback, serverPort, stopping.Token);
            await Task.WhenAny(CopyAsync(near.GetStream(), far.GetStream(), delay, answers: false), CopyAsync(far.GetStream(), near.GetStream(), TimeSpan.Zero, answers: true));
        }
        catch (Exception problem) when (problem is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // cut
        }
    }

    private async Task CopyAsync(NetworkStream from, NetworkStream to, TimeSpan late, bool answers)
    {
        var buffer = new byte[65536];
        for (int read; (read = await from.ReadAsync(buffer, stopping.Token)) > 0;)
        {
            if (answers && LosesAnswers)
            {
                return;
            }

            await Task.Delay(late, stopping.Token);
            await to.WriteAsync(buffer.AsMemory(0, read), stopping.Token);
        }
    }
}
