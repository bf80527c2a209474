-- notify.sql: wake the workers of all processes.
-- Used by   PostgresStore.notify
-- Params    $1 channel
-- Returns   nothing
-- Locking   a lock of the whole cluster at commit: never inside a transaction with anything else. A notification is
--           only a hint, so its commit does not wait for the disk: the lock is held for microseconds
-- Index     none
select set_config('synchronous_commit', 'off', true), pg_notify($1::text, '')
