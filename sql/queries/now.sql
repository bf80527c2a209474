-- now.sql: the server's time.
-- Used by   PostgresStore.now
-- Params    none
-- Returns   milliseconds since 1970 UTC
-- Locking   none
-- Index     none
select baton.ms(date_trunc('milliseconds', statement_timestamp())) as at
