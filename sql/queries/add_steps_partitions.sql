-- add_steps_partitions.sql: make room for the steps of instances up to an id.
-- Used by   PostgresStore.reserveIds
-- Params    $1 id
-- Returns   the first id that has no room
-- Locking   one caller at a time; attaching a partition locks out neither readers nor writers
-- Index     steps_ranges_pkey
select baton.add_steps_partitions($1::bigint) as upto
