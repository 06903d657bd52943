using EwasteEpr.Tariffs;

namespace EwasteEpr.Reconciliation.Generation;

/// <summary>Equipment placed on the market by key, year and region, in tonnes: every year from the first to the last, a year without a row being no inflow.</summary>
/// <param name="FirstYear">The first year that any row named.</param>
/// <param name="Years">How many years there are.</param>
/// <param name="Keys">In the order of the keys.</param>
/// <param name="Absent">Years that no row named, by key and region: they count as no inflow, and whoever reads the result should know.</param>
public sealed record PomTable(int FirstYear, int Years, IReadOnlyList<PomOfKey> Keys, IReadOnlyList<AbsentYears> Absent)
{
    public int LastYear => FirstYear + Years - 1;

    /// <param name="rows">Rows of the same key, year and region are added up.</param>
    public static PomTable From(IEnumerable<PomRow> rows)
    {
        var all = rows.OrderBy(row => row.Key.Number).ThenBy(row => row.Region, StringComparer.Ordinal).ToList();
        if (all.Count == 0)
        {
            return new PomTable(0, 0, [], []);
        }

        var (first, last) = (all.Min(row => row.Year), all.Max(row => row.Year));
        var years = last - first + 1;
        var absent = new List<AbsentYears>();
        var keys = new List<PomOfKey>();
        foreach (var ofKey in all.GroupBy(row => row.Key))
        {
            var regions = ofKey.GroupBy(row => row.Region, StringComparer.Ordinal).ToList();
            var tonnes = new double[years * regions.Count];
            for (var region = 0; region < regions.Count; region++)
            {
                var named = new bool[years];
                foreach (var row in regions[region])
                {
                    tonnes[((row.Year - first) * regions.Count) + region] += row.Tonnes;
                    named[row.Year - first] = true;
                }

                var missing = Enumerable.Range(first, years).Where(year => !named[year - first]).ToList();
                if (missing.Count > 0)
                {
                    absent.Add(new AbsentYears(ofKey.Key, regions[region].Key, missing));
                }
            }

            keys.Add(new PomOfKey(ofKey.Key, [.. regions.Select(region => region.Key)], tonnes));
        }

        return new PomTable(first, years, keys, absent);
    }
}

/// <param name="Tonnes">Year by year, in each year region by region.</param>
public sealed record PomOfKey(UnuKey Key, IReadOnlyList<string> Regions, double[] Tonnes);

public sealed record AbsentYears(UnuKey Key, string Region, IReadOnlyList<int> Years);

/// <param name="Region">Any code of a region; the model only keeps them apart.</param>
/// <param name="Tonnes">0 or more.</param>
public readonly record struct PomRow(UnuKey Key, int Year, string Region, double Tonnes);
