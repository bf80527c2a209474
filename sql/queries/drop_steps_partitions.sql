-- drop_steps_partitions.sql: drop partitions of steps that have no instance left.
-- Used by   PostgresStore.cleanup
-- Params    none
-- Returns   one row: how many were dropped
-- Locking   the table of steps, alone, for a moment; 0 if others do not let go of it in 200 ms
-- Index     steps_ranges_pkey, instances_pkey
select baton.drop_steps_partitions() as dropped
