using EwasteEpr.Kernel;

namespace EwasteEpr.Tariffs;

public enum ProductGroupProblemCode
{
    /// <summary>No table, no rows, or above <see cref="ProductGroupFile.MostRows"/>.</summary>
    NoTable,
    MissingColumn,
    BadGroup,
    BadPrefix,
    BadDay,
    LastDayBeforeFirst,
    TextMissing,

    /// <summary>The same prefix on the same days twice: one of the two rows is wrong.</summary>
    Overlaps,
}

/// <param name="Row">As a spreadsheet counts.</param>
public sealed record ProductGroupProblem(int Row, ProductGroupProblemCode Code, string Column, string Value);

/// <summary>Rows of the national list as CSV: group_code, hs_prefix, valid_from, last_day, name_kk, name_ru, name_en, act.</summary>
public static class ProductGroupFile
{
    public const int MostRows = 5_000;
    private const int LongestText = 500;

    public static IReadOnlyList<string> Columns { get; } = ["group_code", "hs_prefix", "valid_from", "last_day", "name_kk", "name_ru", "name_en", "act"];

    public static (IReadOnlyList<ProductGroupDraftRow> Rows, IReadOnlyList<ProductGroupProblem> Problems) Read(string text)
    {
        var rows = new List<ProductGroupDraftRow>();
        var problems = new List<ProductGroupProblem>();
        if (SmallTable.Read(text, MostRows + 1) is not { Rows: [var head, _, ..] } table)
        {
            return (rows, [new(0, ProductGroupProblemCode.NoTable, "", "")]);
        }

        var places = head.Select((name, place) => (name, place)).GroupBy(pair => pair.name.ToLowerInvariant(), StringComparer.Ordinal).ToDictionary(same => same.Key, same => same.First().place, StringComparer.Ordinal);
        if (Columns.FirstOrDefault(column => column != "last_day" && !places.ContainsKey(column)) is { } missing)
        {
            return (rows, [new(1, ProductGroupProblemCode.MissingColumn, missing, "")]);
        }

        for (var i = 1; i < table.Rows.Count; i++)
        {
            var cells = table.Rows[i];
            if (Row(i + 1, column => places.TryGetValue(column, out var place) && place < cells.Count ? cells[place] : "", problems) is { } row)
            {
                rows.Add(row);
            }
        }

        AddOverlaps(rows, problems);
        return (rows, problems);
    }

    /// <summary>One row, from a file or from the fields of a form; every field that is wrong is named.</summary>
    public static ProductGroupDraftRow? Row(int number, Func<string, string> field, ICollection<ProductGroupProblem> problems)
    {
        ArgumentNullException.ThrowIfNull(field);
        ArgumentNullException.ThrowIfNull(problems);
        var before = problems.Count;
        void Problem(ProductGroupProblemCode code, string column) => problems.Add(new(number, code, column, Cut(field(column))));
        var group = field("group_code");
        if (group.Length is 0 or > 20 || !group.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-'))
        {
            Problem(ProductGroupProblemCode.BadGroup, "group_code");
        }

        if (!HsCode.TryParse(field("hs_prefix"), out var prefix))
        {
            Problem(ProductGroupProblemCode.BadPrefix, "hs_prefix");
        }

        if (DateInput.TryParse(field("valid_from"), out var from) != DateProblem.None)
        {
            Problem(ProductGroupProblemCode.BadDay, "valid_from");
        }

        var last = DateInput.TryParse(field("last_day"), out var until);
        if (last is not (DateProblem.None or DateProblem.Empty))
        {
            Problem(ProductGroupProblemCode.BadDay, "last_day");
        }
        else if (last == DateProblem.None && until < from)
        {
            Problem(ProductGroupProblemCode.LastDayBeforeFirst, "last_day");
        }

        foreach (var column in (string[])["name_kk", "name_ru", "name_en", "act"])
        {
            if (field(column).Length is 0 or > LongestText)
            {
                Problem(ProductGroupProblemCode.TextMissing, column);
            }
        }

        return problems.Count > before ? null : new ProductGroupDraftRow(
            group, prefix, new DateRange(from, last == DateProblem.None ? until.AddDays(1) : null), new LocalText(field("name_kk"), field("name_ru"), field("name_en")), field("act"));
    }

    private static void AddOverlaps(List<ProductGroupDraftRow> rows, List<ProductGroupProblem> problems)
    {
        foreach (var same in rows.Select((row, place) => (row, place)).GroupBy(pair => pair.row.Prefix))
        {
            var ordered = same.OrderBy(pair => pair.row.Valid.From).ToList();
            for (var i = 1; i < ordered.Count; i++)
            {
                if (ordered[i - 1].row.Valid.Until is not { } end || end > ordered[i].row.Valid.From)
                {
                    problems.Add(new(ordered[i].place + 2, ProductGroupProblemCode.Overlaps, "hs_prefix", ordered[i].row.Prefix.ToString()));
                }
            }
        }
    }

    private static string Cut(string value) => value.Length > 200 ? value[..200] : value;
}
