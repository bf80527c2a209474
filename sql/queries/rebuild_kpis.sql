-- rebuild_kpis.sql: count anew what history holds.
-- Used by   PostgresStore.rebuildKpis, after lock_kpis in its transaction
-- Params    none
-- Returns   nothing
-- Locking   sums and deltas. History and deltas are of one snapshot: a commit is in both or in neither, and in the
--           latter case its deltas come later
-- Index     none: all steps and instances are read
with no_deltas as (
  delete from baton.kpi_deltas returning true
),
no_sums as (
  delete from baton.kpi_sums returning true
),
ended as (
  select date_trunc('hour', s.ended_at, 'UTC') as hour, i.tenant, i.key, i.definition_id,
    s.element_id collate "C" as element_id, s.status, s.started_at, s.ended_at
  from baton.steps s join baton.instances i on i.id = s.instance_id
  union all
  select date_trunc('hour', ended_at, 'UTC'), tenant, key, definition_id, '', status, started_at, ended_at
  from baton.instances
  where ended_at is not null
),
part as (
  select hour, tenant, key, definition_id, element_id, n, failures, (ms * n)::bigint as sum_ms, ms,
    count(*) over (partition by hour, tenant, key, definition_id, element_id) > 1000 as many
  from (
    select hour, tenant, key, definition_id, element_id, count(*) as n, count(*) filter (where status = 'failed') as failures,
      greatest(date_part('epoch', ended_at - started_at) * 1000, 0) as ms
    from ended
    -- Read only so that both are emptied before anything is added.
    where (select count(*) from no_deltas) >= 0 and (select count(*) from no_sums) >= 0
    group by hour, tenant, key, definition_id, element_id, 8
  ) exact
)
insert into baton.kpi_sums (
  period, start_at, tenant, key, definition_id, element_id, count, failures, sum_ms, min_ms, max_ms, durations_ms, counts
)
select 'open', hour, tenant, key, definition_id, element_id, sum(n), sum(failures), sum(sum_ms), min(min_ms), max(max_ms),
  array_agg(ms), array_agg(n)
from (
  select hour, tenant, key, definition_id, element_id, case when many then baton.rounded_ms(ms) else ms end as ms,
    sum(n)::bigint as n, sum(failures) as failures, sum(sum_ms) as sum_ms, min(ms) as min_ms, max(ms) as max_ms
  from part
  group by 1, 2, 3, 4, 5, 6
) rounded
group by hour, tenant, key, definition_id, element_id
