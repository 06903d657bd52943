using System.Globalization;
using EwasteEpr.Audit;
using EwasteEpr.Kernel;

namespace EwasteEpr.TakeBack.Points;

/// <summary>A list of points by CSV: read and shown first, written afterwards as a whole or not at all.</summary>
/// <remarks>The columns are those of the public download; a row whose slug is known changes that point, another one needs the holder's number.</remarks>
public sealed class PointImport(Db db)
{
    public const int MostRows = 2_000;

    private const string KnownSql = """
        select (select coalesce(array_agg(slug), '{}') from collection_points where slug = any (@slugs)) as slugs,
               (select coalesce(array_agg(kato), '{}') from regions) as regions,
               (select coalesce(array_agg(unu_key), '{}') from unu_keys) as keys
        """;

    private const string HoldersSql = """
        select bin, organisation_id from organisations
         where bin = any (@bins) and activities && array['point', 'merchant', 'recycler', 'refurbisher']
         order by bin limit 2000
        """;

    public async Task<ImportedPoints> ReadAsync(string csv, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(csv);
        var rows = Cells(csv);
        if (rows is null)
        {
            return new ImportedPoints([], IsReadable: false);
        }

        var known = await db.QuerySingleAsync<KnownRow>(KnownSql, new { slugs = rows.Select(row => row.Text("slug") ?? "").ToArray() }, ct);
        var holders = (await db.QueryAsync<HolderRow>(HoldersSql, new { bins = rows.Select(row => row.Text("holder_bin") ?? "").ToArray() }, ct)).ToDictionary(row => row.Bin, row => row.OrganisationId, StringComparer.Ordinal);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        return new ImportedPoints([.. rows.Select(row => Judge(row, known, holders, seen))], IsReadable: true);
    }

    /// <summary>Writes all rows; whoever calls has seen that none has a problem.</summary>
    /// <returns>How many were added and how many changed.</returns>
    public Task<(int Added, int Changed)> WriteAsync(IReadOnlyList<ImportedPoint> rows, Actor actor, CancellationToken ct) => db.InTransactionAsync(
        async transaction =>
        {
            var (added, changed) = (0, 0);
            foreach (var row in rows)
            {
                if (row.Draft is not { } draft)
                {
                    throw new InvalidOperationException($"Row {row.Row} has a problem.");
                }

                if (row.Holder is { } holder)
                {
                    await PointEditor.AddAsync(transaction, holder, row.Slug ?? PointSlug.From(draft.SettlementKk, draft.NameKk), draft, actor, ct);
                    added++;
                }
                else
                {
                    await PointEditor.ChangeAsync(transaction, row.Slug!, holder: null, seen: null, draft, actor, ct);
                    changed++;
                }
            }

            await AuditTrail.WriteAsync(transaction, new AuditEntry("points.imported", "point", "list").With(new { added, changed }), actor, ct);
            return (added, changed);
        }, ct);

    private static List<Cell>? Cells(string csv)
    {
        if (SmallTable.Read(csv, MostRows + 1) is not { Rows: [var head, _, ..] rows } || head.Select(name => name.ToLowerInvariant()).ToList() is var names && !names.Contains("name_kk"))
        {
            return null;
        }

        return [.. rows.Skip(1).Select((cells, place) => new Cell(place + 2, names.Zip(cells).GroupBy(pair => pair.First, StringComparer.Ordinal).ToDictionary(pair => pair.Key, pair => pair.First().Second, StringComparer.Ordinal)))];
    }

    private static ImportedPoint Judge(Cell row, KnownRow known, Dictionary<string, OrganisationId> holders, HashSet<string> seen)
    {
        var problems = new List<ImportProblem>();
        var slug = row.Text("slug");
        var isKnown = slug is not null && known.Slugs.Contains(slug, StringComparer.Ordinal);
        OrganisationId? holder = !isKnown && row.Text("holder_bin") is { } bin && holders.TryGetValue(bin, out var id) ? id : null;
        void Require(bool holds, string column)
        {
            if (!holds)
            {
                problems.Add(new ImportProblem(column, row.Text(column) ?? ""));
            }
        }

        Require(isKnown || holder is not null, "holder_bin");
        Require(slug is null || (seen.Add(slug) && PointSlug.IsSlug(slug)), "slug");
        Require(Enum.TryParse<PointKind>(row.Text("kind"), ignoreCase: true, out var kind) && Enum.IsDefined(kind), "kind");
        foreach (var column in new[] { "name_kk", "name_ru", "settlement_kk", "settlement_ru", "address_kk", "address_ru" })
        {
            Require(row.Text(column) is { Length: <= 300 }, column);
        }

        Require(known.Regions.Contains(row.Text("region_kato") ?? "", StringComparer.Ordinal), "region_kato");
        var position = row.Number("latitude") is { } latitude && row.Number("longitude") is { } longitude ? GeoPosition.From((double)latitude, (double)longitude) : null;
        Require(position is not null, "latitude");
        var (categories, keys, refused) = (row.Words("categories"), row.Words("unu_keys"), row.Words("refused_keys"));
        Require(categories.Length + keys.Length > 0 && categories.All(code => PointDraftRules.Categories.Contains(code, StringComparer.Ordinal)), "categories");
        Require(keys.All(key => known.Keys.Contains(key, StringComparer.Ordinal)), "unu_keys");
        Require(refused.All(key => known.Keys.Contains(key, StringComparer.Ordinal)) && !refused.Intersect(keys, StringComparer.Ordinal).Any(), "refused_keys");
        var capacity = row.Number("capacity_kg");
        Require(capacity is > 0 and <= 1_000_000 && decimal.IsInteger(capacity.Value * 1000), "capacity_kg");
        var week = HoursText.ParseWeek(row.Text("hours"));
        Require(week is not null, "hours");
        var side = row.Number("longest_side_cm");
        Require(side is null or (>= 5 and <= 1000), "longest_side_cm");
        return new ImportedPoint(row.Row, slug, row.Text("name_kk") ?? "", isKnown, holder, problems, problems.Count > 0 ? null : new PointDraft(
            kind, row.Text("name_kk")!, row.Text("name_ru")!, row.Text("name_en"), row.Text("region_kato")!, row.Text("settlement_kk")!, row.Text("settlement_ru")!, row.Text("settlement_en"),
            row.Text("address_kk")!, row.Text("address_ru")!, row.Text("address_en"), row.Text("directions_kk"), row.Text("directions_ru"), null, row.Text("phone"), position!.Value, categories, keys, refused, (int?)side,
            row.IsTrue("step_free"), row.IsTrue("rewards"), row.IsTrue("organisations"), Weight.FromKilograms(capacity!.Value), week!));
    }

    private sealed record Cell(int Row, Dictionary<string, string> Cells)
    {
        /// <summary>An apostrophe before a sign was put there by our own download, against formulas.</summary>
        public string? Text(string column) => Cells.GetValueOrDefault(column) is { Length: > 0 } text ? (text is ['\'', '=' or '+' or '-' or '@', ..] ? text[1..] : text) : null;

        public decimal? Number(string column) => decimal.TryParse(Text(column)?.Replace(',', '.'), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;

        public string[] Words(string column) => (Text(column) ?? "").Split([' ', ';', ','], StringSplitOptions.RemoveEmptyEntries);

        public bool IsTrue(string column) => Text(column)?.ToLowerInvariant() is "true" or "1" or "yes" or "да" or "иә";
    }

    private sealed record KnownRow(string[] Slugs, string[] Regions, string[] Keys);

    private sealed record HolderRow(string Bin, OrganisationId OrganisationId);
}

/// <summary>What stands in a list, with what is wrong in it.</summary>
public sealed record ImportedPoints(IReadOnlyList<ImportedPoint> Rows, bool IsReadable)
{
    public bool MayBeWritten => IsReadable && Rows.Count > 0 && Rows.All(row => row.Problems.Count == 0);
}

/// <param name="Row">The line of the file; the head is line 1.</param>
/// <param name="Holder">Of a new point; none where the slug is known.</param>
public sealed record ImportedPoint(int Row, string? Slug, string Name, bool IsKnown, OrganisationId? Holder, IReadOnlyList<ImportProblem> Problems, PointDraft? Draft);

/// <param name="Column">Also the code of the problem: each column has one rule.</param>
public sealed record ImportProblem(string Column, string Value);

internal static class PointDraftRules
{
    public static IReadOnlyList<string> Categories { get; } = ["1", "2", "3", "4a", "4b", "5", "6"];
}
