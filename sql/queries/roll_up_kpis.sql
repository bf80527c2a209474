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
    c.count, c.failures, c.sum_ms, c.min_ms, c.max_ms, c.durations, c.counts
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
  select period, start, tenant, key, definition_id, element_id, sum(count) as count, sum(failures) as failures,
    sum(sum_ms) as sum_ms, min(min_ms) as min_ms, max(max_ms) as max_ms, string_agg(durations, ',') as durations,
    string_agg(counts, ',') as counts, count(*) as parts
  from (
    select * from part
    union all
    select period, start_at, tenant, key, definition_id, element_id, count, failures, sum_ms, min_ms, max_ms,
      durations, counts
    from former
  ) p
  group by period, start, tenant, key, definition_id, element_id
)
insert into baton.kpi_sums (
  period, start_at, tenant, key, definition_id, element_id, count, failures, sum_ms, min_ms, max_ms, durations, counts
)
select w.period, w.start, w.tenant, w.key, w.definition_id, w.element_id, w.count, w.failures, w.sum_ms, w.min_ms,
  w.max_ms, coalesce(h.durations, w.durations), coalesce(h.counts, w.counts)
from whole w
  -- So few need no adding up, nor does what is alone.
  left join lateral baton.histogram(case when w.count > 64 and w.parts > 1 then w.durations end, w.counts) h on true
