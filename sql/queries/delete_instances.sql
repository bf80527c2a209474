-- delete_instances.sql: delete ended instances with all they own.
-- Used by   PostgresStore.cleanup
-- Params    $1 ids bigint[]
-- Returns   how many instances went
-- Locking   the instances, skipping those that somebody else has: they go next time
-- Index     the primary keys, *_instance_idx, instances_root_idx
--
-- messages_taken stays: it goes with the message, which another instance could take again otherwise.
with gone as materialized (
  select i.id, i.tenant, i.status, i.started_at from baton.instances i
  where i.id = any($1::bigint[]) and i.ended_at is not null
    and not exists (select from baton.instances t where t.root_id = i.root_id and t.ended_at is null)
  order by i.id for update skip locked
),
ids as materialized (
  select array(select id from gone) as gone
),
no_statuses as (
  delete from baton.not_completed
  where ctid = any(array(
    select n.place
    from gone g cross join lateral (
      select n.ctid as place from baton.not_completed n
      where n.tenant = g.tenant and n.status = g.status and n.started_at = g.started_at and n.instance_id = g.id
      offset 0
    ) n
  ))
),
no_steps as (
  delete from baton.steps where instance_id = any((select gone from ids)::bigint[])
),
no_variables as (
  delete from baton.variables_index where instance_id = any((select gone from ids)::bigint[])
),
no_notes as (
  delete from baton.notes where instance_id = any((select gone from ids)::bigint[])
),
no_incidents as (
  delete from baton.incidents where instance_id = any((select gone from ids)::bigint[])
),
no_user_tasks as (
  delete from baton.user_tasks where instance_id = any((select gone from ids)::bigint[])
),
no_subscriptions as (
  delete from baton.subscriptions where instance_id = any((select gone from ids)::bigint[])
),
no_jobs as (
  delete from baton.jobs where instance_id = any((select gone from ids)::bigint[])
),
no_instances as (
  delete from baton.instances where id = any((select gone from ids)::bigint[]) returning true
)
select count(*) as instances from no_instances
