using EwasteEpr.Audit;
using EwasteEpr.Kernel;

namespace EwasteEpr.Marketplace;

/// <summary>How an award falls: the winner defaults, or a protest is upheld. Capacity is given back in the same transaction, and the lot waits for its next offer.</summary>
public sealed class AwardEndings(Db db)
{
    internal const string AliveSql = """
        select a.award_id, a.market_lot_id, a.offer_id, a.organisation_id, a.site_id, a.state, a.reserved_grams, a.protest_until, a.consignment_id, a.title_passed_at, a.tiyn_per_tonne, a.first_approver,
               l.number, l.category, l.for_reuse, l.declared_grams, l.point_id, l.keeps_deposit, app.now() < a.protest_until as is_protestable
          from market_lots l
          join market_awards a on a.market_lot_id = l.market_lot_id and a.state in ('Proposed', 'Awarded', 'Contracted', 'HandedOver', 'Settled')
         where l.number = @number
           for update
        """;

    // On the day it was taken, so that each window of days adds up; each giving back is a leg of its own.
    internal const string GiveBackSql = """
        select take_capacity(u.site_id, u.category, 'Reserved', u.day, -u.grams, 'market_award', u.source_id, (select count(*)::int + 1 from capacity_uses x where x.source_type = 'market_award' and x.source_id = u.source_id))
          from capacity_uses u where u.source_type = 'market_award' and u.source_id = @AwardId
         order by u.leg desc limit 1
        """;

    private const string FallSql = """
        with fallen as (
            update market_awards set state = @state, ended_at = app.now(), end_reason = @reason where award_id = @AwardId returning market_lot_id
        )
        update market_lots l set state = @lotState from fallen f where l.market_lot_id = f.market_lot_id
        """;

    public Task<EndOutcome> DefaultAsync(string number, string reason, Actor actor, CancellationToken ct) => db.InTransactionAsync(
        async transaction =>
        {
            if (await transaction.QuerySingleOrDefaultAsync<AliveAward>(AliveSql, new { number }, ct) is not { } award)
            {
                return EndOutcome.NotFound;
            }

            if (award.State is not (AwardState.Awarded or AwardState.Contracted) || award.ConsignmentId is not null)
            {
                return EndOutcome.WrongState; // what was handed over is settled, not given to the next
            }

            await FallAsync(transaction, award, AwardState.Defaulted, LotState.Defaulted, reason, ct);
            var kept = award.KeepsDeposit && await Deposits.KeepAsync(transaction, award.MarketLotId, award.OrganisationId, actor, ct);
            await AuditTrail.WriteAsync(transaction, new AuditEntry("market_award.defaulted", "market_lot", number).With(new { award = award.AwardId, reason, depositKept = kept }), actor, ct);
            return EndOutcome.Done;
        },
        ct);

    internal static async Task FallAsync(DbTransaction transaction, AliveAward award, AwardState state, LotState lotState, string reason, CancellationToken ct)
    {
        await transaction.QuerySingleAsync<bool>(GiveBackSql, new { award.AwardId }, ct);
        await transaction.ExecuteAsync(FallSql, new { award.AwardId, state = state.ToString(), lotState = lotState.ToString(), reason }, ct);
    }

    private const string WithdrawSql = """
        with fallen as (
            update market_awards a set state = 'Cancelled', ended_at = app.now(), end_reason = @reason from market_lots l
             where l.market_lot_id = a.market_lot_id and l.number = @number and a.state = 'Proposed'
            returning a.award_id, l.number
        )
        select audit.write(@actor::jsonb, 'market_award.withdrawn', 'market_lot', f.number, jsonb_build_object('award', f.award_id, 'reason', @reason::text)) is not null from fallen f
        """;

    /// <summary>The proposal of a single offer that no second approver wanted.</summary>
    public async Task<EndOutcome> WithdrawAsync(string number, string reason, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(actor);
        return await db.QuerySingleOrDefaultAsync<bool>(WithdrawSql, new { number, reason, actor = actor.ToJson() }, ct) ? EndOutcome.Done : EndOutcome.NotFound;
    }
}

public enum EndOutcome
{
    Done,
    NotFound,
    WrongState,
}

internal sealed record AliveAward(
    Guid AwardId, Guid MarketLotId, Guid OfferId, Guid OrganisationId, Guid SiteId, AwardState State, long ReservedGrams, DateTimeOffset? ProtestUntil, Guid? ConsignmentId, DateTimeOffset? TitlePassedAt,
    long TiynPerTonne, Guid FirstApprover, string Number, string Category, bool ForReuse, long DeclaredGrams, Guid PointId, bool KeepsDeposit, bool? IsProtestable);
