-- What others ask of treatment.

-- What became of each batch that counts: grams that went in, and where they are now. They add up to the input, to the gram.
create or replace view batch_results as
select b.batch_id, b.number, b.site_id, b.organisation_id, b.category, b.state, b.started_on, b.closed_on, b.input_grams, b.loss_grams, b.difference_grams,
       coalesce(o.reused, 0)::bigint as reused_grams, coalesce(o.recycled, 0)::bigint as recycled_grams, coalesce(o.recovered, 0)::bigint as recovered_grams,
       coalesce(o.disposed, 0)::bigint as disposed_grams, coalesce(o.unconfirmed, 0)::bigint as unconfirmed_grams,
       coalesce(o.unconfirmed_recycling, 0)::bigint as unconfirmed_recycling_grams, coalesce(o.unconfirmed_recovery, 0)::bigint as unconfirmed_recovery_grams
  from batches b
  left join lateral (
       select sum(confirmed_grams) filter (where result = 'Reused') as reused, sum(confirmed_grams) filter (where result = 'Recycled') as recycled,
              sum(confirmed_grams) filter (where result = 'Recovered') as recovered, sum(confirmed_grams) filter (where result = 'Disposed') as disposed,
              sum(grams - confirmed_grams) as unconfirmed, sum(grams - confirmed_grams) filter (where result = 'Recycled') as unconfirmed_recycling,
              sum(grams - confirmed_grams) filter (where result = 'Recovered') as unconfirmed_recovery
         from batch_outputs where batch_id = b.batch_id and state <> 'Cancelled') o on true
 where b.state = 'Closed';
grant select on batch_results to ewaste_app;
