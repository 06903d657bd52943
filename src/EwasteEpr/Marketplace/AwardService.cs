using EwasteEpr.Audit;
using EwasteEpr.Kernel;
using Npgsql;

namespace EwasteEpr.Marketplace;

/// <summary>Awards a closed lot to an admissible offer: rules, certification and capacity in one transaction, so that of two at once one wins.</summary>
public sealed class AwardService(Db db)
{
    private const string LockSql = """
        select l.market_lot_id, l.number, l.state, l.category, l.for_reuse, l.declared_grams, l.closed_at from market_lots l where l.number = @number and l.state <> 'Draft' for update
        """;

    // Two lots of one category at once could each leave a group of related parties below its half: one waits for the other.
    private const string CategorySql = "select pg_advisory_xact_lock(hashtextextended('market:' || @category, 0))::text";

    private const string ProposedSql = "select award_id, offer_id, first_approver, reason from market_awards where market_lot_id = @lot and state = 'Proposed'";

    private const string ProposeSql = """
        insert into market_awards (award_id, market_lot_id, offer_id, organisation_id, site_id, state, tiyn_per_tonne, reserved_grams, is_best, is_single, is_low, reason, first_approver)
        select @award, @lot, o.offer_id, o.organisation_id, o.site_id, 'Proposed', o.tiyn_per_tonne, @grams, @isBest, @isSingle, @isLow, @reason, @person from market_offers o where o.offer_id = @offer
        returning award_id
        """;

    private const string BindSql = """
        update market_awards set state = 'Awarded', certification_id = @certification, second_approver = @second, is_best = @isBest, is_low = @isLow, awarded_at = app.now(),
               protest_until = app.now() + make_interval(days => @days)
         where award_id = @award
        """;

    private const string StateSql = "update market_lots set state = 'Awarded' where market_lot_id = @lot";

    private const string TellSql = """
        insert into market_notices (market_lot_id, organisation_id, event)
        select o.market_lot_id, o.organisation_id, case when o.offer_id = @offer then 'Awarded' else 'NotAwarded' end
          from market_offers o where o.market_lot_id = @lot and o.replaced_at is null
        on conflict on constraint market_notices_pkey do update set told_at = null, made_at = app.now()
        """;

    private const string AskSql = """
        insert into market_notices (market_lot_id, organisation_id, event) select market_lot_id, organisation_id, 'Explain' from market_offers where offer_id = @offer
        on conflict do nothing
        """;

    /// <param name="number">Closed, or defaulted and waiting for its next offer.</param>
    /// <param name="offer">Of this lot.</param>
    /// <param name="reason">Always said; where it is not the best admissible offer, why not.</param>
    public async Task<AwardOutcome> AwardAsync(string number, Guid offer, string reason, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(actor);
        try
        {
            return await db.InTransactionAsync(transaction => AwardAsync(transaction, number, offer, reason, actor, ct), ct);
        }
        catch (PostgresException problem) when (problem.ConstraintName == "award_one_alive")
        {
            return new AwardOutcome.WrongState();
        }
    }

    private static async Task<AwardOutcome> AwardAsync(DbTransaction transaction, string number, Guid chosen, string reason, Actor actor, CancellationToken ct)
    {
        if (await transaction.QuerySingleOrDefaultAsync<LotRow>(LockSql, new { number }, ct) is not { } lot)
        {
            return new AwardOutcome.NotFound();
        }

        if (lot.State is not (LotState.Closed or LotState.Defaulted))
        {
            return new AwardOutcome.WrongState();
        }

        await transaction.QuerySingleAsync<string>(CategorySql, new { category = lot.Category }, ct);
        var proposed = await transaction.QuerySingleOrDefaultAsync<ProposedRow>(ProposedSql, new { lot = lot.MarketLotId }, ct);
        if (proposed is not null && (proposed.FirstApprover == actor.UserId || proposed.OfferId != chosen))
        {
            return proposed.OfferId == chosen ? new AwardOutcome.SecondPersonNeeded() : new AwardOutcome.WrongState();
        }

        var judged = await AwardRules.JudgeAsync(transaction, lot.MarketLotId, chosen, ct);
        if (judged.Refusal is { } refusal)
        {
            if (refusal is AwardOutcome.NeedsExplanation)
            {
                await transaction.ExecuteAsync(AskSql, new { offer = chosen }, ct);
            }

            return refusal;
        }

        if (judged.IsSingle && proposed is null)
        {
            var made = await transaction.QuerySingleAsync<Guid>(ProposeSql, Row(Guid.CreateVersion7(), lot, chosen, judged, reason, actor), ct);
            await AuditTrail.WriteAsync(transaction, new AuditEntry("market_award.proposed", "market_lot", number).With(new { award = made, offer = chosen, reason }), actor, ct);
            return new AwardOutcome.SecondPersonNeeded();
        }

        var award = proposed?.AwardId ?? Guid.CreateVersion7();
        var (certification, refused) = await ReserveAsync(transaction, lot, judged.Site, award, ct);
        if (refused is not null)
        {
            return refused;
        }

        if (proposed is null)
        {
            await transaction.QuerySingleAsync<Guid>(ProposeSql, Row(award, lot, chosen, judged, reason, actor), ct);
        }

        await BindAsync(transaction, lot, new Binding(award, chosen, certification!.Value, judged, proposed is null ? null : actor.UserId), ct);
        await AuditTrail.WriteAsync(
            transaction, new AuditEntry("market_award.made", "market_lot", number).With(new { award, offer = chosen, reason = proposed?.Reason ?? reason, judged.IsBest, judged.IsSingle, judged.IsLow }), actor, ct);
        return new AwardOutcome.Awarded(award);
    }

    private static object Row(Guid award, LotRow lot, Guid offer, JudgedOffer judged, string reason, Actor actor) => new
    {
        award, lot = lot.MarketLotId, offer, grams = lot.DeclaredGrams, isBest = judged.IsBest, isSingle = judged.IsSingle, isLow = judged.IsLow, reason, person = actor.UserId,
    };

    private const string HoldSql = "select hold_certification(@site, @category)";

    private const string IsOfKindSql = "select exists (select from certified_now where certification_id = @certification and site_id = @site and category = @category and kind = @kind)";

    private const string TakeSql = "select take_capacity(@site, @category, 'Reserved', app.today(), @grams, 'market_award', @award, 1)";

    private const string LeftSql = "select coalesce(capacity_left(@site, @category, app.today()), 0)";

    /// <summary>The certification is held to the end of the transaction and the capacity is taken in it; a refusal has written nothing.</summary>
    private static async Task<(Guid? Certification, AwardOutcome? Refused)> ReserveAsync(DbTransaction transaction, LotRow lot, Guid site, Guid award, CancellationToken ct)
    {
        var kind = lot.ForReuse ? "Refurbisher" : "Recycler";
        var certification = await transaction.QuerySingleAsync<Guid?>(HoldSql, new { site, category = lot.Category }, ct);
        if (certification is null || !await transaction.QuerySingleAsync<bool>(IsOfKindSql, new { certification, site, category = lot.Category, kind }, ct))
        {
            return (null, new AwardOutcome.NotCertified());
        }

        return await transaction.QuerySingleAsync<bool>(TakeSql, new { site, category = lot.Category, grams = lot.DeclaredGrams, award }, ct)
            ? (certification, null)
            : (null, new AwardOutcome.NoCapacity(Weight.FromGrams(await transaction.QuerySingleAsync<long>(LeftSql, new { site, category = lot.Category }, ct))));
    }

    private static async Task BindAsync(DbTransaction transaction, LotRow lot, Binding binding, CancellationToken ct)
    {
        await transaction.ExecuteAsync(BindSql, new
        {
            award = binding.Award, certification = binding.Certification, second = binding.Second, isBest = binding.Judged.IsBest, isLow = binding.Judged.IsLow,
            days = await MarketSettings.ProtestDaysAsync(transaction, ct),
        }, ct);
        await transaction.ExecuteAsync(StateSql, new { lot = lot.MarketLotId }, ct);
        await transaction.ExecuteAsync(TellSql, new { lot = lot.MarketLotId, offer = binding.Offer }, ct);
    }

    private sealed record LotRow(Guid MarketLotId, string Number, LotState State, string Category, bool ForReuse, long DeclaredGrams, DateTimeOffset? ClosedAt);

    private sealed record ProposedRow(Guid AwardId, Guid OfferId, Guid FirstApprover, string Reason);

    private sealed record Binding(Guid Award, Guid Offer, Guid Certification, JudgedOffer Judged, Guid? Second);
}
