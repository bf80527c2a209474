-- kpis_of_elements.sql: durations of steps that ended in a part of an hour.
-- Used by   PostgresStore.kpis for the ends of a time that are no whole hours
-- Params    $1 tenant, $2 key, $3 definition id, $4 element id (null: not asked for), $5 ended from and $6 ended
--           before (ms)
-- Returns   one row per process and element; durations and how often each occurred, separated by commas
-- Locking   none
-- Index     steps_ended_idx
select key, element_id, sum(n) as count, sum(failures) as failures, sum(ms * n) as sum_ms, min(ms) as min_ms, max(ms) as max_ms,
  string_agg(ms::text, ',') as durations, string_agg(n::text, ',') as counts
from (
  select i.key, s.element_id collate "C" as element_id, count(*) as n, count(*) filter (where s.status = 'failed') as failures,
    greatest(date_part('epoch', s.ended_at - s.started_at) * 1000, 0)::bigint as ms
  from baton.steps s join baton.instances i on i.id = s.instance_id
  where s.sequence > 0
    and s.ended_at >= to_timestamp($5::bigint / 1000.0) and s.ended_at < to_timestamp($6::bigint / 1000.0)
    and ($1::text is null or i.tenant = $1)
    and ($2::text is null or i.key = $2)
    and ($3::bigint is null or i.definition_id = $3)
    and ($4::text is null or s.element_id = $4)
  group by 1, 2, 5
) e
group by key, element_id
