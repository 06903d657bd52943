-- What others ask of evidence.

-- E-2026-0001: at least four digits, and never a digit less than the number has.
create or replace function evidence_number(p_prefix text, p_number bigint) returns text
  language sql stable
  as $$ select format('%s-%s-%s', p_prefix, extract(year from app.today()), lpad(p_number::text, greatest(4, length(p_number::text)), '0')) $$;

-- The two figures of each balance.
create or replace view waste_balance_figures as
select b.balance_id, b.site_id, b.organisation_id, b.category, b.year, b.payer, b.own_system_id, t.balance as total_grams, a.balance as available_grams
  from waste_balances b
  join ledger.accounts t on t.account_id = b.total_account_id
  join ledger.accounts a on a.account_id = b.available_account_id;
grant select on waste_balance_figures to ewaste_app;

-- What each holder has of approved evidence, for whoever compares it with an obligation. Grams of the fund discharge nobody's own.
create or replace view evidence_held_now as
select h.holder_id, h.note_id, n.number, b.category, b.year, b.payer, b.own_system_id, b.payer <> 'FeeFund' as discharges, a.balance as grams
  from evidence_holdings h
  join evidence_notes n using (note_id)
  join waste_balances b using (balance_id)
  join ledger.accounts a on a.account_id = h.account_id
 where n.state = 'Approved' and a.balance > 0;
grant select on evidence_held_now to ewaste_app;

-- Who paid for every gram that sites have received: one payer each, moved only by a reimbursement.
create or replace view gram_payers as
select category, payer, own_system_id, sum(grams)::bigint as grams, sum(evidenced)::bigint as evidenced_grams
  from (select l.category, l.payer, l.own_system_id, l.received_grams as grams, 0::bigint as evidenced from site_lots l
        union all
        select b.category, 'FeeFund', null, -p.grams, 0 from payer_change_parts p join payer_changes c using (payer_change_id) join waste_balances b on b.balance_id = c.from_balance_id
        union all
        select b.category, 'OwnSystem', c.own_system_id, p.grams, 0 from payer_change_parts p join payer_changes c using (payer_change_id) join waste_balances b on b.balance_id = c.from_balance_id
        union all
        select b.category, b.payer, b.own_system_id, 0, n.grams from evidence_notes n join waste_balances b using (balance_id) where n.state = 'Approved') x
 group by category, payer, own_system_id;
grant select on gram_payers to ewaste_app;
