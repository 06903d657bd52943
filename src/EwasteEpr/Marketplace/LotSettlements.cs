using EwasteEpr.Audit;
using EwasteEpr.Kernel;
using Npgsql;

namespace EwasteEpr.Marketplace;

/// <summary>What a lot comes to, by what was weighed in: posted, paid by a document, and taken back by its mirror while it is unpaid.</summary>
public sealed class LotSettlements(Db db)
{
    private const string WeighedSql = "select consignment_id, weighed_grams, qualifying_grams from market_weighed where market_lot_id = @MarketLotId and consignment_id = @ConsignmentId";

    // Half away from zero, once: what a lot weighs in grams by its price in tiyn per tonne. The constraint computes the same again.
    private const string SettleSql = """
        with made as (
            insert into market_settlements (number, award_id, market_lot_id, organisation_id, consignment_id, declared_grams, weighed_grams, qualifying_grams, tiyn_per_tonne, tiyn, settled_by)
            values (format('M-%s-%s', extract(year from app.today()), lpad(nextval('market_settlement_numbers')::text, 4, '0')), @AwardId, @MarketLotId, @OrganisationId, @ConsignmentId, @DeclaredGrams,
                    @weighed, @qualifying, @TiynPerTonne, round(case when @TiynPerTonne < 0 then @qualifying else @weighed end::numeric * @TiynPerTonne / 1000000), @person)
            returning settlement_id, number, organisation_id, tiyn
        ), moved as (
            update market_lots set state = 'Settled' where market_lot_id = @MarketLotId
        ), ended as (
            update market_awards set state = 'Settled' where award_id = @AwardId
        ), told as (
            insert into market_notices (market_lot_id, organisation_id, event) values (@MarketLotId, @OrganisationId, 'Settled')
            on conflict on constraint market_notices_pkey do update set told_at = null, made_at = app.now()
        )
        select m.number, case when m.tiyn <> 0 then ledger.post(case when m.tiyn > 0 then 'market_sale' else 'market_treatment' end, 'market_settlement', m.settlement_id, 1, 'KZT',
                 case when m.tiyn > 0 then ledger.open_account('market_receivable', m.organisation_id, 'KZT') else ledger.open_account('market_cost', null, 'KZT') end,
                 case when m.tiyn > 0 then ledger.open_account('market_accrued', null, 'KZT') else ledger.open_account('market_payable', m.organisation_id, 'KZT') end, abs(m.tiyn)) end as transfer_id
          from made m
        """;

    public async Task<SettleLotOutcome> SettleAsync(string number, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(actor);
        try
        {
            return await db.InTransactionAsync(transaction => SettleAsync(transaction, number, actor, ct), ct);
        }
        catch (PostgresException problem) when (problem.ConstraintName == "market_settlement_one_stands")
        {
            return new SettleLotOutcome.WrongState();
        }
    }

    private static async Task<SettleLotOutcome> SettleAsync(DbTransaction transaction, string number, Actor actor, CancellationToken ct)
    {
        if (await transaction.QuerySingleOrDefaultAsync<AliveAward>(AwardEndings.AliveSql, new { number }, ct) is not { } award)
        {
            return new SettleLotOutcome.NotFound();
        }

        if (award.State != AwardState.HandedOver)
        {
            return new SettleLotOutcome.WrongState();
        }

        if (await transaction.QuerySingleOrDefaultAsync<WeighedRow>(WeighedSql, new { award.MarketLotId, award.ConsignmentId }, ct) is not { } mass)
        {
            return new SettleLotOutcome.NotWeighed();
        }

        var made = await transaction.QuerySingleAsync<MadeRow>(SettleSql, new
        {
            award.AwardId, award.MarketLotId, award.OrganisationId, award.ConsignmentId, award.DeclaredGrams, award.TiynPerTonne, weighed = mass.WeighedGrams, qualifying = mass.QualifyingGrams, person = actor.UserId,
        }, ct);
        await transaction.QuerySingleAsync<bool>(AwardEndings.GiveBackSql, new { award.AwardId }, ct); // from now on treatment takes what it uses
        await AuditTrail.WriteAsync(transaction, new AuditEntry("market_lot.settled", "market_lot", number).With(new { settlement = made.Number, mass.WeighedGrams, mass.QualifyingGrams, award.TiynPerTonne }), actor, ct);
        return new SettleLotOutcome.Settled(made.Number);
    }

    private const string LockSql = """
        select s.settlement_id, s.award_id, s.organisation_id, s.tiyn, s.settled_by from market_settlements s join market_lots l using (market_lot_id)
         where l.number = @number and s.reversed_at is null and s.paid_at is null for update of s
        """;

    private const string PaidSql = "update market_settlements set paid_document = @document, paid_on = @day, paid_by = @person, paid_at = app.now() where settlement_id = @id";

    // Payouts one after another, and only from what the fund has received.
    private const string FundSql = """
        select coalesce((select ledger.balance(account_id) from ledger.accounts where purpose = 'fund_received' and owner_id is null and unit = 'KZT'), 0)
        """;

    private const string SaleSql = """
        select ledger.post('market_sale_paid', 'market_settlement', @id, 1, 'KZT', ledger.open_account('market_money', null, 'KZT'), ledger.open_account('market_receivable', @organisation, 'KZT'), @tiyn),
               ledger.post('market_sale_received', 'market_settlement', @id, 1, 'KZT', ledger.open_account('market_accrued', null, 'KZT'), ledger.open_account('market_received', null, 'KZT'), @tiyn)
        """;

    private const string PayoutSql = """
        select ledger.post('market_treatment_paid', 'market_settlement', @id, 1, 'KZT', ledger.open_account('market_payable', @organisation, 'KZT'), ledger.open_account('market_money', null, 'KZT'), @tiyn),
               ledger.post('market_fund_used', 'market_settlement', @id, 1, 'KZT', ledger.open_account('fund_received', null, 'KZT'), ledger.open_account('market_cost', null, 'KZT'), @tiyn)
        """;

    /// <summary>The money moved, by a document of the bank; another person than the one who settled says so.</summary>
    public Task<PayLotOutcome> PayAsync(string number, MoneyDocument document, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(document);
        ArgumentNullException.ThrowIfNull(actor);
        return db.InTransactionAsync(
            async transaction =>
            {
                var settlement = await transaction.QuerySingleOrDefaultAsync<SettlementLock>(LockSql, new { number }, ct);
                if (settlement is null || settlement.SettledBy == actor.UserId)
                {
                    return settlement is null ? PayLotOutcome.NotFound : PayLotOutcome.SamePerson;
                }

                if (settlement.Tiyn < 0)
                {
                    await transaction.QuerySingleAsync<string>("select pg_advisory_xact_lock(hashtextextended('market:payout', 0))::text", null, ct);
                    if (await transaction.QuerySingleAsync<long>(FundSql, null, ct) < -settlement.Tiyn)
                    {
                        return PayLotOutcome.FundTooSmall;
                    }
                }

                var id = settlement.SettlementId;
                await transaction.ExecuteAsync(PaidSql, new { id, document = document.Number, day = document.On, person = actor.UserId }, ct);
                if (settlement.Tiyn != 0)
                {
                    await transaction.ExecuteAsync(settlement.Tiyn > 0 ? SaleSql : PayoutSql, new { id, organisation = settlement.OrganisationId, tiyn = Math.Abs(settlement.Tiyn) }, ct);
                }

                await AuditTrail.WriteAsync(transaction, new AuditEntry("market_lot.paid", "market_lot", number).With(new { document.Number }), actor, ct);
                return PayLotOutcome.Done;
            },
            ct);
    }

    private const string ReverseSql = """
        with taken_back as (
            update market_settlements set reversed_at = app.now(), reversed_by = @person, reverse_reason = @reason where settlement_id = @id returning settlement_id, award_id, market_lot_id, tiyn
        ), reopened as (
            update market_awards a set state = 'HandedOver' from taken_back t where a.award_id = t.award_id
        ), moved as (
            update market_lots l set state = 'HandedOver' from taken_back t where l.market_lot_id = t.market_lot_id
        )
        select t.award_id, (select ledger.reverse(x.transfer_id, 'market_settlement_reversal', t.settlement_id, 1) from ledger.transfers x
                             where x.source_type = 'market_settlement' and x.source_id = t.settlement_id and x.kind in ('market_sale', 'market_treatment')) as transfer_id
          from taken_back t
        """;

    // The capacity that the settlement gave back is reserved again; what was taken since is not taken away.
    private const string ReserveAgainSql = """
        select take_capacity(u.site_id, u.category, 'Reserved', u.day, -u.grams, 'market_award', u.source_id, u.leg + 1)
          from capacity_uses u where u.source_type = 'market_award' and u.source_id = @award order by u.leg desc limit 1
        """;

    public Task<PayLotOutcome> ReverseAsync(string number, string reason, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(actor);
        return db.InTransactionAsync(
            async transaction =>
            {
                var settlement = await transaction.QuerySingleOrDefaultAsync<SettlementLock>(LockSql, new { number }, ct);
                if (settlement is null || settlement.SettledBy == actor.UserId)
                {
                    return settlement is null ? PayLotOutcome.NotFound : PayLotOutcome.SamePerson;
                }

                if (!await transaction.QuerySingleAsync<bool>(ReserveAgainSql, new { award = settlement.AwardId }, ct))
                {
                    return PayLotOutcome.NoCapacity;
                }

                await transaction.QuerySingleAsync<ReversedRow>(ReverseSql, new { id = settlement.SettlementId, person = actor.UserId, reason }, ct);
                await AuditTrail.WriteAsync(transaction, new AuditEntry("market_lot.settlement_reversed", "market_lot", number).With(new { reason }), actor, ct);
                return PayLotOutcome.Done;
            },
            ct);
    }

    private sealed record WeighedRow(Guid ConsignmentId, long WeighedGrams, long QualifyingGrams);

    private sealed record MadeRow(string Number, Guid? TransferId);

    private sealed record SettlementLock(Guid SettlementId, Guid AwardId, Guid OrganisationId, long Tiyn, Guid SettledBy);

    private sealed record ReversedRow(Guid AwardId, Guid? TransferId);
}

public abstract record SettleLotOutcome
{
    private SettleLotOutcome()
    {
    }

    public sealed record Settled(string Number) : SettleLotOutcome;

    public sealed record NotFound : SettleLotOutcome;

    public sealed record WrongState : SettleLotOutcome;

    /// <summary>The consignment did not arrive, was not weighed whole, or has an open discrepancy.</summary>
    public sealed record NotWeighed : SettleLotOutcome;
}

public enum PayLotOutcome
{
    Done,
    NotFound,
    SamePerson,

    /// <summary>The fund has not received so much.</summary>
    FundTooSmall,

    /// <summary>The room that the settlement gave back is used by now.</summary>
    NoCapacity,
}
