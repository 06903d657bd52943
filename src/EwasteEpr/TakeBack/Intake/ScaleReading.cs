using System.Globalization;
using EwasteEpr.Kernel;

namespace EwasteEpr.TakeBack.Intake;

/// <summary>Kilograms as a scale shows them: <c>41,350</c> is forty-one kilograms, whatever a table of goods might mean by it.</summary>
public static class ScaleReading
{
    private const int MostDecimals = 3;

    /// <returns>False for what is no mass; none for an empty field.</returns>
    public static bool TryRead(string? typed, out Weight? mass)
    {
        mass = null;
        var text = typed is null ? "" : string.Concat(typed.Where(c => c is not (' ' or '\u00A0' or '\u2009' or '\u202F'))).Replace(',', '.');
        if (text.Length == 0)
        {
            return true;
        }

        if (text.Length > 12 || !decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var kilograms) || kilograms.Scale > MostDecimals)
        {
            return false;
        }

        mass = Weight.FromKilograms(kilograms);
        return true;
    }
}
