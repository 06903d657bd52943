using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using EwasteEpr.Kernel;
using EwasteEpr.Reconciliation.Matrix;

namespace EwasteEpr.Reconciliation.Sheets;

/// <summary>Reads a sheet: each row is understood or refused with column, value and reason. Nothing is stored here.</summary>
public static class SheetReader
{
    public const int MostRows = 20_000;
    private const decimal MostTonnes = 1_000_000_000m;

    /// <param name="known">Which keys and regions there are.</param>
    public static SheetReading Read(SheetKind kind, string text, KnownCodes known)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(known);
        var sha256 = SHA256.HashData(Encoding.UTF8.GetBytes(text.ReplaceLineEndings("\n").Trim()));
        if (SmallTable.Read(text, MostRows + 1) is not { Rows: [var head, _, ..] rows })
        {
            return new SheetReading(kind, sha256, [], [new SheetProblem(0, "", "", SheetProblemCode.Unreadable)]);
        }

        var columns = head.Select(name => name.Trim().ToLowerInvariant()).ToList();
        var missing = SheetColumns.NeededOf(kind).Where(column => !columns.Contains(column)).Select(column => new SheetProblem(0, column, "", SheetProblemCode.MissingColumn)).ToList();
        if (missing.Count > 0)
        {
            return new SheetReading(kind, sha256, [], missing);
        }

        var (good, problems, seen) = (new List<SheetRow>(), new List<SheetProblem>(), new Dictionary<string, bool>(StringComparer.Ordinal));
        for (var i = 1; i < rows.Count; i++)
        {
            var cells = new Cells(rows[i], columns);
            var row = Judge(kind, i + 1, cells, known);
            if (cells.Problem is { } problem)
            {
                problems.Add(problem with { Row = i + 1 });
            }
            else if (!IsNew(kind, row, seen))
            {
                problems.Add(new SheetProblem(i + 1, "", Cut(string.Join("; ", rows[i])), SheetProblemCode.Repeated));
            }
            else
            {
                good.Add(row);
            }
        }

        return new SheetReading(kind, sha256, good, problems);
    }

    /// <summary>Once by its whole key; and a category told as a whole is not told by keys too, nor a year by quarters.</summary>
    private static bool IsNew(SheetKind kind, SheetRow row, Dictionary<string, bool> seen)
    {
        if (!seen.TryAdd(row.Key, true))
        {
            return false;
        }

        if (kind != SheetKind.History)
        {
            return true;
        }

        var cell = $"{row.Flow}|{row.Category}|{row.Region}|{row.Year}";
        var (mine, other) = row.UnuKey is null ? ("whole", "keys") : ("keys", "whole");
        var (cut, otherCut) = row.Quarter == 0 ? ("year", "quarters") : ("quarters", "year");
        if (seen.ContainsKey($"{cell}|{other}") || seen.ContainsKey($"{cell}|{row.UnuKey}|{otherCut}"))
        {
            return false;
        }

        seen.TryAdd($"{cell}|{mine}", true);
        seen.TryAdd($"{cell}|{row.UnuKey}|{cut}", true);
        return true;
    }

    private static SheetRow Judge(SheetKind kind, int rowNo, Cells cells, KnownCodes known) => kind switch
    {
        SheetKind.History => History(rowNo, cells, known),
        SheetKind.Population => new SheetRow(rowNo, Region: cells.Region(known, "*"), Year: cells.Year("year"), Value: cells.Whole("persons", 1, 1_000_000_000)),
        SheetKind.Lifetimes => new SheetRow(rowNo, UnuKey: cells.Key(known, isNeeded: true), Value: cells.Number("shape", 0.01m, 1000), Value2: cells.Number("scale", 0.01m, 1000)),
        SheetKind.Growth => new SheetRow(rowNo, Category: cells.Category(mayBeAll: true), Value: cells.Number("percent", -50, 50)),
        _ => new SheetRow(
            rowNo, Flow: cells.Word("aim", "Collection", "CollectionOfGenerated", "Recycling", "Recovery"), Category: cells.Category(mayBeAll: true), Programme: cells.Word("programme", "official", "benchmark"),
            Year: cells.Year("from_year"), UntilYear: cells.Text("until_year").Length == 0 ? null : cells.Year("until_year"), Value: cells.Number("percent", 0, 100), Words: cells.Act()),
    };

    private static SheetRow History(int rowNo, Cells cells, KnownCodes known)
    {
        var key = cells.Key(known, isNeeded: false);
        var category = key is not null && known.Keys.TryGetValue(key, out var ofKey) ? ofKey : cells.Category(mayBeAll: false);
        var tonnes = cells.Number("tonnes", 0, MostTonnes);
        return new SheetRow(
            rowNo, cells.Word("flow", "PlacedOnMarket", "Collected"), category, key, cells.Region(known, Selection.UnknownRegion), cells.Year("year"), cells.Quarter(),
            Value: decimal.Round(tonnes * 1_000_000m, MidpointRounding.AwayFromZero));
    }

    private static string Cut(string value) => value.Length > 200 ? value[..200] : value;

    /// <summary>The cells of one row by the names of their columns; remembers the first thing that is wrong.</summary>
    private sealed class Cells(IReadOnlyList<string> cells, List<string> columns)
    {
        public SheetProblem? Problem { get; private set; }

        public string Text(string column) => columns.IndexOf(column) is >= 0 and var at && at < cells.Count ? cells[at] : "";

        public string? Word(string column, params string[] words) =>
            words.FirstOrDefault(word => word.Equals(Text(column), StringComparison.OrdinalIgnoreCase)) ?? Refuse<string>(column, SheetProblemCode.BadWord);

        public string? Act() => Text("act") is { Length: > 0 } act ? Cut(act) : Refuse<string>("act", SheetProblemCode.NoAct);

        public string? Category(bool mayBeAll) => Text("category").ToLowerInvariant() is var code && (Selection.Categories.Contains(code, StringComparer.Ordinal) || (mayBeAll && code == "*")) ? code : Refuse<string>("category", SheetProblemCode.BadCategory);

        public string? Key(KnownCodes known, bool isNeeded) => Text("unu_key") is var key && key.Length == 0 && !isNeeded ? null
            : known.Keys.ContainsKey(key.PadLeft(4, '0')) ? key.PadLeft(4, '0') : Refuse<string>("unu_key", SheetProblemCode.BadKey);

        public string? Region(KnownCodes known, string none) => Text("region") is var kato && kato.Length == 0 ? none : known.Regions.Contains(kato) ? kato : Refuse<string>("region", SheetProblemCode.BadRegion);

        public int Year(string column) => int.TryParse(Text(column), NumberStyles.None, CultureInfo.InvariantCulture, out var year) && year is >= 1900 and <= 2199 ? year : Refuse<int>(column, SheetProblemCode.BadYear);

        public int Quarter() => Text("quarter").ToUpperInvariant() switch { "" => 0, "1" or "Q1" => 1, "2" or "Q2" => 2, "3" or "Q3" => 3, "4" or "Q4" => 4, _ => Refuse<int>("quarter", SheetProblemCode.BadQuarter) };

        public decimal Whole(string column, decimal least, decimal most) => Number(column, least, most) is var number && decimal.IsInteger(number) ? number : Refuse<decimal>(column, SheetProblemCode.BadNumber);

        public decimal Number(string column, decimal least, decimal most) =>
            NumberInput.TryParse(Text(column), out var number) != NumberProblem.None ? Refuse<decimal>(column, SheetProblemCode.BadNumber)
            : number < least || number > most ? Refuse<decimal>(column, SheetProblemCode.OutOfRange) : number;

        private T? Refuse<T>(string column, SheetProblemCode code)
        {
            Problem ??= new SheetProblem(0, column, Cut(Text(column)), code);
            return default;
        }
    }
}

/// <param name="Keys">UNU key -> category.</param>
public sealed record KnownCodes(IReadOnlyDictionary<string, string> Keys, IReadOnlySet<string> Regions);
