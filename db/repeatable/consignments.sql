-- What may be paid and evidenced of a site's stock: opening stock only by an operator's decision, and nothing while a weigh-in of its container blocks payment.
create or replace view site_lot_standing as
select l.site_lot_id, l.site_id, l.organisation_id,
       case when l.channel = 'Opening' then coalesce(e.earns, false) else true end as is_eligible,
       exists (select from consignment_discrepancies d
                where d.consignment_id = l.consignment_id and d.container_id = l.container_id and d.blocks_payment and not coalesce(d.pays, false)) as is_payment_blocked
  from site_lots l
  left join site_entries e on e.site_lot_id = l.site_lot_id;
grant select on site_lot_standing to ewaste_app;

-- The code under which a container travels, while its sender names no other: by category, stream, and whether it is a box of dangerous things.
create or replace function proposed_waste_code(p_category text, p_stream text, p_is_hazard boolean) returns text
  language sql immutable
  as $$
  select case when p_stream = 'Organisation' then
                case when p_category = '1' then '16 02 11' when p_category = '3' then '20 01 21' when p_category = '2' or p_is_hazard then '16 02 13' else '16 02 14' end
              else
                case when p_category = '1' then '20 01 23' when p_category = '3' then '20 01 21' when p_category = '2' or p_is_hazard then '20 01 35' else '20 01 36' end end
  $$;
