-- sum_up_kpis.sql: move what commits left into the sums of open hours.
-- Used by   PostgresStore.maintain, after lock_kpis in its transaction
-- Params    $1 most deltas to move
-- Returns   how many were moved
-- Locking   deltas: one statement deletes and adds, so each is in one of the two places for every snapshot;
--           what is not committed yet goes next time
-- Index     kpi_sums_pkey
with delta as materialized (
  delete from baton.kpi_deltas
  where ctid = any(array(select ctid from baton.kpi_deltas limit $1::bigint))
  returning *
),
touched as materialized (
  select distinct hour, tenant, key, definition_id, element_id from delta
),
former as materialized (
  delete from baton.kpi_sums s using touched t
  where s.period = 'open' and s.start_at = t.hour and s.tenant = t.tenant and s.key = t.key
    and s.definition_id = t.definition_id and s.element_id = t.element_id
  returning s.*
),
-- No join: whatever the planner thinks of how many there are, all is read once. The first duration of a row carries
-- its other figures.
exact as (
  select hour, tenant, key, definition_id, element_id, ms, sum(n) as n, sum(failures) as failures, sum(sum_ms) as sum_ms,
    min(min_ms) as min_ms, max(max_ms) as max_ms,
    count(*) over (partition by hour, tenant, key, definition_id, element_id) > 1000 as many
  from (
    select d.hour, d.tenant, d.key, d.definition_id, d.element_id, u.ms::float8 as ms, 1 as n,
      case when u.no = 1 then d.failures else 0 end as failures, u.ms as sum_ms, u.ms as min_ms, u.ms as max_ms
    from delta d cross join lateral unnest(d.durations_ms) with ordinality as u (ms, no)
    union all
    select f.start_at, f.tenant, f.key, f.definition_id, f.element_id, u.ms, u.n,
      case when u.no = 1 then f.failures else 0 end, case when u.no = 1 then f.sum_ms else 0 end, f.min_ms, f.max_ms
    from former f cross join lateral unnest(f.durations_ms, f.counts) with ordinality as u (ms, n, no)
  ) duration
  group by hour, tenant, key, definition_id, element_id, ms
),
added as (
  insert into baton.kpi_sums (
    period, start_at, tenant, key, definition_id, element_id, count, failures, sum_ms, min_ms, max_ms, durations_ms, counts
  )
  select 'open', hour, tenant, key, definition_id, element_id, sum(n), sum(failures), sum(sum_ms), min(min_ms),
    max(max_ms), array_agg(ms), array_agg(n)
  from (
    select hour, tenant, key, definition_id, element_id, case when many then baton.rounded_ms(ms) else ms end as ms,
      sum(n)::bigint as n, sum(failures) as failures, sum(sum_ms) as sum_ms, min(min_ms) as min_ms, max(max_ms) as max_ms
    from exact
    group by 1, 2, 3, 4, 5, 6
  ) rounded
  group by hour, tenant, key, definition_id, element_id
)
select count(*) as moved from delta
