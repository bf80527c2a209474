-- kpis.sql: sums of what ended, of whole hours, days and months and of what is not summed up yet.
-- Used by   PostgresStore.kpis, which adds them up
-- Params    $1 tenant, $2 key, $3 definition id, $4 element id (null: not asked for), $5 whether whole instances
--           are asked for instead of elements, $6-$8 periods with from and before (ms), $9 and $10 the same of
--           whole hours (ms)
-- Returns   one row per process and element; durations and counts of all its sums strung together, as
--           baton.histogram takes them. To add them up here would take ten times as long
-- Locking   none: one snapshot, in which each end is in one place
-- Index     kpi_sums_pkey
select key, element_id, sum(count) as count, sum(failures) as failures, sum(sum_ms) as sum_ms, min(min_ms) as min_ms,
  max(max_ms) as max_ms, string_agg(durations, ',') as durations, string_agg(counts, ',') as counts
from (
  select s.*
  from unnest($6::text[], $7::bigint[], $8::bigint[]) as r (period, from_ms, to_ms) cross join lateral (
    select key, element_id, count, failures, sum_ms, min_ms, max_ms, durations, counts
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
  select d.key, d.element_id, u.count, d.failures, u.sum_ms, u.min_ms, u.max_ms, array_to_string(d.durations_ms, ','),
    u.counts
  from baton.kpi_deltas d cross join lateral (
    select count(*) as count, sum(ms) as sum_ms, min(ms) as min_ms, max(ms) as max_ms, string_agg('1', ',') as counts
    from unnest(d.durations_ms) as ms
  ) u
  where d.hour >= to_timestamp($9::bigint / 1000.0) and d.hour < to_timestamp($10::bigint / 1000.0)
    and ($1::text is null or d.tenant = $1)
    and ($2::text is null or d.key = $2)
    and ($3::bigint is null or d.definition_id = $3)
    and ($4::text is null or d.element_id = $4)
    and (d.element_id = '') = $5::bool
) as p
group by key, element_id
