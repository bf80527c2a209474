-- list_user_tasks.sql: one page of user tasks, highest priority first, then oldest.
-- Used by   PostgresStore.listUserTasks
-- Params    $1 tenant, $2 status, $3 instance id, $4 process key, $5 element id, $6 assignee, $7 only without one,
--           $8 candidate user, $9 candidate groups text[] (any), $10 due and $11 follow-up not after (ms),
--           $12-$14 cursor: priority, created (ms), id, $15 take; null: not asked for
-- Returns   user tasks
-- Locking   none
-- Index     user_tasks_list_idx gives the order; user_tasks_assignee_idx, user_tasks_instance_idx,
--           user_tasks_groups_idx and user_tasks_users_idx where they leave less
select t.id, t.tenant, t.instance_id, t.process_key, t.element_id, t.status, t.name, t.assignee,
  array_to_json(t.candidate_users)::text as candidate_users, array_to_json(t.candidate_groups)::text as candidate_groups,
  t.due_date, t.follow_up_date, t.priority, t.form_key, baton.ms(t.created_at) as created_at,
  baton.ms(t.ended_at) as ended_at, t.revision
from (
  select $1::text as tenant where $1 is not null union all select tenant from baton.tenants where $1 is null
) as s cross join lateral (
  select * from baton.user_tasks t
  where t.tenant = s.tenant and t.status = $2::text
    and ($3::bigint is null or t.instance_id = $3)
    and ($4::text is null or t.process_key = $4)
    and ($5::text is null or t.element_id = $5)
    and ($6::text is null or t.assignee = $6)
    and (not $7::bool or t.assignee is null)
    and ($8::text is null or t.candidate_users @> array[$8])
    and ($9::text[] is null or t.candidate_groups && $9)
    and ($10::bigint is null or t.due_at <= to_timestamp($10 / 1000.0))
    and ($11::bigint is null or t.follow_up_at <= to_timestamp($11 / 1000.0))
    and ($12::int is null or (-t.priority, t.created_at, t.id) > (-$12, to_timestamp($13::bigint / 1000.0), $14::bigint))
  order by t.priority desc, t.created_at, t.id
  limit $15::int
) as t
order by t.priority desc, t.created_at, t.id
limit $15
