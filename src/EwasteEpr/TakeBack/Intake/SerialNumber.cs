namespace EwasteEpr.TakeBack.Intake;

/// <summary>An IMEI (fifteen digits with a check digit) or another serial number, as it is compared: upper case, no spaces, hyphens or dots.</summary>
public readonly record struct SerialNumber
{
    private SerialNumber(string text, bool isImei) => (Text, IsImei) = (text, isImei);

    public string Text { get; }

    public bool IsImei { get; }

    /// <summary>The first eight digits name brand and model.</summary>
    public string? TypeAllocationCode => IsImei ? Text[..8] : null;

    public string Tail => Text[^Math.Min(4, Text.Length)..];

    /// <returns>False for fifteen digits that are no IMEI; <paramref name="serial"/> is none where nothing was given.</returns>
    public static bool TryRead(string? typed, out SerialNumber? serial)
    {
        serial = null;
        var text = typed is null ? "" : string.Concat(typed.Where(c => c is not (' ' or '-' or '.' or '/' or '\u00A0'))).ToUpperInvariant();
        if (text.Length == 0)
        {
            return true;
        }

        if (text.Length is < 4 or > 40 || !text.All(c => char.IsAsciiLetterOrDigit(c)))
        {
            return false;
        }

        var isImei = text.Length == 15 && text.All(char.IsAsciiDigit);
        if (isImei && !Luhn(text))
        {
            return false;
        }

        serial = new SerialNumber(text, isImei);
        return true;
    }

    /// <summary>ISO/IEC 7812-1: every second digit from the right doubled, digits added, a multiple of ten.</summary>
    public static bool Luhn(string digits)
    {
        ArgumentNullException.ThrowIfNull(digits);
        var sum = 0;
        for (var i = 0; i < digits.Length; i++)
        {
            var digit = digits[digits.Length - 1 - i] - '0';
            sum += i % 2 == 0 ? digit : (digit * 2 / 10) + (digit * 2 % 10);
        }

        return sum % 10 == 0;
    }
}
