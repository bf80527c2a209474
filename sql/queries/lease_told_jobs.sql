-- lease_told_jobs.sql: lease jobs that a notification named, if they are due and free, and read their instances.
-- Used by   PostgresStore.leaseJobs with `told`: an idle worker need not look for what it was told
-- Params    $1 ids bigint[], $2 types text[], $3 tenants text[] or null, $4 worker, $5 lease in ms, $6 now in ms (null:
--           the server's clock), $7 instances that the caller holds bigint[], $8 the newest state format that the
--           caller reads, $9 whether it need not wait for the disk: see lease_jobs
-- Returns   as lease_jobs
-- Locking   skip locked: another worker was told, too
-- Index     jobs_pkey, instances_pkey
with clock as materialized (
  select coalesce(to_timestamp($6::bigint / 1000.0), date_trunc('milliseconds', statement_timestamp())) as at,
    case when $9::bool then set_config('synchronous_commit', 'off', true) end
),
leased as (
  update baton.jobs j
  set due_at = c.at + $5::bigint * interval '1 millisecond', lease_no = j.lease_no + 1, worker = $4::text,
    lost_leases = j.lost_leases + (j.worker is not null)::int
  from clock c cross join lateral (
    select j.id, j.due_at
    from baton.jobs j
    where j.id = any($1::bigint[]) and j.due_at <= c.at and j.type = any($2::text[])
      and ($3::text[] is null or j.tenant = any($3)) and j.needs <= $8::int
    order by j.id
    for update skip locked
  ) as d
  where j.id = d.id
  returning j.*, d.due_at as was_due_at
)
select baton.ms(c.at) as at, j.id, j.tenant, j.instance_id, j.definition_id, j.element_id, j.type, j.class,
  nullif(j.priority, 0) as priority, j.held, j.lease_no, nullif(j.failures, 0) as failures, j.retries,
  array_to_json(j.retry_delays_ms)::text as retry_delays_ms, nullif(j.lost_leases, 0) as lost_leases,
  baton.ms(j.enqueued_at) as enqueued_at, j.payload, array_to_json(j.attempts)::text as attempts,
  baton.ms(j.was_due_at) as was_due_at, i.revision as i_revision, nullif(i.tenant, j.tenant) as i_tenant,
  i.definition_id as i_definition_id, i.key as i_key, i.version as i_version, i.business_key as i_business_key,
  nullif(i.status, 'running') as i_status, baton.ms(i.started_at) as i_started_at, baton.ms(i.ended_at) as i_ended_at,
  i.parent_id as i_parent_id, nullif(i.root_id, i.id) as i_root_id, i.reason as i_reason,
  case when i.id = any($7::bigint[]) then null else i.state end as i_state,
  case when i.id = any($7) then null else i.variables end as i_variables,
  case when i.id = any($7) then null else i.locals end as i_locals
from clock c
left join leased j on true
left join baton.instances i on i.id = j.instance_id
