-- Where the fee money went: what came into the fund and what left it, by year, from the transfers alone. Public money is told without suppression:
-- no citizen stands behind these sums, and what the fund pays is everybody's business. What goes back takes away from where it came.
-- It starts from the fund's few accounts and walks their own transfers: the country's other transfers are never read.
create or replace view public_fee_money as
with moved as (
  select a.purpose, t.debit_account_id as other_id, t.posted_at, t.amount
    from ledger.accounts a join ledger.transfers t on t.credit_account_id = a.account_id
   where a.purpose in ('fund_received', 'fund_reimbursed', 'fund_paid_out')
  union all
  select a.purpose, t.credit_account_id, t.posted_at, -t.amount
    from ledger.accounts a join ledger.transfers t on t.debit_account_id = a.account_id
   where a.purpose in ('fund_received', 'fund_reimbursed', 'fund_paid_out')
)
select extract(year from m.posted_at at time zone 'Asia/Almaty')::int as year,
       case when m.purpose = 'fund_paid_out' or o.purpose in ('fund_to_campaigns', 'market_cost') then 'Out' else 'In' end as side,
       case when m.purpose = 'fund_reimbursed' then 'Reimbursed'
            when m.purpose = 'fund_paid_out' then case o.purpose when 'collector_payable' then 'Collectors' else 'Stages' end
            when o.purpose = 'fund_to_campaigns' then 'Campaigns'
            when o.purpose = 'market_cost' then 'Lots'
            else 'Fees' end as flow,
       -- What leaves the received money for a purpose is credited there; what is paid out is credited to the account of payouts.
       case when m.purpose = 'fund_received' and o.purpose in ('fund_to_campaigns', 'market_cost') then -m.amount else m.amount end as amount_tiyn
  from moved m join ledger.accounts o on o.account_id = m.other_id;
