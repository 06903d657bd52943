using System.Globalization;

namespace EwasteEpr.Kernel;

/// <summary>A customs goods code (HS, in the EAEU ТН ВЭД): 4, 6, 8 or 10 digits.</summary>
/// <remarks>
/// Kept as digits and length in one number, so that a lookup by prefix allocates nothing.
/// Spaces and points between digits are accepted. Source: domain.md, section 5. <c>default</c> is "no code".
/// </remarks>
public readonly record struct HsCode
{
    private readonly long value;
    private readonly byte length;

    private HsCode(long value, byte length)
    {
        this.value = value;
        this.length = length;
    }

    public bool IsNone => length == 0;

    /// <summary>Number of digits: 2 (a chapter, only as a shortened prefix), 4, 6, 8 or 10.</summary>
    public int Length => length;

    /// <summary>The digits as a number; with <see cref="Length"/> it identifies the code.</summary>
    public long Value => value;

    /// <summary>The first <paramref name="digits"/> digits, or the code itself when it is not longer.</summary>
    public HsCode Prefix(int digits)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(digits);
        if (digits >= length)
        {
            return this;
        }

        var shortened = value;
        for (int i = length; i > digits; i--)
        {
            shortened /= 10;
        }

        return new HsCode(shortened, (byte)digits);
    }

    public static bool TryParse(ReadOnlySpan<char> text, out HsCode code)
    {
        code = default;
        long value = 0;
        byte count = 0;
        foreach (var c in text)
        {
            if (char.IsAsciiDigit(c))
            {
                if (++count > 10)
                {
                    return false;
                }

                value = (value * 10) + (c - '0');
            }
            else if (c is not (' ' or '\u00A0' or '\u202F' or '\u2009' or '.'))
            {
                return false;
            }
        }

        if (count is not (4 or 6 or 8 or 10))
        {
            return false;
        }

        code = new HsCode(value, count);
        return true;
    }

    /// <summary>The same from UTF-8, so that a file's fields need not become text first.</summary>
    public static bool TryParse(ReadOnlySpan<byte> utf8, out HsCode code)
    {
        var first = utf8.Length == 10 ? utf8[..8] : utf8;
        if (utf8.Length is 4 or 6 or 8 or 10 && AsciiDigits.TryParse(first, out var value))
        {
            if (utf8.Length < 10)
            {
                code = new HsCode(value, (byte)utf8.Length);
                return true;
            }

            if (AsciiDigits.TryParse(utf8[8..], out var last))
            {
                code = new HsCode((value * 100L) + last, 10);
                return true;
            }
        }

        return TryParseSpaced(utf8, out code);
    }

    private static bool TryParseSpaced(ReadOnlySpan<byte> utf8, out HsCode code)
    {
        Span<char> text = stackalloc char[64];
        code = default;
        return utf8.Length <= text.Length && TryParse(text[..System.Text.Encoding.UTF8.GetChars(utf8, text)], out code);
    }

    /// <exception cref="FormatException">The text is not a code of 4, 6, 8 or 10 digits.</exception>
    public static HsCode Parse(string text) => TryParse(text, out var code) ? code : throw new FormatException($"Not an HS code: {text}");

    public override string ToString() => length == 0 ? "" : value.ToString(CultureInfo.InvariantCulture).PadLeft(length, '0');
}
