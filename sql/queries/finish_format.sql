-- finish_format.sql: from now on releases may write a state format, and those that cannot read it are refused.
-- Used by   PostgresStore.finishFormat
-- Params    $1 format
-- Returns   nothing
-- Locking   none; a repeat writes nothing
-- Index     state_formats_pkey
insert into baton.state_formats (format) values ($1::integer) on conflict do nothing
