using EwasteEpr.Audit;
using EwasteEpr.Kernel;
using Npgsql;

namespace EwasteEpr.Vouchers.Merchants;

/// <summary>Each night what a merchant took becomes one settlement, payable the next working day; two people pay it out.</summary>
public sealed class SettlementService(Db db)
{
    // Everything up to yesterday that is not settled: a day without a run is caught up by the next one. Younger than 15 minutes can still be voided.
    private const string SettleSql = """
        with due as materialized (
            select x.merchant_id, uuidv7() as settlement_id
              from (select merchant_id, sum(amount_tiyn) as tiyn
                      from (select r.merchant_id, r.amount_tiyn from redemptions r
                             where r.settlement_id is null and r.voided_at is null
                               and r.redeemed_at < least(app.today()::timestamp at time zone 'Asia/Almaty', app.now() - interval '15 minutes')
                            union all
                            select x.merchant_id, -x.amount_tiyn from merchant_returns x where x.settlement_id is null) open
                     group by merchant_id) x
             where x.tiyn > 0
               and not exists (select from settlements s where s.merchant_id = x.merchant_id and s.day = app.today() - 1)
        ), taken as (
            update redemptions r set settlement_id = due.settlement_id from due
             where r.merchant_id = due.merchant_id and r.settlement_id is null and r.voided_at is null
               and r.redeemed_at < least(app.today()::timestamp at time zone 'Asia/Almaty', app.now() - interval '15 minutes')
            returning r.merchant_id, r.amount_tiyn, r.redeemed_at
        ), given_back as (
            update merchant_returns x set settlement_id = due.settlement_id from due where x.merchant_id = due.merchant_id and x.settlement_id is null
            returning x.merchant_id, x.amount_tiyn
        ), sums as (
            select merchant_id, count(*)::int as redemptions, sum(amount_tiyn)::bigint as tiyn from taken group by merchant_id
        ), backs as (
            select merchant_id, count(*)::int as returns, sum(amount_tiyn)::bigint as tiyn from given_back group by merchant_id
        ), peaks as (
            select merchant_id, max(n) as most from (select merchant_id, count(*) as n from taken group by merchant_id, date_trunc('hour', redeemed_at)) h group by merchant_id
        ), made as (
            insert into settlements (settlement_id, merchant_id, day, redemptions, redeemed_tiyn, returns, returned_tiyn, payable_on, state, hold_reason)
            select due.settlement_id, due.merchant_id, app.today() - 1, s.redemptions, s.tiyn, coalesce(b.returns, 0), coalesce(b.tiyn, 0),
                   app.add_working_days(app.today() - 1, 1),
                   case when p.most > m.hourly_limit then 'Held' else 'Payable' end, case when p.most > m.hourly_limit then 'Velocity' end
              from due
              join sums s on s.merchant_id = due.merchant_id
              join merchants m on m.organisation_id = due.merchant_id
              join peaks p on p.merchant_id = due.merchant_id
              left join backs b on b.merchant_id = due.merchant_id
            returning settlement_id, number, merchant_id, amount_tiyn
        )
        select m.settlement_id, audit.write(@actor::jsonb, 'settlement.made', 'settlement', m.number::text, jsonb_build_object('merchant', m.merchant_id, 'tiyn', m.amount_tiyn)) from made m
        """;

    /// <summary>The nightly run. Twice or on two nodes at once it makes each settlement once.</summary>
    public async Task<int> SettleAsync(CancellationToken ct)
    {
        try
        {
            return (await db.QueryAsync<MadeRow>(SettleSql, new { actor = Actor.System("settlements").ToJson() }, ct)).Count;
        }
        catch (PostgresException problem) when (problem.ConstraintName == "settlement_once_a_day")
        {
            return 0; // another node's run was first; nothing of this one was written
        }
    }

    private const string MoveSql = """
        with moved as (
            update settlements s
               set state = @to,
                   hold_reason = case when @to = 'Held' then 'ByOperator' else s.hold_reason end,
                   released_by = case when s.state = 'Held' then @person else s.released_by end, released_note = case when s.state = 'Held' then @note else s.released_note end,
                   ordered_by = case when @to = 'Ordered' then @person else s.ordered_by end, ordered_at = case when @to = 'Ordered' then app.now() else s.ordered_at end
             where s.number = any (@numbers) and s.state = any (@from) and (@to <> 'Ordered' or s.payable_on <= app.today())
            returning s.number
        )
        select m.number, audit.write(@actor::jsonb, @action, 'settlement', m.number::text, jsonb_build_object('note', @note::text)) from moved m order by m.number
        """;

    /// <summary>A held settlement was looked at.</summary>
    public Task<bool> ReleaseAsync(long number, string note, Actor actor, CancellationToken ct) => MoveAsync([number], "Payable", ["Held"], "settlement.released", note, actor, ct);

    public Task<bool> HoldAsync(long number, string note, Actor actor, CancellationToken ct) => MoveAsync([number], "Held", ["Payable"], "settlement.held", note, actor, ct);

    /// <summary>The first of two people puts what is due into a payout file.</summary>
    public Task<bool> OrderAsync(IReadOnlyCollection<long> numbers, Actor actor, CancellationToken ct) => MoveAsync(numbers, "Ordered", ["Payable"], "settlement.ordered", null, actor, ct);

    private async Task<bool> MoveAsync(IReadOnlyCollection<long> numbers, string to, string[] from, string action, string? note, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(actor);
        return (await db.QueryAsync<MovedRow>(MoveSql, new { numbers = numbers.ToArray(), to, from, action, note, person = actor.UserId, actor = actor.ToJson() }, ct)).Count > 0;
    }

    // What is owed to the merchant is paid from the money of the campaigns whose vouchers they are, each its own part.
    private const string PaySql = """
        with claimed as (
            update settlements s set state = 'Paid', paid_by = @person, paid_at = app.now(), bank_reference = @bankReference
             where s.number = @number and s.state = 'Ordered' and s.ordered_by <> @person
            returning s.settlement_id, s.number, s.merchant_id
        ), parts as (
            select c.settlement_id, p.campaign_id, sum(p.tiyn)::bigint as tiyn
              from claimed c
             cross join lateral (select r.campaign_id, r.amount_tiyn as tiyn from redemptions r where r.settlement_id = c.settlement_id
                                 union all
                                 select x.campaign_id, -x.amount_tiyn from merchant_returns x where x.settlement_id = c.settlement_id) p
             group by c.settlement_id, p.campaign_id
        ), legs as (
            select p.*, row_number() over (order by p.campaign_id)::int as leg from parts p where p.tiyn <> 0
        ), posted as (
            select l.settlement_id, ledger.post('merchant_paid', 'settlement', l.settlement_id, l.leg, 'KZT',
                       case when l.tiyn > 0 then m.payable_account_id else k.cash_account_id end, case when l.tiyn > 0 then k.cash_account_id else m.payable_account_id end, abs(l.tiyn)) as transfer_id
              from claimed c join legs l on l.settlement_id = c.settlement_id join merchants m on m.organisation_id = c.merchant_id join campaigns k on k.campaign_id = l.campaign_id
        )
        select c.number, (select count(*) from posted) as transfers, audit.write(@actor::jsonb, 'settlement.paid', 'settlement', c.number::text, jsonb_build_object('bank', @bankReference::text)) from claimed c
        """;

    private const string WhySql = "select state from settlements where number = @number";

    /// <summary>The second person has seen it on the bank's statement.</summary>
    public async Task<PayDecision> PayAsync(long number, string bankReference, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(actor);
        if (await db.QuerySingleOrDefaultAsync<PaidRow>(PaySql, new { number, bankReference, person = actor.UserId, actor = actor.ToJson() }, ct) is not null)
        {
            return PayDecision.Paid;
        }

        return await db.QuerySingleOrDefaultAsync<string>(WhySql, new { number }, ct) switch
        {
            null => PayDecision.NotFound,
            "Ordered" => PayDecision.SamePerson,
            _ => PayDecision.WrongState,
        };
    }

    private const string ListSql = """
        select s.number, s.merchant_id, o.slug, o.name_kk, o.name_ru, o.bin, m.iban, m.bic, m.kbe, m.contract_no, m.contract_on, s.day, s.redemptions, s.redeemed_tiyn, s.returns, s.returned_tiyn,
               s.amount_tiyn, s.payable_on, s.state, s.hold_reason, s.made_at, s.ordered_by, s.paid_at, s.bank_reference
          from settlements s
          join merchants m on m.organisation_id = s.merchant_id
          join organisations o on o.organisation_id = s.merchant_id
         where (@merchant::uuid is null or s.merchant_id = @merchant)
           and (@number::bigint is null or s.number = @number)
           and (@state::text is null or s.state = @state)
         order by s.number desc
         limit @limit
        """;

    public Task<IReadOnlyList<SettlementRow>> ListAsync(OrganisationId? merchant, string? state, CancellationToken ct) =>
        db.QueryAsync<SettlementRow>(ListSql, new { merchant = merchant?.Value, number = (long?)null, state, limit = 200 }, ct);

    /// <summary>None where it is not there or another merchant's.</summary>
    public async Task<SettlementRow?> FindAsync(long number, OrganisationId? merchant, CancellationToken ct) =>
        await db.QueryAsync<SettlementRow>(ListSql, new { merchant = merchant?.Value, number = (long?)number, state = (string?)null, limit = 1 }, ct) is [var row] ? row : null;

    private sealed record MadeRow(Guid SettlementId, Guid Write);

    private sealed record MovedRow(long Number, Guid Write);

    private sealed record PaidRow(long Number, long Transfers, Guid Write);
}

public enum PayDecision
{
    Paid,
    NotFound,

    /// <summary>Whoever ordered the payout cannot confirm it.</summary>
    SamePerson,
    WrongState,
}

public sealed record SettlementRow(
    long Number, Guid MerchantId, string Slug, string NameKk, string NameRu, string? Bin, string Iban, string Bic, string Kbe, string? ContractNo, DateOnly? ContractOn, DateOnly Day,
    int Redemptions, long RedeemedTiyn, int Returns, long ReturnedTiyn, long AmountTiyn, DateOnly PayableOn, string State, string? HoldReason, DateTimeOffset MadeAt,
    Guid? OrderedBy, DateTimeOffset? PaidAt, string? BankReference)
{
    public string Name(string language) => language == "kk" ? NameKk : NameRu;
}
