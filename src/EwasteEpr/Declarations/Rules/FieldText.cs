using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Text;
using EwasteEpr.Declarations.Reading;
using EwasteEpr.Kernel;
using EwasteEpr.Tariffs;

namespace EwasteEpr.Declarations.Rules;

/// <summary>UTF-8 fields become values. The plain cases are read in place; everything else goes to the product's own tolerant parsers.</summary>
/// <remarks>Each short way gives what the long one gives: property tests hold them together.</remarks>
internal static class FieldText
{
    /// <summary>Longer than any number, code or date that we would accept.</summary>
    private const int LongestValue = 64;

    private static readonly Vector128<byte> Places = Vector128<byte>.Indices;

    /// <summary>Where each of 13 whole digits and 3 decimals stands, counted from the mark; what wraps around is before the number.</summary>
    private static readonly Vector128<byte> FromMark = Vector128.Create(243, 244, 245, 246, 247, 248, 249, 250, 251, 252, 253, 254, 255, 1, 2, 3);

    /// <summary>Spaces, tabs, line breaks and no-break spaces around a value are nobody's meaning.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> field) =>
        field.IsEmpty || (field[0] > ' ' && field[0] != 0xC2 && field[^1] > ' ' && field[^1] != 0xA0) ? field : TrimSpaces(field);

    private static ReadOnlySpan<byte> TrimSpaces(ReadOnlySpan<byte> field)
    {
        while (true)
        {
            if (field.Length > 0 && field[0] <= ' ')
            {
                field = field[1..];
            }
            else if (field.Length > 0 && field[^1] <= ' ')
            {
                field = field[..^1];
            }
            else if (field.StartsWith("\u00A0"u8))
            {
                field = field[2..];
            }
            else if (field.EndsWith("\u00A0"u8))
            {
                field = field[..^2];
            }
            else
            {
                return field;
            }
        }
    }

    /// <summary>For a message or a list: at most 200 characters, control characters made visible as spaces.</summary>
    public static string Shown(ReadOnlySpan<byte> field)
    {
        if (field.IsEmpty)
        {
            return "";
        }

        var text = Encoding.UTF8.GetString(field[..Math.Min(field.Length, TableLimits.ShownCharacters * 4)]);
        if (text.Length > TableLimits.ShownCharacters)
        {
            var cut = char.IsHighSurrogate(text[TableLimits.ShownCharacters - 1]) ? TableLimits.ShownCharacters - 1 : TableLimits.ShownCharacters;
            text = text[..cut];
        }

        return text.Any(char.IsControl) ? new string([.. text.Select(c => char.IsControl(c) ? ' ' : c)]) : text;
    }

    /// <summary>A plain number with a point (or the known decimal comma) and at most three decimals, in thousandths. False: ask <see cref="Number"/>.</summary>
    /// <param name="looksGrouped">1.240 was read as a decimal; were the point a group separator in this column, that would be wrong.</param>
    /// <remarks>Without a loop or a branch on digits: of all the work on a row, guessing where its numbers end was the dearest.</remarks>
    public static bool TryPlainThousandths(ReadOnlySpan<byte> field, DecimalMark mark, out long thousandths, out bool looksGrouped)
    {
        thousandths = 0;
        looksGrouped = false;
        if (field.Length is 0 or > 16)
        {
            return false;
        }

        // What a shift leaves behind the number's end is cut off by isInside.
        var behind = field.Length < 8 ? 0 : BinaryPrimitives.ReadUInt64LittleEndian(field[^8..]) >> ((16 - field.Length) * 8);
        var text = Vector128.Create(AsciiDigits.Load(field), behind).AsByte();
        var isInside = Vector128.LessThan(Places, Vector128.Create((byte)field.Length));
        var digits = (text ^ Vector128.Create((byte)'0')) & isInside;
        var marks = Vector128.GreaterThan(digits, Vector128.Create((byte)9)).ExtractMostSignificantBits();
        var whole = marks == 0 ? field.Length : BitOperations.TrailingZeroCount(marks);
        if (whole is 0 or > 13)
        {
            return false;
        }

        if (marks != 0)
        {
            var decimals = field.Length - whole - 1;
            if (decimals is 0 or > 3 || (marks & (marks - 1)) != 0 || (field[whole] != '.' && (field[whole] != ',' || mark != DecimalMark.Comma)))
            {
                return false;
            }

            looksGrouped = decimals == 3 && whole <= 3 && field[0] != '0' && field[whole] == '.';
            if (looksGrouped && mark == DecimalMark.Comma)
            {
                return false;
            }
        }

        // Thirteen digits before the mark and three behind it, zeros where there are none.
        var aligned = Vector128.Shuffle(digits, FromMark + Vector128.Create((byte)whole)).AsUInt64();
        thousandths = (AsciiDigits.Value(aligned[0]) * 100_000_000L) + AsciiDigits.Value(aligned[1]);
        return true;
    }

    public static NumberProblem Number(ReadOnlySpan<byte> field, DecimalMark mark, out decimal value)
    {
        value = 0;
        if (field.Length > LongestValue * 3)
        {
            return NumberProblem.TooLong;
        }

        Span<char> text = stackalloc char[LongestValue * 3];
        return NumberInput.TryParse(text[..Encoding.UTF8.GetChars(field, text)], mark, out value);
    }

    public static DateProblem Date(ReadOnlySpan<byte> field, out DateOnly day)
    {
        if (field.Length == 10 && field[4] == '-' && field[7] == '-' && TryDigits(field[..4], out var year) && TryDigits(field[5..7], out var month) && TryDigits(field[8..], out var date)
            && year is >= 1900 and <= 2199 && month is >= 1 and <= 12 && date >= 1 && (date <= 28 || date <= DateTime.DaysInMonth(year, month)))
        {
            day = new DateOnly(year, month, date);
            return DateProblem.None;
        }

        day = default;
        if (field.Length > LongestValue)
        {
            return DateProblem.NotADate;
        }

        Span<char> text = stackalloc char[LongestValue];
        var written = text[..Encoding.UTF8.GetChars(field, text)];
        return DateInput.TryParse(WithoutTime(written), out day);
    }

    /// <summary>Spreadsheets write a day as "2026-11-17 00:00:00".</summary>
    private static ReadOnlySpan<char> WithoutTime(ReadOnlySpan<char> text)
    {
        var gap = text.IndexOfAny(' ', 'T');
        return gap > 0 && TimeOnly.TryParse(text[(gap + 1)..].TrimEnd('Z'), CultureInfo.InvariantCulture, out _) ? text[..gap] : text;
    }

    private static bool TryDigits(ReadOnlySpan<byte> text, out int value)
    {
        unchecked
        {
            value = 0;
            var isDigits = true;
            foreach (var b in text)
            {
                var digit = (uint)(b - '0');
                isDigits &= digit <= 9;
                value = (value * 10) + (int)digit;
            }

            return isDigits;
        }
    }
}
