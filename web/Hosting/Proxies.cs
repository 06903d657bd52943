using System.Net;
using EwasteEpr.Kernel;
using Microsoft.AspNetCore.HttpOverrides;

namespace EwasteEpr.Web.Hosting;

/// <summary>The proxies in front of the site (EWASTE_PROXIES: addresses or networks with commas between): only they may say whose request it is.</summary>
/// <remarks>
/// Without it everybody behind a proxy has the proxy's address: one person's wrong passwords would make all of them wait, and cookies would lack "secure".
/// A forwarded address from anybody else is ignored, because anybody can write one.
/// </remarks>
public static class Proxies
{
    private const string Setting = "EWASTE_PROXIES";

    /// <exception cref="StartRefusedException">One of them is no address.</exception>
    public static void UseProxies(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        var named = (app.Configuration[Setting] ?? "").Split([',', ' '], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (named.Length == 0)
        {
            return;
        }

        var options = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto, ForwardLimit = null };
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var network in named.Select(Network))
        {
            options.KnownIPNetworks.Add(network);
        }

        app.UseForwardedHeaders(options);
    }

    private static System.Net.IPNetwork Network(string text)
    {
        if (System.Net.IPNetwork.TryParse(text, out var network))
        {
            return network;
        }

        return IPAddress.TryParse(text, out var address)
            ? new System.Net.IPNetwork(address, address.GetAddressBytes().Length * 8)
            : throw new StartRefusedException($"{Setting} names {text}, which is no address: write the addresses or networks of your proxies, for example 10.0.0.5,10.1.0.0/16.");
    }
}
