-- deploy.sql: store new versions of a file's definitions, and take down the start events of the former ones.
-- Used by   PostgresStore.deploy, after lock_deploy
-- Params    $1 tenant, $2 hash, $3 file, $4 definitions (jsonb array), $5 now in ms (null: the server's clock)
-- Returns   the definition of each, in order, and whether it is new
-- Locking   the rows of the former versions
-- Index     definitions_tenant_key_version_key, subscriptions_start_idx, jobs_start_idx
with clock as materialized (
  select coalesce(to_timestamp($5::bigint / 1000.0), date_trunc('milliseconds', statement_timestamp())) as at
),
wanted as materialized (
  select w.*, d.id as former_id, coalesce(d.version, 0) as former_version, d.hash is not distinct from $2::text as same
  from rows from (
    jsonb_to_recordset($4::jsonb) as (id bigint, key text, name text, version_tag text, history_ttl_ms bigint)
  ) with ordinality as w (id, key, name, version_tag, history_ttl_ms, number)
  left join baton.definitions d on d.tenant = $1::text and d.key = w.key and d.latest
),
resource as (
  insert into baton.resources (tenant, hash, xml)
  select $1, $2, $3::text where exists (select from wanted where not same)
  on conflict do nothing
),
former as (
  update baton.definitions set latest = false
  where id = any(array(select former_id from wanted where not same))
),
subscription as (
  delete from baton.subscriptions
  where instance_id is null and definition_id = any(array(select former_id from wanted where not same))
),
job as (
  delete from baton.jobs
  where instance_id is null and definition_id = any(array(select former_id from wanted where not same))
),
created as (
  insert into baton.definitions (
    id, tenant, key, version, name, version_tag, hash, deployed_at, latest, history_ttl_ms
  )
  select w.id, $1, w.key, w.former_version + 1, w.name, w.version_tag, $2, c.at, true, w.history_ttl_ms
  from wanted w cross join clock c
  where not w.same
  returning *
)
select d.id, d.tenant, d.key, d.version, d.name, d.version_tag, d.hash, baton.ms(d.deployed_at) as deployed_at,
  d.latest, d.history_ttl_ms, not w.same as created, baton.ms(c.at) as at
from wanted w cross join clock c cross join lateral (
  select * from created where created.id = w.id and not w.same
  union all
  select * from baton.definitions d where d.id = w.former_id and w.same
) as d
order by w.number
