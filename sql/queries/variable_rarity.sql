-- variable_rarity.sql: which of some variables the fewest instances have, as far as it matters.
-- Used by   PostgresStore.listInstances with several variables, to look up the rarest
-- Params    $1 tenant (null: all), $2 names text[] and $3 values text[] (JSON scalars), $4 count no further than this
-- Returns   a row per variable, in the order given: how many instances have it
-- Locking   none
-- Index     variables_index_value_idx
select (
  select count(*) from (
    select from (
      select $1::text as tenant where $1 is not null union all select tenant from baton.tenants where $1 is null
    ) as t join baton.variables_index x on x.tenant = t.tenant
    where x.name = v.name and x.value = v.value
    limit $4::int
  ) as found
) as instances
from unnest($2::text[], $3::text[]) with ordinality as v (name, value, place)
order by v.place
