using EwasteEpr.Kernel;
using Npgsql;

namespace EwasteEpr.Evidence.Payouts;

/// <summary>What a tonne of a stage is worth, in MCI, with days and the act it rests on: one person proposes, another publishes.</summary>
public sealed class StageTariffs(Db db)
{
    private const string ProposeSql = """
        with made as (
            insert into stage_tariffs (stage_tariff_id, stage, mci_per_tonne, channels, valid, basis, proposed_by)
            values (uuidv7(), @stage, @MciPerTonne, @channels, daterange(@From, @Until), nullif(@Basis, ''), @person)
            returning stage_tariff_id
        )
        select m.stage_tariff_id, audit.write(@actor::jsonb, 'stage_tariff.proposed', 'stage_tariff', m.stage_tariff_id::text, jsonb_build_object('stage', @stage, 'mci_per_tonne', @MciPerTonne)) from made m
        """;

    public async Task<Guid> ProposeAsync(NewStageTariff tariff, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(tariff);
        ArgumentNullException.ThrowIfNull(actor);
        var parameters = new { stage = tariff.Stage.ToString(), tariff.MciPerTonne, channels = tariff.Channels.ToArray(), tariff.From, tariff.Until, tariff.Basis, person = actor.UserId, actor = actor.ToJson() };
        return (await db.QuerySingleAsync<DoneRow>(ProposeSql, parameters, ct)).StageTariffId;
    }

    private const string DecideSql = """
        with done as (
            update stage_tariffs set state = @to, decided_by = @person, decided_at = app.now()
             where stage_tariff_id = @id and state = 'Proposed' and (@to = 'Withdrawn' or proposed_by is distinct from @person)
            returning stage_tariff_id
        )
        select d.stage_tariff_id, audit.write(@actor::jsonb, 'stage_tariff.' || lower(@to), 'stage_tariff', d.stage_tariff_id::text) from done d
        """;

    private const string WhySql = "select state from stage_tariffs where stage_tariff_id = @id";

    public async Task<TariffDecision> DecideAsync(Guid id, bool publish, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(actor);
        try
        {
            if (await db.QuerySingleOrDefaultAsync<DoneRow>(DecideSql, new { id, to = publish ? "Published" : "Withdrawn", person = actor.UserId, actor = actor.ToJson() }, ct) is not null)
            {
                return TariffDecision.Done;
            }
        }
        catch (PostgresException problem) when (problem.ConstraintName is "stage_tariff_no_overlap" or "stage_tariff_two_people")
        {
            return problem.ConstraintName == "stage_tariff_no_overlap" ? TariffDecision.Overlap : TariffDecision.NoBasis;
        }

        return await db.QuerySingleOrDefaultAsync<string>(WhySql, new { id }, ct) switch { null => TariffDecision.NotFound, "Proposed" => TariffDecision.SamePerson, _ => TariffDecision.WrongState };
    }

    private const string ListSql = """
        select t.stage_tariff_id, t.stage, t.mci_per_tonne, t.channels, lower(t.valid) as valid_from, upper(t.valid) as valid_until, t.is_illustrative, t.basis, t.state, t.proposed_by, p.name as proposer
          from stage_tariffs t left join people p on p.person_id = t.proposed_by
         where t.state <> 'Withdrawn'
         order by array_position(array['Collection', 'Transport', 'Treatment'], t.stage), lower(t.valid) desc, t.stage_tariff_id
         limit 500
        """;

    public Task<IReadOnlyList<StageTariffRow>> ListAsync(CancellationToken ct) => db.QueryAsync<StageTariffRow>(ListSql, null, ct);

    private sealed record DoneRow(Guid StageTariffId, Guid Write);
}
