-- list_definitions.sql: one page of definitions by key, newest version first, then tenant.
-- Used by   PostgresStore.listDefinitions
-- Params    $1 tenant, $2 key, $3 latest only, $4-$6 cursor: key, version, tenant, $7 take; null: not asked for
-- Returns   definitions
-- Locking   none
-- Index     definitions_tenant_key_version_key
select d.id, d.tenant, d.key, d.version, d.name, d.version_tag, d.hash, baton.ms(d.deployed_at) as deployed_at, d.latest,
  d.history_ttl_ms
from baton.definitions d
where ($1::text is null or d.tenant = $1)
  and ($2::text is null or d.key = $2)
  and (not $3::bool or d.latest)
  and ($4::text is null or d.key > $4
    or d.key = $4 and (d.version < $5::int or d.version = $5 and d.tenant > $6::text))
order by d.key, d.version desc, d.tenant
limit $7::int
