-- get_definition.sql: one definition.
-- Used by   PostgresStore.getDefinition
-- Params    $1 id
-- Returns   one row or none
-- Locking   none
-- Index     definitions_pkey
select d.id, d.tenant, d.key, d.version, d.name, d.version_tag, d.hash, baton.ms(d.deployed_at) as deployed_at, d.latest,
  d.history_ttl_ms
from baton.definitions d
where d.id = $1::bigint
