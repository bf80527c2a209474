-- get_user_task.sql: one user task.
-- Used by   PostgresStore.getUserTask
-- Params    $1 id
-- Returns   one row or none
-- Locking   none
-- Index     user_tasks_pkey
select t.id, t.tenant, t.instance_id, t.process_key, t.element_id, t.status, t.name, t.assignee,
  array_to_json(t.candidate_users)::text as candidate_users, array_to_json(t.candidate_groups)::text as candidate_groups,
  t.due_date, t.follow_up_date, t.priority, t.form_key, baton.ms(t.created_at) as created_at,
  baton.ms(t.ended_at) as ended_at, t.revision
from baton.user_tasks t
where t.id = $1::bigint
