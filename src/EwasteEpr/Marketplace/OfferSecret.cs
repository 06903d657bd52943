using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace EwasteEpr.Marketplace;

/// <summary>What a bidder keeps to itself until the opening: the price and 16 random bytes, which together make the commitment.</summary>
/// <param name="TiynPerTonne">Positive: the recycler pays; negative: is paid.</param>
public sealed record OfferSecret(long TiynPerTonne, byte[] Nonce)
{
    public const int NonceBytes = 16;

    public static byte[] NewNonce() => RandomNumberGenerator.GetBytes(NonceBytes);

    /// <param name="hex">32 hexadecimal characters: fewer could be guessed together with the price.</param>
    public static byte[]? ReadNonce(string? hex) => hex is { Length: NonceBytes * 2 } && hex.All(char.IsAsciiHexDigit) ? Convert.FromHexString(hex) : null;

    /// <summary>The text that is hashed: <c>L-2026-0007|-35000.00|0f3c…</c> (lot, tenge per tonne with two decimals and a point, nonce in lower-case hexadecimal).</summary>
    public static string Text(string lot, long tiynPerTonne, byte[] nonce) =>
        string.Create(CultureInfo.InvariantCulture, $"{lot}|{tiynPerTonne / 100m:0.00}|{Convert.ToHexStringLower(nonce)}");

    /// <summary>SHA-256 of <see cref="Text"/> in UTF-8; anybody can compute it.</summary>
    public byte[] Commitment(string lot) => SHA256.HashData(Encoding.UTF8.GetBytes(Text(lot, TiynPerTonne, Nonce)));
}
