using System.Globalization;

namespace EwasteEpr.Tariffs;

/// <summary>A key of the United Nations University's list of 54 kinds of equipment: four digits, "0306" is a mobile phone.</summary>
/// <remarks>Whether the key exists is asked of <see cref="EquipmentCatalogue"/>. <c>default</c> is "no key".</remarks>
public readonly record struct UnuKey
{
    private readonly ushort number;

    private UnuKey(ushort number) => this.number = number;

    public bool IsNone => number == 0;

    /// <summary>The key as a number, 1 to 9999; 0 is none. For tables indexed by key.</summary>
    public int Number => number;

    /// <summary>Four digits, or three where a spreadsheet dropped the leading zero ("306" can only be 0306). Spaces around are ignored.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out UnuKey key)
    {
        key = default;
        text = text.Trim();
        if (text.Length is not (3 or 4))
        {
            return false;
        }

        var number = 0;
        foreach (var c in text)
        {
            if (!char.IsAsciiDigit(c))
            {
                return false;
            }

            number = (number * 10) + (c - '0');
        }

        key = new UnuKey((ushort)number);
        return number != 0;
    }

    /// <summary>The same from UTF-8, so that a file's fields need not become text first.</summary>
    public static bool TryParse(ReadOnlySpan<byte> utf8, out UnuKey key)
    {
        if (utf8.Length == 4 && char.IsAsciiDigit((char)utf8[0]) && char.IsAsciiDigit((char)utf8[1]) && char.IsAsciiDigit((char)utf8[2]) && char.IsAsciiDigit((char)utf8[3]))
        {
            var number = ((utf8[0] - '0') * 1000) + ((utf8[1] - '0') * 100) + ((utf8[2] - '0') * 10) + utf8[3] - '0';
            key = new UnuKey((ushort)number);
            return number != 0;
        }

        return TryParseText(utf8, out key);
    }

    private static bool TryParseText(ReadOnlySpan<byte> utf8, out UnuKey key)
    {
        Span<char> text = stackalloc char[16];
        key = default;
        return utf8.Length <= text.Length && TryParse(text[..System.Text.Encoding.UTF8.GetChars(utf8, text)], out key);
    }

    /// <exception cref="FormatException">The text is not a key.</exception>
    public static UnuKey Parse(string text) => TryParse(text, out var key) ? key : throw new FormatException($"Not a UNU key: {text}");

    public override string ToString() => number == 0 ? "" : number.ToString("D4", CultureInfo.InvariantCulture);
}
