using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace EwasteEpr.Web.Hosting;

/// <summary>Where the site listens: PORT on the loopback address, unless ASP.NET's own settings say otherwise.</summary>
public static class Address
{
    private const int DefaultPort = 5080;

    public static void UseAddress(this WebApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var configuration = builder.Configuration;
        if (configuration["URLS"] is null && configuration.GetSection("Kestrel:Endpoints").GetChildren().FirstOrDefault() is null)
        {
            builder.WebHost.UseUrls($"http://localhost:{Port(configuration)}");
        }
    }

    /// <returns>A sentence when the port is taken or none, else null: asked before the database starts, so nothing has to be undone.</returns>
    public static string? Taken(IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        if (configuration["URLS"] is not null)
        {
            return null;
        }

        var port = Port(configuration);
        if (port is < 1 or > IPEndPoint.MaxPort)
        {
            return $"PORT={configuration["PORT"]} is no port: give a number from 1 to {IPEndPoint.MaxPort}, for example PORT={DefaultPort} ./run";
        }

        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return null;
        }
        catch (SocketException problem) when (problem.SocketErrorCode is SocketError.AddressAlreadyInUse or SocketError.AccessDenied)
        {
            return $"Port {port} is taken by another program. Stop it, or choose another port: PORT={port + 1} ./run";
        }
    }

    /// <returns>0 for what is no number.</returns>
    private static int Port(IConfiguration configuration) =>
        configuration["PORT"] is not { Length: > 0 } typed ? DefaultPort : int.TryParse(typed, NumberStyles.None, CultureInfo.InvariantCulture, out var port) ? port : 0;
}
