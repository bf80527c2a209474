-- find_definition.sql: the latest definition of a key, or the highest with a version or tag.
-- Used by   PostgresStore.findDefinition
-- Params    $1 tenant, $2 key, $3 version or null, $4 version tag or null
-- Returns   one row or none
-- Locking   none
-- Index     definitions_tenant_key_version_key
select d.id, d.tenant, d.key, d.version, d.name, d.version_tag, d.hash, baton.ms(d.deployed_at) as deployed_at, d.latest,
  d.history_ttl_ms
from baton.definitions d
where d.tenant = $1::text and d.key = $2::text
  and ($3::int is null or d.version = $3)
  and ($4::text is null or d.version_tag = $4)
order by d.version desc
limit 1
