namespace EwasteEpr.Declarations.Reading;

/// <summary>Where each column stands, found in the names of one row.</summary>
public sealed class TableHeader
{
    private readonly int[] positions = new int[Columns.Count];

    private TableHeader(IReadOnlyList<string> names, int row, IReadOnlyDictionary<string, Column>? mapping)
    {
        Row = row;
        Names = names;
        Array.Fill(positions, -1);
        var unknown = new List<string>();
        for (var i = 0; i < names.Count; i++)
        {
            if (string.IsNullOrWhiteSpace(names[i]))
            {
                continue;
            }

            if (Match(names[i], mapping) is not { } column)
            {
                unknown.Add(names[i].Trim());
            }
            else if (positions[(int)column] >= 0)
            {
                Twice ??= (column, names[positions[(int)column]].Trim(), names[i].Trim());
            }
            else
            {
                positions[(int)column] = i;
                Found++;
            }
        }

        Unknown = unknown;
    }

    /// <summary>The spreadsheet row of the header; rows above it were titles.</summary>
    public int Row { get; }

    /// <summary>Up to the last column that has a name: a value beyond it has shifted there.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>Columns that we do not know: ignored, and said so.</summary>
    public IReadOnlyList<string> Unknown { get; }

    /// <summary>How many columns were recognised.</summary>
    public int Found { get; }

    private (Column Column, string First, string Second)? Twice { get; }

    /// <summary>Every non-empty column is one of ours, so the row's own text is the row's content.</summary>
    public bool IsAllKnown => Unknown.Count == 0;

    /// <summary>The field's index, or -1.</summary>
    public int this[Column column] => positions[(int)column];

    /// <param name="names">The fields of the row.</param>
    /// <param name="row">Its number in a spreadsheet.</param>
    /// <param name="mapping">What an organisation once said its own names mean; null or empty where nothing is remembered.</param>
    public static TableHeader From(IReadOnlyList<string> names, int row, IReadOnlyDictionary<string, Column>? mapping = null)
    {
        ArgumentNullException.ThrowIfNull(names);
        var named = names.Count;
        while (named > 0 && string.IsNullOrWhiteSpace(names[named - 1]))
        {
            named--;
        }

        return new TableHeader([.. names.Take(named)], row, mapping);
    }

    /// <summary>How many of our columns a row names, for whoever chooses a separator or a sheet.</summary>
    public static int Sense(IReadOnlyList<string> names, int row) => From(names, row).Found;

    /// <summary>A header for lines that arrive by name, as in a request.</summary>
    public static TableHeader Standard { get; } = From([.. Columns.AllCodes], row: 0);

    /// <summary>What stops us from reading on, or none.</summary>
    public TableProblem? Problem()
    {
        var found = Shown(Names);
        if (Twice is { } twice)
        {
            return new TableProblem(TableProblemCode.ColumnTwice, Row, Shown([twice.First, twice.Second]), Columns.Code(twice.Column));
        }

        if (this[Column.MassKg] < 0 && Names.FirstOrDefault(ColumnNames.IsMassInOtherUnit) is { } mass)
        {
            return new TableProblem(TableProblemCode.MassInOtherUnit, Row, Shown([mass]));
        }

        return Found == 0 ? new TableProblem(TableProblemCode.HeaderNotFound, Row, found)
            : this[Column.HsCode] < 0 && this[Column.UnuKey] < 0 ? new TableProblem(TableProblemCode.NoCodeColumn, Row, found)
            : this[Column.MassKg] < 0 ? new TableProblem(TableProblemCode.NoMassColumn, Row, found)
            : null;
    }

    private static Column? Match(string name, IReadOnlyDictionary<string, Column>? mapping) =>
        mapping is not null && mapping.TryGetValue(name.Trim(), out var column) ? column : ColumnNames.Find(name);

    private static string Shown(IEnumerable<string> names)
    {
        var text = string.Join(", ", names.Where(name => !string.IsNullOrWhiteSpace(name)).Select(name => $"«{name.Trim()}»"));
        return text.Length > TableLimits.ShownCharacters ? text[..TableLimits.ShownCharacters] + "…" : text;
    }
}
