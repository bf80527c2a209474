-- list_instances.sql: one page of instances, newest first.
-- Used by   PostgresStore.listInstances without variables; unfinished statuses alone: see list_instances_by_status
-- Params    $1 tenant, $2 key, $3 definition id, $4 business key, $5 statuses text[], $6 started from, $7 started
--           before (ms), $8 parent id, $9 root id, $10 and $11 cursor: started (ms) and id, $12 take, $13 skip;
--           null: not asked for
-- Returns   records without state
-- Locking   none
-- Index     instances_tenant_idx, instances_key_idx, instances_definition_idx, instances_business_key_idx,
--           instances_parent_idx, instances_root_idx: each gives the order. Tenants are scanned one by one, so that
--           the order holds for all of them together, too
select i.id, i.tenant, i.definition_id, i.key, i.version, i.business_key, i.status,
  baton.ms(i.started_at) as started_at, baton.ms(i.ended_at) as ended_at, i.revision, i.parent_id, i.root_id, i.reason
from (
  select $1::text as tenant where $1 is not null union all select tenant from baton.tenants where $1 is null
) as t cross join lateral (
  select * from baton.instances i
  where i.tenant = t.tenant
    and ($2::text is null or i.key = $2)
    and ($3::bigint is null or i.definition_id = $3)
    and ($4::text is null or i.business_key = $4)
    and ($5::text[] is null or i.status = any($5))
    and ($6::bigint is null or i.started_at >= to_timestamp($6 / 1000.0))
    and ($7::bigint is null or i.started_at < to_timestamp($7 / 1000.0))
    and ($8::bigint is null or i.parent_id = $8)
    and ($9::bigint is null or i.root_id = $9)
    and ($10::bigint is null or (i.started_at, i.id) < (to_timestamp($10 / 1000.0), $11::bigint))
  order by i.started_at desc, i.id desc
  limit $12::int + $13::int
) as i
order by i.started_at desc, i.id desc
limit $12 offset $13
