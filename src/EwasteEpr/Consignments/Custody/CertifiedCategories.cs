using EwasteEpr.Kernel;

namespace EwasteEpr.Consignments.Custody;

/// <summary>Whether a site may take something, asked inside the transaction that writes on the strength of it.</summary>
internal static class CertifiedCategories
{
    private const string HoldSql = "select hold_certification(@site, @category)";

    /// <summary>Holds the certification of each category until the transaction ends: a suspension that came first is seen, a later one waits.</summary>
    /// <returns>The first category for which nothing holds.</returns>
    public static async Task<string?> FirstMissingAsync(DbTransaction transaction, Guid site, IEnumerable<string> categories, CancellationToken ct)
    {
        foreach (var category in categories.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            if (await transaction.QuerySingleAsync<Guid?>(HoldSql, new { site, category }, ct) is null)
            {
                return category;
            }
        }

        return null;
    }
}
