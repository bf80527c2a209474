-- list_instances_by_variable.sql: one page of instances with given variables, newest first.
-- Used by   PostgresStore.listInstances with variables
-- Params    $1-$13 as in list_instances; $14 names text[] and $15 values text[] (JSON scalars) of all variables;
--           the first pair is looked up, so it should be the rarest (variable_rarity)
-- Returns   records without state
-- Locking   none
-- Index     variables_index_value_idx for the first variable, which gives the order; variables_index_pkey for others;
--           instances_pkey
select i.id, i.tenant, i.definition_id, i.key, i.version, i.business_key, i.status,
  baton.ms(i.started_at) as started_at, baton.ms(i.ended_at) as ended_at, i.revision, i.parent_id, i.root_id, i.reason
from (
  select $1::text as tenant where $1 is not null union all select tenant from baton.tenants where $1 is null
) as t cross join lateral (
  select i.* from baton.variables_index x join baton.instances i on i.id = x.instance_id
  where x.tenant = t.tenant and x.name = ($14::text[])[1] and x.value = ($15::text[])[1]
    and ($2::text is null or i.key = $2)
    and ($3::bigint is null or i.definition_id = $3)
    and ($4::text is null or i.business_key = $4)
    and ($5::text[] is null or i.status = any($5))
    and ($6::bigint is null or x.started_at >= to_timestamp($6 / 1000.0))
    and ($7::bigint is null or x.started_at < to_timestamp($7 / 1000.0))
    and ($8::bigint is null or i.parent_id = $8)
    and ($9::bigint is null or i.root_id = $9)
    and ($10::bigint is null or (x.started_at, x.instance_id) < (to_timestamp($10 / 1000.0), $11::bigint))
    and not exists (
      select from unnest(($14)[2:], ($15)[2:]) as w (name, value) left join lateral (
        select true as found from baton.variables_index y
        where y.instance_id = x.instance_id and y.name = w.name and y.value = w.value
        offset 0 -- each looked up by its key: a hash would be made of all variables of all instances
      ) y on true
      where y.found is null
    )
  order by x.started_at desc, x.instance_id desc
  limit $12::int + $13::int
) as i
order by i.started_at desc, i.id desc
limit $12 offset $13
