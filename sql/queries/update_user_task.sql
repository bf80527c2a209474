-- update_user_task.sql: change an open task if nobody did so first.
-- Used by   PostgresStore.updateUserTask
-- Params    $1 id, $2 revision, $3 changes (jsonb object: absent stays, null clears), $4 due and $5 follow-up in ms
-- Returns   the changed task, or nothing
-- Locking   the row
-- Index     user_tasks_pkey
update baton.user_tasks t
set revision = t.revision + 1,
  assignee = case when $3::jsonb ? 'assignee' then $3 ->> 'assignee' else t.assignee end,
  candidate_users = case when $3 ? 'candidateUsers'
    then array(select jsonb_array_elements_text($3 -> 'candidateUsers')) else t.candidate_users end,
  candidate_groups = case when $3 ? 'candidateGroups'
    then array(select jsonb_array_elements_text($3 -> 'candidateGroups')) else t.candidate_groups end,
  due_date = case when $3 ? 'dueDate' then $3 ->> 'dueDate' else t.due_date end,
  due_at = case when $3 ? 'dueDate' then to_timestamp($4::bigint / 1000.0) else t.due_at end,
  follow_up_date = case when $3 ? 'followUpDate' then $3 ->> 'followUpDate' else t.follow_up_date end,
  follow_up_at = case when $3 ? 'followUpDate' then to_timestamp($5::bigint / 1000.0) else t.follow_up_at end,
  priority = coalesce(($3 ->> 'priority')::int, t.priority),
  form_key = case when $3 ? 'formKey' then $3 ->> 'formKey' else t.form_key end
where t.id = $1::bigint and t.revision = $2::int and t.status = 'open'
returning t.id, t.tenant, t.instance_id, t.process_key, t.element_id, t.status, t.name, t.assignee,
  array_to_json(t.candidate_users)::text as candidate_users, array_to_json(t.candidate_groups)::text as candidate_groups,
  t.due_date, t.follow_up_date, t.priority, t.form_key, baton.ms(t.created_at) as created_at,
  baton.ms(t.ended_at) as ended_at, t.revision
