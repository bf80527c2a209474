-- notify.sql: wake the workers of all processes.
-- Used by   PostgresStore.notify
-- Params    $1 channel, $2 ids of the jobs that are due, if they are few: who hears it need not look for them. No
--           more, for all roles of the database may listen
-- Returns   nothing
-- Locking   a lock of the whole cluster at commit: so not inside a transaction with anything else, but for a rare
--           start's own (`create_instance`). A notification is only a hint, so its commit does not wait for the disk: the
--           lock is held for microseconds
-- Index     none
select set_config('synchronous_commit', 'off', true), pg_notify($1::text, $2::text)
