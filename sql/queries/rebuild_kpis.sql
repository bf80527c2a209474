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
  where s.sequence > 0
  union all
  select date_bin('1 hour', ended_at, 'epoch'), tenant, key, definition_id, '', status, started_at, ended_at
  from baton.instances
  where ended_at is not null
),
hourly as materialized (
  select w.hour, w.hour < date_trunc('hour', statement_timestamp() - interval '10 minutes', 'UTC') as over, w.tenant,
    w.key, w.definition_id, w.element_id, w.count, w.failures, w.sum_ms, w.min_ms, w.max_ms,
    coalesce(h.durations, w.durations) as durations, coalesce(h.counts, w.counts) as counts
  from (
    select hour, tenant, key, definition_id, element_id, count(*) as count,
      count(*) filter (where status = 'failed') as failures, sum(ms) as sum_ms, min(ms) as min_ms, max(ms) as max_ms,
      string_agg(ms::text, ',') as durations, string_agg('1', ',') as counts
    from (
      select *, greatest(date_part('epoch', ended_at - started_at) * 1000, 0)::bigint as ms
      from ended
      -- Read only so that both are emptied before anything is added.
      where (select count(*) from no_deltas) >= 0 and (select count(*) from no_sums) >= 0
    ) e
    group by hour, tenant, key, definition_id, element_id
  ) w
    -- So few need no adding up.
    left join lateral baton.histogram(case when w.count > 64 then w.durations end, w.counts) h on true
),
-- Each to where it stays, not by way of the open hours as roll_up_kpis does: whoever asks for all time reads those,
-- and would step over the dead entries of every hour until they are vacuumed.
part as (
  select case when over then 'hour' else 'open' end as period, hour as start, tenant, key, definition_id, element_id,
    count, failures, sum_ms, min_ms, max_ms, durations, counts, 1 as parts
  from hourly
  union all
  select p.period, date_trunc(p.period, h.hour, 'UTC') as start, h.tenant, h.key, h.definition_id, h.element_id,
    sum(h.count), sum(h.failures), sum(h.sum_ms), min(h.min_ms), max(h.max_ms), string_agg(h.durations, ','),
    string_agg(h.counts, ','), count(*)
  from hourly h cross join (values ('day'), ('month')) as p (period)
  where h.over
  group by 1, 2, 3, 4, 5, 6
)
insert into baton.kpi_sums (
  period, start_at, tenant, key, definition_id, element_id, count, failures, sum_ms, min_ms, max_ms, durations, counts
)
select w.period, w.start, w.tenant, w.key, w.definition_id, w.element_id, w.count, w.failures, w.sum_ms, w.min_ms,
  w.max_ms, coalesce(h.durations, w.durations), coalesce(h.counts, w.counts)
from part w
  left join lateral baton.histogram(case when w.count > 64 and w.parts > 1 then w.durations end, w.counts) h on true
