using EwasteEpr.Kernel;

namespace EwasteEpr.Evidence.Payouts;

/// <summary>What always holds of what was paid per tonne.</summary>
public static class PayoutInvariants
{
    private const string LinesSql = """
        select count(*) as rows_checked,
               (select format('line %s of %s g is %s tiyn, by its tariff %s', line_id, grams, amount_tiyn, round(grams * mci_per_tonne * mci_kzt / 10000))
                  from stage_lines
                 where amount_tiyn <> (case when reverses_line_id is null then 1 else -1 end) * round(grams * mci_per_tonne * mci_kzt / 10000) or mci_per_tonne is null or mci_kzt is null
                 order by line_id limit 1) as first_broken
          from stage_lines
        """;

    private const string OnceSql = """
        select count(*) as rows_checked,
               (select format('%s %s was paid for stage %s %s times', min(source_type), source_id, stage, count(*)) from stage_lines where reverses_line_id is null group by stage, source_id having count(*) > 1
                 order by source_id limit 1) as first_broken
          from stage_lines
        """;

    private const string GramsSql = """
        select count(*) as rows_checked,
               (select format('line %s pays %s g of %s %s, which is paid by %s', s.line_id, s.grams, s.source_type, s.source_id, coalesce(l.payer, 'nobody'))
                  from stage_lines s
                  left join batch_inputs i on s.source_type = 'batch_input' and i.batch_input_id = s.source_id
                  left join site_lots l on l.site_lot_id = case s.source_type when 'site_lot' then s.source_id else i.site_lot_id end
                  left join stage_tariffs t using (stage_tariff_id)
                 where s.source_type <> 'collector_load'
                   and (l.payer is distinct from 'FeeFund' or l.basis <> 'Verified' or not l.channel = any (t.channels) or s.grams > case s.source_type when 'site_lot' then l.received_grams else i.grams end)
                 order by s.line_id limit 1) as first_broken
          from stage_lines s
        """;

    private const string PayoutsSql = """
        select count(*) as rows_checked,
               (select format('payout %s says %s tiyn, its lines add up to %s, the ledger has %s earned and %s paid', p.payout_no, p.amount_tiyn, coalesce(l.tiyn, 0), coalesce(e.tiyn, 0), coalesce(t.amount, 0))
                  from stage_payouts p
                  left join lateral (select sum(amount_tiyn) as tiyn from stage_lines where run_id = p.run_id and payee_id = p.payee_id) l on true
                  left join lateral (select sum(case kind when 'stage_earned' then amount else -amount end) as tiyn from ledger.transfers where source_type = 'stage_payout' and source_id = p.payout_id and kind in ('stage_earned', 'stage_corrected')) e on true
                  left join ledger.transfers t on t.kind = 'stage_paid' and t.source_type = 'stage_payout' and t.source_id = p.payout_id
                 where p.amount_tiyn <> coalesce(l.tiyn, 0) or (p.payee_kind = 'Organisation' and p.amount_tiyn <> coalesce(e.tiyn, 0))
                    or coalesce(t.amount, 0) <> case when p.state = 'Paid' then p.payable_tiyn else 0 end
                 order by p.payout_no limit 1) as first_broken
          from stage_payouts p
        """;

    private const string FundSql = """
        with fund as (
            select coalesce(sum(balance) filter (where purpose in ('fund_received', 'fund_reimbursed')), 0) as came, coalesce(sum(balance) filter (where purpose = 'fund_paid_out'), 0) as went
              from ledger.balances where purpose in ('fund_received', 'fund_reimbursed', 'fund_paid_out')
        )
        select (select count(*) from stage_payouts where state = 'Paid') as rows_checked, case when went > came and went > 0 then format('%s tiyn were paid out of %s received', went, came) end as first_broken from fund
        """;

    public static IReadOnlyList<Invariant> All { get; } =
    [
        new("Each line of a settlement run is its grams times its tariff", LinesSql),
        new("Each gram is paid once for a stage", OnceSql),
        new("Only grams of the fund that qualify are paid", GramsSql),
        new("Each payout is its lines, once in the ledger", PayoutsSql),
        new("No more was paid out for stages than the fund received", FundSql),
    ];
}
