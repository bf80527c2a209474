-- sum_up_kpis.sql: move what commits left into the sums of open hours.
-- Used by   PostgresStore.maintain, after lock_kpis in its transaction
-- Params    $1 most deltas to move
-- Returns   how many were moved
-- Locking   deltas: one statement deletes and adds, so each is in one of the two places for every snapshot;
--           what is not committed yet goes next time
-- Index     kpi_sums_pkey
with delta as materialized (
  delete from baton.kpi_deltas
  where ctid = any(array(select ctid from baton.kpi_deltas limit $1::bigint))
  returning *
),
touched as materialized (
  select distinct hour, tenant, key, definition_id, element_id from delta
),
former as materialized (
  delete from baton.kpi_sums s using touched t
  where s.period = 'open' and s.start_at = t.hour and s.tenant = t.tenant and s.key = t.key
    and s.definition_id = t.definition_id and s.element_id = t.element_id
  returning s.*
),
part as (
  select d.hour, d.tenant, d.key, d.definition_id, d.element_id, u.count, d.failures, u.sum_ms, u.min_ms, u.max_ms,
    array_to_string(d.durations_ms, ',') as durations, u.counts
  from delta d cross join lateral (
    select count(*) as count, sum(ms) as sum_ms, min(ms) as min_ms, max(ms) as max_ms, string_agg('1', ',') as counts
    from unnest(d.durations_ms) as ms
  ) u
  union all
  select start_at, tenant, key, definition_id, element_id, count, failures, sum_ms, min_ms, max_ms, durations, counts
  from former
),
added as (
  insert into baton.kpi_sums (
    period, start_at, tenant, key, definition_id, element_id, count, failures, sum_ms, min_ms, max_ms, durations, counts
  )
  select 'open', w.hour, w.tenant, w.key, w.definition_id, w.element_id, w.count, w.failures, w.sum_ms, w.min_ms,
    w.max_ms, coalesce(h.durations, w.durations), coalesce(h.counts, w.counts)
  from (
    select hour, tenant, key, definition_id, element_id, sum(count) as count, sum(failures) as failures,
      sum(sum_ms) as sum_ms, min(min_ms) as min_ms, max(max_ms) as max_ms, string_agg(durations, ',') as durations,
      string_agg(counts, ',') as counts
    from part
    group by hour, tenant, key, definition_id, element_id
  ) w
    -- So few need no adding up.
    left join lateral baton.histogram(case when w.count > 64 then w.durations end, w.counts) h on true
)
select count(*) as moved from delta
