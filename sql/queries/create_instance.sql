-- create_instance.sql: create one instance, with the steps, jobs and variables of its first unit.
-- Used by   PostgresStore.commit, for a unit that does nothing else: the start of an instance on an idle system.
--           commit_units does the same for any units, but whoever waits for one start would wait for the beginning
--           and the end of a plan of 25 parts: 1.5 ms of the server's time instead of 0.5. What is promised for new
--           units holds for both: tests/contract runs each case with either
-- Params    $1-$17 the instance: id, tenant, status, when it ended, reason, state, variables, locals, definition, key,
--           version, business key, unique key, when it started, parent, root, whether its definition must be the
--           latest; then one array per column: $18-$27 steps, $28-$41 jobs to open, $42-$43 searchable variables;
--           $44-$45 channel and payload of a notification in the same transaction, if there is to be one
-- Returns   nothing if it stands, else as commit_units one row: its id, what became of it (`taken`: another has its
--           unique key), null
-- Locking   waits for another transaction that creates the same id or unique key; with a notification, a lock of the
--           whole cluster while its commit goes to disk: for a process that hardly ever starts anything, see Notifier
-- Index     instances_pkey, definitions_pkey, not_completed_pkey
with refusal as materialized (
  select case
    when (select true from baton.instances i where i.id = $1::bigint) then 'duplicate'
    when $17::bool and (select d.latest from baton.definitions d where d.id = $9::bigint) is not true then 'superseded'
  end as outcome
),
created as (
  insert into baton.instances (
    id, revision, version, definition_id, root_id, parent_id, started_at, ended_at, tenant, key, status,
    business_key, unique_key, reason, state, variables, locals
  )
  select $1, 1, $11::int, $9, $16::bigint, $15::bigint, $14::timestamptz, $4::timestamptz, $2::text, $10::text,
    $3::text, $12::text, $13::text, $5::text, $6::text, coalesce($7::text, '{}'), $8::text
  from refusal
  where outcome is null
  on conflict do nothing
  returning id
),
enter_status as (
  insert into baton.not_completed (tenant, status, started_at, instance_id)
  select $2, $3, $14, $1
  where $3 <> 'completed' and exists (select from created)
  on conflict do nothing
),
step as materialized (
  select unnest($18::int[]) as sequence, unnest($19::text[]) as element_id, unnest($20::text[]) as element_type,
    unnest($21::text[]) as status, unnest($22::timestamptz[]) as started_at, unnest($23::timestamptz[]) as ended_at,
    unnest($24::int[]) as item, unnest($25::int[]) as failures, unnest($26::text[]) as error,
    unnest($27::text[]) as attempts
),
write_steps as (
  insert into baton.steps (
    instance_id, sequence, element_id, element_type, status, started_at, ended_at, item, failures, error,
    attempts, tenant
  )
  select $1, s.sequence, s.element_id, s.element_type, s.status, s.started_at, s.ended_at, s.item, s.failures,
    s.error, s.attempts, $2
  from step s
  where exists (select from created)
),
-- Not added up, as commit_units does: there are few.
add_kpis as (
  insert into baton.kpi_deltas (hour, tenant, key, definition_id, element_id, failures, durations_ms)
  select date_trunc('hour', e.ended_at, 'UTC'), $2, $10, $9, e.element_id, (e.status = 'failed')::int,
    array[greatest(date_part('epoch', e.ended_at - e.started_at) * 1000, 0)::bigint]
  from (
    select element_id, status, started_at, ended_at from step where element_id <> ''
    union all
    select '', $3, $14, $4 where $4 is not null
  ) as e
  where exists (select from created)
),
open_jobs as (
  insert into baton.jobs (
    id, instance_id, definition_id, due_at, enqueued_at, lease_no, worker, priority, retries, class, tenant, type,
    element_id, held, retry_delays_ms, payload
  )
  select o.id, o.instance_id, o.definition_id, o.due_at, o.enqueued_at, (o.worker is not null)::int, o.worker,
    o.priority, o.retries, o.class, $2, o.type, o.element_id, o.held,
    string_to_array(o.retry_delays_ms, ',')::bigint[], o.payload
  from (
    select unnest($28::bigint[]) as id, unnest($29::bigint[]) as instance_id, unnest($30::bigint[]) as definition_id,
      unnest($31::timestamptz[]) as due_at, unnest($32::timestamptz[]) as enqueued_at, unnest($33::text[]) as worker,
      unnest($34::int[]) as priority, unnest($35::int[]) as retries, unnest($36::int[]) as class,
      unnest($37::text[]) as type, unnest($38::text[]) as element_id, unnest($39::text[]) as held,
      unnest($40::text[]) as retry_delays_ms, unnest($41::text[]) as payload
  ) as o
  where exists (select from created)
),
add_variables as (
  insert into baton.variables_index (instance_id, name, value, tenant, started_at)
  select $1, v.name, v.value, $2, $14
  from (select unnest($42::text[]) as name, unnest($43::text[]) as value) as v
  where exists (select from created)
  on conflict do nothing
)
select $1 as instance_id, coalesce(r.outcome, 'taken') as outcome, null as job_ids
from refusal r
where case
  when not exists (select from created) then true
  when $44::text is not null then pg_notify($44, $45::text) is null -- it is told, and nothing is returned
end
