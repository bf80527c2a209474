-- expired_instances.sql: ended instances of a definition that are old enough and whose call tree has ended.
-- Used by   PostgresStore.cleanup
-- Params    $1 definition id, $2 ended at this time or before (ms), $3 and $4 after this start (ms) and id, $5 take
-- Returns   instances without state, the oldest first
-- Locking   none: delete_instances looks again
-- Index     instances_definition_idx, instances_root_idx
select i.id, i.tenant, i.definition_id, i.key, i.version, i.business_key, i.status, baton.ms(i.started_at) as started_at,
  baton.ms(i.ended_at) as ended_at, i.revision, i.parent_id, i.root_id, i.reason
from baton.instances i
where i.definition_id = $1::bigint
  and i.ended_at <= to_timestamp($2::bigint / 1000.0)
  and i.started_at <= to_timestamp($2::bigint / 1000.0)
  and ($3::bigint is null or (i.started_at, i.id) > (to_timestamp($3 / 1000.0), $4::bigint))
  and not exists (select from baton.instances t where t.root_id = i.root_id and t.ended_at is null)
order by i.started_at, i.id
limit $5::int
