-- kpis_of_processes.sql: durations of instances that ended in a part of an hour.
-- Used by   PostgresStore.kpis grouped by process, for the ends of a time that are no whole hours
-- Params    $1 tenant, $2 key, $3 definition id (null: not asked for), $4 ended from and $5 ended before (ms)
-- Returns   one row per process; durations and how often each occurred, separated by commas
-- Locking   none
-- Index     steps_ended_idx: with an instance ends a step, or it has one of sequence 0. Then instances_pkey
select key, sum(n) as count, sum(failures) as failures, sum(ms * n) as sum_ms, min(ms) as min_ms, max(ms) as max_ms,
  string_agg(ms::text, ',') as durations, string_agg(n::text, ',') as counts
from (
  select key, count(*) as n, count(*) filter (where status = 'failed') as failures,
    greatest(date_part('epoch', ended_at - started_at) * 1000, 0)::bigint as ms
  from baton.instances
  where id = any(array(
      select s.instance_id from baton.steps s
      where s.ended_at >= to_timestamp($4::bigint / 1000.0) and s.ended_at < to_timestamp($5::bigint / 1000.0)
    ))
    and ended_at >= to_timestamp($4 / 1000.0) and ended_at < to_timestamp($5 / 1000.0)
    and ($1::text is null or tenant = $1)
    and ($2::text is null or key = $2)
    and ($3::bigint is null or definition_id = $3)
  group by 1, 4
) e
group by key
