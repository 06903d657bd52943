using EwasteEpr.Kernel;

namespace EwasteEpr.Declarations;

/// <summary>What pages show beside a list: its totals, today's date, people's names.</summary>
public sealed class DeclarationSums(Db db)
{
    private const string SumSql = $"""
        select count(*)::int as declarations, coalesce(sum(v.lines), 0)::bigint as lines, coalesce(sum(v.mass_grams), 0)::bigint as mass_grams,
               coalesce(sum(v.fee_tiyn), 0)::bigint as fee_tiyn
        {DeclarationService.FilteredSql}
        """;

    /// <summary>Of all that the filter lists, not only of the page.</summary>
    public Task<DeclarationSum> OfAsync(OrganisationId organisation, DeclarationFilter filter, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(filter);
        return db.QuerySingleAsync<DeclarationSum>(
            SumSql,
            new
            {
                organisation,
                kind = filter.Kind?.ToString(),
                state = filter.State?.ToString(),
                year = filter.Year,
                text = string.IsNullOrWhiteSpace(filter.Text) ? null : filter.Text.Trim(),
            },
            ct);
    }

    private const string TodaySql = "select app.today()";

    public Task<DateOnly> TodayAsync(CancellationToken ct) => db.QuerySingleAsync<DateOnly>(TodaySql, null, ct);

    private const string PeopleSql = """
        select person_id, name
          from people
         where person_id = any(@ids)
         order by person_id
         limit 1000
        """;

    public async Task<IReadOnlyDictionary<Guid, string>> PeopleAsync(IEnumerable<DeclarationEvent> events, CancellationToken ct)
    {
        var ids = events.Select(one => one.PersonId).OfType<Guid>().Distinct().ToArray();
        return (await db.QueryAsync<PersonRow>(PeopleSql, new { ids }, ct)).ToDictionary(row => row.PersonId, row => row.Name);
    }

    private sealed record PersonRow(Guid PersonId, string Name);
}

public sealed record DeclarationSum(int Declarations, long Lines, long MassGrams, long FeeTiyn);
