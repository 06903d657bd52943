using EwasteEpr.Kernel;

namespace EwasteEpr.Reconciliation.Matrix;

/// <summary>What a figure opens to: the transfers or the declarations whose sum it is.</summary>
public sealed class FigureRecords(Db db)
{
    public const int MostRows = 100_000;

    private const string LegsSql = """
        select l.transfer_id as id, l.account_id::text as part, l.posted_at as at, l.kind, reconciliation.account_name(l.account_id) as document,
               null::text as party_kk, null::text as party_ru, l.category, l.region_kato, l.amount
          from reconciliation.legs l
         where l.measure = @measure and l.period between @from and @until and (@category::text is null or l.category = @category) and (@region::text is null or l.region_kato = @region)
           and (@afterId::uuid is null or (l.transfer_id, l.account_id::text) > (@afterId, @afterPart))
         order by l.transfer_id, l.account_id::text
         limit @limit
        """;

    // Versions that hold, measured or (just submitted) still to be measured.
    private const string DeclaredSql = """
        with counted as (
            select c.* from reconciliation.version_cells c
             where c.period between @from and @until and (@category::text is null or c.category = @category) and (@region::text is null or c.region_kato = @region)
            union all
            select c.*
              from reconciliation.turns t cross join lateral reconciliation.measure_version(t.declaration_id, t.version) c
             where not t.is_measured and t.sign = 1
               and c.period between @from and @until and (@category::text is null or c.category = @category) and (@region::text is null or c.region_kato = @region)
        )
        select d.declaration_id as id, c.category as part, min(v.submitted_at) as at, 'declaration' as kind, d.number as document,
               o.name_kk as party_kk, o.name_ru as party_ru, c.category, c.region_kato, sum(case when @money then c.fee_tiyn else c.grams end)::bigint as amount
          from counted c
          join declarations d on d.declaration_id = c.declaration_id and d.current_version = c.version and d.state in ('Submitted', 'Accepted')
          join declaration_versions v on v.declaration_id = c.declaration_id and v.version = c.version
          join organisations o on o.organisation_id = d.organisation_id
         where (@afterId::uuid is null or (d.declaration_id, c.category) > (@afterId, @afterPart))
         group by d.declaration_id, d.number, c.category, c.region_kato, o.name_kk, o.name_ru
         order by d.declaration_id, c.category
         limit @limit
        """;

    /// <param name="after">The last record of the page before.</param>
    public Task<IReadOnlyList<RecordRow>> ListAsync(Measure measure, Selection at, RecordKey? after, int limit, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(at);
        var until = (at.Year * 10) + (at.Quarter == 0 ? 4 : at.Quarter);
        var parameters = new
        {
            measure = measure.ToString(),
            money = measure.IsMoney(),
            from = measure.IsStock() ? 0 : (at.Year * 10) + at.Quarter,
            until,
            category = measure.HasNoCategory() ? null : at.Category,
            region = at.Region,
            afterId = after?.Id,
            afterPart = after?.Part,
            limit,
        };
        return db.QueryAsync<RecordRow>(measure is Measure.PlacedOnMarket or Measure.FeesDue ? DeclaredSql : LegsSql, parameters, ct);
    }
}

/// <param name="Kind">Why the transfer was made, or <c>declaration</c>.</param>
/// <param name="Document">Number of the container, consignment, batch, site or declaration; none for what has none.</param>
public sealed record RecordRow(Guid Id, string Part, DateTimeOffset At, string Kind, string? Document, string? PartyKk, string? PartyRu, string Category, string RegionKato, long Amount)
{
    public RecordKey Key => new(Id, Part);
}

/// <summary>Where the next page begins.</summary>
public sealed record RecordKey(Guid Id, string Part)
{
    public static RecordKey? Parse(string? text) =>
        text?.Split('~') is [var id, { Length: > 0 and <= 40 } part] && Guid.TryParse(id, out var parsed) ? new RecordKey(parsed, part) : null;

    public override string ToString() => $"{Id}~{Part}";
}
