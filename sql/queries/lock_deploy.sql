-- lock_deploy.sql: one deploy of a tenant at a time.
-- Used by   PostgresStore.deploy, in a statement of its own: the next one must see what the holder wrote
-- Params    $1 tenant
-- Returns   nothing
-- Locking   an advisory lock until the end of the transaction; waits as long as lock_timeout allows
-- Index     none
select pg_advisory_xact_lock(hashtextextended('baton.definitions ' || $1::text, 0))
