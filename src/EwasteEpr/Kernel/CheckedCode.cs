namespace EwasteEpr.Kernel;

/// <summary>Codes of documents that anybody may check: twelve characters of Crockford's alphabet, the last one checks the others.</summary>
/// <remarks>
/// The characters are elements of GF(32) weighted by different powers of one of them, and the weighted sum of a right code is 0: every single wrong
/// character and every exchange of two is found before the database is asked. Eleven free characters are 55 bits: nobody guesses one.
/// </remarks>
public static class CheckedCode
{
    public const int Length = 12;

    public static string New()
    {
        var data = Crockford.Random(Length - 1);
        return data + Check(data);
    }

    /// <summary>As it is stored, or none when it is not a code or was mistyped.</summary>
    public static string? Parse(string? typed) =>
        Crockford.Normalise(typed) is { Length: Length } text && Check(text.AsSpan(0, Length - 1)) == text[^1] ? text : null;

    /// <summary>7KQ4-M2XD-9V41, as it is printed.</summary>
    public static string Show(string code)
    {
        ArgumentNullException.ThrowIfNull(code);
        return string.Join('-', code.Chunk(4).Select(part => new string(part)));
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
