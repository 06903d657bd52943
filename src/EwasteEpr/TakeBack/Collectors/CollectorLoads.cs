using EwasteEpr.Audit;
using EwasteEpr.Kernel;

namespace EwasteEpr.TakeBack.Collectors;

/// <summary>A collector's load: weighed, from a named source, within the limits, into a lot of its own channel, and priced by what holds today.</summary>
public sealed class CollectorLoads(Db db)
{
    private const string KnownSql = "select number, amount_tiyn from collector_loads where load_id = @LoadId";

    // The row is locked, so that two loads at two points never fit under one limit together.
    private const string CollectorSql = """
        select c.collector_id, c.state, c.day_limit_grams, c.month_limit_grams, s.source_id
          from collectors c
          left join collector_sources s on s.collector_id = c.collector_id and s.source_id = @SourceId
         where c.code = @Code and c.organisation_id = @organisation
           for update of c
        """;

    private const string BroughtSql = """
        select coalesce(sum(grams) filter (where (taken_at at time zone 'Asia/Almaty')::date = app.today()), 0)::bigint as day_grams,
               coalesce(sum(grams), 0)::bigint as month_grams
          from collector_loads
         where collector_id = @id and date_trunc('month', taken_at at time zone 'Asia/Almaty') = date_trunc('month', app.now() at time zone 'Asia/Almaty')
        """;

    private const string ContainerSql = """
        select c.state, c.category, c.kind, c.capacity_grams,
               coalesce((select sum(a.balance) from stock_lots l join ledger.accounts a on a.account_id = l.account_id where l.container_id = c.container_id), 0)::bigint as held_grams
          from containers c
          join collection_points p on p.point_id = c.point_id
         where c.container_id = @ContainerId and c.point_id = @point and p.organisation_id = @organisation
           for update of c
        """;

    public Task<LoadOutcome> TakeAsync(NewLoad load, OrganisationId organisation, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(load);
        ArgumentNullException.ThrowIfNull(actor);
        return db.InTransactionAsync(transaction => TakeAsync(transaction, load, organisation, actor, ct), ct);
    }

    private static async Task<LoadOutcome> TakeAsync(DbTransaction transaction, NewLoad load, OrganisationId organisation, Actor actor, CancellationToken ct)
    {
        var collector = await transaction.QuerySingleOrDefaultAsync<CollectorLocked>(CollectorSql, new { load.Code, load.SourceId, organisation }, ct);
        if (await transaction.QuerySingleOrDefaultAsync<KnownRow>(KnownSql, new { load.LoadId }, ct) is { } known)
        {
            return new LoadOutcome.Taken(known.Number, known.AmountTiyn is { } owed ? Money.FromTiyn(owed) : null);
        }

        if (collector?.SourceId is null)
        {
            return new LoadOutcome.Refused(LoadProblem.NotFound, Weight.Zero);
        }

        var brought = await transaction.QuerySingleAsync<BroughtRow>(BroughtSql, new { id = collector.CollectorId }, ct);
        var container = await transaction.QuerySingleOrDefaultAsync<ContainerRow>(ContainerSql, new { load.ContainerId, point = load.Point, organisation }, ct);
        if (Refusal(load, collector, brought, container) is { } refused)
        {
            return refused;
        }

        var written = await WriteAsync(transaction, load, collector.CollectorId, organisation, actor, ct);
        await AuditTrail.WriteAsync(transaction, new AuditEntry("collector.load_weighed", "collector_load", written.Number).With(new { load.Code, load.Category, grams = load.Net.Grams }), actor, ct);
        return new LoadOutcome.Taken(written.Number, written.AmountTiyn is { } due ? Money.FromTiyn(due) : null);
    }

    private static LoadOutcome.Refused? Refusal(NewLoad load, CollectorLocked collector, BroughtRow brought, ContainerRow? container)
    {
        var (day, month) = (collector.DayLimitGrams - brought.DayGrams, collector.MonthLimitGrams - brought.MonthGrams);
        LoadProblem? why = collector.State != nameof(CollectorState.Active) ? LoadProblem.NotActive
            : load.Net.Grams > month ? LoadProblem.MonthLimit
            : load.Net.Grams > day ? LoadProblem.DayLimit
            : container is not { State: "Open" } || container.Kind == "Hazard" ? LoadProblem.ContainerNotOpen
            : container.Category != "mixed" && container.Category != load.Category ? LoadProblem.ContainerOtherCategory
            : container.CapacityGrams is { } capacity && container.HeldGrams + load.Net.Grams > capacity ? LoadProblem.ContainerFull
            : null;
        return why is { } problem ? new LoadOutcome.Refused(problem, Weight.FromGrams(Math.Max(0, Math.Min(day, month)))) : null;
    }

    private const string LotSql = """
        with made as (
            insert into stock_lots (lot_id, container_id, category, stream, channel, account_id)
            select @lotId, @ContainerId, @Category, 'Household', 'Collector', ledger.open_account('mass_stock_lot', @lotId, 'mass:' || @Category)
             where not exists (select from stock_lots where container_id = @ContainerId and category = @Category and stream = 'Household' and channel = 'Collector')
            returning lot_id, account_id
        )
        select lot_id, account_id from made
        union all
        select lot_id, account_id from stock_lots where container_id = @ContainerId and category = @Category and stream = 'Household' and channel = 'Collector'
        """;

    // Price by what holds today: MCI per tonne from the operator's setting, the MCI from its table. Without either nothing is owed and nothing is posted.
    private const string WriteSql = """
        with terms as (
            select (select nullif(value, '')::numeric from app.settings where key = 'collectors.mci_per_tonne') as rate,
                   (select value_kzt from mci_values where state = 'Published' and purpose = 'General' and effective_from <= app.today() order by effective_from desc limit 1) as mci
        ), scale as (
            select s.scale_no, coalesce(s.scale_verified_until >= app.today(), false) as is_verified
              from (select 1) one left join lateral (
                   select scale_no, scale_verified_until from shifts where person_id = @person and point_id = @point and closed_at is null order by opened_at desc limit 1) s on true
        ), priced as (
            select t.rate, t.mci, case when t.rate is not null and t.mci is not null then round(@grams * t.rate * t.mci / 10000)::bigint end as amount from terms t
        ), posted as materialized (
            select ledger.post('collector_weighed_in', 'collector_load', @LoadId, 1, 'mass:' || @Category, ledger.open_account('mass_citizens', null, 'mass:' || @Category), @account, @grams) as transfer_id
        ), paid as materialized (
            select case when p.amount > 0
                     then ledger.post('collector_earned', 'collector_load', @LoadId, 2, 'KZT', ledger.open_account('collection_costs', null, 'KZT'), ledger.open_account('collector_payable', @collector, 'KZT'), p.amount) end as transfer_id
              from priced p
        ), linked as (
            insert into trace_links (from_type, from_id, to_type, to_id, category, grams, transfer_id)
            select 'collector_load', @LoadId, 'stock_lot', @lot, @Category, @grams, p.transfer_id from posted p
        )
        insert into collector_loads (load_id, number, collector_id, source_id, organisation_id, point_id, category, grams, basis, scale_no, lot_id, transfer_id, mci_per_tonne, mci_kzt, amount_tiyn, pay_transfer_id, taken_by)
        select @LoadId, format('L-%s-%s', extract(year from app.today()), lpad(nextval('collector_load_numbers')::text, 4, '0')), @collector, @SourceId, @organisation, @point, @Category, @grams,
               case when s.scale_no is not null and s.is_verified then 'Verified' else 'Weighed' end, s.scale_no, @lot, m.transfer_id,
               case when p.amount is not null then p.rate end, case when p.amount is not null then p.mci end, p.amount, k.transfer_id, @person
          from posted m, paid k, priced p, scale s
        returning number, amount_tiyn
        """;

    private static async Task<KnownRow> WriteAsync(DbTransaction transaction, NewLoad load, Guid collector, OrganisationId organisation, Actor actor, CancellationToken ct)
    {
        var lot = await transaction.QuerySingleAsync<LotRow>(LotSql, new { lotId = Guid.CreateVersion7(), load.ContainerId, load.Category }, ct);
        return await transaction.QuerySingleAsync<KnownRow>(
            WriteSql,
            new { load.LoadId, load.SourceId, load.Category, collector, organisation, point = load.Point, grams = load.Net.Grams, account = lot.AccountId, lot = lot.LotId, person = actor.UserId },
            ct);
    }

    private sealed record KnownRow(string Number, long? AmountTiyn);

    private sealed record CollectorLocked(Guid CollectorId, string State, long DayLimitGrams, long MonthLimitGrams, Guid? SourceId);

    private sealed record BroughtRow(long DayGrams, long MonthGrams);

    private sealed record ContainerRow(string State, string Category, string Kind, long? CapacityGrams, long HeldGrams);

    private sealed record LotRow(Guid LotId, Guid AccountId);
}
