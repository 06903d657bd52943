insert into treatment_factors (factor_no, topic, item, substance, value, unit, source, confidence)
select factor_no::integer, topic, item, substance, value::numeric, unit, source, confidence from csv_rows
on conflict (factor_no) do update set topic = excluded.topic, item = excluded.item, substance = excluded.substance, value = excluded.value, unit = excluded.unit, source = excluded.source, confidence = excluded.confidence;
