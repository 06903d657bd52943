-- The example country: real quarters of the United Kingdom, 2007 to 2023.
-- Source: Environment Agency, "UK WEEE collected by schemes", "WEEE received at treatment facilities", "EEE placed on the UK market".
-- Contains public sector information licensed under the Open Government Licence v3.0. Tonnes of the source in grams; nothing else was changed.
insert into published_datasets (code, country, publisher, source, licence, kind)
values ('united-kingdom', 'GBR', 'Environment Agency', 'https://www.gov.uk/government/statistical-data-sets/waste-electrical-and-electronic-equipment-weee-in-the-uk',
  'Open Government Licence v3.0', 'Example')
on conflict (code) do update set publisher = excluded.publisher, source = excluded.source, licence = excluded.licence;

delete from published_figures where dataset_id = (select dataset_id from published_datasets where code = 'united-kingdom');

insert into published_figures (dataset_id, row_no, flow, stream, category, category_name, year, part, measure, grams)
select d.dataset_id, row_number() over (order by r.flow collate "C", r.stream collate "C", r.year, r.part collate "C", r.category::int, r.measure collate "C"),
       r.flow, r.stream, r.category, r.category_name, r.year::int, r.part, r.measure, r.grams::bigint
  from csv_rows r
 cross join published_datasets d
 where d.code = 'united-kingdom';
