-- reserve_ids.sql: take blocks of 1,024 ids.
-- Used by   PostgresStore.reserveIds
-- Params    $1 number of blocks
-- Returns   the first id of each block; they follow each other unless another process took one in between
-- Locking   none
-- Index     none
select nextval('baton.ids') as first from generate_series(1, $1::int)
