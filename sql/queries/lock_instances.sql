-- lock_instances.sql: the same as load_instances, and nobody else may change them before the transaction ends.
-- Used by   PostgresStore.loadInstances with lock
-- Params    $1 ids bigint[]
-- Returns   those that exist, in order of id
-- Locking   for update in order of id; waits
-- Index     instances_pkey
select id, tenant, definition_id, key, version, business_key, status, baton.ms(started_at) as started_at,
  baton.ms(ended_at) as ended_at, revision, parent_id, root_id, reason, state, variables, locals
from baton.instances
where id = any($1::bigint[])
order by id
for update
