using System.Buffers.Binary;
using System.Security.Cryptography;
using EwasteEpr.Kernel;

namespace EwasteEpr.Marketplace;

/// <summary>The key of one sealed lot: seals each offer's price, and opens them again in the closing job.</summary>
/// <remarks>
/// Construction. When a lot opens, 32 random bytes become its key K. The database keeps K only sealed by the installation's secret
/// (<see cref="Secrets"/>, AES-256-GCM, purpose <c>market-lot</c>), together with the lot's id, so that one lot's key never serves for another.
/// An offer is AES-256-GCM under K over 24 bytes (price in tiyn per tonne, big endian, and the bidder's nonce of 16 bytes) with the offer's id as
/// associated data: each box has the same length, two equal prices have different boxes, and a box cannot be moved to another offer.
/// Only <see cref="LotClosing"/> calls <see cref="Open"/>; the database refuses to write a price down before the lot is closed.
/// <para>Who could still cheat: whoever holds both the installation's secret and a copy of the database can open every offer early; so can whoever
/// changes the running program, which sees prices as they come in. A bidder's protection against altering is the commitment: SHA-256 over lot,
/// price and nonce, kept by the bidder from the moment of offering and open to everybody's checking after the opening.</para>
/// </remarks>
public sealed class LotKey
{
    private const string Purpose = "market-lot";
    private const int KeyBytes = 32;
    private const int IvBytes = 12;
    private const int TagBytes = 16;
    private const int PriceBytes = 8;
    private readonly byte[] key;

    private LotKey(byte[] key) => this.key = key;

    /// <returns>A new key and how the database keeps it.</returns>
    public static (LotKey Key, byte[] Sealed) New(Secrets secrets, Guid lotId)
    {
        ArgumentNullException.ThrowIfNull(secrets);
        var key = RandomNumberGenerator.GetBytes(KeyBytes);
        return (new LotKey(key), secrets.Seal(Purpose, [.. lotId.ToByteArray(), .. key]));
    }

    /// <exception cref="CryptographicException">Sealed by another installation, altered, or another lot's.</exception>
    public static LotKey Unseal(Secrets secrets, Guid lotId, byte[] box)
    {
        ArgumentNullException.ThrowIfNull(secrets);
        var plain = secrets.Open(Purpose, box);
        return plain.AsSpan(0, 16).SequenceEqual(lotId.ToByteArray()) ? new LotKey(plain[16..]) : throw new CryptographicException("This is another lot's key.");
    }

    public byte[] Seal(Guid offerId, OfferSecret secret)
    {
        ArgumentNullException.ThrowIfNull(secret);
        Span<byte> plain = stackalloc byte[PriceBytes + OfferSecret.NonceBytes];
        BinaryPrimitives.WriteInt64BigEndian(plain, secret.TiynPerTonne);
        secret.Nonce.CopyTo(plain[PriceBytes..]);
        var box = new byte[IvBytes + TagBytes + plain.Length];
        RandomNumberGenerator.Fill(box.AsSpan(0, IvBytes));
        using var cipher = new AesGcm(key, TagBytes);
        cipher.Encrypt(box.AsSpan(0, IvBytes), plain, box.AsSpan(IvBytes + TagBytes), box.AsSpan(IvBytes, TagBytes), offerId.ToByteArray());
        return box;
    }

    /// <exception cref="CryptographicException">Altered, or another offer's.</exception>
    internal OfferSecret Open(Guid offerId, byte[] box)
    {
        var plain = new byte[PriceBytes + OfferSecret.NonceBytes];
        using var cipher = new AesGcm(key, TagBytes);
        cipher.Decrypt(box.AsSpan(0, IvBytes), box.AsSpan(IvBytes + TagBytes), box.AsSpan(IvBytes, TagBytes), plain, offerId.ToByteArray());
        return new OfferSecret(BinaryPrimitives.ReadInt64BigEndian(plain), plain[PriceBytes..]);
    }
}
