-- Totals by year: the sum of the quarters where there are quarters, else the publisher's own year.
create or replace view published_years as
  with parts as (
    select dataset_id, flow, stream, year,
           sum(grams) filter (where part like 'Q_') as quarter_grams,
           count(distinct part) filter (where part like 'Q_') as quarters,
           sum(grams) filter (where part = 'Year') as year_grams
      from published_figures
     where measure = 'Total'
     group by dataset_id, flow, stream, year
  )
  select dataset_id, flow, stream, year, coalesce(quarter_grams, year_grams)::bigint as grams, quarters::int as quarters,
         quarters in (0, 4) as is_whole
    from parts
   where coalesce(quarter_grams, year_grams) is not null;

-- What does not fit together in what was published. Nothing is corrected: every gap is listed with both of its sides.
create or replace view published_findings as
  -- 1. parts that do not add up to their own total
  select p.dataset_id, 'PartsAgainstTotal' as finding, t.flow, t.stream, t.year, t.part, t.category, t.category_name,
         p.grams as left_grams, t.grams as right_grams
    from (select dataset_id, flow, stream, year, part, category, sum(grams)::bigint as grams
            from published_figures
           where flow = 'Collected' and measure <> 'Total'
           group by dataset_id, flow, stream, year, part, category) p
    join published_figures t using (dataset_id, flow, stream, year, part, category)
   where t.measure = 'Total' and p.grams <> t.grams
  union all
  -- 2. quarters that do not add up to the publisher's own year
  select q.dataset_id, 'QuartersAgainstYear', y.flow, y.stream, y.year, y.part, y.category, y.category_name, q.grams, y.grams
    from (select dataset_id, flow, stream, year, category, measure, sum(grams)::bigint as grams, count(*) as quarters
            from published_figures
           where part like 'Q_'
           group by dataset_id, flow, stream, year, category, measure) q
    join published_figures y using (dataset_id, flow, stream, year, category, measure)
   where y.part = 'Year' and y.measure = 'Total' and q.quarters = 4 and q.grams <> y.grams
  union all
  -- 3. what schemes collected against what treatment facilities received
  select c.dataset_id, 'CollectedAgainstReceived', 'Collected', c.stream, c.year, 'Year', '', '', c.grams, r.grams
    from published_years c
    join published_years r using (dataset_id, stream, year)
   where c.flow = 'Collected' and r.flow = 'Received' and c.is_whole and r.is_whole and c.grams <> r.grams
  union all
  -- 4. years of which quarters are missing
  select dataset_id, 'MissingQuarters', flow, stream, year, 'Year', '', '', grams, null
    from published_years
   where not is_whole;
