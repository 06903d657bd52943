using System.Net;
using Microsoft.AspNetCore.HttpOverrides;

namespace EwasteEpr.Web.Hosting;

/// <summary>Behind a proxy the caller's address is what the proxy says. Only named proxies are believed: anybody can write the header.</summary>
/// <remarks>EWASTE_PROXIES: addresses or networks, separated by commas, for example <c>10.0.0.5,10.1.0.0/16</c>. Without it the connection's own address counts.</remarks>
public static class Proxies
{
    public static void UseNamedProxies(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        var named = (app.Configuration["EWASTE_PROXIES"] ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (named.Length == 0)
        {
            return;
        }

        var options = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto };
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var text in named)
        {
            if (System.Net.IPNetwork.TryParse(text, out var network))
            {
                options.KnownIPNetworks.Add(network);
            }
            else if (IPAddress.TryParse(text, out var address))
            {
                options.KnownProxies.Add(address);
            }
            else
            {
                throw new StartRefusedException($"EWASTE_PROXIES names {text}, which is neither an address nor a network such as 10.1.0.0/16.");
            }
        }

        app.UseForwardedHeaders(options);
    }
}
