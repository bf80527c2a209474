-- lock_kpis.sql: one at a time sums up.
-- Used by   PostgresStore.maintain, PostgresStore.rebuildKpis
-- Params    $1 whether to wait
-- Returns   one row: whether the lock is ours until the transaction ends
-- Locking   one advisory lock per schema
-- Index     none
select case when $1::bool then pg_advisory_xact_lock(k) is not null else pg_try_advisory_xact_lock(k) end as locked
from hashtextextended('baton.kpi_sums', 0) as k
