using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using EwasteEpr.Kernel;

namespace EwasteEpr.Integrations;

/// <summary>What proves to an integrator that a delivery is ours: HMAC-SHA256 over <c>time.body</c>, one signature for each secret that is valid.</summary>
public static class WebhookSigning
{
    public const string Header = "Ewaste-Signature";
    private const int SecretLength = 32; // 160 bits

    public static string NewSecret() => "whs_" + Crockford.Random(SecretLength).ToLowerInvariant();

    /// <returns><c>t=seconds,v1=hex</c>, with a second v1 while two secrets are valid.</returns>
    public static string Sign(ReadOnlySpan<byte> body, IReadOnlyList<string> secrets, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(secrets);
        var time = at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var header = new StringBuilder("t=").Append(time);
        byte[] signed = [.. Encoding.ASCII.GetBytes(time + "."), .. body];
        foreach (var secret in secrets)
        {
            header.Append(",v1=").Append(Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), signed)));
        }

        return header.ToString();
    }
}
