insert into tariff_rows (methodology_id, row_no, match_kind, match, coefficient, note_kk, note_ru, note_en)
select methodology_id, row_no::int, case match_kind when 'hs_prefix' then 'HsPrefix' when 'unu_key' then 'UnuKey' when 'product_group' then 'ProductGroup' else initcap(match_kind) end,
       match, coefficient::numeric, note_kk, note_ru, note_en
  from csv_rows
  join methodologies on code = methodology and origin = 'Reference' and state = 'Proposed'
 order by methodology_id, row_no::int;

update methodologies set state = 'Published', decided_at = app.now()
 where origin = 'Reference' and state = 'Proposed';
