-- extend_leases.sql: move the ends of leases.
-- Used by   PostgresStore.extendLeases
-- Params    $1 job ids bigint[], $2 lease numbers int[], $3 lease in ms, $4 now in ms (null: the server's clock)
-- Returns   the leases that are held, with their ends
-- Locking   skip locked; a lease whose job somebody is just writing keeps its end
-- Index     jobs_pkey
with clock as materialized (
  select coalesce(to_timestamp($4::bigint / 1000.0), date_trunc('milliseconds', statement_timestamp())) as at
),
lease as materialized (
  select * from unnest($1::bigint[], $2::int[]) as l (job_id, lease_no)
),
locked as materialized (
  select id, lease_no, worker from baton.jobs where id = any($1) order by id for update skip locked
),
extended as (
  update baton.jobs j set due_at = c.at + $3::bigint * interval '1 millisecond'
  from clock c
  where j.id = any(array(
    select k.id from locked k join lease l on l.job_id = k.id
    where k.lease_no = l.lease_no and k.worker is not null
  ))
  returning j.id, j.lease_no, j.due_at
)
select id, lease_no, baton.ms(due_at) as due_at from extended
union all
select j.id, j.lease_no, baton.ms(j.due_at)
from baton.jobs j join lease l on l.job_id = j.id
where j.id = any($1) and j.lease_no = l.lease_no and j.worker is not null and j.id not in (select id from locked)
