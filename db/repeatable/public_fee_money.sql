-- Where the fee money went: what came into the fund and what left it, by year, from the transfers alone. Public money is told without suppression:
-- no citizen stands behind these sums, and what the fund pays is everybody's business. What goes back takes away from where it came.
create or replace view public_fee_money as
select extract(year from t.posted_at at time zone 'Asia/Almaty')::int as year, f.side, f.flow, f.sign * t.amount as amount_tiyn
  from ledger.transfers t
  join ledger.accounts d on d.account_id = t.debit_account_id
  join ledger.accounts c on c.account_id = t.credit_account_id
 cross join lateral (
       select case when c.purpose = 'fund_received' then d.purpose else c.purpose end as other, case when c.purpose = 'fund_received' then 1 else -1 end as into_fund
        where 'fund_received' in (c.purpose, d.purpose)
     ) r
 cross join lateral (values
       (case when r.other in ('fund_to_campaigns', 'market_cost') then 'Out' else 'In' end,
        case r.other when 'fund_to_campaigns' then 'Campaigns' when 'market_cost' then 'Lots' else 'Fees' end,
        case when r.other in ('fund_to_campaigns', 'market_cost') then -r.into_fund else r.into_fund end)
     ) as f(side, flow, sign)
union all
select extract(year from t.posted_at at time zone 'Asia/Almaty')::int, 'In', 'Reimbursed', case when c.purpose = 'fund_reimbursed' then t.amount else -t.amount end
  from ledger.transfers t
  join ledger.accounts d on d.account_id = t.debit_account_id
  join ledger.accounts c on c.account_id = t.credit_account_id
 where 'fund_reimbursed' in (c.purpose, d.purpose)
union all
select extract(year from t.posted_at at time zone 'Asia/Almaty')::int, 'Out',
       case when 'collector_payable' in (c.purpose, d.purpose) then 'Collectors' else 'Stages' end, case when c.purpose = 'fund_paid_out' then t.amount else -t.amount end
  from ledger.transfers t
  join ledger.accounts d on d.account_id = t.debit_account_id
  join ledger.accounts c on c.account_id = t.credit_account_id
 where 'fund_paid_out' in (c.purpose, d.purpose);
