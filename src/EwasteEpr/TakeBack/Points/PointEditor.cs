using EwasteEpr.Audit;
using EwasteEpr.Kernel;

namespace EwasteEpr.TakeBack.Points;

/// <summary>Changes the register: by the organisation that keeps the point, or by the operator.</summary>
/// <remarks>In every method the holder is whose point it must be; none is the operator, who may change any.</remarks>
public sealed class PointEditor(Db db)
{
    private const int MostSlugs = 200;

    private const string AddSql = """
        insert into collection_points (organisation_id, slug, kind, name_kk, name_ru, name_en, region_kato, settlement_kk, settlement_ru, settlement_en, address_kk, address_ru, address_en,
               directions_kk, directions_ru, directions_en, phone, latitude, longitude, categories, unu_keys, refused_keys, longest_side_cm, is_step_free, gives_rewards, takes_organisations, capacity_grams, created_by, changed_by)
        values (@holder, @slug, @kind, @NameKk, @NameRu, @NameEn, @RegionKato, @SettlementKk, @SettlementRu, @SettlementEn, @AddressKk, @AddressRu, @AddressEn,
               @DirectionsKk, @DirectionsRu, @DirectionsEn, @Phone, @latitude, @longitude, @categories, @unuKeys, @refusedKeys, @LongestSideCm, @IsStepFree, @GivesRewards, @TakesOrganisations, @capacity, @person, @person)
        on conflict (slug) do nothing
        returning point_id
        """;

    /// <param name="slug">The address of its page; where it is taken a number is added.</param>
    /// <returns>The slug it got.</returns>
    public Task<string> AddAsync(OrganisationId holder, string slug, PointDraft draft, Actor actor, CancellationToken ct) =>
        db.InTransactionAsync(transaction => AddAsync(transaction, holder, slug, draft, actor, ct), ct);

    internal static async Task<string> AddAsync(DbTransaction transaction, OrganisationId holder, string slug, PointDraft draft, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(draft);
        ArgumentNullException.ThrowIfNull(actor);
        for (var number = 1; number <= MostSlugs; number++)
        {
            var tried = number == 1 ? slug : PointSlug.Numbered(slug, number);
            if (await transaction.QuerySingleOrDefaultAsync<Guid?>(AddSql, Parameters(draft, actor, holder, tried), ct) is { } id)
            {
                await WriteHoursAsync(transaction, id, draft.Week, ct);
                await AuditTrail.WriteAsync(transaction, new AuditEntry("point.added", "point", tried).With(draft), actor, ct);
                return tried;
            }
        }

        throw new InvalidOperationException($"No free address like {slug}.");
    }

    // Who saves what was changed meanwhile is told, and overwrites nothing.
    private const string ChangeSql = """
        update collection_points
           set kind = @kind, name_kk = @NameKk, name_ru = @NameRu, name_en = @NameEn, region_kato = @RegionKato, settlement_kk = @SettlementKk, settlement_ru = @SettlementRu, settlement_en = @SettlementEn,
               address_kk = @AddressKk, address_ru = @AddressRu, address_en = @AddressEn, directions_kk = @DirectionsKk, directions_ru = @DirectionsRu, directions_en = @DirectionsEn, phone = @Phone,
               latitude = @latitude, longitude = @longitude, categories = @categories, unu_keys = @unuKeys, refused_keys = @refusedKeys, longest_side_cm = @LongestSideCm,
               is_step_free = @IsStepFree, gives_rewards = @GivesRewards, takes_organisations = @TakesOrganisations, capacity_grams = @capacity, changed_at = clock_timestamp(), changed_by = @person
         where slug = @slug and (@holder::uuid is null or organisation_id = @holder) and (@seen::timestamptz is null or changed_at = @seen)
        returning point_id
        """;

    private const string ThereSql = "select count(*) from collection_points where slug = @slug and (@holder::uuid is null or organisation_id = @holder)";

    /// <param name="seen">When the version that was edited had been changed; none takes whatever stands there (an import).</param>
    public Task<ChangePointOutcome> ChangeAsync(string slug, OrganisationId? holder, DateTimeOffset? seen, PointDraft draft, Actor actor, CancellationToken ct) =>
        db.InTransactionAsync(transaction => ChangeAsync(transaction, slug, holder, seen, draft, actor, ct), ct);

    internal static async Task<ChangePointOutcome> ChangeAsync(DbTransaction transaction, string slug, OrganisationId? holder, DateTimeOffset? seen, PointDraft draft, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(draft);
        ArgumentNullException.ThrowIfNull(actor);
        if (await transaction.QuerySingleOrDefaultAsync<Guid?>(ChangeSql, Parameters(draft, actor, holder, slug, seen), ct) is not { } id)
        {
            return await transaction.QuerySingleAsync<long>(ThereSql, new { slug, holder }, ct) == 0 ? ChangePointOutcome.NotFound : ChangePointOutcome.ChangedMeanwhile;
        }

        await WriteHoursAsync(transaction, id, draft.Week, ct);
        await AuditTrail.WriteAsync(transaction, new AuditEntry("point.changed", "point", slug).With(draft), actor, ct);
        return ChangePointOutcome.Done;
    }

    // What the operator has suspended only the operator opens again.
    private const string StateSql = """
        update collection_points
           set state = @state, state_since = app.now(), state_until = @Until, state_reason_kk = @ReasonKk, state_reason_ru = @ReasonRu, state_reason_en = null, changed_at = clock_timestamp(), changed_by = @person
         where slug = @slug and (@holder::uuid is null or (organisation_id = @holder and state <> 'Suspended' and @state <> 'Suspended'))
        returning point_id
        """;

    /// <returns>False where there is no such point, or it is the operator's to decide.</returns>
    public Task<bool> SetStateAsync(string slug, OrganisationId? holder, PointStateChange change, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(change);
        ArgumentNullException.ThrowIfNull(actor);
        return db.InTransactionAsync(async transaction =>
        {
            var parameters = new { slug, holder, state = change.State.ToString(), change.Until, change.ReasonKk, change.ReasonRu, person = actor.UserId };
            if (await transaction.QuerySingleOrDefaultAsync<Guid?>(StateSql, parameters, ct) is null)
            {
                return false;
            }

            await AuditTrail.WriteAsync(transaction, new AuditEntry("point.state_changed", "point", slug).With(new { state = change.State.ToString(), change.Until }), actor, ct);
            return true;
        }, ct);
    }

    private const string ExceptSql = """
        insert into point_exceptions (point_id, days, is_closed, opens_minute, closes_minute, reason_kk, reason_ru)
        select point_id, daterange(@FirstDay, @until), @IsClosed, s.opens, s.closes, @ReasonKk, @ReasonRu
          from collection_points, unnest(@opens, @closes) as s(opens, closes)
         where slug = @slug and (@holder::uuid is null or organisation_id = @holder)
        returning exception_id
        """;

    /// <summary>Days that differ: closed, or these stretches instead of the week's.</summary>
    public async Task<ExceptOutcome> ExceptAsync(string slug, OrganisationId? holder, SpecialDays days, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(days);
        var stretches = days.Stretches.Count == 0 ? [new OpenStretch(0, WeekdayHours.MinutesOfADay)] : days.Stretches;
        try
        {
            return await db.InTransactionAsync(async transaction =>
            {
                var written = await transaction.QueryAsync<Guid>(
                    ExceptSql,
                    new
                    {
                        slug, holder, days.FirstDay, until = days.LastDay.AddDays(1), IsClosed = days.Stretches.Count == 0, days.ReasonKk, days.ReasonRu,
                        opens = stretches.Select(open => (short)open.OpensMinute).ToArray(), closes = stretches.Select(open => (short)open.ClosesMinute).ToArray(),
                    },
                    ct);
                if (written.Count == 0)
                {
                    return ExceptOutcome.NotFound;
                }

                await AuditTrail.WriteAsync(transaction, new AuditEntry("point.days_excepted", "point", slug).With(new { days.FirstDay, days.LastDay }), actor, ct);
                return ExceptOutcome.Done;
            }, ct);
        }
        catch (Npgsql.PostgresException problem) when (problem.ConstraintName == "point_exceptions_do_not_overlap")
        {
            return ExceptOutcome.Overlaps;
        }
    }

    private const string ForgetSql = """
        delete from point_exceptions e using collection_points p
         where p.slug = @slug and (@holder::uuid is null or p.organisation_id = @holder) and e.point_id = p.point_id and lower(e.days) = @firstDay
        returning e.exception_id
        """;

    /// <returns>False where there was nothing to forget.</returns>
    public Task<bool> ForgetExceptionAsync(string slug, OrganisationId? holder, DateOnly firstDay, Actor actor, CancellationToken ct) => db.InTransactionAsync(
        async transaction =>
        {
            if ((await transaction.QueryAsync<Guid>(ForgetSql, new { slug, holder, firstDay }, ct)).Count == 0)
            {
                return false;
            }

            await AuditTrail.WriteAsync(transaction, new AuditEntry("point.days_as_usual", "point", slug).With(new { firstDay }), actor, ct);
            return true;
        }, ct);

    private const string ClearSql = "delete from point_hours where point_id = @id";

    private const string HoursSql = """
        insert into point_hours (point_id, weekday, opens_minute, closes_minute)
        select @id, h.weekday, h.opens, h.closes from unnest(@weekdays, @opens, @closes) as h(weekday, opens, closes)
        """;

    private static async Task WriteHoursAsync(DbTransaction transaction, Guid id, IReadOnlyList<WeekdayHours> week, CancellationToken ct)
    {
        await transaction.ExecuteAsync(ClearSql, new { id }, ct);
        await transaction.ExecuteAsync(
            HoursSql,
            new
            {
                id,
                weekdays = week.Select(hours => (short)hours.Weekday).ToArray(),
                opens = week.Select(hours => (short)hours.OpensMinute).ToArray(),
                closes = week.Select(hours => (short)hours.ClosesMinute).ToArray(),
            },
            ct);
    }

    private static object Parameters(PointDraft draft, Actor actor, OrganisationId? holder, string slug, DateTimeOffset? seen = null) => new
    {
        holder, slug, seen, kind = draft.Kind.ToString(), draft.NameKk, draft.NameRu, draft.NameEn, draft.RegionKato, draft.SettlementKk, draft.SettlementRu, draft.SettlementEn, draft.AddressKk, draft.AddressRu, draft.AddressEn,
        draft.DirectionsKk, draft.DirectionsRu, draft.DirectionsEn, draft.Phone, latitude = draft.Position.Latitude, longitude = draft.Position.Longitude,
        categories = draft.Categories.ToArray(), unuKeys = draft.UnuKeys.ToArray(), refusedKeys = draft.RefusedKeys.ToArray(), draft.LongestSideCm, draft.IsStepFree, draft.GivesRewards, draft.TakesOrganisations,
        capacity = draft.Capacity.Grams, person = actor.UserId,
    };
}
