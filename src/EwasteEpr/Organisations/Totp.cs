using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace EwasteEpr.Organisations;

/// <summary>Time-based one-time passwords: RFC 6238 with SHA-1, 30 seconds and 6 digits, which is what the apps on people's phones do.</summary>
public static class Totp
{
    public const int SecretBytes = 20;
    private const int StepSeconds = 30;
    private const string Base32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    public static byte[] NewSecret() => RandomNumberGenerator.GetBytes(SecretBytes);

    public static long StepAt(DateTimeOffset instant) => instant.ToUnixTimeSeconds() / StepSeconds;

    public static string Code(ReadOnlySpan<byte> secret, long step) => Code(secret, step, 6, HashAlgorithmName.SHA1);

    internal static string Code(ReadOnlySpan<byte> secret, long step, int digits, HashAlgorithmName algorithm)
    {
        Span<byte> counter = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(counter, step);
        Span<byte> hash = stackalloc byte[64];
        var length = algorithm.Name switch
        {
#pragma warning disable CA5350 // RFC 6238 and every authenticator app use HMAC-SHA-1, where collisions of SHA-1 do not matter.
            "SHA1" => HMACSHA1.HashData(secret, counter, hash),
#pragma warning restore CA5350
            "SHA256" => HMACSHA256.HashData(secret, counter, hash),
            "SHA512" => HMACSHA512.HashData(secret, counter, hash),
            _ => throw new ArgumentOutOfRangeException(nameof(algorithm)),
        };
        var offset = hash[length - 1] & 15;
        var number = BinaryPrimitives.ReadUInt32BigEndian(hash[offset..]) & 0x7FFF_FFFF;
        var modulus = 1u;
        for (var i = 0; i < digits; i++)
        {
            modulus *= 10;
        }

        return (number % modulus).ToString(CultureInfo.InvariantCulture).PadLeft(digits, '0');
    }

    /// <summary>The step whose code was typed, one step of clock difference allowed on either side; null when none.</summary>
    public static long? FindStep(ReadOnlySpan<byte> secret, string typed, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(typed);
        var code = Encoding.ASCII.GetBytes(new string([.. typed.Where(char.IsAsciiDigit)]));
        var step = StepAt(now);
        long? found = null;
        for (var near = step - 1; near <= step + 1; near++)
        {
            if (CryptographicOperations.FixedTimeEquals(code, Encoding.ASCII.GetBytes(Code(secret, near))))
            {
                found = near;
            }
        }

        return found;
    }

    /// <summary>The secret as apps and people take it.</summary>
    public static string ToBase32(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder((bytes.Length * 8 + 4) / 5);
        var buffer = 0;
        var bits = 0;
        foreach (var b in bytes)
        {
            buffer = ((buffer << 8) | b) & 0xFFFF;
            for (bits += 8; bits >= 5; bits -= 5)
            {
                text.Append(Base32[(buffer >> (bits - 5)) & 31]);
            }
        }

        return bits > 0 ? text.Append(Base32[(buffer << (5 - bits)) & 31]).ToString() : text.ToString();
    }

    /// <summary>What the QR picture says: the key URI that authenticator apps read.</summary>
    public static string KeyUri(string issuer, string account, ReadOnlySpan<byte> secret) =>
        $"otpauth://totp/{Uri.EscapeDataString(issuer)}:{Uri.EscapeDataString(account)}?secret={ToBase32(secret)}&issuer={Uri.EscapeDataString(issuer)}";
}
