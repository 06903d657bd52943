using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace EwasteEpr.Payments.Cards;

/// <summary>Whether a delivery comes from who holds the secret: HMAC-SHA256 over <c>time.body</c>, in a header <c>t=...,v1=...,v1=...</c>.</summary>
/// <remarks>Over the bytes as they came: JSON that was parsed and written again is another text.</remarks>
public static class WebhookSignature
{
    public static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(300);
    private const int MostSignatures = 16;

    /// <param name="secrets">Two while one replaces the other; any of them will do.</param>
    public static SignatureVerdict Verify(string? header, ReadOnlySpan<byte> body, IReadOnlyList<string> secrets, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(secrets);
        if (string.IsNullOrEmpty(header) || header.Length > 4096 || !TryRead(header, out var time, out var given))
        {
            return SignatureVerdict.Malformed;
        }

        var matches = false;
        foreach (var secret in secrets)
        {
            var expected = Compute(secret, time, body);
            foreach (var one in given)
            {
                matches |= CryptographicOperations.FixedTimeEquals(expected, one);
            }
        }

        // Told apart only after the signature: a stranger learns nothing about our clock.
        return !matches ? SignatureVerdict.Forged
            : (now - DateTimeOffset.FromUnixTimeSeconds(time)).Duration() > Tolerance ? SignatureVerdict.OutOfTime
            : SignatureVerdict.Genuine;
    }

    public static string Sign(ReadOnlySpan<byte> body, string secret, DateTimeOffset at)
    {
        var time = at.ToUnixTimeSeconds();
        return string.Create(CultureInfo.InvariantCulture, $"t={time},v1={Convert.ToHexStringLower(Compute(secret, time, body))}");
    }

    private static byte[] Compute(string secret, long time, ReadOnlySpan<byte> body)
    {
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secret));
        hash.AppendData(Encoding.ASCII.GetBytes(time.ToString(CultureInfo.InvariantCulture) + "."));
        hash.AppendData(body);
        return hash.GetHashAndReset();
    }

    private static bool TryRead(string header, out long time, out List<byte[]> signatures)
    {
        time = -1;
        signatures = [];
        foreach (var part in header.Split(','))
        {
            var (name, value) = part.Split('=', 2) is [var left, var right] ? (left.Trim(), right.Trim()) : ("", "");
            if (name == "t" && (time >= 0 || !long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out time) || time > 10_000_000_000))
            {
                return false; // twice, or no time
            }

            if (name == "v1" && value.Length == 2 * HMACSHA256.HashSizeInBytes && value.All(char.IsAsciiHexDigit) && signatures.Count < MostSignatures)
            {
                signatures.Add(Convert.FromHexString(value));
            }
        }

        return time >= 0 && signatures.Count > 0;
    }
}

public enum SignatureVerdict
{
    Genuine,

    /// <summary>No header, or one that is none.</summary>
    Malformed,

    /// <summary>Signed by nobody we know, or altered on the way.</summary>
    Forged,

    /// <summary>Genuine, and more than five minutes away from now: perhaps a replay.</summary>
    OutOfTime,
}
