-- audit.sql: rows that do not go together.
-- Used by   PostgresStore.audit
-- Params    $1 tenant (null: all), $2 at most so many of each kind, $3 now in ms (null: the server's clock)
-- Returns   kind and id, as AuditFinding has them
-- Locking   none
-- Index     instances_pkey, variables_index_pkey and not_completed_pkey, for the other side of each row; what is
--           looked at is read whole, up to $2. Instances: the newest that run; the newest, by instances_tenant_idx
with given as (
  select coalesce(to_timestamp($3::bigint / 1000.0), statement_timestamp()) - interval '1 hour' as late
),
running as materialized (
  -- What jsonb cannot read is not compared, nor what is so large that it would take long.
  select i.id, case when length(i.variables) <= 65536 and i.variables !~ '\\u(0000|d)' then i.variables::jsonb
  end as variables
  from (
    select n.instance_id
    from baton.not_completed n
    where n.status in ('running', 'suspended') and ($1::text is null or n.tenant = $1)
    order by n.started_at desc, n.instance_id desc
    limit $2::int
  ) as n join baton.instances i on i.id = n.instance_id
)
(
  select 'message-left' as kind, m.id
  from baton.messages m, given
  where m.expires_at < given.late and ($1 is null or m.tenant = $1)
  order by m.id
  limit $2
)
union all
(
  select distinct 'variable-left', v.instance_id
  from baton.variables_index v
  where ($1 is null or v.tenant = $1) and not exists (select from baton.instances i where i.id = v.instance_id)
  limit $2
)
union all
select distinct 'variable-left', r.id
from running r join baton.variables_index v on v.instance_id = r.id
where case when r.variables is not null and v.value !~ '\\u(0000|d)'
  then (r.variables -> v.name) is distinct from v.value::jsonb end
union all
-- Each side is looked up in the other: it is read up to $2, not as a whole for a join by hash.
(
  select distinct 'status-list', n.instance_id
  from (select * from baton.not_completed where $1 is null or tenant = $1 limit $2) as n
    left join lateral (select * from baton.instances i where i.id = n.instance_id offset 0) i on true
  where (i.tenant, i.status, i.started_at) is distinct from (n.tenant, n.status, n.started_at)
  union
  select 'status-list', i.id
  from (
    select $1 as tenant where $1 is not null union all select tenant from baton.tenants where $1 is null
  ) as t cross join lateral (
    select id, tenant, status, started_at from baton.instances i
    where i.tenant = t.tenant
    order by i.started_at desc, i.id desc
    limit $2
  ) as i left join lateral (
    select true as listed from baton.not_completed n
    where n.tenant = i.tenant and n.status = i.status and n.started_at = i.started_at and n.instance_id = i.id
    offset 0
  ) as n on true
  where i.status <> 'completed' and n.listed is null
)
union all
-- A range whose rows were in the rest when it was made has no partition of its own.
select 'steps-range', r.from_id
from baton.steps_ranges r
where not exists (
    select from pg_inherits h join pg_class c on c.oid = h.inhrelid
    where h.inhparent = 'baton.steps'::regclass
      and c.relname = 'steps_' || r.from_id
  )
  and not exists (select from baton.steps s where s.instance_id >= r.from_id and s.instance_id < r.to_id)
union all
select 'steps-range', substr(c.relname, 7)::bigint
from pg_inherits h join pg_class c on c.oid = h.inhrelid
where h.inhparent = 'baton.steps'::regclass and c.relname ~ '^steps_[0-9]+$'
  and not exists (select from baton.steps_ranges r where 'steps_' || r.from_id = c.relname)
union all
select distinct 'kpis-left', d.definition_id
from baton.kpi_deltas d, given
where d.hour < given.late - interval '1 hour' and ($1 is null or d.tenant = $1)
