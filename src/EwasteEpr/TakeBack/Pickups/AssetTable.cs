using System.Globalization;
using EwasteEpr.Kernel;
using EwasteEpr.TakeBack.Guide;

namespace EwasteEpr.TakeBack.Pickups;

/// <summary>An organisation's list as it pasted it: what things are is found by the guide's everyday words, what is not found somebody says later.</summary>
public sealed class AssetTable(GuideService guide)
{
    private static readonly Dictionary<string, string[]> Heads = new(StringComparer.Ordinal)
    {
        ["what"] = ["наимен", "назван", "атау", "затт", "name", "item", "descr", "имущ", "актив", "оборуд", "жабды"],
        ["units"] = ["кол", "сан", "дана", "qty", "quant", "units", "шт"],
        ["inventory"] = ["инв", "түген", "invent", "asset no"],
        ["serial"] = ["сери", "serial", "s/n", "sn"],
        ["data"] = ["данн", "дерек", "data"],
    };

    private static readonly string[] Plain = ["what", "units", "inventory", "serial", "data"];

    /// <returns>None where it is no table or too long a one.</returns>
    public async Task<AssetList?> ReadAsync(string text, string language, CancellationToken ct)
    {
        if (SmallTable.Read(text, PickupService.MostAssets + 1) is not { Rows.Count: > 0 } table)
        {
            return null;
        }

        var columns = table.Rows[0].Select(ColumnOf).ToList();
        var hasHead = columns.Contains("what");
        if (!hasHead)
        {
            columns = [.. Enumerable.Range(0, table.Rows[0].Count).Select(place => place < Plain.Length ? Plain[place] : null)];
        }

        var (assets, problems) = (new List<NewAsset>(), new List<AssetProblem>());
        foreach (var (cells, row) in table.Rows.Select((cells, place) => (cells, place + 1)).Skip(hasHead ? 1 : 0))
        {
            string Cell(string column) => columns.IndexOf(column) is >= 0 and var at && at < cells.Count ? cells[at] : "";
            var (what, units) = (Cell("what"), Units(Cell("units")));
            if (what.Length is 0 or > 300 || units is null)
            {
                problems.Add(new AssetProblem(row, units is null ? "units" : "what", units is null ? Cell("units") : what));
                continue;
            }

            assets.Add(new NewAsset(what, await KindAsync(what, language, ct), Cut(Cell("inventory")), Cut(Cell("serial")), units.Value, WishOf(Cell("data"))));
        }

        return new AssetList(assets, problems);
    }

    /// <summary>The key of a description: its word whole or begun, or among makers' names ("Ноутбук HP ProBook"). A guess or a part of a word is no answer for a document.</summary>
    public async Task<string?> KindAsync(string description, string language, CancellationToken ct)
    {
        var asked = WordSearch.Fold(description);
        return (await guide.SearchAsync(description, language, ct)).FirstOrDefault(hit => WordSearch.Score(asked, WordSearch.Fold(hit.Word)) is 0 or 1 or 3)?.Item.UnuKey;
    }

    private static string? ColumnOf(string head)
    {
        var folded = head.Trim().ToLowerInvariant();
        return Heads.Where(column => column.Value.Any(word => folded.StartsWith(word, StringComparison.Ordinal) || (word.Length > 3 && folded.Contains(word, StringComparison.Ordinal)))).Select(column => column.Key).FirstOrDefault();
    }

    /// <summary>An empty count is one; anything that is no whole number is a problem, never a guess.</summary>
    private static int? Units(string typed) =>
        typed.Length == 0 ? 1 : int.TryParse(typed.Replace("\u00A0", "", StringComparison.Ordinal), NumberStyles.None, CultureInfo.InvariantCulture, out var units) && units is >= 1 and <= 10_000 ? units : null;

    private static DataWish WishOf(string typed)
    {
        var folded = typed.ToLowerInvariant();
        return folded.Length == 0 ? DataWish.None
            : folded.Contains("унич", StringComparison.Ordinal) || folded.Contains("жою", StringComparison.Ordinal) || folded.Contains("жойы", StringComparison.Ordinal) || folded.Contains("destr", StringComparison.Ordinal) ? DataWish.Destroy
            : folded.Contains("стёрт", StringComparison.Ordinal) || folded.Contains("стерт", StringComparison.Ordinal) || folded.Contains("өшірілген", StringComparison.Ordinal) || folded.Contains("wiped", StringComparison.Ordinal) ? DataWish.Wiped
            : folded.Contains("стер", StringComparison.Ordinal) || folded.Contains("өшір", StringComparison.Ordinal) || folded.Contains("wipe", StringComparison.Ordinal) ? DataWish.Wipe
            : DataWish.None;
    }

    private static string? Cut(string typed) => typed.Length == 0 ? null : typed.Length > 100 ? typed[..100] : typed;
}

/// <summary>What could be read, and every row that could not: no row disappears.</summary>
public sealed record AssetList(IReadOnlyList<NewAsset> Assets, IReadOnlyList<AssetProblem> Problems);

/// <param name="Column">what or units.</param>
public sealed record AssetProblem(int Row, string Column, string Value);
