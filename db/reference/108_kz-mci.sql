-- Where two people have published another value for the same day and purpose, theirs stands.
insert into mci_values as known (effective_from, value_kzt, purpose, confirmation, legal_basis, origin, state, decided_at)
select effective_from::date, value_kzt::numeric, initcap(purpose),
       case when confirmation like 'press-confirmed%' then 'Press' when confirmation like 'whether it binds%' then 'BindingNotKnown' else 'ToCheck' end,
       null, 'Reference', 'Published', app.now()
  from csv_rows
on conflict (effective_from, purpose) where state = 'Published'
do update set value_kzt = excluded.value_kzt, confirmation = excluded.confirmation where known.origin = 'Reference';
