-- A version that is there is never touched: its end may have been closed by a successor. One that would overlap what the operator has published stays out.
-- It arrives as a proposal, gets its rows from the next file, and that file publishes it.
insert into methodologies (code, programme, act_number, act_date, act_kk, act_ru, act_en, act_link, title_kk, title_ru, title_en, valid,
                           mci_by, mci_purpose, rounding, source_kk, source_ru, source_en, origin, state)
select code, initcap(programme), act_number, act_date::date, act_kk, act_ru, act_en, act_link, title_kk, title_ru, title_en, daterange(valid_from::date, valid_to::date),
       replace(initcap(replace(mci_by, '_', ' ')), ' ', ''), initcap(mci_purpose), replace(initcap(replace(rounding, '_', ' ')), ' ', ''),
       source_kk, source_ru, source_en, 'Reference', 'Proposed'
  from csv_rows
 where not exists (select from methodologies known where known.code = csv_rows.code and known.state <> 'Withdrawn')
   and not exists (select from methodologies known where known.state = 'Published' and known.programme = initcap(csv_rows.programme)
                      and known.valid && daterange(csv_rows.valid_from::date, csv_rows.valid_to::date));
