-- row_level_security.sql: the database itself keeps tenants apart, whatever an application asks for. Optional.
--
-- Run it as the owner of the schema, before roles.sql, and again after every migration:
--     psql -v ON_ERROR_STOP=1 -f sql/row_level_security.sql -f sql/roles.sql "postgres://owner@host/db"
-- Each login role serves the tenants that are listed for it; a role that is not listed sees nothing:
--     create role acme login password '…' in role baton_app;
--     insert into baton.role_tenants values ('acme', 'acme');
-- For a worker of all tenants list the role with the tenant '*'.
--
-- A role cannot choose its tenant itself: it follows from the role that has logged in (session_user), not from a
-- setting that a statement could change. The owner of the schema and superusers are not bound.
do $$
declare
  item text;
begin
  create table if not exists baton.role_tenants (
    role   name not null,
    tenant text collate "C" not null,
    primary key (role, tenant)
  );
  revoke all on baton.role_tenants from public;

  create or replace function baton.tenants_of_role() returns text[]
    language sql stable security definer set search_path to 'pg_catalog', 'pg_temp'
    as 'select coalesce(array_agg(tenant), ''{}'') from baton.role_tenants where role = session_user';

  -- Tables of records: all that have a tenant. Partitions are reached through their parent only.
  for item in
    select format('%I.%I', n.nspname, c.relname)
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'baton' and c.relkind in ('r', 'p') and not c.relispartition
      and c.relname <> 'role_tenants'
      and exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant' and not a.attisdropped)
  loop
    execute format('alter table %s enable row level security', item);
    execute format('drop policy if exists tenant on %s', item);
    -- As a sub-select it is asked once per statement, not once per row.
    execute format($policy$
      create policy tenant on %s for all to public
      using (tenant = any ((select baton.tenants_of_role())::text[])
             or '*' = any ((select baton.tenants_of_role())::text[]))
      with check (tenant = any ((select baton.tenants_of_role())::text[])
             or '*' = any ((select baton.tenants_of_role())::text[]))
    $policy$, item);
  end loop;

  -- Whose turn it is to clean up: each role sees and takes its own. It has no tenant.
  alter table baton.turns enable row level security;
  drop policy if exists role on baton.turns;
  create policy role on baton.turns for all to public using (role = session_user) with check (role = session_user);
end
$$;
