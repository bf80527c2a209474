-- next_due_at.sql: when the next job of some types is due.
-- Used by   PostgresStore.nextDueAt
-- Params    $1 types text[], $2 classes int[], $3 due times to start at timestamptz[] (null: the beginning), $4 ms
--           since 1970 after which it does not matter, or null
-- Returns   one row; null if none is waiting
-- Locking   none
-- Index     jobs_due_idx, one entry per type and class. Bounded on both sides: beside what is due lie the dead rows
--           of jobs that were done, and of those leased and done, which a long transaction keeps
select baton.ms(min(j.due_at)) as due_at
from unnest($1::text[], $2::int[], $3::timestamptz[]) as l (type, class, start_at) cross join lateral (
  select due_at from baton.jobs
  where type = l.type and class = l.class and due_at >= coalesce(l.start_at, '-infinity')
    and due_at <= coalesce(to_timestamp($4::bigint / 1000.0), 'infinity')
  order by due_at limit 1
) as j
