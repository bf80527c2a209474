-- update_jobs.sql: finish leased jobs or give them back, without their instances.
-- Used by   PostgresStore.updateJobs
-- Params    $1 job ids bigint[], $2 lease numbers int[], $3 whether to delete bool[], $4 due times timestamptz[],
--           $5 whether a due time is given bool[], $6 held text[], $7 failures int[], $8 attempts text[],
--           $9 payloads text[], $10 now in ms (null: the server's clock), $11 payloads that must be there text[]
-- Returns   id and lease number of the jobs whose lease was held, and what became of it: `done`, or `busy` if somebody
--           is writing the job, such as a heartbeat of its own worker or a handler that wants its outcome collected
-- Locking   skip locked: whoever holds one job for long delays no other
-- Index     jobs_pkey
with clock as materialized (
  select coalesce(to_timestamp($10::bigint / 1000.0), date_trunc('milliseconds', statement_timestamp())) as at
),
change as materialized (
  select * from unnest(
    $1::bigint[], $2::int[], $3::bool[], $4::timestamptz[], $5::bool[], $6::text[], $7::int[], $8::text[], $9::text[],
    $11::text[]
  ) as c (job_id, lease_no, drop, due_at, due_given, held, failures, attempt, payload, payload_is)
),
locked as materialized (
  select id, lease_no, worker, held, payload from baton.jobs where id = any($1) order by id for update skip locked
),
stands as materialized (
  select c.* from change c join locked k on k.id = c.job_id and k.lease_no = c.lease_no
  where (k.worker is not null or k.held = 'ended') and (c.payload_is is null or c.payload_is = k.payload)
),
dropped as (
  delete from baton.jobs where id = any(array(select job_id from stands where drop))
),
changed as (
  update baton.jobs j
  set due_at = case when s.due_given then s.due_at else c.at end, held = s.held, worker = null, outcome = null,
    failures = coalesce(s.failures, j.failures),
    payload = coalesce(s.payload, j.payload),
    attempts = case when s.attempt is null then j.attempts
      else (j.attempts || s.attempt)[greatest(cardinality(j.attempts) - 1, 1):] end
  from stands s cross join clock c
  where j.id = s.job_id and j.id = any(array(select job_id from stands where not drop))
)
select job_id, lease_no, 'done' as result from stands
union all
select c.job_id, c.lease_no, 'busy'
from change c
where c.job_id not in (select id from locked)
  and exists (select from baton.jobs j where j.id = c.job_id and j.lease_no = c.lease_no)
