-- Is a point open, does it take a thing, how far is it: asked by lists, maps, counters and reservations in the same words.

-- The state that counts at a moment: one with an end ends by itself.
create or replace function app.point_state_at(p public.collection_points, p_at timestamptz) returns text
  language sql immutable parallel safe
  return case when p.state_until is not null and (p_at at time zone 'Asia/Almaty')::date >= p.state_until then 'Open' else p.state end;

-- On a day that differs from the week only its own rows count. The one hour that came twice on 29 February 2024 is the same hour on the clock.
create or replace function app.point_hours_allow(p_point_id uuid, p_at timestamptz) returns boolean
  language sql stable parallel safe
  return (
    with clock as (
      select local::date as day, extract(isodow from local)::int as weekday, (extract(hour from local) * 60 + extract(minute from local))::int as minute
        from (select p_at at time zone 'Asia/Almaty' as local) x
    ), special as (
      select e.is_closed, e.opens_minute, e.closes_minute
        from clock c join public.point_exceptions e on e.point_id = p_point_id and e.days @> c.day
    )
    select case when exists (select from special)
           then exists (select from special s, clock c where not s.is_closed and c.minute >= s.opens_minute and c.minute < s.closes_minute)
           else exists (select from clock c join public.point_hours h on h.point_id = p_point_id and h.weekday = c.weekday and c.minute >= h.opens_minute and c.minute < h.closes_minute)
           end);

create or replace function app.point_is_open(p public.collection_points, p_at timestamptz) returns boolean
  language sql stable parallel safe
  return app.point_state_at(p, p_at) = 'Open' and p.valid_from <= (p_at at time zone 'Asia/Almaty')::date
     and (p.valid_until is null or p.valid_until > (p_at at time zone 'Asia/Almaty')::date)
     and app.point_hours_allow(p.point_id, p_at);

create or replace function app.point_accepts(p public.collection_points, p_unu_key text, p_category text) returns boolean
  language sql immutable parallel safe
  return (p_category = any (p.categories) or p_unu_key = any (p.unu_keys)) and not p_unu_key = any (p.refused_keys);

-- Great circle, on a ball of 6 371 km: off by half a per cent at most, which no way through streets notices.
create or replace function app.distance_km(p_latitude_1 double precision, p_longitude_1 double precision, p_latitude_2 double precision, p_longitude_2 double precision) returns double precision
  language sql immutable parallel safe
  return 2 * 6371 * asin(sqrt(least(1, power(sin(radians(p_latitude_2 - p_latitude_1) / 2), 2)
    + cos(radians(p_latitude_1)) * cos(radians(p_latitude_2)) * power(sin(radians(p_longitude_2 - p_longitude_1) / 2), 2))));

-- How much of a point's room is taken: what its containers hold until they have left; where none are kept, what somebody told.
create or replace function app.point_filled_grams(p public.collection_points) returns bigint
  language sql stable
  return case when exists (select from public.containers c where c.point_id = p.point_id)
    then (select coalesce(sum(a.balance), 0)::bigint
            from public.containers c
            join public.stock_lots l on l.container_id = c.container_id
            join ledger.accounts a on a.account_id = l.account_id
           where c.point_id = p.point_id and c.state in ('Open', 'Sealed'))
    else (p.capacity_grams * p.fill_percent / 100)::bigint end;

-- Whether a voucher can be had at a point today: it gives them, a campaign is open in its region, and money is left.
create or replace function app.point_reward(p public.collection_points) returns text
  language sql stable
  return case
    when not p.gives_rewards then 'None'
    else coalesce((select case when bool_or(b.balance > 0) then 'Gives' else 'Spent' end
                     from public.campaigns c
                     join ledger.accounts b on b.account_id = c.budget_account_id
                    where c.state = 'Open' and c.valid @> app.today() and (c.regions = '{}' or c.regions @> array[p.region_kato])
                   having count(*) > 0), 'NoCampaign') end;
