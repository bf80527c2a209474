-- notify.sql: wake the workers of all processes.
-- Used by   PostgresStore.notify
-- Params    $1 channel
-- Returns   nothing
-- Locking   a lock of the whole cluster at commit: never inside a transaction with anything else
-- Index     none
select pg_notify($1::text, '')
