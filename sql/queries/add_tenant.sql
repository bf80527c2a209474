-- add_tenant.sql: note that a tenant exists.
-- Used by   PostgresStore, before it first writes for a tenant
-- Params    $1 tenant
-- Returns   nothing
-- Locking   none that outlives the statement: never run inside a user's transaction
-- Index     tenants_pkey
insert into baton.tenants (tenant) values ($1::text) on conflict do nothing
