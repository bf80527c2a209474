-- commit_extras.sql: subscriptions, user tasks and incidents of units that stand.
-- Used by   PostgresStore.commit, in the transaction of commit_units
-- Params    jsonb arrays: $1 subscriptions to open, $2 ids to close, $3 user tasks to open, $4 to close,
--           $5 incidents to open, $6 ids to close
-- Returns   nothing
-- Locking   rows of instances that commit_units has locked
-- Index     the primary keys; instances_pkey
with open_subscriptions as (
  insert into baton.subscriptions (
    id, tenant, kind, process_key, name, key, element_id, instance_id, definition_id, definition_index, armed_at
  )
  select s.id, s.tenant, s.kind, s.process_key, s.name, s.key, s.element_id, s.instance_id, s.definition_id,
    s.definition_index, to_timestamp(s.armed_at / 1000.0)
  from jsonb_to_recordset($1::jsonb) as s (
    id bigint, tenant text, kind text, process_key text, name text, key text, element_id text, instance_id bigint,
    definition_id bigint, definition_index int, armed_at bigint
  )
),
close_subscriptions as (
  delete from baton.subscriptions
  where id = any(array(select e::bigint from jsonb_array_elements_text($2::jsonb) as e))
),
open_user_tasks as (
  insert into baton.user_tasks (
    id, instance_id, revision, priority, created_at, due_at, follow_up_at, tenant, process_key, element_id, status,
    name, assignee, candidate_users, candidate_groups, due_date, follow_up_date, form_key
  )
  select t.id, t.instance_id, 1, t.priority, to_timestamp(t.created_at / 1000.0), to_timestamp(t.due_at / 1000.0),
    to_timestamp(t.follow_up_at / 1000.0), i.tenant, i.key, t.element_id, 'open', t.name, t.assignee,
    t.candidate_users, t.candidate_groups, t.due_date, t.follow_up_date, t.form_key
  from jsonb_to_recordset($3::jsonb) as t (
    id bigint, instance_id bigint, priority int, created_at bigint, due_at bigint, follow_up_at bigint,
    element_id text, name text, assignee text, candidate_users text[], candidate_groups text[], due_date text,
    follow_up_date text, form_key text
  ) join baton.instances i on i.id = t.instance_id
),
close_user_tasks as (
  update baton.user_tasks t
  set status = c.status, ended_at = to_timestamp(c.at / 1000.0), revision = t.revision + 1
  from jsonb_to_recordset($4::jsonb) as c (id bigint, status text, at bigint)
  where t.id = c.id and t.status = 'open'
),
open_incidents as (
  insert into baton.incidents (
    id, instance_id, job_id, created_at, tenant, process_key, kind, element_id, message
  )
  select n.id, n.instance_id, n.job_id, to_timestamp(n.created_at / 1000.0), i.tenant, i.key, n.kind, n.element_id,
    n.message
  from jsonb_to_recordset($5::jsonb) as n (
    id bigint, instance_id bigint, job_id bigint, created_at bigint, kind text, element_id text, message text
  ) join baton.instances i on i.id = n.instance_id
)
delete from baton.incidents
where id = any(array(select e::bigint from jsonb_array_elements_text($6::jsonb) as e))
