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

    private const string FeeMoneySql = """
        with compared as (
            select c.campaign_no, c.funding, coalesce(b.balance, 0) as given, coalesce((select sum(f.amount_tiyn) from campaign_fundings f where f.campaign_id = c.campaign_id and f.from_fund), 0) as entered
              from campaigns c left join ledger.balances b on b.purpose = 'fund_to_campaigns' and b.owner_id = c.campaign_id
        )
        select count(*) as rows_checked,
               (select format('campaign %s (%s) was given %s of the fee fund, its documents say %s', campaign_no, funding, given, entered)
                  from compared where given <> entered or given > 0 and funding <> 'FeeFund' order by campaign_no limit 1) as first_broken
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

    private const string RedeemedSql = """
        with live as (
            select voucher_id, count(*) as redemptions, sum(amount_tiyn) as tiyn from redemptions where voided_at is null group by voucher_id
        )
        select count(*) as rows_checked,
               (select format('voucher %s is %s and has %s redemptions over %s', v.voucher_no, v.state, coalesce(l.redemptions, 0), coalesce(l.tiyn, 0))
                  from vouchers v left join live l on l.voucher_id = v.voucher_id
                 where coalesce(l.redemptions, 0) <> case when v.state = 'Redeemed' then 1 else 0 end or v.state = 'Redeemed' and l.tiyn <> v.amount_tiyn
                 order by v.voucher_no limit 1) as first_broken
          from vouchers v
        """;

    // Redeemed less voided, less goods that came back, less paid out: both by the facts and by the books.
    private const string PayableSql = """
        with taken as (
            select merchant_id, sum(amount_tiyn) as tiyn from redemptions where voided_at is null group by merchant_id
        ), back as (
            select merchant_id, sum(amount_tiyn) as tiyn from merchant_returns group by merchant_id
        ), paid as (
            select merchant_id, sum(amount_tiyn) as tiyn from settlements where state = 'Paid' group by merchant_id
        ), compared as (
            select m.organisation_id, b.balance as stored, coalesce(t.tiyn, 0) - coalesce(x.tiyn, 0) - coalesce(p.tiyn, 0) as expected
              from merchants m
              join ledger.balances b on b.account_id = m.payable_account_id
              left join taken t on t.merchant_id = m.organisation_id
              left join back x on x.merchant_id = m.organisation_id
              left join paid p on p.merchant_id = m.organisation_id
        )
        select count(*) as rows_checked,
               (select format('merchant %s is owed %s, its redemptions say %s', organisation_id, stored, expected) from compared where stored <> expected order by organisation_id limit 1) as first_broken
          from compared
        """;

    private const string SettledSql = """
        with taken as (
            select settlement_id, count(*) as redemptions, sum(amount_tiyn) as tiyn, bool_or(voided_at is not null) as has_voided from redemptions where settlement_id is not null group by settlement_id
        ), back as (
            select settlement_id, sum(amount_tiyn) as tiyn from merchant_returns where settlement_id is not null group by settlement_id
        )
        select count(*) as rows_checked,
               (select format('settlement %s says %s redemptions over %s', s.number, s.redemptions, s.redeemed_tiyn)
                  from settlements s left join taken t on t.settlement_id = s.settlement_id left join back b on b.settlement_id = s.settlement_id
                 where s.redemptions <> coalesce(t.redemptions, 0) or s.redeemed_tiyn <> coalesce(t.tiyn, 0) or s.returned_tiyn <> coalesce(b.tiyn, 0) or t.has_voided
                 order by s.number limit 1) as first_broken
          from settlements s
        """;

    // Money leaves a campaign only as far as it came in.
    private const string CashSql = """
        select count(*) as rows_checked,
               (select format('campaign %s has paid %s more than it received', c.campaign_no, b.balance)
                  from campaigns c join ledger.balances b on b.account_id = c.cash_account_id where b.balance > 0 order by c.campaign_no limit 1) as first_broken
          from campaigns
        """;

    public static IReadOnlyList<Invariant> All { get; } =
    [
        new("What a campaign has set aside is the sum of its open reservations", ReservedSql),
        new("What a campaign owes is the sum of its open vouchers", LiabilitySql),
        new("Budget came from documents of the funder", FundedSql),
        new("Fee money of a campaign came out of what the fund received", FeeMoneySql),
        new("Each voucher was paid for once and given back at most once", MovesSql),
        new("Each voucher is what its history ends with", HistorySql),
        new("A voucher is held exactly while a hold is open", HeldSql),
        new("Nobody has more than two reservations open", OpenSql),
        new("Two people stand behind every campaign", TwoPeopleSql),
        new("A redeemed voucher has exactly one redemption, another none", RedeemedSql),
        new("What a merchant is owed is what it took and was not paid", PayableSql),
        new("Each settlement is the sum of its redemptions and returns", SettledSql),
        new("No campaign has paid out more than it received", CashSql),
    ];
}
