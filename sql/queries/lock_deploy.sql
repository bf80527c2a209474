-- lock_deploy.sql: one deploy of a process at a time; others of the tenant go on.
-- Used by   PostgresStore.deploy, in a statement of its own: the next one must see what the holder wrote
-- Params    $1 tenant, $2 process keys text[]
-- Returns   a row for each lock
-- Locking   advisory locks until the end of the transaction, always in the same order; waits as long as lock_timeout
--           allows. 256 by tenant at most, however many processes a file has: the server's room for locks is bounded
-- Index     none
select pg_advisory_xact_lock(hashtextextended('baton.definitions ' || $1::text, n))
from (
  select distinct hashtextextended(key, 0) & 255 as n from unnest($2::text[]) as key order by n
) as locks
