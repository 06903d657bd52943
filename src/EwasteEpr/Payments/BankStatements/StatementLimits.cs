namespace EwasteEpr.Payments.BankStatements;

/// <summary>How much of a bank statement we take. Every limit has a sentence for whoever meets it.</summary>
public static class StatementLimits
{
    public const long FileBytes = 20 * 1024 * 1024;
    public const int Rows = 50_000;

    /// <summary>A purpose of payment has some 500 characters; a line longer than this is not a statement.</summary>
    public const int LineCharacters = 8_000;
    public const int FieldsOfARow = 200;
    public const int NumberCharacters = 50;
    public const int NameCharacters = 300;
    public const int PurposeCharacters = 1_000;

    /// <summary>A value in a message is cut here.</summary>
    public const int ShownCharacters = 200;

    /// <summary>A trillion tenge less a tiyn: the whole fund of a year is some hundredth of it.</summary>
    public const long AmountTiyn = 99_999_999_999_999;

    public static string Shown(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return value.Length > ShownCharacters ? value[..ShownCharacters] : value;
    }

    /// <summary>Without control characters, runs of spaces as one, no longer than is stored.</summary>
    public static string Clean(string? value, int most)
    {
        if (string.IsNullOrWhiteSpace(value))
        {
            return "";
        }

        var kept = new System.Text.StringBuilder(value.Length);
        foreach (var c in value)
        {
            var isSpace = char.IsWhiteSpace(c) || char.IsControl(c);
            if (!isSpace)
            {
                kept.Append(c);
            }
            else if (kept.Length > 0 && kept[^1] != ' ')
            {
                kept.Append(' ');
            }
        }

        var text = kept.ToString().TrimEnd();
        return text.Length > most ? text[..most] : text;
    }
}
