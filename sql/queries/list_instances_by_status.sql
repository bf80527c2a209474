-- list_instances_by_status.sql: one page of instances with given statuses, newest first.
-- Used by   PostgresStore.listInstances with statuses, none of them completed, and without what only few have:
--           variables, a business key, a parent, a root
-- Params    $1-$13 as in list_instances
-- Returns   records without state
-- Locking   none
-- Index     not_completed_pkey, with instances_pkey or instances_tenant_idx for each; or one of those of
--           list_instances, with not_completed_pkey for each. Either gives the order within a tenant and status: a
--           rare status among many instances is found at once, and so are several
select i.id, i.tenant, i.definition_id, i.key, i.version, i.business_key, i.status,
  baton.ms(i.started_at) as started_at, baton.ms(i.ended_at) as ended_at, i.revision, i.parent_id, i.root_id, i.reason
from (
  select $1::text as tenant where $1 is not null union all select tenant from baton.tenants where $1 is null
) as t cross join (select distinct status from unnest($5::text[]) as status) as s cross join lateral (
  select i.*
  from baton.not_completed n join baton.instances i
    on i.id = n.instance_id and i.tenant = n.tenant and i.started_at = n.started_at
  where n.tenant = t.tenant and n.status = s.status and i.status = any($5)
    and ($2::text is null or i.key = $2)
    and ($3::bigint is null or i.definition_id = $3)
    and ($4::text is null or i.business_key = $4)
    and ($6::bigint is null or n.started_at >= to_timestamp($6 / 1000.0))
    and ($7::bigint is null or n.started_at < to_timestamp($7 / 1000.0))
    and ($8::bigint is null or i.parent_id = $8)
    and ($9::bigint is null or i.root_id = $9)
    and ($10::bigint is null or (n.started_at, n.instance_id) < (to_timestamp($10 / 1000.0), $11::bigint))
  order by n.started_at desc, n.instance_id desc
  limit $12::int + $13::int
) as i
order by i.started_at desc, i.id desc
limit $12 offset $13
