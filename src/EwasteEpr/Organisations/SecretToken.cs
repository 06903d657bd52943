using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace EwasteEpr.Organisations;

/// <summary>256 random bits for a link or a cookie; only the hash is stored.</summary>
/// <remarks>A plain SHA-256 is enough: nobody can try 2^256 texts.</remarks>
public static class SecretToken
{
    public static string New() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    /// <summary>The hash to look for; text that cannot be one of ours still gives a hash, which no row has.</summary>
    public static byte[] Hash(string? token) => SHA256.HashData(Encoding.UTF8.GetBytes(token is { Length: <= 100 } ? token : ""));
}
