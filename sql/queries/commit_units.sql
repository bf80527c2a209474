-- commit_units.sql: decide which units stand, and write those, in one statement.
-- Used by   PostgresStore.commit
-- Params    one array per column, see storage/postgres/commit.ts: $1-$21 units, $22-$24 leases, $25-$35 steps,
--           $36-$50 jobs to open, $51-$52 jobs to close, $53-$60 jobs to change, $61-$63 searchable variables,
--           $64-$65 all jobs that must be there or locked, $66-$72 what ended, added up (empty: not done), $73 whether to
--           wait for a job that is locked, $74 new instances whose definition must be the latest
-- Returns   one row per unit that does not simply stand: its instance id, what became of it (`taken`: another
--           has its id or unique key), the lost leases
-- Locking   instances, then jobs, each in order of id, skipping instances that are locked: no two commits wait for
--           each other, and one that cannot have its rows is busy
-- Index     instances_pkey, jobs_pkey, variables_index_pkey, not_completed_pkey, definitions_pkey
--
-- One plan is kept for all sizes. The planner takes unnest of a parameter for 10 rows, and would choose nested loops;
-- generate_series of a length that it does not know is 1,000 rows to it. Tables may have been empty when it planned:
-- so each has a condition with `any`, or it would read the whole index for a join by hash. A boolean counts as true
-- for half of the rows, `is null` for one in two hundred. `not in` is looked up in a hash, where a join for what has no
-- partner may compare each row with each other. Arrays are unnested in select lists, which takes one value of each per
-- row; in `from`, each array would first be copied to a store of its own.
with unit as materialized (
  select
    unnest($1::bigint[]) as instance_id, unnest($2::int[]) as revision, unnest($3::bool[]) as is_new,
    unnest($4::text[]) as tenant, unnest($5::text[]) as status, unnest($6::timestamptz[]) as ended_at,
    unnest($7::text[]) as reason, unnest($8::bool[]) as release_key, unnest($9::text[]) as state,
    unnest($10::text[]) as variables, unnest($11::bool[]) as locals_given, unnest($12::text[]) as locals,
    unnest($13::bigint[]) as definition_id, unnest($14::text[]) as key, unnest($15::int[]) as version,
    unnest($16::text[]) as business_key, unnest($17::text[]) as unique_key,
    unnest($18::timestamptz[]) as started_at, unnest($19::bigint[]) as parent_id,
    unnest($20::bigint[]) as root_id, unnest($21::bool[]) as searchable_given,
    generate_series(1, cardinality($1)) as n
),
lease as materialized (
  select
    unnest($22::bigint[]) as instance_id, unnest($23::bigint[]) as job_id, unnest($24::int[]) as lease_no,
    generate_series(1, cardinality($22)) as n
),
closing as materialized (
  select
    unnest($51::bigint[]) as instance_id, unnest($52::bigint[]) as job_id,
    generate_series(1, cardinality($51)) as n
),
change as materialized (
  select
    unnest($53::bigint[]) as instance_id, unnest($54::bigint[]) as job_id, unnest($55::timestamptz[]) as due_at,
    unnest($56::text[]) as held, unnest($57::int[]) as failures, unnest($58::int[]) as lost_leases,
    unnest($59::text[]) as payload, unnest($60::text[]) as attempt, generate_series(1, cardinality($53)) as n
),
instance as materialized (
  select id, revision, tenant, status, ended_at from baton.instances
  where id = any($1) order by id for update skip locked
),
-- Each once: those of leases, those to close and those to change.
wanted as materialized (
  select
    unnest($64::bigint[]) as instance_id, unnest($65::bigint[]) as job_id,
    generate_series(1, cardinality($64)) as n
),
-- After the instances: both in one order everywhere.
free_job as materialized (
  select id, lease_no, worker, held from baton.jobs
  where id = any(array(select job_id from wanted where (select count(*) from instance) >= 0))
  order by id for update skip locked
),
-- A lease of another worker locks for a moment what it has just seen taken. Whoever holds a job for longer holds
-- its instance, too, so that its unit is out already.
late_job as materialized (
  select id, lease_no, worker, held from baton.jobs
  where $73::bool and (select count(*) from free_job) < cardinality($65) and id = any(array(
    select w.job_id from wanted w join instance i on i.id = w.instance_id
    where not exists (select from free_job f where f.id = w.job_id)
  ))
  order by id for update
),
job as materialized (
  select * from free_job union all select * from late_job
),
lost as materialized (
  select l.instance_id, array_agg(l.job_id order by l.job_id)::text[] as job_ids
  from lease l left join job j on j.id = l.job_id
  where j.id is null or j.lease_no <> l.lease_no or (j.worker is null and j.held is distinct from 'ended')
  group by l.instance_id
),
-- There, but not ours to lock.
locked as materialized (
  select w.instance_id
  from (
    select w.instance_id, w.job_id from wanted w left join job j on j.id = w.job_id where j.id is null offset 0
  ) w
  where (select count(*) from job) < cardinality($65) and (select true from baton.jobs j where j.id = w.job_id)
),
verdict as materialized (
  select r.*, r.refusal is null as good
  from (
    select u.instance_id, i.status as former_status, i.ended_at as former_end, case
      when u.is_new and (select true from baton.instances x where x.id = u.instance_id) then 'duplicate'
      when u.is_new and u.instance_id in (select unnest($74::bigint[]))
        and (select d.latest from baton.definitions d where d.id = u.definition_id) is not true then 'superseded'
      when not u.is_new and i.id is null and (select true from baton.instances x where x.id = u.instance_id)
        then 'busy'
      when not u.is_new and (i.id is null or i.revision <> u.revision or i.tenant <> u.tenant) then 'conflict'
      when u.instance_id in (select instance_id from locked) then 'busy'
      when u.instance_id in (select instance_id from lost) then 'lease-lost'
    end as refusal
    from unit u left join instance i on i.id = u.instance_id
    offset 0
  ) as r
),
updated as (
  update baton.instances i
  set revision = u.revision + 1,
    status = u.status,
    ended_at = coalesce(u.ended_at, i.ended_at),
    reason = coalesce(u.reason, i.reason),
    unique_key = case when u.release_key then null else i.unique_key end,
    state = u.state,
    variables = coalesce(u.variables, i.variables),
    locals = case when u.locals_given then u.locals else i.locals end
  from unit u join verdict v on v.instance_id = u.instance_id
  where i.id = any($1) and i.id = u.instance_id and v.good and not u.is_new
  returning i.id, i.tenant, i.started_at, i.ended_at, i.key, i.definition_id, i.status, v.former_status, v.former_end
),
inserted as (
  insert into baton.instances (
    id, revision, version, definition_id, root_id, parent_id, started_at, ended_at, tenant, key, status,
    business_key, unique_key, reason, state, variables, locals
  )
  select u.instance_id, 1, u.version, u.definition_id, u.root_id, u.parent_id, u.started_at, u.ended_at, u.tenant,
    u.key, u.status, u.business_key, u.unique_key, u.reason, u.state, coalesce(u.variables, '{}'), u.locals
  from unit u join verdict v on v.instance_id = u.instance_id
  where u.is_new and v.good
  order by u.instance_id
  on conflict do nothing
  returning id, tenant, started_at, ended_at, key, definition_id, status, null::text, null::timestamptz
),
stands as materialized (
  select * from updated union all select * from inserted
),
-- Not completed, or no longer so: usually at the start and at the end of an instance.
leave_status as (
  delete from baton.not_completed
  where ctid = any(array(
    select n.place
    from stands i cross join lateral (
      select n.ctid as place from baton.not_completed n
      where n.tenant = i.tenant and n.status = i.former_status and n.started_at = i.started_at
        and n.instance_id = i.id
      offset 0
    ) n
    where i.former_status <> i.status and i.former_status <> 'completed'
  ))
),
enter_status as (
  insert into baton.not_completed (tenant, status, started_at, instance_id)
  select i.tenant, i.status, i.started_at, i.id
  from stands i
  where i.status <> 'completed' and i.status is distinct from i.former_status
  order by i.id
  on conflict do nothing
),
write_steps as (
  insert into baton.steps (
    instance_id, sequence, element_id, element_type, status, started_at, ended_at, item, failures, error,
    attempts, tenant
  )
  select s.instance_id, s.sequence, s.element_id, s.element_type, s.status, s.started_at, s.ended_at, s.item,
    s.failures, s.error, s.attempts, i.tenant
  from (
    select
      unnest($25::bigint[]) as instance_id, unnest($26::int[]) as sequence, unnest($27::text[]) as element_id,
      unnest($28::text[]) as element_type, unnest($29::text[]) as status,
      unnest($30::timestamptz[]) as started_at, unnest($31::timestamptz[]) as ended_at,
      unnest($32::int[]) as item, unnest($33::int[]) as failures, unnest($34::text[]) as error,
      unnest($35::text[]) as attempts, generate_series(1, cardinality($25)) as n
  ) as s join stands i on i.id = s.instance_id
  -- An end without a step, once.
  where s.sequence > 0 or i.former_end is null
),
-- Usually all units stand, and what ended in them need not be added up here.
added_up as materialized (
  select cardinality($66::timestamptz[]) > 0 and (select count(*) from stands) = cardinality($1) as yes
),
ended as (
  select floor(date_part('epoch', s.ended_at) / 3600) as hour, i.tenant, i.key, i.definition_id,
    s.element_id collate "C" as element_id, (s.status = 'failed')::int as failed,
    greatest(date_part('epoch', s.ended_at - s.started_at) * 1000, 0)::bigint as ms
  from (
    select
      unnest($25::bigint[]) as instance_id, unnest($27::text[]) as element_id, unnest($29::text[]) as status,
      unnest($30::timestamptz[]) as started_at, unnest($31::timestamptz[]) as ended_at,
      generate_series(1, cardinality($25)) as n
  ) as s join stands i on i.id = s.instance_id
  where s.element_id <> '' and not (select yes from added_up)
  union all
  select floor(date_part('epoch', i.ended_at) / 3600), i.tenant, i.key, i.definition_id, '',
    (i.status = 'failed')::int, greatest(date_part('epoch', i.ended_at - i.started_at) * 1000, 0)::bigint
  from stands i
  where i.ended_at is not null and i.former_end is null
),
add_kpis as (
  insert into baton.kpi_deltas (hour, tenant, key, definition_id, element_id, failures, durations_ms)
  select k.hour, k.tenant, k.key, k.definition_id, k.element_id, k.failures,
    string_to_array(k.durations_ms, ',')::bigint[]
  from (
    select
      unnest($66::timestamptz[]) as hour, unnest($67::text[]) as tenant, unnest($68::text[]) as key,
      unnest($69::bigint[]) as definition_id, unnest($70::text[]) as element_id, unnest($71::int[]) as failures,
      unnest($72::text[]) as durations_ms
  ) as k
  where (select yes from added_up)
  union all
  select to_timestamp(hour * 3600), tenant, key, definition_id, element_id, sum(failed), array_agg(ms)
  from ended
  group by hour, tenant, key, definition_id, element_id
),
open_jobs as (
  insert into baton.jobs (
    id, instance_id, definition_id, due_at, enqueued_at, lease_no, worker, priority, retries, class, tenant, type,
    element_id, held, retry_delays_ms, payload
  )
  select o.id, o.instance_id, o.definition_id, o.due_at, o.enqueued_at, (o.worker is not null)::int, o.worker,
    o.priority, o.retries, o.class, i.tenant, o.type, o.element_id, o.held,
    string_to_array(o.retry_delays_ms, ',')::bigint[], o.payload
  from (
    select
      unnest($36::bigint[]) as unit_id, unnest($37::bigint[]) as id, unnest($38::bigint[]) as instance_id,
      unnest($39::bigint[]) as definition_id, unnest($40::timestamptz[]) as due_at,
      unnest($41::timestamptz[]) as enqueued_at, unnest($42::text[]) as worker, unnest($43::int[]) as priority,
      unnest($44::int[]) as retries, unnest($45::int[]) as class, unnest($46::text[]) as type,
      unnest($47::text[]) as element_id, unnest($48::text[]) as held, unnest($49::text[]) as retry_delays_ms,
      unnest($50::text[]) as payload, generate_series(1, cardinality($36)) as n
  ) as o join stands i on i.id = o.unit_id
),
close_jobs as (
  delete from baton.jobs
  where id = any(array(select c.job_id from closing c join stands i on i.id = c.instance_id))
),
change_jobs as (
  update baton.jobs j
  set due_at = c.due_at, held = c.held, worker = null, outcome = null,
    failures = coalesce(c.failures, j.failures),
    lost_leases = coalesce(c.lost_leases, j.lost_leases),
    payload = coalesce(c.payload, j.payload),
    attempts = case when c.attempt is null then j.attempts
      else (j.attempts || c.attempt)[greatest(cardinality(j.attempts) - 1, 1):] end
  from change c join stands i on i.id = c.instance_id
  where j.id = any($54) and j.id = c.job_id
    -- What is done is not held or tried again, unless it is this unit that takes it.
    and (j.held is distinct from 'ended' or c.job_id in (select l.job_id from lease l))
),
searchable as materialized (
  select s.instance_id, s.name, s.value, i.tenant, i.started_at
  from (
    select
      unnest($61::bigint[]) as instance_id, unnest($62::text[]) as name, unnest($63::text[]) as value,
      generate_series(1, cardinality($61)) as n
  ) as s
  join stands i on i.id = s.instance_id
),
former as materialized (
  select x.instance_id, x.name, x.value
  from stands i join baton.variables_index x on x.instance_id = i.id
  where x.instance_id = any(array(select u.instance_id from unit u where u.searchable_given and not u.is_new))
),
-- Most variables stay as they are: only what differs is written.
drop_variables as (
  delete from baton.variables_index x
  using (
    select f.instance_id, f.name, f.value
    from former f
    where (f.instance_id, f.name, f.value) not in (select s.instance_id, s.name, s.value from searchable s)
  ) as f
  where x.instance_id = any(array(select instance_id from former))
    and x.instance_id = f.instance_id and x.name = f.name and x.value = f.value
),
add_variables as (
  insert into baton.variables_index (instance_id, name, value, tenant, started_at)
  select s.instance_id, s.name, s.value, s.tenant, s.started_at
  from searchable s
  where (s.instance_id, s.name, s.value) not in (select f.instance_id, f.name, f.value from former f)
  on conflict do nothing
)
select v.instance_id, coalesce(v.refusal, 'taken') as outcome, array_to_json(l.job_ids)::text as job_ids
from verdict v left join lost l on l.instance_id = v.instance_id
where v.instance_id not in (select id from stands)
