using EwasteEpr.Kernel;

namespace EwasteEpr.Declarations.Submission;

/// <summary>This declaration beside the last one of its kind.</summary>
public sealed class ComparisonService(Db db)
{
    private const string LastSql = """
        select d.declaration_id, coalesce(@version::int, d.draft_version, d.current_version) as version,
               l.declaration_id as last_id, l.current_version as last_version, l.number, l.period_from, l.period_until
          from declarations d
          join declarations l
            on l.organisation_id = d.organisation_id and l.current_version is not null and l.declaration_id <> d.declaration_id
           and (l.kind = d.kind or (l.kind in ('Period', 'Nil') and d.kind in ('Period', 'Nil')))
         where d.organisation_id = @organisation and d.number = @number and (d.period_from is null or l.period_until <= d.period_from)
           and coalesce(@version::int, d.draft_version, d.current_version) is not null
         order by l.period_until desc nulls last, l.declaration_id desc
         limit 1
        """;

    private const string RowsSql = """
        with this as (
            select coalesce(category, '-') as category, coalesce(unu_key, '') as unu_key, count(*)::int as lines, coalesce(sum(units), 0)::bigint as units,
                   coalesce(sum(mass_grams), 0)::bigint as mass_grams, coalesce(sum(fee_tiyn), 0)::bigint as fee_tiyn
              from declaration_lines where declaration_id = @DeclarationId and version = @Version group by 1, 2
        ), last as (
            select coalesce(category, '-') as category, coalesce(unu_key, '') as unu_key, count(*)::int as lines, coalesce(sum(units), 0)::bigint as units,
                   coalesce(sum(mass_grams), 0)::bigint as mass_grams, coalesce(sum(fee_tiyn), 0)::bigint as fee_tiyn
              from declaration_lines where declaration_id = @LastId and version = @LastVersion group by 1, 2
        )
        select category, unu_key, coalesce(this.lines, 0) as this_lines, coalesce(last.lines, 0) as last_lines,
               coalesce(this.units, 0) as this_units, coalesce(last.units, 0) as last_units,
               coalesce(this.mass_grams, 0) as this_mass_grams, coalesce(last.mass_grams, 0) as last_mass_grams,
               coalesce(this.fee_tiyn, 0) as this_fee_tiyn, coalesce(last.fee_tiyn, 0) as last_fee_tiyn
          from this full join last using (category, unu_key)
         order by category, unu_key
         limit 1000
        """;

    /// <returns>None when there is nothing to compare with.</returns>
    public async Task<Comparison?> CompareAsync(DeclarationKey key, int? version, CancellationToken ct)
    {
        if (await db.QuerySingleOrDefaultAsync<LastRow>(LastSql, new { organisation = key.Organisation, number = key.Number, version }, ct) is not { } last)
        {
            return null;
        }

        var rows = await db.QueryAsync<ComparedRow>(RowsSql, last, ct);
        return new Comparison(
            last.Number,
            last.PeriodFrom,
            last.PeriodUntil,
            new CompareTotals(rows.Sum(row => row.ThisLines), rows.Sum(row => row.ThisUnits), rows.Sum(row => row.ThisMassGrams), rows.Sum(row => row.ThisFeeTiyn)),
            new CompareTotals(rows.Sum(row => row.LastLines), rows.Sum(row => row.LastUnits), rows.Sum(row => row.LastMassGrams), rows.Sum(row => row.LastFeeTiyn)),
            [.. rows.Select(row => row.ToRow())]);
    }

    private sealed record LastRow(Guid DeclarationId, int Version, Guid LastId, int LastVersion, string Number, DateOnly? PeriodFrom, DateOnly? PeriodUntil);

    private sealed record ComparedRow(
        string Category, string UnuKey, int ThisLines, int LastLines, long ThisUnits, long LastUnits, long ThisMassGrams, long LastMassGrams, long ThisFeeTiyn, long LastFeeTiyn)
    {
        public CompareRow ToRow() => new(Category, UnuKey, ThisUnits, LastUnits, ThisMassGrams, LastMassGrams, ThisFeeTiyn, LastFeeTiyn);
    }
}
