using System.Text;
using EwasteEpr.Kernel;

namespace EwasteEpr.Treatment.Loads;

/// <summary>Where the columns of a log of loads stand, found by the names people write.</summary>
internal sealed class LoadColumns
{
    public static IReadOnlyList<string> Names { get; } = ["load_no", "day", "category", "mass_kg", "container", "note"];

    private static readonly string[][] Words =
    [
        ["load_no", "load", "loadno", "нагрузка", "загрузка", "номер", "№", "партияның нөмірі", "жүктеме", "нөмір", "load number", "номер загрузки", "жүктеме нөмірі"],
        ["day", "date", "дата", "күні", "күн", "дата загрузки"],
        ["category", "категория", "санат", "категория ээо"],
        ["mass_kg", "mass", "kg", "масса", "масса, кг", "кг", "масса кг", "net", "нетто", "салмағы", "массасы", "масса нетто, кг", "массасы, кг"],
        ["container", "контейнер", "контейнер №"],
        ["note", "примечание", "ескертпе", "comment", "комментарий"],
    ];

    private readonly int[] places;

    private LoadColumns(int[] places) => this.places = places;

    public int this[int column] => places[column];

    /// <summary>The first of the needed columns that no name stands for.</summary>
    public string? Missing => Enumerable.Range(0, 4).Where(column => places[column] < 0).Select(column => Names[column]).FirstOrDefault();

    public int Found => places.Count(place => place >= 0);

    public static int Sense(IReadOnlyList<string> names, int row) => From(names).Found;

    public static LoadColumns From(IReadOnlyList<string> names)
    {
        var places = new int[Names.Count];
        Array.Fill(places, -1);
        for (var i = 0; i < names.Count; i++)
        {
            var name = names[i].Trim().Trim('*', ':').Trim().ToLowerInvariant();
            var column = Array.FindIndex(Words, words => words.Contains(name, StringComparer.Ordinal));
            if (column >= 0 && places[column] < 0)
            {
                places[column] = i;
            }
        }

        return new LoadColumns(places);
    }

    /// <summary>The header is among the first rows; titles above it are allowed.</summary>
    public static async Task<LoadColumns> FindAsync(IRowSource rows, CancellationToken ct)
    {
        LoadColumns? best = null;
        for (var row = 0; row < TableLimits.RowsBeforeHeader && await rows.ReadAsync(ct); row++)
        {
            var found = From([.. Enumerable.Range(0, rows.FieldCount).Select(i => Encoding.UTF8.GetString(rows.Field(i)))]);
            best = best is null || found.Found > best.Found ? found : best;
            if (found.Found >= 3)
            {
                return found;
            }
        }

        return best ?? throw new UnreadableTableException(new TableProblem(TableProblemCode.Empty));
    }
}
