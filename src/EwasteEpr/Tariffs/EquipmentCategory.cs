namespace EwasteEpr.Tariffs;

/// <summary>The reporting categories: the six of Directive 2012/19/EU, with photovoltaic panels (4b) apart from large equipment (4a).</summary>
public enum EquipmentCategory
{
    None,
    TemperatureExchange,
    Screens,
    Lamps,
    Large,
    Photovoltaic,
    Small,
    SmallIt,
}

/// <summary>The categories' public codes: 1, 2, 3, 4a, 4b, 5, 6.</summary>
public static class EquipmentCategories
{
    private static readonly string[] Codes = ["", "1", "2", "3", "4a", "4b", "5", "6"];

    /// <summary>All categories in the order of their codes, without <see cref="EquipmentCategory.None"/>.</summary>
    public static IReadOnlyList<EquipmentCategory> All { get; } =
    [
        EquipmentCategory.TemperatureExchange, EquipmentCategory.Screens, EquipmentCategory.Lamps, EquipmentCategory.Large,
        EquipmentCategory.Photovoltaic, EquipmentCategory.Small, EquipmentCategory.SmallIt,
    ];

    public static string Code(EquipmentCategory category) => Codes[(int)category];

    public static bool TryParse(ReadOnlySpan<char> code, out EquipmentCategory category)
    {
        code = code.Trim();
        for (var i = 1; i < Codes.Length; i++)
        {
            if (code.Equals(Codes[i], StringComparison.OrdinalIgnoreCase))
            {
                category = (EquipmentCategory)i;
                return true;
            }
        }

        category = EquipmentCategory.None;
        return false;
    }

    /// <exception cref="FormatException">The text is not the code of a category.</exception>
    public static EquipmentCategory Parse(string code) => TryParse(code, out var category) ? category : throw new FormatException($"Not a category: {code}");
}
