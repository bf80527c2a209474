-- state_format.sql: the newest state format that releases may write.
-- Used by   PostgresStore.stateFormat
-- Params    none
-- Returns   one row
-- Locking   none
-- Index     state_formats_pkey
select max(format) as format from baton.state_formats
