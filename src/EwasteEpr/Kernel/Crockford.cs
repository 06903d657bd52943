using System.Security.Cryptography;

namespace EwasteEpr.Kernel;

/// <summary>Crockford's base 32: codes that people read aloud and type. No I, L, O or U; five bits a character.</summary>
public static class Crockford
{
    public const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    public static string Random(int length) => RandomNumberGenerator.GetString(Alphabet, length);

    /// <summary>The first <paramref name="length"/> characters that the bytes give: for codes derived from a seed.</summary>
    public static string From(ReadOnlySpan<byte> bytes, int length)
    {
        if (bytes.Length * 8 < length * 5)
        {
            throw new ArgumentException("Not enough bytes for that many characters.", nameof(bytes));
        }

        Span<char> text = stackalloc char[length];
        for (var i = 0; i < length; i++)
        {
            var bit = i * 5;
            var pair = (bytes[bit / 8] << 8) | (bit / 8 + 1 < bytes.Length ? bytes[bit / 8 + 1] : 0);
            text[i] = Alphabet[(pair >> (11 - bit % 8)) & 31];
        }

        return new string(text);
    }

    /// <summary>What a person typed as we store it: upper case, no spaces or hyphens, O as 0, I and L as 1; null when another character is left.</summary>
    public static string? Normalise(string? typed)
    {
        if (typed is null || typed.Length > 100)
        {
            return null;
        }

        Span<char> kept = stackalloc char[typed.Length];
        var count = 0;
        foreach (var c in typed)
        {
            if (c is ' ' or '-' or '\u00A0' or '\u2009' or '\u202F')
            {
                continue;
            }

            var upper = char.ToUpperInvariant(c) switch { 'O' => '0', 'I' or 'L' => '1', var other => other };
            if (!Alphabet.Contains(upper, StringComparison.Ordinal))
            {
                return null;
            }

            kept[count++] = upper;
        }

        return new string(kept[..count]);
    }
}
