namespace EwasteEpr.Declarations.Rules;

/// <summary>The two-letter codes, found without making a text of them.</summary>
internal static class CountryCodes
{
    private static readonly string?[] ByLetters = Build();

    public static string? Find(ReadOnlySpan<byte> field) =>
        field.Length == 2 && char.IsAsciiLetterUpper((char)field[0]) && char.IsAsciiLetterUpper((char)field[1])
            ? ByLetters[((field[0] - 'A') * 26) + field[1] - 'A']
            : null;

    private static string?[] Build()
    {
        var codes = new string?[26 * 26];
        for (var i = 0; i < codes.Length; i++)
        {
            var letters = $"{(char)('A' + (i / 26))}{(char)('A' + (i % 26))}";
            codes[i] = Country.TryParse(letters, out var code) && code == letters ? code : null;
        }

        return codes;
    }
}
