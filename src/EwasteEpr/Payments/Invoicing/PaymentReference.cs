using EwasteEpr.Kernel;

namespace EwasteEpr.Payments.Invoicing;

/// <summary>What a payer types into the purpose of a bank transfer: eight characters of Crockford's alphabet, the last one checks the others.</summary>
/// <remarks>
/// The characters are the elements of GF(32); character i is weighted by a^i, and the weighted sum of a right reference is 0. All weights
/// differ, so every single wrong character and every exchange of two characters is found, neighbours or not.
/// </remarks>
public static class PaymentReference
{
    public const int Length = 8;

    public static string New()
    {
        var data = Crockford.Random(Length - 1);
        return data + Check(data);
    }

    /// <summary>As it is stored: eight characters without spaces; none when it is not a reference or was mistyped.</summary>
    public static string? Parse(string? typed) =>
        Crockford.Normalise(typed) is { Length: Length } text && Check(text.AsSpan(0, Length - 1)) == text[^1] ? text : null;

    /// <summary>The references that stand in a text, in their order: the words of eight characters, or two neighbouring words of four.</summary>
    public static IReadOnlyList<string> FindIn(string? text)
    {
        var words = (text ?? "").Split([' ', ',', '.', ';', ':', '/', '\\', '(', ')', '№', '#', '\t', '\r', '\n', '\u00A0', '"', '«', '»'], StringSplitOptions.RemoveEmptyEntries);
        var found = new List<string>();
        for (var i = 0; i < words.Length; i++)
        {
            var reference = Parse(words[i]) ?? (words[i].Length == Length / 2 && i + 1 < words.Length && words[i + 1].Length == Length / 2 ? Parse(words[i] + words[i + 1]) : null);
            if (reference is not null && !found.Contains(reference, StringComparer.Ordinal))
            {
                found.Add(reference);
            }
        }

        return found;
    }

    private static char Check(ReadOnlySpan<char> data)
    {
        var sum = 0;
        foreach (var c in data)
        {
            sum = Double(sum ^ Crockford.Alphabet.IndexOf(c, StringComparison.Ordinal));
        }

        return Crockford.Alphabet[sum];
    }

    /// <summary>Times a in GF(32), whose polynomial is x^5 + x^2 + 1.</summary>
    private static int Double(int value) => value < 16 ? value << 1 : (value << 1) ^ 0b100101;
}
