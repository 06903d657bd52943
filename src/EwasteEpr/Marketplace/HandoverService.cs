using EwasteEpr.Audit;
using EwasteEpr.Kernel;

namespace EwasteEpr.Marketplace;

/// <summary>From the award to the road: the contract once no protest is open, the consignment of the lot's containers, and the signed handover with which title passes.</summary>
public sealed class HandoverService(Db db)
{
    private const string ProtestsSql = "select exists (select from market_protests where award_id = @AwardId and answer is null)";

    private const string ContractSql = """
        with made as (
            update market_awards set state = 'Contracted', contract_no = @no, contract_on = @day where award_id = @AwardId returning market_lot_id
        )
        update market_lots l set state = 'Contracted' from made m where l.market_lot_id = m.market_lot_id
        """;

    public Task<ContractOutcome> ContractAsync(string number, MoneyDocument contract, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(contract);
        return db.InTransactionAsync(
            async transaction =>
            {
                if (await transaction.QuerySingleOrDefaultAsync<AliveAward>(AwardEndings.AliveSql, new { number }, ct) is not { } award)
                {
                    return ContractOutcome.NotFound;
                }

                var refused = award.State != AwardState.Awarded ? ContractOutcome.WrongState
                    : award.IsProtestable == true ? ContractOutcome.ProtestPeriodRuns
                    : await transaction.QuerySingleAsync<bool>(ProtestsSql, new { award.AwardId }, ct) ? ContractOutcome.ProtestOpen : ContractOutcome.Done;
                if (refused == ContractOutcome.Done)
                {
                    await transaction.ExecuteAsync(ContractSql, new { award.AwardId, no = contract.Number, day = contract.On }, ct);
                    await AuditTrail.WriteAsync(transaction, new AuditEntry("market_award.contracted", "market_lot", number).With(new { award = award.AwardId, contract.Number }), actor, ct);
                }

                return refused;
            },
            ct);
    }

    private const string ContainersSql = """
        select c.container_id from market_lot_containers l join containers c using (container_id)
         where l.market_lot_id = @MarketLotId and l.is_live and c.state = 'Sealed'
           and not exists (select from consignment_containers x where x.container_id = c.container_id and x.released_at is null)
         order by c.container_id
           for update of c
        """;

    private const string CountSql = "select count(*) from market_lot_containers where market_lot_id = @MarketLotId and is_live";

    private const string HoldSql = "select hold_certification(@SiteId, @Category)";

    private const string ConsignSql = """
        with made as (
            insert into consignments (number, from_organisation_id, from_point_id, to_site_id, to_organisation_id, market_lot_id, for_reuse, prepared_by)
            select format('T-%s-%s', extract(year from app.today()), lpad(nextval('consignment_numbers')::text, 4, '0')), p.organisation_id, p.point_id, @SiteId, @OrganisationId, @MarketLotId, @ForReuse, @person
              from collection_points p where p.point_id = @PointId
            returning consignment_id, number
        ), filled as (
            insert into consignment_containers (consignment_id, container_id, sent_grams, waste_code, expected_items)
            select m.consignment_id, l.container_id, x.grams, proposed_waste_code(@Category, x.stream, c.kind = 'Hazard'), x.serials
              from made m
              join market_lot_containers l on l.market_lot_id = @MarketLotId and l.is_live
              join containers c on c.container_id = l.container_id
             cross join lateral (
                   select sum(a.balance)::bigint as grams, (array_agg(k.stream order by a.balance desc, k.lot_id))[1] as stream,
                          (select count(*) from stock_lots s join intake_items i on i.lot_id = s.lot_id and i.undone_at is null where s.container_id = c.container_id and i.serial_hash is not null)::int as serials
                     from stock_lots k join ledger.accounts a on a.account_id = k.account_id where k.container_id = c.container_id) x
        ), linked as (
            update market_awards a set consignment_id = m.consignment_id, handover_by = @person from made m where a.award_id = @AwardId
        )
        select number from made
        """;

    /// <summary>The lot's containers become a consignment to the winner's site; a suspended winner receives nothing.</summary>
    public Task<PrepareOutcome> PrepareAsync(string number, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(actor);
        return db.InTransactionAsync<PrepareOutcome>(
            async transaction =>
            {
                if (await transaction.QuerySingleOrDefaultAsync<AliveAward>(AwardEndings.AliveSql, new { number }, ct) is not { } award)
                {
                    return new PrepareOutcome.NotFound();
                }

                if (award.State != AwardState.Contracted || award.ConsignmentId is not null)
                {
                    return new PrepareOutcome.WrongState();
                }

                if (await transaction.QuerySingleAsync<Guid?>(HoldSql, new { award.SiteId, award.Category }, ct) is null)
                {
                    return new PrepareOutcome.NotCertified();
                }

                var ready = await transaction.QueryAsync<Guid>(ContainersSql, new { award.MarketLotId }, ct);
                if (ready.Count != await transaction.QuerySingleAsync<long>(CountSql, new { award.MarketLotId }, ct))
                {
                    return new PrepareOutcome.ContainersGone();
                }

                var consignment = await transaction.QuerySingleAsync<string>(
                    ConsignSql, new { award.AwardId, award.SiteId, award.OrganisationId, award.MarketLotId, award.ForReuse, award.PointId, award.Category, person = actor.UserId }, ct);
                await AuditTrail.WriteAsync(transaction, new AuditEntry("market_award.consigned", "market_lot", number).With(new { award = award.AwardId, consignment }), actor, ct);
                return new PrepareOutcome.Prepared(consignment);
            },
            ct);
    }

    private const string SignSql = """
        with signed as (
            update market_awards a set state = 'HandedOver', title_passed_at = app.now(), title_signed_by = @person
              from market_lots l
             where l.market_lot_id = a.market_lot_id and l.number = @number and a.organisation_id = @organisation and a.state = 'Contracted' and a.consignment_id is not null
            returning a.award_id, a.market_lot_id, l.number
        ), moved as (
            update market_lots l set state = 'HandedOver' from signed s where l.market_lot_id = s.market_lot_id
        )
        select audit.write(@actor::jsonb, 'market_award.handed_over', 'market_lot', s.number, jsonb_build_object('award', s.award_id)) is not null from signed s
        """;

    /// <summary>The winner's signatory signs the handover: title passes.</summary>
    public Task<bool> SignAsync(string number, OrganisationId organisation, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(actor);
        return db.QuerySingleOrDefaultAsync<bool>(SignSql, new { number, organisation, person = actor.UserId, actor = actor.ToJson() }, ct);
    }
}

public enum ContractOutcome
{
    Done,
    NotFound,
    WrongState,
    ProtestPeriodRuns,
    ProtestOpen,
}

public abstract record PrepareOutcome
{
    private PrepareOutcome()
    {
    }

    public sealed record Prepared(string Consignment) : PrepareOutcome;

    public sealed record NotFound : PrepareOutcome;

    public sealed record WrongState : PrepareOutcome;

    public sealed record NotCertified : PrepareOutcome;

    /// <summary>A container of the lot is no longer sealed at its point.</summary>
    public sealed record ContainersGone : PrepareOutcome;
}
