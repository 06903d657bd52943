namespace EwasteEpr.Kernel;

/// <summary>A number of the country's plan, however it was typed.</summary>
public static class PhoneNumber
{
    private const int LongestTyped = 40;

    /// <returns>+7 and ten digits, or null when it is no number of the country's plan.</returns>
    public static string? Normalise(string? typed)
    {
        if (typed is null || typed.Length > LongestTyped || typed.Any(c => !char.IsAsciiDigit(c) && c is not (' ' or '-' or '(' or ')' or '+' or '\u00A0')))
        {
            return null;
        }

        var digits = string.Concat(typed.Where(char.IsAsciiDigit));
        return digits.Length == 11 && digits[0] is '7' or '8' ? "+7" + digits[1..]
            : digits.Length == 10 ? "+7" + digits
            : null;
    }
}
