using System.Collections.Frozen;
using System.Text;
using CsvHelper;
using EwasteEpr.Declarations.Reading;

namespace EwasteEpr.Declarations.Rules;

/// <summary>Countries by their ISO 3166 codes (CN, CHN) or by name in Kazakh, Russian or English.</summary>
/// <remarks>Codes: ISO 3166-1; names: Unicode CLDR 48, as our own list in Countries.csv, with the short names of customs papers beside them.</remarks>
public static class Country
{
    private static readonly (string Alias, string Alpha2)[] Aliases =
    [
        ("КНР", "CN"), ("Китайская Народная Республика", "CN"), ("США", "US"), ("АҚШ", "US"), ("USA", "US"), ("Южная Корея", "KR"), ("Корея", "KR"), ("Корея Республикасы", "KR"),
        ("Republic of Korea", "KR"), ("Российская Федерация", "RU"), ("РФ", "RU"), ("Ресей Федерациясы", "RU"), ("Республика Казахстан", "KZ"), ("РК", "KZ"), ("ҚР", "KZ"),
        ("Қазақстан Республикасы", "KZ"), ("Белоруссия", "BY"), ("Республика Беларусь", "BY"), ("Киргизия", "KG"), ("Кыргызстан", "KG"), ("Turkey", "TR"), ("Объединенные Арабские Эмираты", "AE"),
        ("БАӘ", "AE"), ("UAE", "AE"), ("UK", "GB"), ("Англия", "GB"), ("Czech Republic", "CZ"), ("Viet Nam", "VN"), ("Hong Kong", "HK"), ("Гонконг", "HK"), ("Тайвань", "TW"),
    ];

    private static readonly FrozenDictionary<string, string> ByName = Load();

    /// <summary>The ISO 3166 alpha-2 code.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out string alpha2)
    {
        if (ByName.TryGetValue(ColumnNames.Normalised(text.ToString()), out var code))
        {
            alpha2 = code;
            return true;
        }

        alpha2 = "";
        return false;
    }

    private static FrozenDictionary<string, string> Load()
    {
        using var stream = typeof(Country).Assembly.GetManifestResourceStream("Declarations/Countries.csv") ?? throw new InvalidOperationException("The list of countries is missing from the program.");
        using var text = new StreamReader(stream, Encoding.UTF8);
        using var rows = CsvReader.FromText(text.ReadToEnd(), new CsvReaderOptions { Separator = ',' });
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        while (rows.Read())
        {
            for (var i = 0; i < rows.FieldCount; i++)
            {
                names.TryAdd(ColumnNames.Normalised(rows.GetString(i)), rows.GetString(0));
            }
        }

        foreach (var (alias, alpha2) in Aliases)
        {
            names.TryAdd(ColumnNames.Normalised(alias), alpha2);
        }

        return names.ToFrozenDictionary(StringComparer.Ordinal);
    }
}
