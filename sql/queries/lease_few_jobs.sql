-- lease_few_jobs.sql: lease due jobs to a worker of an idle queue, where fair shares do not matter.
-- Used by   PostgresStore.leaseJobs, when the lease before it gave little: starting and ending the plan of
--           lease_jobs takes the server several times as long as leasing one job
-- Params    $1 types text[], $2 classes int[], $3 due times to start at timestamptz[]; $4 limit, $5 worker,
--           $6 lease in ms, $7 now in ms (null: the server's clock), $8 instances that the caller holds bigint[],
--           $9 the newest state format that the caller reads, $10 whether it need not wait for the disk: see
--           lease_jobs
-- Returns   now, how many jobs were seen ($4 for each type and class at most), and those leased, lower classes first;
--           each brings its instance, without state if the caller holds it. One row without a job if there is none;
--           no row if there are several tenants, who are to take turns: lease_jobs must be asked
-- Locking   skip locked: workers step around each other instead of queueing
-- Index     jobs_due_idx: one scan for each type and class. Then jobs_pkey and instances_pkey
with clock as materialized (
  select coalesce(to_timestamp($7::bigint / 1000.0), date_trunc('milliseconds', statement_timestamp())) as at,
    case when $10::bool then set_config('synchronous_commit', 'off', true) end
  where (select count(*) from (select from baton.tenants limit 2) as t) < 2
),
waiting as materialized (
  select j.id, l.class, j.due_at
  from clock c
  cross join unnest($1::text[], $2::int[], $3::timestamptz[]) as l (type, class, start_at)
  cross join lateral (
    select j.id, j.due_at
    from baton.jobs j
    where j.type = l.type and j.class = l.class and j.due_at >= l.start_at and j.due_at <= c.at
      and j.needs <= $9::int
    order by j.due_at, j.id
    limit $4::int
  ) as j
),
locked as materialized (
  select j.id, j.due_at
  from baton.jobs j
  where j.id = any(array(select w.id from waiting w order by w.class, w.due_at, w.id limit $4))
    -- Another worker may just have leased it.
    and j.due_at <= (select c.at from clock c)
  for update skip locked
),
leased as (
  update baton.jobs j
  set due_at = c.at + $6::bigint * interval '1 millisecond', lease_no = j.lease_no + 1, worker = $5::text,
    lost_leases = j.lost_leases + (j.worker is not null)::int
  from clock c
  where j.id = any(array(select id from locked))
  returning j.*
)
select baton.ms(c.at) as at, j.id, j.tenant, j.instance_id, j.definition_id, j.element_id, j.type, j.class,
  nullif(j.priority, 0) as priority, j.held, j.lease_no, nullif(j.failures, 0) as failures, j.retries,
  array_to_json(j.retry_delays_ms)::text as retry_delays_ms, nullif(j.lost_leases, 0) as lost_leases,
  baton.ms(j.enqueued_at) as enqueued_at, j.payload, array_to_json(j.attempts)::text as attempts,
  baton.ms(d.due_at) as was_due_at, i.revision as i_revision, nullif(i.tenant, j.tenant) as i_tenant,
  i.definition_id as i_definition_id, i.key as i_key, i.version as i_version, i.business_key as i_business_key,
  nullif(i.status, 'running') as i_status, baton.ms(i.started_at) as i_started_at, baton.ms(i.ended_at) as i_ended_at,
  i.parent_id as i_parent_id, nullif(i.root_id, i.id) as i_root_id, i.reason as i_reason,
  case when i.id = any($8::bigint[]) then null else i.state end as i_state,
  case when i.id = any($8) then null else i.variables end as i_variables,
  case when i.id = any($8) then null else i.locals end as i_locals,
  (select count(*) from waiting) as seen
from clock c
left join leased j on true
left join locked d on d.id = j.id
left join baton.instances i on i.id = j.instance_id
