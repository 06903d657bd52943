using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Text;

namespace EwasteEpr.Signatures;

/// <summary>A signature as people bring it: DER, base64, or PEM.</summary>
public static class CmsReading
{
    /// <summary>More than any certificate chain needs; an enveloping signature carries the document besides.</summary>
    public const int MostBytes = 16 * 1024 * 1024;

    /// <returns>DER; none when it is neither of the three.</returns>
    public static byte[]? ToDer(ReadOnlySpan<byte> given)
    {
        if (given.Length is 0 or > MostBytes)
        {
            return null;
        }

        if (given[0] == 0x30)
        {
            return given.ToArray();
        }

        var text = Encoding.ASCII.GetString(given);
        if (PemEncoding.TryFind(text, out var pem))
        {
            text = text[pem.Base64Data];
        }

        var buffer = new byte[text.Length];
        return Convert.TryFromBase64String(text, buffer, out var written) && written > 0 && buffer[0] == 0x30 ? buffer[..written] : null;
    }

    /// <returns>The parsed signature over <paramref name="content"/>; none when it is no CMS, and a fault when it envelops other bytes.</returns>
    internal static (SignedCms? Cms, SignatureFault? Fault) Read(ReadOnlyMemory<byte> content, ReadOnlyMemory<byte> der)
    {
        try
        {
            var inside = new SignedCms();
            inside.Decode(der.Span);
            if (inside.ContentInfo.Content.Length > 0)
            {
                return inside.ContentInfo.Content.AsSpan().SequenceEqual(content.Span) ? (inside, null) : (null, SignatureFault.OtherBytes);
            }

            var detached = new SignedCms(new ContentInfo(content.ToArray()), detached: true);
            detached.Decode(der.Span);
            return (detached, null);
        }
        catch (CryptographicException)
        {
            return (null, SignatureFault.Unreadable);
        }
    }
}
