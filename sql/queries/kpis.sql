-- kpis.sql: sums of what ended, of whole hours, days and months and of what is not summed up yet.
-- Used by   PostgresStore.kpis
-- Params    $1 tenant, $2 key, $3 definition id, $4 element id (null: not asked for), $5 whether whole instances
--           are asked for instead of elements, $6-$8 periods with from and before (ms), $9 and $10 the same of
--           whole hours (ms), $11 whether processes and $12 whether elements are told apart
-- Returns   one row per group; durations and how often each occurred as arrays' texts
-- Locking   none: one snapshot, in which each end is in one place
-- Index     kpi_sums_pkey
with part as materialized (
  select case when $11::bool then p.key end as key, case when $12::bool then p.element_id end as element_id, p.count,
    p.failures, p.sum_ms, p.min_ms, p.max_ms, p.durations_ms, p.counts
  from (
    select s.*
    from unnest($6::text[], $7::bigint[], $8::bigint[]) as r (period, from_ms, to_ms) cross join lateral (
      select key, element_id, count, failures, sum_ms, min_ms, max_ms, durations_ms, counts
      from baton.kpi_sums
      where period = r.period
        and start_at >= to_timestamp(r.from_ms / 1000.0)
        and start_at < to_timestamp(r.to_ms / 1000.0)
        and ($1::text is null or tenant = $1)
        and ($2::text is null or key = $2)
        and ($3::bigint is null or definition_id = $3)
        and ($4::text is null or element_id = $4)
        and (element_id = '') = $5::bool
      offset 0 -- period by period along the index, not all of the table for all periods
    ) as s
    union all
    select d.key, d.element_id, u.count, d.failures, u.sum_ms, u.min_ms, u.max_ms, u.durations_ms, u.counts
    from baton.kpi_deltas d cross join lateral (
      select count(*) as count, sum(ms) as sum_ms, min(ms) as min_ms, max(ms) as max_ms,
        array_agg(ms::float8) as durations_ms, array_agg(1::bigint) as counts
      from unnest(d.durations_ms) as ms
    ) u
    where d.hour >= to_timestamp($9::bigint / 1000.0) and d.hour < to_timestamp($10::bigint / 1000.0)
      and ($1::text is null or d.tenant = $1)
      and ($2::text is null or d.key = $2)
      and ($3::bigint is null or d.definition_id = $3)
      and ($4::text is null or d.element_id = $4)
      and (d.element_id = '') = $5::bool
  ) as p
),
total as (
  select key, element_id, sum(count) as count, sum(failures) as failures, sum(sum_ms) as sum_ms, min(min_ms) as min_ms,
    max(max_ms) as max_ms
  from part
  group by key, element_id
),
-- Added as float8, which is exact up to 2^53 and far cheaper than numeric: there may be a hundred thousand.
histogram as (
  select key, element_id, array_agg(ms)::text as durations_ms, array_agg(n)::text as counts
  from (
    select p.key, p.element_id, u.ms, sum(u.n::float8)::bigint as n
    from part p cross join lateral unnest(p.durations_ms, p.counts) as u (ms, n)
    group by p.key, p.element_id, u.ms
  ) duration
  group by key, element_id
)
select t.key, t.element_id, t.count, t.failures, t.sum_ms, t.min_ms, t.max_ms, h.durations_ms, h.counts
from total t join histogram h
  on coalesce(h.key, '') = coalesce(t.key, '') and coalesce(h.element_id, '') = coalesce(t.element_id, '')
