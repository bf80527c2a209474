-- roll_up_kpis.sql: add hours that are over to the sums of hours, days and months (UTC).
-- Used by   PostgresStore.maintain, after lock_kpis in its transaction
-- Params    none
-- Returns   nothing
-- Locking   sums: one statement deletes and adds. What ends late in an hour opens it again, and is added next time
-- Index     kpi_sums_pkey
with closed as materialized (
  delete from baton.kpi_sums
  where period = 'open' and start_at < date_trunc('hour', statement_timestamp() - interval '10 minutes', 'UTC')
  returning *
),
part as materialized (
  select p.period, date_trunc(p.period, c.start_at, 'UTC') as start, c.tenant, c.key, c.definition_id, c.element_id,
    c.count, c.failures, c.sum_ms, c.min_ms, c.max_ms, c.durations_ms, c.counts
  from closed c cross join (values ('hour'), ('day'), ('month')) as p (period)
),
touched as materialized (
  select distinct period, start, tenant, key, definition_id, element_id from part
),
former as materialized (
  delete from baton.kpi_sums s using touched t
  where s.period = t.period and s.start_at = t.start and s.tenant = t.tenant and s.key = t.key
    and s.definition_id = t.definition_id and s.element_id = t.element_id
  returning s.*
),
whole as (
  select * from part
  union all
  select period, start_at, tenant, key, definition_id, element_id, count, failures, sum_ms, min_ms, max_ms,
    durations_ms, counts
  from former
),
-- No join: whatever the planner thinks of how many there are, all is read once. The first duration of a sum carries
-- its other figures.
exact as (
  select w.period, w.start, w.tenant, w.key, w.definition_id, w.element_id, u.ms, sum(u.n) as n,
    sum(w.count) filter (where u.no = 1) as count, sum(w.failures) filter (where u.no = 1) as failures,
    sum(w.sum_ms) filter (where u.no = 1) as sum_ms, min(w.min_ms) as min_ms, max(w.max_ms) as max_ms,
    count(*) over (partition by w.period, w.start, w.tenant, w.key, w.definition_id, w.element_id)
      > case w.period when 'hour' then 100 when 'day' then 250 else 1000 end as many
  from whole w cross join lateral unnest(w.durations_ms, w.counts) with ordinality as u (ms, n, no)
  group by w.period, w.start, w.tenant, w.key, w.definition_id, w.element_id, u.ms
)
insert into baton.kpi_sums (
  period, start_at, tenant, key, definition_id, element_id, count, failures, sum_ms, min_ms, max_ms, durations_ms, counts
)
select period, start, tenant, key, definition_id, element_id, sum(count), sum(failures), sum(sum_ms), min(min_ms),
  max(max_ms), array_agg(ms), array_agg(n)
from (
  select period, start, tenant, key, definition_id, element_id,
    case when many then baton.rounded_ms(ms) else ms end as ms, sum(n)::bigint as n, sum(count) as count,
    sum(failures) as failures, sum(sum_ms) as sum_ms, min(min_ms) as min_ms, max(max_ms) as max_ms
  from exact
  group by 1, 2, 3, 4, 5, 6, 7
) rounded
group by period, start, tenant, key, definition_id, element_id
