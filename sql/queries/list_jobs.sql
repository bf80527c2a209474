-- list_jobs.sql: one page of jobs by id.
-- Used by   PostgresStore.listJobs
-- Params    $1 tenant, $2 instance id, $3 type, $4 held, $5 cursor: id, $6 take; null: not asked for
-- Returns   jobs
-- Locking   none
-- Index     jobs_instance_idx for an instance, jobs_held_idx for held ones, jobs_due_idx for a type, else jobs_pkey
select id, tenant, instance_id, definition_id, element_id, type, class, priority, baton.ms(due_at) as due_at, held, lease_no,
  worker, failures, retries, array_to_json(retry_delays_ms)::text as retry_delays_ms, lost_leases,
  baton.ms(enqueued_at) as enqueued_at, payload, array_to_json(attempts)::text as attempts, outcome
from baton.jobs
where ($1::text is null or tenant = $1)
  and ($2::bigint is null or instance_id = $2)
  and ($3::text is null or type = $3)
  and ($4::bool is null or case when $4 then held is not null else held is null end)
  and ($5::bigint is null or id > $5)
order by id
limit $6::int
