using EwasteEpr.Kernel;

namespace EwasteEpr.TakeBack.DropOffs;

/// <summary>The code a citizen shows at the counter: eight drawn characters and one that catches a slip of the finger.</summary>
/// <remarks>
/// 40 bits are enough: it opens nothing by itself, works at a counter only, and guesses are braked there.
/// A code on a Cyrillic keyboard reads the same to the eye, so letters that look alike are taken for each other.
/// </remarks>
public static class DropOffCode
{
    public const int Length = 9;
    private const string Cyrillic = "АВСЕНКМОРТХУІ";
    private const string Latin = "ABCEHKM0PTXY1";

    public static string New()
    {
        var drawn = Crockford.Random(Length - 1);
        return drawn + CheckCharacter(drawn);
    }

    /// <returns>The code as it is stored, or null when this cannot be one: a wrong length, another character, a slip.</returns>
    public static string? Normalise(string? typed)
    {
        if (typed is null || typed.Length > 100)
        {
            return null;
        }

        var latin = string.Concat(typed.Select(c => Cyrillic.IndexOf(char.ToUpperInvariant(c), StringComparison.Ordinal) is >= 0 and var at ? Latin[at] : c));
        return Crockford.Normalise(latin) is { Length: Length } code && CheckCharacter(code[..^1]) == code[^1] ? code : null;
    }

    /// <summary>P3VN-8TKCP: as papers and screens show it.</summary>
    public static string Shown(string code)
    {
        ArgumentNullException.ThrowIfNull(code);
        return code[..4] + "-" + code[4..];
    }

    /// <summary>Luhn modulo 32: catches every single wrong character and nearly every swap of neighbours.</summary>
    public static char CheckCharacter(string drawn)
    {
        ArgumentNullException.ThrowIfNull(drawn);
        const int Size = 32;
        var (sum, factor) = (0, 2);
        for (var i = drawn.Length - 1; i >= 0; i--)
        {
            var addend = factor * Crockford.Alphabet.IndexOf(drawn[i], StringComparison.Ordinal);
            sum += addend / Size + addend % Size;
            factor = 3 - factor;
        }

        return Crockford.Alphabet[(Size - sum % Size) % Size];
    }
}

/// <summary>The passport's address: 60 bits, so that nobody finds another's by trying.</summary>
public static class PassportToken
{
    public const int Length = 12;

    public static string New() => Crockford.Random(Length);

    public static string? Normalise(string? typed) => Crockford.Normalise(typed) is { Length: Length } token ? token : null;

    /// <summary>83KD-W7TN-4QEM.</summary>
    public static string Shown(string token) => string.Join('-', token.Chunk(4).Select(part => new string(part)));
}
