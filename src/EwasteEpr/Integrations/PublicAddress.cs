using System.Net;
using System.Net.Sockets;

namespace EwasteEpr.Integrations;

/// <summary>Whether an address is out in the public internet: where our server may knock because somebody told it to.</summary>
/// <remarks>
/// Everything that IANA's special-purpose registries (RFC 6890 and its successors) do not call globally reachable is refused, and so
/// are the ways to write an IPv4 address as an IPv6 one: mapped, compatible, NAT64, 6to4 and Teredo.
/// </remarks>
public static class PublicAddress
{
    private static readonly IPNetwork[] NotPublic4 =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24",
            "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
        }.Select(IPNetwork.Parse),
    ];

    /// <summary>Global unicast is 2000::/3; these parts of it are not what they seem.</summary>
    private static readonly IPNetwork[] NotPublic6 =
        [.. new[] { "2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20" }.Select(IPNetwork.Parse)];

    private static readonly IPNetwork GlobalUnicast6 = IPNetwork.Parse("2000::/3");

    public static bool Is(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (address.IsIPv4MappedToIPv6)
        {
            return Is(address.MapToIPv4());
        }

        return address.AddressFamily == AddressFamily.InterNetwork
            ? !Array.Exists(NotPublic4, network => network.Contains(address))
            : address.AddressFamily == AddressFamily.InterNetworkV6 && address.ScopeId == 0 && GlobalUnicast6.Contains(address) && !Array.Exists(NotPublic6, network => network.Contains(address));
    }
}
