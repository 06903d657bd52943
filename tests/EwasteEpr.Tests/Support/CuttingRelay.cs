using System.Net;
using System.Net.Sockets;
using System.Text;

namespace EwasteEpr.Tests.Support;

/// <summary>A wire to the database that breaks at COMMIT: before the server hears it, or after it has answered and before we hear that.</summary>
internal sealed class CuttingRelay : IAsyncDisposable
{
    private static readonly byte[] Commit = Encoding.ASCII.GetBytes("COMMIT\0");
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stopping = new();
    private readonly int serverPort;

    public CuttingRelay(int serverPort)
    {
        this.serverPort = serverPort;
        listener.Start();
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    public Cut NextCommit { get; set; }

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
        using var both = client;
        using var server = new TcpClient();
        await server.ConnectAsync(IPAddress.Loopback, serverPort, stopping.Token);
        var (near, far, buffer) = (client.GetStream(), server.GetStream(), new byte[65536]);
        _ = BackAsync(far, near);
        for (int read; (read = await ReadAsync(near, buffer)) > 0;)
        {
            var isCommit = buffer.AsSpan(0, read).IndexOf(Commit) >= 0;
            if (isCommit && NextCommit == Cut.BeforeTheServerHears)
            {
                NextCommit = Cut.None;
                return;
            }

            if (isCommit && NextCommit == Cut.BeforeWeHear)
            {
                NextCommit = Cut.None;
                near.Close(); // first, so that the answer has nowhere to go
                await far.WriteAsync(buffer.AsMemory(0, read), stopping.Token);
                await Task.Delay(200, stopping.Token);
                return;
            }

            await far.WriteAsync(buffer.AsMemory(0, read), stopping.Token);
        }
    }

    private static async Task BackAsync(NetworkStream far, NetworkStream near)
    {
        var buffer = new byte[65536];
        try
        {
            for (int read; (read = await ReadAsync(far, buffer)) > 0;)
            {
                await near.WriteAsync(buffer.AsMemory(0, read));
            }
        }
        catch (Exception problem) when (problem is IOException or ObjectDisposedException)
        {
            // cut
        }
    }

    private static async Task<int> ReadAsync(NetworkStream stream, byte[] buffer)
    {
        try
        {
            return await stream.ReadAsync(buffer);
        }
        catch (Exception problem) when (problem is IOException or ObjectDisposedException)
        {
            return 0;
        }
    }
}

internal enum Cut
{
    None,
    BeforeTheServerHears,
    BeforeWeHear,
}
