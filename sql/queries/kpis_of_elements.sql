-- kpis_of_elements.sql: durations of ended steps, by process and element or by element.
-- Used by   PostgresStore.kpis grouped by process and element or by element
-- Params    $1 tenant, $2 key, $3 definition id, $4 ended from and $5 ended before (ms), $6 element id (null: not asked
--           for), $7 whether processes are told apart
-- Returns   one row per group, by key, then element id; percentiles as an array's text
-- Locking   none
-- Index     instances_key_idx or instances_definition_idx where given; else all steps are read
select e.key, e.element_id, count(*) as count, count(*) filter (where e.status = 'failed') as failures, avg(e.ms) as average_ms,
  min(e.ms) as min_ms, max(e.ms) as max_ms,
  percentile_cont(array[0.5, 0.95, 0.99]) within group (order by e.ms)::text as percentiles_ms
from (
  select case when $7::bool then i.key end as key, s.element_id collate "C" as element_id, s.status,
    greatest(date_part('epoch', s.ended_at - s.started_at) * 1000, 0) as ms
  from baton.steps s join baton.instances i on i.id = s.instance_id
  where ($1::text is null or i.tenant = $1)
    and ($2::text is null or i.key = $2)
    and ($3::bigint is null or i.definition_id = $3)
    and ($4::bigint is null or s.ended_at >= to_timestamp($4 / 1000.0))
    and ($5::bigint is null or s.ended_at < to_timestamp($5 / 1000.0))
    and ($6::text is null or s.element_id = $6)
) as e
group by e.key, e.element_id
order by e.key, e.element_id
