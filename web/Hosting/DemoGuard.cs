using System.Net;

namespace EwasteEpr.Web.Hosting;

/// <summary>Demo lets anybody in as anybody, so it listens to this machine alone unless somebody says DEMO_PUBLIC=1.</summary>
public static class DemoGuard
{
    /// <exception cref="StartRefusedException">An address reaches beyond loopback.</exception>
    public static void Check(IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        if (configuration["DEMO_PUBLIC"] == "1")
        {
            return;
        }

        if (Addresses(configuration).FirstOrDefault(address => !IsLoopback(address)) is { } open)
        {
            throw new StartRefusedException(
                $"Demo mode signs anybody in as anybody, so it listens on this machine only, and {open} reaches further. Use http://localhost:PORT, set DEMO_PUBLIC=1 to show the demo to others on purpose, or Demo=false.");
        }
    }

    /// <summary>Every place where the host may be told to listen.</summary>
    private static IEnumerable<string> Addresses(IConfiguration configuration)
    {
        var urls = (configuration["urls"] ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var ports = (configuration["http_ports"] + ";" + configuration["https_ports"]).Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var endpoints = configuration.GetSection("Kestrel:Endpoints").GetChildren().Select(endpoint => endpoint["Url"]).OfType<string>();
        // Ports without a host mean every address; they count only where no urls are given.
        return [.. urls, .. urls.Length == 0 ? ports.Select(port => $"http://*:{port}") : [], .. endpoints];
    }

    internal static bool IsLoopback(string address)
    {
        // "*" and "+" are no host names, so Uri would refuse them; neither is a Unix socket, which only this machine can reach.
        var text = address.Replace("//*", "//0.0.0.0", StringComparison.Ordinal).Replace("//+", "//0.0.0.0", StringComparison.Ordinal);
        if (text.StartsWith("http://unix:/", StringComparison.OrdinalIgnoreCase))
        {
            return true;
        }

        return Uri.TryCreate(text, UriKind.Absolute, out var uri) && IsLoopbackHost(uri.Host);
    }

    /// <summary>localhost, 127.x.x.x or ::1.</summary>
    public static bool IsLoopbackHost(string host)
    {
        ArgumentNullException.ThrowIfNull(host);
        return host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip));
    }
}
