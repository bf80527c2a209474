-- list_incidents.sql: one page of open incidents, oldest first.
-- Used by   PostgresStore.listIncidents
-- Params    $1 tenant, $2 instance id, $3 process key, $4 kind, $5 element id, $6 and $7 cursor: created (ms) and id,
--           $8 take; null: not asked for
-- Returns   incidents
-- Locking   none
-- Index     incidents_list_idx or incidents_process_idx give the order; incidents_instance_idx for an instance
select n.id, n.tenant, n.instance_id, n.process_key, n.kind, n.element_id, n.message, n.job_id,
  baton.ms(n.created_at) as created_at
from (
  select $1::text as tenant where $1 is not null union all select tenant from baton.tenants where $1 is null
) as s cross join lateral (
  select * from baton.incidents n
  where n.tenant = s.tenant
    and ($2::bigint is null or n.instance_id = $2)
    and ($3::text is null or n.process_key = $3)
    and ($4::text is null or n.kind = $4)
    and ($5::text is null or n.element_id = $5)
    and ($6::bigint is null or (n.created_at, n.id) > (to_timestamp($6 / 1000.0), $7::bigint))
  order by n.created_at, n.id
  limit $8::int
) as n
order by n.created_at, n.id
limit $8
