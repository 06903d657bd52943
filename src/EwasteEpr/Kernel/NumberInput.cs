namespace EwasteEpr.Kernel;

/// <summary>The one parser of numbers that people and files write: <c>1 234,5</c>, <c>1234.5</c>, <c>1,240.5</c>, <c>−3</c>.</summary>
/// <remarks>
/// The rule, so that no number is ever silently a thousand times too large or too small:
/// <list type="number">
/// <item>A space (ordinary, no-break U+00A0, narrow U+202F, thin U+2009) groups thousands.</item>
/// <item>A point is the decimal mark. It groups in none of our three languages, so <c>1.240,5</c> and <c>1.234.567</c> are refused.
/// Whoever reads a column and meets such a number reads the whole column again with <see cref="DecimalMark.Comma"/>: then <c>1.240</c> is refused too.</item>
/// <item>A comma is the decimal mark in Kazakh and Russian and groups thousands in English. What stands around it decides:
/// a point behind it or a second comma says "group" (<c>1,240.5</c>, <c>1,234,567</c>); a space group, not exactly three digits
/// behind it, more than three or none before it, or a leading zero say "decimal" (<c>1 234,567</c>, <c>12,5</c>, <c>1234,567</c>, <c>0,186</c>).
/// What is left, <c>1,234</c>, is either and is refused as <see cref="NumberProblem.Ambiguous"/>, unless the caller knows the
/// mark, for example from the other rows of the column: <see cref="DecimalMark"/>.</item>
/// </list>
/// Exponents, NaN, units and digits of other scripts are refused. Allocates nothing.
/// </remarks>
public static class NumberInput
{
    /// <summary>More digits than a decimal holds for certain.</summary>
    private const int MostDigits = 28;

    public static NumberProblem TryParse(ReadOnlySpan<char> text, out decimal value) => TryParse(text, DecimalMark.Unknown, out value);

    /// <param name="text">What was written.</param>
    /// <param name="mark">The decimal mark, where the caller knows it.</param>
    /// <param name="value">The number with as many decimals as were written, or 0 when there is a problem.</param>
    public static NumberProblem TryParse(ReadOnlySpan<char> text, DecimalMark mark, out decimal value)
    {
        value = 0;
        text = Trim(text);
        if (text.IsEmpty)
        {
            return NumberProblem.Empty;
        }

        var negative = text[0] is '-' or '\u2212';
        if (negative || text[0] == '+')
        {
            text = TrimStart(text[1..]);
        }

        var problem = Scan(text, out var marks);
        if (problem == NumberProblem.None)
        {
            problem = FindDecimalMark(text, marks, mark, out var decimalAt);
            if (problem == NumberProblem.None)
            {
                return Read(text, decimalAt, marks, negative, out value);
            }
        }

        return problem;
    }

    /// <summary>Every character must be a digit or a separator.</summary>
    private static NumberProblem Scan(ReadOnlySpan<char> text, out Marks marks)
    {
        marks = new Marks { LastComma = -1, LastPoint = -1 };
        var digits = 0;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (char.IsAsciiDigit(c))
            {
                digits++;
            }
            else if (c == ',')
            {
                marks.Commas++;
                marks.LastComma = i;
            }
            else if (c == '.')
            {
                marks.Points++;
                marks.LastPoint = i;
            }
            else if (IsSpace(c))
            {
                marks.Spaces++;
            }
            else
            {
                return c is 'e' or 'E' && digits > 0 && IsExponent(text[(i + 1)..]) ? NumberProblem.Exponent : NumberProblem.NotANumber;
            }
        }

        return digits == 0 ? NumberProblem.NotANumber : NumberProblem.None;
    }

    private static NumberProblem FindDecimalMark(ReadOnlySpan<char> text, Marks marks, DecimalMark known, out int decimalAt)
    {
        decimalAt = -1;
        if (marks.Points > 1 || (marks.Points == 1 && marks.LastComma > marks.LastPoint))
        {
            return NumberProblem.PointAsGroup;
        }

        if (marks.Points == 1)
        {
            decimalAt = marks.LastPoint;
            var looksGrouped = marks.Commas == 0 && marks.Spaces == 0 && LooksLikeGroup(text, decimalAt);
            return known != DecimalMark.Comma ? NumberProblem.None
                : marks.Commas > 0 ? NumberProblem.BadGrouping
                : looksGrouped ? NumberProblem.Ambiguous : NumberProblem.None;
        }

        if (marks.Commas != 1)
        {
            return marks.Commas > 1 && known == DecimalMark.Comma ? NumberProblem.BadGrouping : NumberProblem.None;
        }

        if (known == DecimalMark.Unknown && marks.Spaces == 0 && LooksLikeGroup(text, marks.LastComma))
        {
            return NumberProblem.Ambiguous;
        }

        decimalAt = known == DecimalMark.Point ? -1 : marks.LastComma;
        return NumberProblem.None;
    }

    /// <summary>One to three digits, the first not 0, then the mark, then exactly three: both readings are possible.</summary>
    private static bool LooksLikeGroup(ReadOnlySpan<char> text, int at) => at is >= 1 and <= 3 && text[0] != '0' && text.Length - at - 1 == 3;

    private static NumberProblem Read(ReadOnlySpan<char> text, int decimalAt, Marks marks, bool negative, out decimal value)
    {
        value = 0;
        var whole = decimalAt < 0 ? text : text[..decimalAt];
        var fraction = decimalAt < 0 ? default : text[(decimalAt + 1)..];
        if (decimalAt >= 0 && fraction.IsEmpty)
        {
            return NumberProblem.NotANumber;
        }

        var isGrouped = whole.Length > 0 && marks.Commas + marks.Points + marks.Spaces > (decimalAt < 0 ? 0 : 1);
        if ((isGrouped && !IsWellGrouped(whole)) || fraction.ContainsAnyExceptInRange('0', '9'))
        {
            return NumberProblem.BadGrouping;
        }

        var digits = new Digits();
        if (!digits.Add(whole) || !digits.Add(fraction) || fraction.Length > MostDigits)
        {
            return NumberProblem.TooLong;
        }

        value = digits.ToDecimal(negative, (byte)fraction.Length);
        return NumberProblem.None;
    }

    /// <summary>One kind of separator, one to three digits first and not 0, then threes.</summary>
    private static bool IsWellGrouped(ReadOnlySpan<char> whole)
    {
        var run = 0;
        var groups = 0;
        var kind = '\0';
        foreach (var c in whole)
        {
            if (char.IsAsciiDigit(c))
            {
                run++;
                continue;
            }

            var thisKind = c == ',' ? ',' : ' ';
            if ((groups == 0 ? run is < 1 or > 3 : run != 3) || (kind != '\0' && kind != thisKind))
            {
                return false;
            }

            kind = thisKind;
            groups++;
            run = 0;
        }

        return groups == 0 || (run == 3 && whole[0] != '0');
    }

    private static bool IsExponent(ReadOnlySpan<char> rest)
    {
        rest = rest.Length > 0 && rest[0] is '+' or '-' or '\u2212' ? rest[1..] : rest;
        return rest.Length > 0 && !rest.ContainsAnyExceptInRange('0', '9');
    }

    private static bool IsSpace(char c) => c is ' ' or '\u00A0' or '\u202F' or '\u2009';

    private static ReadOnlySpan<char> TrimStart(ReadOnlySpan<char> text)
    {
        while (text.Length > 0 && (IsSpace(text[0]) || text[0] == '\t'))
        {
            text = text[1..];
        }

        return text;
    }

    private static ReadOnlySpan<char> Trim(ReadOnlySpan<char> text)
    {
        text = TrimStart(text);
        while (text.Length > 0 && (IsSpace(text[^1]) || text[^1] is '\t' or '\r' or '\n'))
        {
            text = text[..^1];
        }

        return text;
    }

    /// <summary>Digits become a decimal by way of an integer: ten times faster than decimal arithmetic.</summary>
    private struct Digits
    {
        private UInt128 wide;
        private ulong narrow;
        private int count;

        public bool Add(ReadOnlySpan<char> text)
        {
            foreach (var c in text)
            {
                if (!char.IsAsciiDigit(c) || (count == 0 && c == '0'))
                {
                    continue;
                }

                if (++count <= 19)
                {
                    narrow = (narrow * 10) + (uint)(c - '0');
                }
                else if (count <= MostDigits)
                {
                    wide = ((count == 20 ? narrow : wide) * 10) + (uint)(c - '0');
                }
                else
                {
                    return false;
                }
            }

            return true;
        }

        public readonly decimal ToDecimal(bool negative, byte scale)
        {
            var all = count > 19 ? wide : narrow;
            unchecked
            {
                return new decimal((int)(uint)all, (int)(uint)(all >> 32), (int)(uint)(all >> 64), negative && count > 0, scale);
            }
        }
    }

    private struct Marks
    {
        public int Commas;
        public int Points;
        public int Spaces;
        public int LastComma;
        public int LastPoint;
    }
}

/// <summary>Why a text is not a number that we may use.</summary>
public enum NumberProblem
{
    None,
    Empty,

    /// <summary>A letter, a unit, NaN, a sign in the wrong place, nothing behind the decimal mark.</summary>
    NotANumber,

    /// <summary>1e308: nobody writes kilograms so; spreadsheets do when they have spoiled a code.</summary>
    Exponent,

    /// <summary>1,234 is 1.234 in one language and 1 234 in another: write 1.234 or 1 234.</summary>
    Ambiguous,

    /// <summary>1 23 or 1,23,456 or 1 234,567,890: groups are not threes, or two kinds of groups.</summary>
    BadGrouping,

    /// <summary>1.240,5 or 1.234.567: write 1 240,5.</summary>
    PointAsGroup,

    /// <summary>More than 28 digits.</summary>
    TooLong,
}

/// <summary>The decimal mark of a column or a file, where it is known.</summary>
public enum DecimalMark
{
    Unknown,
    Comma,
    Point,
}
