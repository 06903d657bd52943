using EwasteEpr.Kernel;

namespace EwasteEpr.TakeBack.Points;

/// <summary>Reads the register of points: for the public, for counters and for reservations.</summary>
public sealed class PointService(Db db)
{
    private const string Columns = """
        p.point_id, p.organisation_id, o.name_kk as organisation_kk, o.name_ru as organisation_ru, p.slug, p.kind,
        p.name_kk, p.name_ru, p.name_en, p.region_kato, r.name_kk as region_kk, r.name_ru as region_ru, r.name_en as region_en,
        p.settlement_kk, p.settlement_ru, p.settlement_en, p.address_kk, p.address_ru, p.address_en,
        p.directions_kk, p.directions_ru, p.directions_en, p.phone, p.latitude, p.longitude,
        p.categories, p.unu_keys, p.refused_keys, p.longest_side_cm, p.is_step_free, p.gives_rewards, p.takes_organisations,
        app.point_reward(p) as reward, p.capacity_grams, app.point_filled_grams(p) as filled_grams, p.fill_told_at,
        app.point_state_at(p, app.now()) as state, p.state_since, p.state_until, p.state_reason_kk, p.state_reason_ru, p.state_reason_en,
        p.valid_from, p.valid_until, app.point_is_open(p, app.now()) as is_open_now
        """;

    private const string Source = """
          from collection_points p
          join organisations o on o.organisation_id = p.organisation_id
          join regions r on r.kato = p.region_kato
        """;

    private const string BySlugSql = $"""
        select {Columns}, null::double precision as distance_km, p.demo_code is not null as is_demo, p.changed_at
        {Source}
         where p.slug = @slug
        """;

    public Task<CollectionPoint?> FindAsync(string slug, CancellationToken ct) => db.QuerySingleOrDefaultAsync<CollectionPoint>(BySlugSql, new { slug }, ct);

    private const string ByIdSql = $"""
        select {Columns}, null::double precision as distance_km, p.demo_code is not null as is_demo, p.changed_at
        {Source}
         where p.point_id = @point and (@organisation::uuid is null or p.organisation_id = @organisation)
        """;

    /// <param name="organisation">Whose point it must be; none for readers of all points.</param>
    public Task<CollectionPoint?> FindAsync(PointId point, OrganisationId? organisation, CancellationToken ct) =>
        db.QuerySingleOrDefaultAsync<CollectionPoint>(ByIdSql, new { point, organisation }, ct);

    private const string OfOrganisationSql = $"""
        select {Columns}, null::double precision as distance_km, p.demo_code is not null as is_demo, p.changed_at
        {Source}
         where p.organisation_id = @organisation and (p.valid_until is null or p.valid_until > app.today())
         order by p.name_kk collate "kk-x-icu", p.point_id
         limit 500
        """;

    /// <summary>The points of one organisation that are or will be there: what a counter chooses from.</summary>
    public Task<IReadOnlyList<CollectionPoint>> ListOfAsync(OrganisationId organisation, CancellationToken ct) =>
        db.QueryAsync<CollectionPoint>(OfOrganisationSql, new { organisation }, ct);

    // What has not begun or has ended is not shown.
    private const string Where = """
             where p.valid_from <= app.today() and (p.valid_until is null or p.valid_until > app.today())
               and (@region::text is null or p.region_kato = @region)
               and (@kinds::text[] is null or p.kind = any (@kinds))
               and (@category::text is null or @category = any (p.categories) or exists (select from unu_keys k where k.unu_key = any (p.unu_keys) and k.category = @category))
               and (@unuKey::text is null or app.point_accepts(p, @unuKey, (select category from unu_keys where unu_key = @unuKey)))
               and (not @stepFree or p.is_step_free)
               and (not @rewards or app.point_reward(p) = 'Gives')
               and (not @organisations or p.takes_organisations)
               and (@text::text is null or strpos(lower(concat_ws(' ', p.name_kk, p.name_ru, p.name_en, p.settlement_kk, p.settlement_ru, p.settlement_en, p.address_kk, p.address_ru)), lower(@text)) > 0)
               and (@south::double precision is null or (p.latitude between @south and @north and p.longitude between @west and @east))
               and (@withinKm::double precision is null or app.distance_km(@latitude, @longitude, p.latitude, p.longitude) <= @withinKm)
               and (not @openNow or app.point_is_open(p, app.now()))
        """;

    private const string DistanceColumn = "case when @latitude::double precision is not null then app.distance_km(@latitude, @longitude, p.latitude, p.longitude) end as distance_km";

    // Nearest first where a place is given, else by name within region and settlement.
    private const string ListSql = $"""
        with found as (
            select {Columns}, {DistanceColumn}, p.demo_code is not null as is_demo, p.changed_at
            {Source}
            {Where}
        )
        select *
          from found
         order by distance_km nulls last, region_kato, settlement_kk collate "kk-x-icu", name_kk collate "kk-x-icu", point_id
         limit @limit offset @offset
        """;

    public Task<IReadOnlyList<CollectionPoint>> ListAsync(PointFilter filter, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(filter);
        return db.QueryAsync<CollectionPoint>(ListSql, filter.Parameters(), ct);
    }

    private const string FromSql = $"""
        select {Columns}, {DistanceColumn}, p.demo_code is not null as is_demo, p.changed_at
        {Source}
        {Where}
           and (@after::uuid is null or p.point_id > @after)
         order by p.point_id
         limit @limit
        """;

    /// <summary>For programs: in the order of their ids, so that what is added meanwhile moves nothing.</summary>
    public Task<IReadOnlyList<CollectionPoint>> PageAsync(PointFilter filter, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(filter);
        return db.QueryAsync<CollectionPoint>(FromSql, filter.Parameters(), ct);
    }

    private const string CountSql = $"""
        select p.region_kato, r.name_kk, r.name_ru, r.name_en, count(*)::int as points
        {Source}
        {Where}
         group by p.region_kato, r.name_kk, r.name_ru, r.name_en
         order by p.region_kato
         limit 100
        """;

    /// <summary>How many there are in each region; a region without any is not listed.</summary>
    public Task<IReadOnlyList<RegionCount>> CountAsync(PointFilter filter, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(filter);
        return db.QueryAsync<RegionCount>(CountSql, filter.Parameters(), ct);
    }

    private const string WeekSql = "select point_id, weekday, opens_minute, closes_minute from point_hours where point_id = any (@points) order by point_id, weekday, opens_minute limit 20000";

    private const string ExceptionsSql = """
        select point_id, lower(days) as first_day, upper(days) - 1 as last_day, is_closed, opens_minute, closes_minute, reason_kk, reason_ru, reason_en
          from point_exceptions
         where point_id = any (@points) and upper(days) > app.today() - 7
         order by point_id, lower(days), opens_minute, exception_id
         limit 20000
        """;

    public async Task<OpeningHours> HoursAsync(PointId point, CancellationToken ct) => (await HoursAsync([point], ct))[point];

    /// <summary>The hours of several points in one go: a list tells of each when it closes.</summary>
    public async Task<IReadOnlyDictionary<PointId, OpeningHours>> HoursAsync(IReadOnlyList<PointId> ids, CancellationToken ct)
    {
        var points = ids.Select(id => id.Value).ToArray();
        var week = (await db.QueryAsync<WeekRow>(WeekSql, new { points }, ct)).ToLookup(row => row.PointId);
        var exceptions = (await db.QueryAsync<ExceptionRow>(ExceptionsSql, new { points }, ct)).ToLookup(row => row.PointId);
        return ids.Distinct().ToDictionary(id => id, id => new OpeningHours(
            [.. week[id].Select(row => new WeekdayHours(row.Weekday, row.OpensMinute, row.ClosesMinute))],
            [.. exceptions[id].Select(row => new HoursException(row.FirstDay, row.LastDay, row.IsClosed, row.OpensMinute, row.ClosesMinute, row.ReasonKk, row.ReasonRu, row.ReasonEn))]));
    }

    private sealed record WeekRow(PointId PointId, short Weekday, short OpensMinute, short ClosesMinute);

    private sealed record ExceptionRow(
        PointId PointId, DateOnly FirstDay, DateOnly LastDay, bool IsClosed, short OpensMinute, short ClosesMinute, string? ReasonKk, string? ReasonRu, string? ReasonEn);
}

public sealed record RegionCount(string RegionKato, string NameKk, string NameRu, string NameEn, int Points)
{
    public string Name(string language) => language switch { "ru" => NameRu, "en" => NameEn, _ => NameKk };
}
