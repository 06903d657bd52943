using EwasteEpr.Audit;
using EwasteEpr.Kernel;

namespace EwasteEpr.Evidence.Payouts;

/// <summary>Once for a stage and a month: whatever was collected, carried or treated and has no line yet is priced and owed. Run twice, one effect.</summary>
public sealed class StageRuns(Db db)
{
    private const string EndedSql = "select (@month::date + interval '1 month')::date <= app.today()";

    private const string TariffSql = "select exists (select from stage_tariffs where stage = @stage and state = 'Published' and lower(valid) < (@month::date + interval '1 month')::date)";

    private const string ClaimSql = """
        insert into stage_runs (run_id, stage, period_from, period_until, made_by) values (@run, @stage, @month, (@month::date + interval '1 month')::date, @person)
        on conflict on constraint stage_run_once_a_period do nothing
        returning run_no
        """;

    private const string KnownSql = "select run_no from stage_runs where stage = @stage and period_from = @month";

    // The facts of a stage: what, whose, on which day. Grams of the fund, on the verified scale of the site; opening stock never.
    private const string CollectionFactsSql = """
        select 'site_lot' as source_type, l.site_lot_id as source_id, c.from_organisation_id as payee_id, l.weighed_in_on as day, l.category, l.channel, l.received_grams as grams
          from site_lots l join consignments c using (consignment_id)
         where l.payer = 'FeeFund' and l.basis = 'Verified' and l.channel not in ('Opening', 'Collector') and c.from_point_id is not null
        """;

    private const string TransportFactsSql = """
        select 'site_lot', l.site_lot_id, c.carrier_organisation_id, l.weighed_in_on, l.category, l.channel, l.received_grams
          from site_lots l join consignments c using (consignment_id)
         where l.payer = 'FeeFund' and l.basis = 'Verified' and l.channel <> 'Opening' and c.carrier_organisation_id is not null
        """;

    private const string TreatmentFactsSql = """
        select 'batch_input', i.batch_input_id, b.organisation_id, (b.closed_at at time zone 'Asia/Almaty')::date, l.category, l.channel,
               i.grams - coalesce((select sum(p.grams) from payer_change_parts p where p.batch_input_id = i.batch_input_id), 0)::bigint
          from batch_inputs i join batches b using (batch_id) join site_lots l using (site_lot_id)
         where b.state = 'Closed' and i.ended_at is null and l.payer = 'FeeFund' and l.basis = 'Verified' and l.channel <> 'Opening'
        """;

    private const string PriceSql = """
        with facts (source_type, source_id, payee_id, day, category, channel, grams) as (
        {facts}
        )
        insert into stage_lines (run_id, stage, payee_kind, payee_id, source_type, source_id, day, category, channel, grams, stage_tariff_id, mci_per_tonne, mci_kzt, amount_tiyn)
        select @run, @stage, 'Organisation', f.payee_id, f.source_type, f.source_id, f.day, f.category, f.channel, f.grams, t.stage_tariff_id, t.mci_per_tonne, m.value_kzt,
               round(f.grams * t.mci_per_tonne * m.value_kzt / 10000)::bigint
          from facts f
          join stage_tariffs t on t.stage = @stage and t.state = 'Published' and t.valid @> f.day and f.channel = any (t.channels)
         cross join lateral (select value_kzt from mci_values where state = 'Published' and purpose = 'General' and effective_from <= f.day order by effective_from desc limit 1) m
         where f.day < (@month::date + interval '1 month')::date and f.grams > 0
           and not exists (select from stage_lines x where x.stage = @stage and x.source_id = f.source_id and x.reverses_line_id is null)
        """;

    // Collectors earned when their load was weighed; the run gathers what nobody has gathered.
    private const string CollectorsSql = """
        insert into stage_lines (run_id, stage, payee_kind, payee_id, source_type, source_id, day, category, channel, grams, mci_per_tonne, mci_kzt, amount_tiyn)
        select @run, 'Collectors', 'Collector', l.collector_id, 'collector_load', l.load_id, (l.taken_at at time zone 'Asia/Almaty')::date, l.category, 'Collector', l.grams, l.mci_per_tonne, l.mci_kzt, l.amount_tiyn
          from collector_loads l
         where l.amount_tiyn > 0 and (l.taken_at at time zone 'Asia/Almaty')::date < (@month::date + interval '1 month')::date
           and not exists (select from stage_lines x where x.stage = 'Collectors' and x.source_id = l.load_id)
        """;

    // A corrected batch's inputs are taken back; those of its new version are facts of their own.
    private const string ReverseSql = """
        insert into stage_lines (run_id, stage, payee_kind, payee_id, source_type, source_id, day, category, channel, grams, stage_tariff_id, mci_per_tonne, mci_kzt, amount_tiyn, reverses_line_id)
        select @run, l.stage, l.payee_kind, l.payee_id, l.source_type, l.source_id, l.day, l.category, l.channel, l.grams, l.stage_tariff_id, l.mci_per_tonne, l.mci_kzt, -l.amount_tiyn, l.line_id
          from stage_lines l join batch_inputs i on i.batch_input_id = l.source_id join batches b using (batch_id)
         where l.stage = 'Treatment' and @stage = 'Treatment' and l.reverses_line_id is null and (b.state <> 'Closed' or i.ended_at is not null)
           and not exists (select from stage_lines x where x.reverses_line_id = l.line_id)
        """;

    private const string PayoutsSql = """
        insert into stage_payouts (run_id, payee_kind, payee_id, grams, amount_tiyn, payable_tiyn, state)
        select x.run_id, x.payee_kind, x.payee_id, x.grams, x.tiyn, p.payable, case when p.payable > 0 then 'Payable' else 'Nothing' end
          from (select run_id, payee_kind, payee_id, sum(case when reverses_line_id is null then grams else -grams end)::bigint as grams, sum(amount_tiyn)::bigint as tiyn
                  from stage_lines where run_id = @run group by run_id, payee_kind, payee_id) x
         cross join lateral (
               select greatest(0, x.tiyn + least(0, coalesce((select sum(o.amount_tiyn) - sum(o.payable_tiyn) from stage_payouts o where o.payee_id = x.payee_id), 0)))::bigint as payable) p
        """;

    private const string PostSql = """
        select count(x.*)
          from (select case when o.amount_tiyn > 0
                         then ledger.post('stage_earned', 'stage_payout', o.payout_id, 1, 'KZT', ledger.open_account('stage_costs', null, 'KZT'), ledger.open_account('stage_payable', o.payee_id, 'KZT'), o.amount_tiyn)
                         else ledger.post('stage_corrected', 'stage_payout', o.payout_id, 1, 'KZT', ledger.open_account('stage_payable', o.payee_id, 'KZT'), ledger.open_account('stage_costs', null, 'KZT'), -o.amount_tiyn) end
                  from stage_payouts o where o.run_id = @run and o.payee_kind = 'Organisation' and o.amount_tiyn <> 0
                 order by o.payee_id) x
        """;

    /// <param name="month">Its first day.</param>
    public async Task<RunOutcome> RunAsync(PaidStage stage, DateOnly month, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(actor);
        var parameters = new { run = Guid.CreateVersion7(), stage = stage.ToString(), month = new DateOnly(month.Year, month.Month, 1), person = actor.UserId };
        return await db.InTransactionAsync<RunOutcome>(
            async transaction =>
            {
                if (!await transaction.QuerySingleAsync<bool>(EndedSql, parameters, ct))
                {
                    return new RunOutcome.TooEarly();
                }

                if (stage != PaidStage.Collectors && !await transaction.QuerySingleAsync<bool>(TariffSql, parameters, ct))
                {
                    return new RunOutcome.NoTariff();
                }

                // Two runs of the same stage, of whatever month, stand in a queue: neither sees the other's facts as open.
                await transaction.ExecuteAsync("select pg_advisory_xact_lock(hashtextextended('stage_run:' || @stage, 0))", parameters, ct);
                if (await transaction.QuerySingleOrDefaultAsync<long?>(ClaimSql, parameters, ct) is not { } number)
                {
                    return new RunOutcome.Made(await transaction.QuerySingleAsync<long>(KnownSql, parameters, ct), Again: true);
                }

                await transaction.ExecuteAsync(stage == PaidStage.Collectors ? CollectorsSql : PriceSql.Replace("{facts}", Facts(stage), StringComparison.Ordinal), parameters, ct);
                await transaction.ExecuteAsync(ReverseSql, parameters, ct);
                await transaction.ExecuteAsync(PayoutsSql, parameters, ct);
                await transaction.ExecuteAsync(PostSql, parameters, ct);
                await AuditTrail.WriteAsync(transaction, new AuditEntry("stage_run.made", "stage_run", $"{stage} {parameters.month:yyyy-MM}"), actor, ct);
                return new RunOutcome.Made(number, Again: false);
            },
            ct);
    }

    private const string LastMonthSql = "select (date_trunc('month', app.today()) - interval '1 month')::date";

    /// <summary>Last month of every stage; a month that was run is left alone.</summary>
    public async Task SweepAsync(CancellationToken ct)
    {
        var month = await db.QuerySingleAsync<DateOnly>(LastMonthSql, null, ct);
        foreach (var stage in Enum.GetValues<PaidStage>())
        {
            await RunAsync(stage, month, Actor.System("stage-runs"), ct);
        }
    }

    private static string Facts(PaidStage stage) => stage switch { PaidStage.Collection => CollectionFactsSql, PaidStage.Transport => TransportFactsSql, _ => TreatmentFactsSql };

    private const string ListSql = """
        select r.run_no, r.run_id, r.stage, r.period_from, r.period_until, r.made_at, (select count(*) from stage_lines l where l.run_id = r.run_id) as lines,
               coalesce(p.grams, 0)::bigint as grams, coalesce(p.tiyn, 0)::bigint as amount_tiyn, coalesce(p.open, 0)::bigint as open_tiyn,
               exists (select from stage_lines l join stage_tariffs t using (stage_tariff_id) where l.run_id = r.run_id and t.is_illustrative) as is_illustrative
          from stage_runs r
          left join lateral (select sum(o.grams) as grams, sum(o.amount_tiyn) as tiyn, sum(o.payable_tiyn) filter (where o.state in ('Payable', 'Ordered')) as open from stage_payouts o where o.run_id = r.run_id) p on true
         where @number::bigint is null or r.run_no = @number
         order by r.run_no desc
         limit 200
        """;

    public Task<IReadOnlyList<StageRunRow>> ListAsync(CancellationToken ct) => db.QueryAsync<StageRunRow>(ListSql, new { number = (long?)null }, ct);

    public async Task<StageRunRow?> FindAsync(long number, CancellationToken ct) => await db.QueryAsync<StageRunRow>(ListSql, new { number = (long?)number }, ct) is [var row] ? row : null;

    private const string LinesSql = """
        select l.payee_kind, l.payee_id, coalesce(o.name_kk, k.code) as payee_kk, coalesce(o.name_ru, k.code) as payee_ru, l.source_type, l.source_id,
               coalesce(cl.number, b.number, c.number, 'lot') as source, l.day, l.category, l.channel, l.grams, l.mci_per_tonne, l.mci_kzt, l.amount_tiyn, l.reverses_line_id is not null as is_reversal,
               coalesce(t.is_illustrative, false) as is_illustrative
          from stage_lines l
          join stage_runs r using (run_id)
          left join organisations o on o.organisation_id = l.payee_id
          left join collectors k on k.collector_id = l.payee_id
          left join collector_loads cl on l.source_type = 'collector_load' and cl.load_id = l.source_id
          left join batch_inputs i on l.source_type = 'batch_input' and i.batch_input_id = l.source_id
          left join batches b on b.batch_id = i.batch_id
          left join site_lots s on l.source_type = 'site_lot' and s.site_lot_id = l.source_id
          left join consignments c on c.consignment_id = s.consignment_id
          left join stage_tariffs t on t.stage_tariff_id = l.stage_tariff_id
         where (@number::bigint is null or r.run_no = @number) and (@payee::uuid is null or l.payee_id = @payee)
         order by r.run_no desc, coalesce(o.name_ru, k.code), l.day, l.line_id
         limit @limit
        """;

    /// <summary>Each line opens to its grams: the load, the consignment or the batch they stand in.</summary>
    public Task<IReadOnlyList<StageLineRow>> LinesAsync(long? number, Guid? payee, int limit, CancellationToken ct) => db.QueryAsync<StageLineRow>(LinesSql, new { number, payee, limit }, ct);
}
