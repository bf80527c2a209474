-- list_ended_jobs.sql: jobs of an instance whose outcomes wait to be taken.
-- Used by   PostgresStore.endedJobs
-- Params    $1 instance id, $2 take
-- Returns   jobs by id
-- Locking   none
-- Index     jobs_ended_idx
select id, tenant, instance_id, definition_id, element_id, type, class, priority, baton.ms(due_at) as due_at, held, lease_no,
  worker, failures, retries, array_to_json(retry_delays_ms)::text as retry_delays_ms, lost_leases,
  baton.ms(enqueued_at) as enqueued_at, payload, array_to_json(attempts)::text as attempts, outcome
from baton.jobs
where instance_id = $1::bigint and held = 'ended'
order by id
limit $2::int
