-- get_job.sql: one job.
-- Used by   PostgresStore.getJob
-- Params    $1 id
-- Returns   one row or none
-- Locking   none
-- Index     jobs_pkey
select id, tenant, instance_id, definition_id, element_id, type, class, priority, baton.ms(due_at) as due_at, held, lease_no,
  worker, failures, retries, array_to_json(retry_delays_ms)::text as retry_delays_ms, lost_leases,
  baton.ms(enqueued_at) as enqueued_at, payload, array_to_json(attempts)::text as attempts, outcome
from baton.jobs
where id = $1::bigint
