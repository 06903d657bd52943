using EwasteEpr.Kernel;

namespace EwasteEpr.Declarations;

/// <summary>What pages show beside a list: its totals, today's date, people's names.</summary>
public sealed class DeclarationSums(Db db)
{
    private const string SumSql = """
        select count(*)::int as declarations, coalesce(sum(v.lines), 0)::bigint as lines, coalesce(sum(v.mass_grams), 0)::bigint as mass_grams,
               coalesce(sum(v.fee_tiyn), 0)::bigint as fee_tiyn
          from declarations d
          join declaration_versions v
            on v.declaration_id = d.declaration_id
           and v.version = coalesce(d.draft_version, d.current_version, (select max(version) from declaration_versions m where m.declaration_id = d.declaration_id))
         where d.organisation_id = @organisation
           and (@kind::text is null or d.kind = @kind)
           and (@state::text is null or d.state = @state)
           and (@year::int is null or coalesce(extract(year from d.period_from), extract(year from d.created_at at time zone 'Asia/Almaty')) = @year)
           and (@text::text is null or strpos(upper(d.number), upper(@text)) > 0 or strpos(d.document_key, upper(regexp_replace(@text, '\s', '', 'g'))) > 0)
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
