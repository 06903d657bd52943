-- Illustrative tariffs of the stages, so that runs have something to price; they are ours, are not law, and step aside for any real one.
insert into stage_tariffs (stage, mci_per_tonne, channels, valid, is_illustrative, state)
select v.stage, v.mci, array['DropOff', 'WalkIn', 'Collector', 'Bin', 'Pickup', 'Direct'], daterange('2025-01-01', null), true, 'Published'
  from (values ('Collection', 2.5), ('Transport', 1.2), ('Treatment', 6)) as v(stage, mci)
 where not exists (select from stage_tariffs t where t.stage = v.stage);
