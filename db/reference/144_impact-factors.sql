-- The list as it stands here: a factor that is gone from it is gone from the page.
delete from impact_factors;
insert into impact_factors (position, topic, item, substance, value, unit, source, confidence)
select position::int, topic, item, substance, value::numeric, unit, source, confidence from csv_rows;
