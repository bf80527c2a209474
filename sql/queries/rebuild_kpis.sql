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
  select date_bin('1 hour', s.ended_at, 'epoch') as hour, i.tenant, i.key, i.definition_id,
    s.element_id collate "C" as element_id, s.status, s.started_at, s.ended_at
  from baton.steps s join baton.instances i on i.id = s.instance_id
  union all
  select date_bin('1 hour', ended_at, 'epoch'), tenant, key, definition_id, '', status, started_at, ended_at
  from baton.instances
  where ended_at is not null
),
whole as (
  select hour, tenant, key, definition_id, element_id, count(*) as count,
    count(*) filter (where status = 'failed') as failures, sum(ms) as sum_ms, min(ms) as min_ms, max(ms) as max_ms,
    array_agg(ms) as durations_ms
  from (
    select *, greatest(date_part('epoch', ended_at - started_at) * 1000, 0)::bigint as ms
    from ended
    -- Read only so that both are emptied before anything is added.
    where (select count(*) from no_deltas) >= 0 and (select count(*) from no_sums) >= 0
  ) e
  group by hour, tenant, key, definition_id, element_id
)
insert into baton.kpi_sums (
  period, start_at, tenant, key, definition_id, element_id, count, failures, sum_ms, min_ms, max_ms, durations, counts
)
select 'open', w.hour, w.tenant, w.key, w.definition_id, w.element_id, w.count, w.failures, w.sum_ms, w.min_ms,
  w.max_ms, coalesce(h.durations, w.durations), coalesce(h.counts, w.counts)
from (
  select *, array_to_string(durations_ms, ',') as durations, rtrim(repeat('1,', count::int), ',') as counts from whole
) w
  -- So few need no adding up.
  left join lateral baton.histogram(case when w.count > 64 then w.durations end, w.counts) h on true
