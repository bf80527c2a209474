-- load_instances.sql: instances with all that the core needs.
-- Used by   PostgresStore.loadInstances
-- Params    $1 ids bigint[]
-- Returns   those that exist, in order of id
-- Locking   none
-- Index     instances_pkey
select id, tenant, definition_id, key, version, business_key, status, baton.ms(started_at) as started_at,
  baton.ms(ended_at) as ended_at, revision, parent_id, root_id, reason, state, variables, locals
from baton.instances
where id = any($1::bigint[])
order by id
