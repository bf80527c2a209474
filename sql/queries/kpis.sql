-- kpis.sql: sums of what ended, of whole hours, days and months and of what is not summed up yet.
-- Used by   PostgresStore.kpis
-- Params    $1 tenant, $2 key, $3 definition id, $4 element id (null: not asked for), $5 whether whole instances
--           are asked for instead of elements, $6-$8 periods with from and before (ms), $9 and $10 the same of
--           whole hours (ms), $11 whether processes and $12 whether elements are told apart
-- Returns   one row per group; durations and how often each occurred as arrays' texts
-- Locking   none: one snapshot, in which each end is in one place
-- Index     kpi_sums_pkey
with part as materialized (
  select s.key, s.element_id, s.count, s.failures, s.sum_ms, s.min_ms, s.max_ms, s.durations_ms, s.counts
  from unnest($6::text[], $7::bigint[], $8::bigint[]) as r (period, from_ms, to_ms)
  join baton.kpi_sums s on s.period = r.period and s.start_at >= to_timestamp(r.from_ms / 1000.0)
    and s.start_at < to_timestamp(r.to_ms / 1000.0)
  where ($1::text is null or s.tenant = $1)
    and ($2::text is null or s.key = $2)
    and ($3::bigint is null or s.definition_id = $3)
    and ($4::text is null or s.element_id = $4)
    and (s.element_id = '') = $5::bool
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
),
grouped as materialized (
  select case when $11::bool then key end as key, case when $12::bool then element_id end as element_id, count, failures,
    sum_ms, min_ms, max_ms, durations_ms, counts
  from part
),
-- Small numbers make quick groups of many durations.
grp as materialized (
  select row_number() over () as no, key, element_id, sum(count) as count, sum(failures) as failures, sum(sum_ms) as sum_ms,
    min(min_ms) as min_ms, max(max_ms) as max_ms
  from grouped
  group by key, element_id
),
histogram as (
  select no, array_agg(ms) as durations_ms, array_agg(n) as counts
  from (
    select g.no, u.ms, sum(u.n)::bigint as n
    from grouped p
    join grp g on g.key is not distinct from p.key and g.element_id is not distinct from p.element_id
    cross join lateral unnest(p.durations_ms, p.counts) as u (ms, n)
    group by g.no, u.ms
  ) duration
  group by no
)
select g.key, g.element_id, g.count, g.failures, g.sum_ms, g.min_ms, g.max_ms, h.durations_ms::text as durations_ms,
  h.counts::text as counts
from grp g join histogram h on h.no = g.no
