using System.Net;

namespace EwasteEpr.Integrations;

/// <summary>The address that an integrator names, checked for what can be seen in it; where it leads is checked at each connection.</summary>
public static class EndpointAddress
{
    public const int MostCharacters = 500;

    /// <summary>Names that resolve inside a network, whatever a name server says.</summary>
    private static readonly string[] InnerNames = ["localhost", ".localhost", ".local", ".internal", ".lan", ".home.arpa", ".test", ".invalid", ".example"];

    /// <param name="address">As it is kept: the host in its ASCII form.</param>
    public static EndpointProblem Check(string? text, out string address)
    {
        address = "";
        if (string.IsNullOrWhiteSpace(text))
        {
            return EndpointProblem.Missing;
        }

        text = text.Trim();
        if (text.Length > MostCharacters || !Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Host.Length == 0)
        {
            return EndpointProblem.NotAnAddress;
        }

        if (uri.Scheme != Uri.UriSchemeHttps)
        {
            return EndpointProblem.NotHttps;
        }

        if (uri.UserInfo.Length > 0 || uri.Fragment.Length > 0)
        {
            return EndpointProblem.HasSecretOrFragment;
        }

        // Only what web servers use: nobody shall feel out other services through us.
        if (uri.Port is not (443 or 8443))
        {
            return EndpointProblem.PortNotAllowed;
        }

        if (!IsOutside(uri))
        {
            return EndpointProblem.NotPublic;
        }

        address = uri.GetComponents(UriComponents.Scheme | UriComponents.Host | UriComponents.Port | UriComponents.PathAndQuery | UriComponents.NormalizedHost, UriFormat.UriEscaped);
        return address.Length <= MostCharacters ? EndpointProblem.None : EndpointProblem.NotAnAddress;
    }

    private static bool IsOutside(Uri uri)
    {
        if (uri.HostNameType is UriHostNameType.IPv4 or UriHostNameType.IPv6)
        {
            return IPAddress.TryParse(uri.DnsSafeHost, out var literal) && PublicAddress.Is(literal);
        }

        var host = uri.IdnHost.TrimEnd('.');
        return uri.HostNameType == UriHostNameType.Dns && host.Contains('.', StringComparison.Ordinal)
            && !Array.Exists(InnerNames, name => name[0] == '.' ? host.EndsWith(name, StringComparison.OrdinalIgnoreCase) : host.Equals(name, StringComparison.OrdinalIgnoreCase));
    }
}

/// <summary>Why an address is not taken.</summary>
public enum EndpointProblem
{
    None,
    Missing,
    NotAnAddress,
    NotHttps,
    HasSecretOrFragment,
    PortNotAllowed,
    NotPublic,
}
