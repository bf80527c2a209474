-- commit_units.sql: decide which units stand, and write those, in one statement.
-- Used by   PostgresStore.commit
-- Params    one array per column, see storage/postgres/commit.ts: $1-$21 units, $22-$24 leases, $25-$35 steps,
--           $36-$50 jobs to open, $51-$52 jobs to close, $53-$60 jobs to change, $61-$63 searchable variables,
--           $64 whether to wait for a job that is locked, $65 new instances whose definition must be the latest
-- Returns   one row per unit that does not simply stand: its instance id, what became of it (`taken`: another
--           has its id or unique key), the lost leases
-- Locking   instances, then jobs, each in order of id, skipping instances that are locked: no two commits wait for
--           each other, and one that cannot have its rows is busy
-- Index     instances_pkey, jobs_pkey, variables_index_pkey, definitions_pkey
--
-- One plan is kept for all sizes. The planner takes unnest of a parameter for 10 rows, and would choose nested loops;
-- generate_series of a length that it does not know is 1,000 rows to it. Tables may have been empty when it planned:
-- so each has a condition with `any`, or it would read the whole index for a join by hash. A boolean counts as true
-- for half of the rows, `is null` for one in two hundred. `not in` is looked up in a hash, where a join for what has no
-- partner may compare each row with each other.
with unit as materialized (
  select * from rows from (
    unnest(
      $1::bigint[], $2::int[], $3::bool[], $4::text[], $5::text[], $6::timestamptz[], $7::text[], $8::bool[],
      $9::text[], $10::text[], $11::bool[], $12::text[], $13::bigint[], $14::text[], $15::int[], $16::text[],
      $17::text[], $18::timestamptz[], $19::bigint[], $20::bigint[], $21::bool[]
    ),
    generate_series(1, cardinality($1))
  ) as u (
    instance_id, revision, is_new, tenant, status, ended_at, reason, release_key,
    state, variables, locals_given, locals, definition_id, key, version, business_key,
    unique_key, started_at, parent_id, root_id, searchable_given, n
  )
),
lease as materialized (
  select * from rows from (
    unnest($22::bigint[], $23::bigint[], $24::int[]), generate_series(1, cardinality($22))
  ) as l (instance_id, job_id, lease_no, n)
),
closing as materialized (
  select * from rows from (
    unnest($51::bigint[], $52::bigint[]), generate_series(1, cardinality($51))
  ) as c (instance_id, job_id, n)
),
change as materialized (
  select * from rows from (
    unnest(
      $53::bigint[], $54::bigint[], $55::timestamptz[], $56::text[], $57::int[], $58::int[], $59::text[], $60::text[]
    ),
    generate_series(1, cardinality($53))
  ) as c (instance_id, job_id, due_at, held, failures, lost_leases, payload, attempt, n)
),
instance as materialized (
  select id, revision, tenant, ended_at from baton.instances where id = any($1) order by id for update skip locked
),
wanted as materialized (
  select instance_id, job_id from lease
  union select instance_id, job_id from closing
  union select instance_id, job_id from change
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
  where $64::bool and id = any(array(
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
  where (select true from baton.jobs j where j.id = w.job_id)
),
verdict as materialized (
  select r.*, r.refusal is null as good
  from (
    select u.instance_id, case
      when u.is_new and (select true from baton.instances x where x.id = u.instance_id) then 'duplicate'
      when u.is_new and u.instance_id in (select unnest($65::bigint[]))
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
  returning i.id, i.tenant, i.started_at, i.key, i.definition_id
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
  returning id, tenant, started_at, key, definition_id
),
stands as materialized (
  select * from updated union all select * from inserted
),
write_steps as (
  insert into baton.steps (
    instance_id, sequence, element_id, element_type, status, started_at, ended_at, item, failures, error,
    attempts, tenant
  )
  select s.instance_id, s.sequence, s.element_id, s.element_type, s.status, s.started_at, s.ended_at, s.item,
    s.failures, s.error, s.attempts, i.tenant
  from rows from (
    unnest(
      $25::bigint[], $26::int[], $27::text[], $28::text[], $29::text[], $30::timestamptz[], $31::timestamptz[],
      $32::int[], $33::int[], $34::text[], $35::text[]
    ),
    generate_series(1, cardinality($25))
  ) as s (
    instance_id, sequence, element_id, element_type, status, started_at, ended_at, item, failures, error, attempts, n
  ) join stands i on i.id = s.instance_id
),
ended as (
  select floor(date_part('epoch', s.ended_at) / 3600) as hour, i.tenant, i.key, i.definition_id,
    s.element_id collate "C" as element_id, (s.status = 'failed')::int as failed,
    greatest(date_part('epoch', s.ended_at - s.started_at) * 1000, 0)::bigint as ms
  from rows from (
    unnest($25::bigint[], $27::text[], $29::text[], $30::timestamptz[], $31::timestamptz[]),
    generate_series(1, cardinality($25))
  ) as s (instance_id, element_id, status, started_at, ended_at, n) join stands i on i.id = s.instance_id
  union all
  select floor(date_part('epoch', u.ended_at) / 3600), i.tenant, i.key, i.definition_id, '',
    (u.status = 'failed')::int, greatest(date_part('epoch', u.ended_at - i.started_at) * 1000, 0)::bigint
  from unit u join stands i on i.id = u.instance_id left join instance former on former.id = u.instance_id
  where u.ended_at is not null and former.ended_at is null
),
add_kpis as (
  insert into baton.kpi_deltas (hour, tenant, key, definition_id, element_id, failures, durations_ms)
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
  from rows from (
    unnest(
      $36::bigint[], $37::bigint[], $38::bigint[], $39::bigint[], $40::timestamptz[], $41::timestamptz[],
      $42::text[], $43::int[], $44::int[], $45::int[], $46::text[], $47::text[], $48::text[], $49::text[], $50::text[]
    ),
    generate_series(1, cardinality($36))
  ) as o (
    unit_id, id, instance_id, definition_id, due_at, enqueued_at,
    worker, priority, retries, class, type, element_id, held, retry_delays_ms, payload, n
  ) join stands i on i.id = o.unit_id
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
  from rows from (
    unnest($61::bigint[], $62::text[], $63::text[]), generate_series(1, cardinality($61))
  ) as s (instance_id, name, value, n)
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
