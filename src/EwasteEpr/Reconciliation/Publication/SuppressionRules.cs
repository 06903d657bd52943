namespace EwasteEpr.Reconciliation.Publication;

/// <summary>When a figure would tell about somebody: few people, few organisations, or one of them brings nearly all. quality.md, B 26; domain.md, section 11.</summary>
/// <param name="Percent">The p of the p % rule: whoever brings the second most may not come nearer than this to what the first brings.</param>
/// <param name="LeastRoomGrams">Whatever the public computes of a suppressed cell, it must stay at least this wide: five of the unit in which the tables are published, the kilogram.</param>
/// <param name="WithCompanions">Off only in the test that shows what would happen: small cells alone are found by subtraction.</param>
public sealed record SuppressionRules(int LeastPeople = 5, int LeastOrganisations = 3, int Percent = 10, long LeastRoomGrams = 5_000, bool WithCompanions = true)
{
    public static SuppressionRules Standard { get; } = new();

    public bool IsSensitive(long grams, Contributors? behind)
    {
        if (behind is null)
        {
            return grams != 0; // nobody can say who stands behind it
        }

        var rest = behind.Total - behind.Largest - behind.Second;
        return behind.People is > 0 && behind.People < LeastPeople
            || behind.Organisations is > 0 && behind.Organisations < LeastOrganisations
            || (decimal)rest * 100 < (decimal)Percent * behind.Largest;
    }

    /// <summary>How wide the range of a sensitive cell must stay.</summary>
    public long Room(long grams) => Math.Max(LeastRoomGrams, Math.Abs(grams) / 100 * Percent);
}

/// <summary>Who stands behind one cell. Never published.</summary>
/// <param name="Largest">Grams of the one who brought most.</param>
/// <param name="Total">Of all of them, by size: what lowers a figure counts as well.</param>
public sealed record Contributors(string RegionKato, string Category, string Measure, long People, long Organisations, long Largest, long Second, long Total);
