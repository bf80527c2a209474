-- enqueue_jobs.sql: add jobs that belong to no unit.
-- Used by   PostgresStore.enqueueJobs, deploy
-- Params    $1 tenant, $2-$15 one array per column, see jobParams
-- Returns   nothing
-- Locking   none; ids that are there are skipped
-- Index     jobs_pkey
insert into baton.jobs (
  id, instance_id, definition_id, due_at, enqueued_at, lease_no, worker, priority, retries, class, tenant, type,
  element_id, held, retry_delays_ms, payload
)
select o.id, o.instance_id, o.definition_id, o.due_at, coalesce(o.enqueued_at, date_trunc('milliseconds', statement_timestamp())),
  (o.worker is not null)::int, o.worker, o.priority, o.retries, o.class, $1::text, o.type, o.element_id, o.held,
  string_to_array(o.retry_delays_ms, ',')::bigint[], o.payload
from unnest(
  $2::bigint[], $3::bigint[], $4::bigint[], $5::timestamptz[], $6::timestamptz[], $7::text[], $8::int[], $9::int[],
  $10::int[], $11::text[], $12::text[], $13::text[], $14::text[], $15::text[]
) as o (
  id, instance_id, definition_id, due_at, enqueued_at, worker, priority, retries, class, type, element_id, held,
  retry_delays_ms, payload
)
on conflict (id) do nothing
