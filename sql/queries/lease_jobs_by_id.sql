-- lease_jobs_by_id.sql: lease exactly these jobs if they are free, due or not, and read their instances.
-- Used by   PostgresStore.leaseJobs with jobIds
-- Params    $1 ids bigint[], $2 tenants text[] or null, $3 worker, $4 lease in ms, $5 now in ms (null: the server's
--           clock), $6 instances that the caller holds bigint[], $7 the newest state format that the caller reads
-- Returns   as lease_jobs
-- Locking   skip locked: a job that somebody has is not free
-- Index     jobs_pkey
with clock as materialized (
  select coalesce(to_timestamp($5::bigint / 1000.0), date_trunc('milliseconds', statement_timestamp())) as at
),
locked as materialized (
  select j.id, j.due_at from baton.jobs j cross join clock c
  where j.id = any($1::bigint[]) and j.due_at is not null and (j.worker is null or j.due_at <= c.at)
    and ($2::text[] is null or j.tenant = any($2)) and j.needs <= $7::int
  order by j.id
  for update of j skip locked
),
leased as (
  update baton.jobs j
  set due_at = c.at + $4::bigint * interval '1 millisecond', lease_no = j.lease_no + 1, worker = $3::text,
    lost_leases = j.lost_leases + (j.worker is not null)::int
  from clock c
  where j.id = any(array(select id from locked))
  returning j.*
),
job as (
  select l.*, row_number() over (partition by l.instance_id order by l.id) as in_instance from leased l
)
select baton.ms(c.at) as at, j.id, j.tenant, j.instance_id, j.definition_id, j.element_id, j.type, j.class,
  nullif(j.priority, 0) as priority, j.held, j.lease_no, nullif(j.failures, 0) as failures, j.retries,
  array_to_json(j.retry_delays_ms)::text as retry_delays_ms, nullif(j.lost_leases, 0) as lost_leases,
  baton.ms(j.enqueued_at) as enqueued_at, j.payload, array_to_json(j.attempts)::text as attempts,
  baton.ms(d.due_at) as was_due_at, i.revision as i_revision, nullif(i.tenant, j.tenant) as i_tenant,
  i.definition_id as i_definition_id, i.key as i_key, i.version as i_version, i.business_key as i_business_key,
  nullif(i.status, 'running') as i_status, baton.ms(i.started_at) as i_started_at, baton.ms(i.ended_at) as i_ended_at,
  i.parent_id as i_parent_id, nullif(i.root_id, i.id) as i_root_id, i.reason as i_reason,
  case when i.id = any($6::bigint[]) then null else i.state end as i_state,
  case when i.id = any($6) then null else i.variables end as i_variables,
  case when i.id = any($6) then null else i.locals end as i_locals
from clock c
left join job j on true
left join locked d on d.id = j.id
left join baton.instances i on i.id = j.instance_id and j.in_instance = 1
