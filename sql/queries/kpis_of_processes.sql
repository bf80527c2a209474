-- kpis_of_processes.sql: durations of ended instances by process.
-- Used by   PostgresStore.kpis grouped by process
-- Params    $1 tenant, $2 key, $3 definition id, $4 ended from and $5 ended before (ms); null: not asked for
-- Returns   one row per process, by key; percentiles as an array's text
-- Locking   none
-- Index     instances_key_idx or instances_definition_idx where given; else all instances are read
select e.key, count(*) as count, count(*) filter (where e.status = 'failed') as failures, avg(e.ms) as average_ms,
  min(e.ms) as min_ms, max(e.ms) as max_ms,
  percentile_cont(array[0.5, 0.95, 0.99]) within group (order by e.ms)::text as percentiles_ms
from (
  select key, status, greatest(date_part('epoch', ended_at - started_at) * 1000, 0) as ms
  from baton.instances
  where ended_at is not null
    and ($1::text is null or tenant = $1)
    and ($2::text is null or key = $2)
    and ($3::bigint is null or definition_id = $3)
    and ($4::bigint is null or ended_at >= to_timestamp($4 / 1000.0))
    and ($5::bigint is null or ended_at < to_timestamp($5 / 1000.0))
) as e
group by e.key
order by e.key
