-- find_by_unique_key.sql: the instance that holds a unique key.
-- Used by   PostgresStore.findByUniqueKey, and commit for the holder of a taken key
-- Params    $1 tenant, $2 unique key
-- Returns   one row or none
-- Locking   none
-- Index     instances_unique_key_idx
select id, tenant, definition_id, key, version, business_key, status, baton.ms(started_at) as started_at,
  baton.ms(ended_at) as ended_at, revision, parent_id, root_id, reason
from baton.instances
where tenant = $1::text and unique_key = $2::text
