namespace EwasteEpr.Kernel;

/// <summary>A Kazakhstani business or individual identification number (БИН or ИИН): 12 digits with a check digit.</summary>
/// <remarks>
/// Check digit: weights 1..11 modulo 11; if that gives 10, weights 3..11,1,2; if 10 again the number does not exist.
/// Source: Government resolution No. 565 of 11.06.2003 as implemented by kz-iin-validator; domain.md, section 5.
/// A sole trader's IIN is personal data: never public, never in a URL. <c>default</c> is not valid and throws when read.
/// </remarks>
public readonly record struct Bin
{
    private readonly string? digits;

    private Bin(string digits) => this.digits = digits;

    public string Digits => digits ?? throw new InvalidOperationException("Not a BIN.");

    /// <summary>True when the fifth digit says legal entity (4 resident, 5 not resident) or joint enterprise (6); a person's number has a day there (0 to 3).</summary>
    public bool IsOrganisation => Digits[4] is '4' or '5' or '6';

    public static BinCheck Check(string? text, out Bin bin)
    {
        bin = default;
        Span<char> kept = stackalloc char[12];
        var count = 0;
        foreach (var c in text ?? "")
        {
            if (c is ' ' or '\u00A0' or '\u202F' or '\u2009' or '-')
            {
                continue;
            }

            if (!char.IsAsciiDigit(c))
            {
                return BinCheck.NotDigits;
            }

            if (count == 12)
            {
                return BinCheck.WrongLength;
            }

            kept[count++] = c;
        }

        if (count != 12)
        {
            return BinCheck.WrongLength;
        }

        // Twelve zeros satisfy the sum and belong to nobody.
        if (CheckDigit(kept) != kept[11] - '0' || !kept.ContainsAnyExcept('0'))
        {
            return BinCheck.WrongCheckDigit;
        }

        bin = new Bin(new string(kept));
        return BinCheck.Valid;
    }

    /// <exception cref="FormatException">The text is not a valid number.</exception>
    public static Bin Parse(string text) =>
        Check(text, out var bin) is var result && result == BinCheck.Valid ? bin : throw new FormatException($"Not a BIN: {result}.");

    private static int CheckDigit(ReadOnlySpan<char> digits)
    {
        var first = WeightedSum(digits, 1);
        var check = first == 10 ? WeightedSum(digits, 3) : first;
        return check; // 10 again equals no digit, so the number is refused
    }

    private static int WeightedSum(ReadOnlySpan<char> digits, int firstWeight)
    {
        var sum = 0;
        for (var i = 0; i < 11; i++)
        {
            var weight = firstWeight + i;
            sum += (digits[i] - '0') * (weight > 11 ? weight - 11 : weight);
        }

        return sum % 11;
    }

    public override string ToString() => digits ?? "";
}

public enum BinCheck
{
    Valid,
    NotDigits,
    WrongLength,
    WrongCheckDigit,
}
