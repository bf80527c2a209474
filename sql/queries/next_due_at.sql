-- next_due_at.sql: when the next job of some types is due.
-- Used by   PostgresStore.nextDueAt
-- Params    $1 types text[]
-- Returns   one row; null if none is waiting
-- Locking   none
-- Index     jobs_due_idx, one entry per type and class
select baton.ms(min(j.due_at)) as due_at
from unnest($1::text[]) as t (type) cross join generate_series(0, 2) as c (class) cross join lateral (
  select due_at from baton.jobs
  where type = t.type and class = c.class and due_at is not null
  order by due_at limit 1
) as j
