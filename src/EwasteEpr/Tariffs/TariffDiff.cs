namespace EwasteEpr.Tariffs;

public enum TariffChange
{
    Same,
    Changed,
    Added,
    Removed,
}

/// <summary>One row of two versions side by side. A coefficient that is none stands for "not set" where the row is there.</summary>
public sealed record TariffDifference(TariffMatch Kind, string Match, TariffChange Change, decimal? Before, decimal? After);

/// <summary>What a new version changes against the one before it.</summary>
public static class TariffDiff
{
    /// <summary>In the order of the new rows; rows that went come last.</summary>
    public static IReadOnlyList<TariffDifference> Compare(IReadOnlyList<TariffRow> before, IReadOnlyList<TariffRow> after)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        var old = before.ToDictionary(row => (row.Kind, row.Match));
        var differences = new List<TariffDifference>();
        foreach (var row in after)
        {
            var change = !old.Remove((row.Kind, row.Match), out var was) ? TariffChange.Added : was.Coefficient == row.Coefficient ? TariffChange.Same : TariffChange.Changed;
            differences.Add(new TariffDifference(row.Kind, row.Match, change, was?.Coefficient, row.Coefficient));
        }

        differences.AddRange(before.Where(row => old.ContainsKey((row.Kind, row.Match))).Select(row => new TariffDifference(row.Kind, row.Match, TariffChange.Removed, row.Coefficient, null)));
        return differences;
    }
}
