using EwasteEpr.Kernel;

namespace EwasteEpr.Vouchers;

/// <summary>What always holds for campaigns, reservations and vouchers: what was promised is there, and every tenge has one place.</summary>
public static class VoucherInvariants
{
    private const string ReservedSql = """
        with compared as (
            select c.campaign_no, b.balance as stored,
                   coalesce((select sum(r.amount_tiyn) from reservations r where r.campaign_id = c.campaign_id and r.state in ('Soft', 'Confirmed')), 0) as expected
              from campaigns c join ledger.balances b on b.account_id = c.reserved_account_id
        )
        select count(*) as rows_checked,
               (select format('campaign %s has %s set aside, its open reservations add up to %s', campaign_no, stored, expected)
                  from compared where stored <> expected order by campaign_no limit 1) as first_broken
          from compared
        """;

    private const string LiabilitySql = """
        with owed as (
            select campaign_id, sum(amount_tiyn) as tiyn from vouchers where state in ('Pending', 'Issued', 'Held') group by campaign_id
        ), compared as (
            select c.campaign_no, b.balance as stored, coalesce(o.tiyn, 0) as expected
              from campaigns c join ledger.balances b on b.account_id = c.liability_account_id left join owed o on o.campaign_id = c.campaign_id
        )
        select count(*) as rows_checked,
               (select format('campaign %s owes %s, its open vouchers add up to %s', campaign_no, stored, expected)
                  from compared where stored <> expected order by campaign_no limit 1) as first_broken
          from compared
        """;

    private const string FundedSql = """
        with posted as (
            select t.debit_account_id as account_id, sum(t.amount) as tiyn from ledger.transfers t where t.kind = 'campaign_funded' group by t.debit_account_id
        ), compared as (
            select c.campaign_no, coalesce(p.tiyn, 0) as posted,
                   coalesce((select sum(f.amount_tiyn) from campaign_fundings f where f.campaign_id = c.campaign_id and f.state = 'Posted'), 0) as entered
              from campaigns c left join posted p on p.account_id = c.cash_account_id
        )
        select count(*) as rows_checked,
               (select format('campaign %s has documents over %s and budget from %s', campaign_no, entered, posted)
                  from compared where posted <> entered order by campaign_no limit 1) as first_broken
          from compared
        """;

    // Each voucher was paid for once, and what ended without being spent went back once.
    private const string MovesSql = """
        with moves as (
            select source_id as voucher_id, sum(amount) filter (where kind in ('voucher_issued', 'voucher_replaced')) as made, count(*) filter (where kind = 'voucher_returned') as returned
              from ledger.transfers where source_type = 'voucher' group by source_id
        )
        select count(*) as rows_checked,
               (select format('voucher %s (%s) of %s was made with %s and given back %s times', v.voucher_no, v.state, v.amount_tiyn, coalesce(m.made, 0), coalesce(m.returned, 0))
                  from vouchers v left join moves m on m.voucher_id = v.voucher_id
                 where coalesce(m.made, 0) <> v.amount_tiyn
                    or coalesce(m.returned, 0) <> case when v.state in ('Expired', 'Cancelled') then 1 else 0 end
                 order by v.voucher_no limit 1) as first_broken
          from vouchers
        """;

    private const string HistorySql = """
        with last as (
            select distinct on (voucher_id) voucher_id, to_state from voucher_history order by voucher_id, place desc
        )
        select count(*) as rows_checked,
               (select format('voucher %s is %s, its history ends with %s', v.voucher_no, v.state, coalesce(l.to_state, 'nothing'))
                  from vouchers v left join last l on l.voucher_id = v.voucher_id where l.to_state is distinct from v.state order by v.voucher_no limit 1) as first_broken
          from vouchers v
        """;

    private const string HeldSql = """
        with open_holds as (
            select distinct voucher_id from voucher_holds where outcome is null
        )
        select count(*) as rows_checked,
               (select format('voucher %s is %s and has %s hold open', v.voucher_no, v.state, case when h.voucher_id is null then 'no' else 'a' end)
                  from vouchers v left join open_holds h on h.voucher_id = v.voucher_id
                 where (v.state = 'Held') <> (h.voucher_id is not null) order by v.voucher_no limit 1) as first_broken
          from vouchers v
        """;

    private const string OpenSql = """
        with open_ones as (
            select encode(giver, 'hex') as giver, count(*) as reservations
              from (select device_hash as giver, reservation_id from reservations where state in ('Soft', 'Confirmed')
                    union
                    select phone_hash, reservation_id from reservations where state in ('Soft', 'Confirmed') and phone_hash is not null) g
             group by giver
        )
        select count(*) as rows_checked,
               (select format('giver %s has %s reservations open', left(giver, 8), reservations) from open_ones where reservations > 2 order by giver limit 1) as first_broken
          from open_ones
        """;

    private const string TwoPeopleSql = """
        select count(*) as rows_checked,
               (select format('campaign %s is %s without two people, or spends the fee fund without a legal basis', campaign_no, state)
                  from campaigns
                 where state in ('Open', 'Paused', 'Closed') and (decided_by is null or decided_by is not distinct from proposed_by)
                    or funding = 'FeeFund' and state in ('Open', 'Paused') and coalesce(legal_basis_approved_by = legal_basis_by, true)
                 order by campaign_no limit 1) as first_broken
          from campaigns
        """;

    public static IReadOnlyList<Invariant> All { get; } =
    [
        new("What a campaign has set aside is the sum of its open reservations", ReservedSql),
        new("What a campaign owes is the sum of its open vouchers", LiabilitySql),
        new("Budget came from documents of the funder", FundedSql),
        new("Each voucher was paid for once and given back at most once", MovesSql),
        new("Each voucher is what its history ends with", HistorySql),
        new("A voucher is held exactly while a hold is open", HeldSql),
        new("Nobody has more than two reservations open", OpenSql),
        new("Two people stand behind every campaign", TwoPeopleSql),
    ];
}
