using EwasteEpr.Kernel;
using EwasteEpr.Tariffs;

namespace EwasteEpr.Compliance;

/// <summary>Why a row of a customs extract is not taken.</summary>
public enum CustomsFault
{
    Number,
    Code,

    /// <summary>The code leads to no equipment: a part, another good, or too short.</summary>
    NotEquipment,
    Mass,
    Date,
    DateAhead,
    Document,
}

public sealed record CustomsRow(int RowNo, string Bin, string HsCode, string UnuKey, string Category, long MassGrams, DateOnly ClearedOn, string DocumentNo);

public sealed record CustomsRefusal(int RowNo, string? Column, string Value, CustomsFault Fault);

/// <param name="MissingColumn">A column that the file lacks: nothing was read.</param>
public sealed record CustomsReading(IReadOnlyList<CustomsRow> Rows, IReadOnlyList<CustomsRefusal> Refusals, string? MissingColumn);

/// <summary>Reads the table of an extract: BIN, HS code, mass in kilograms, day, document.</summary>
public static class CustomsTable
{
    /// <summary>Column -> the words it may be headed by, in lower case.</summary>
    private static readonly KeyValuePair<string, string[]>[] Names =
    [
        new("bin", ["bin", "бин", "бсн", "iin", "бин/иин", "importer_bin"]),
        new("hs_code", ["hs_code", "код тн вэд", "код тнвэд", "сэқ тн коды", "еаэо сэқ тн коды", "тн вэд"]),
        new("mass_kg", ["mass_kg", "масса, кг", "масса кг", "массасы, кг", "вес нетто, кг", "вес нетто", "net_kg"]),
        new("date", ["date", "дата", "күні", "дата выпуска", "cleared_on", "дата дт"]),
        new("document_no", ["document_no", "номер дт", "номер документа", "құжат нөмірі", "дт", "declaration_no"]),
    ];

    /// <summary>The columns a file must have, as the page lists them.</summary>
    public static IReadOnlyList<string> Columns { get; } = [.. Names.Select(name => name.Key)];

    public static CustomsReading Read(SmallTable table, EquipmentCatalogue catalogue, DateOnly today)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(catalogue);
        var head = table.Rows[0].Select(cell => cell.ToLowerInvariant().Trim('"', ' ', '\uFEFF')).ToList();
        var places = Names.Select(name => head.FindIndex(cell => name.Value.Contains(cell, StringComparer.Ordinal))).ToArray();
        if (Array.FindIndex(places, place => place < 0) is >= 0 and var missing)
        {
            return new CustomsReading([], [], Names[missing].Key);
        }

        var (rows, refusals) = (new List<CustomsRow>(), new List<CustomsRefusal>());
        for (var i = 1; i < table.Rows.Count; i++)
        {
            var cells = places.Select(place => table.Rows[i][place]).ToArray();
            if (Judge(i + 1, cells, catalogue, today, out var row) is { } refusal)
            {
                refusals.Add(refusal);
            }
            else
            {
                rows.Add(row!);
            }
        }

        return new CustomsReading(rows, refusals, null);
    }

    private static CustomsRefusal? Judge(int rowNo, string[] cells, EquipmentCatalogue catalogue, DateOnly today, out CustomsRow? row)
    {
        row = null;
        if (Bin.Check(cells[0], out var bin) != BinCheck.Valid)
        {
            return Refuse(0, CustomsFault.Number);
        }

        if (!HsCode.TryParse(cells[1], out var code))
        {
            return Refuse(1, CustomsFault.Code);
        }

        var answer = catalogue.FindHs(code);
        if (answer.Kind != HsKind.Known)
        {
            return Refuse(1, CustomsFault.NotEquipment);
        }

        if (NumberInput.TryParse(cells[2], out var kilograms) != NumberProblem.None || kilograms is <= 0 or > 1_000_000_000 || !decimal.IsInteger(kilograms * 1000))
        {
            return Refuse(2, CustomsFault.Mass);
        }

        if (DateInput.TryParse(cells[3], out var day) != DateProblem.None)
        {
            return Refuse(3, CustomsFault.Date);
        }

        if (day > today)
        {
            return Refuse(3, CustomsFault.DateAhead);
        }

        if (cells[4].Trim() is not { Length: > 0 and <= 100 } document)
        {
            return Refuse(4, CustomsFault.Document);
        }

        var category = EquipmentCategories.Code(catalogue.CategoryOf(answer.Key));
        row = new CustomsRow(rowNo, bin.Digits, code.ToString().Replace(" ", "", StringComparison.Ordinal), answer.Key.ToString(), category, Weight.FromKilograms(kilograms).Grams, day, document);
        return null;

        CustomsRefusal Refuse(int column, CustomsFault fault) => new(rowNo, Names[column].Key, cells[column].Length > 200 ? cells[column][..200] : cells[column], fault);
    }
}
