-- retry_job.sql: make a job due that has come to a stop and that no command to an instance brings back.
-- Used by   PostgresStore.retryJob
-- Params    $1 tenant, $2 id, $3 now in ms (null: the server's clock)
-- Returns   the job's id; no row: there is no such job of this tenant, or it is not at a stop
-- Locking   the row; waits for whoever writes it, and then looks again
-- Index     jobs_held_idx
update baton.jobs
set due_at = coalesce(to_timestamp($3::bigint / 1000.0), date_trunc('milliseconds', statement_timestamp())),
  held = null, worker = null, outcome = null, failures = 0, lost_leases = 0
where id = $2::bigint and tenant = $1 and (held = 'failed' or (held = 'incident' and instance_id is null))
returning id
