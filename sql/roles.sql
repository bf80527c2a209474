-- roles.sql: an application's role that works with all data of the schema, and cannot change the schema.
--
-- Run it as the owner of the schema (the role that runs `cli.ts migrate`), after every migration; running it again
-- changes nothing else:
--     psql -v ON_ERROR_STOP=1 -f sql/roles.sql "postgres://owner@host/db"
-- then give the role a login:  alter role baton_app login password '…'
-- The application's `PostgresStore.open` and `store.migrate()` only check that no migration is missing; a missing one
-- is refused with a clear error, since the role may not create anything.
do $$
declare
  item text;
begin
  if not exists (select from pg_roles where rolname = 'baton_app') then
    create role baton_app nologin nosuperuser nocreatedb nocreaterole nobypassrls;
  end if;

  revoke all on schema baton from public;
  grant usage on schema baton to baton_app;

  -- Not the partitions: they are reached through their parent, where row level security is.
  for item in
    select format('%I.%I', n.nspname, c.relname)
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'baton' and c.relkind in ('r', 'p') and not c.relispartition
      and c.relname not in ('migrations', 'state_formats', 'steps_ranges', 'role_tenants')
  loop
    execute format('grant select, insert, update, delete on %s to baton_app', item);
  end loop;

  grant select on baton.migrations, baton.state_formats, baton.steps_ranges to baton_app;
  -- The next block of ids, and nothing that would set it back.
  grant usage on all sequences in schema baton to baton_app;
  -- Makes room for steps ahead; it runs as its owner.
  revoke all on all functions in schema baton from public;
  grant execute on all functions in schema baton to baton_app;
end
$$;
