-- Figures of other publishers for Kazakhstan and its neighbours, as they were published. Each with its address; they contradict one another, and that is shown.
delete from reconciliation.national_figures;
insert into reconciliation.national_figures (row_no, country, year, indicator, value, unit, source_url, confidence)
select row_number() over (order by country, year, indicator, value::numeric), country, year::int, indicator, value::numeric, unit, source_url, confidence
  from csv_rows;
