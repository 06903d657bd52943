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

    /// <exception cref="FormatException">The text is not a key.</exception>
    public static UnuKey Parse(string text) => TryParse(text, out var key) ? key : throw new FormatException($"Not a UNU key: {text}");

    public override string ToString() => number == 0 ? "" : number.ToString("D4", CultureInfo.InvariantCulture);
}
