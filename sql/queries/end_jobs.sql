-- end_jobs.sql: keep what the handlers of leased jobs have answered until their instances take it.
-- Used by   PostgresStore.endJobs
-- Params    $1 job ids bigint[], $2 lease numbers int[], $3 outcomes text[], $4 a text that no call gave before,
--           $5 now in ms (null: the server's clock), $6 whether it need not wait for the disk: what is lost with the
--           server is leased still, see docs/guarantees.md
-- Returns   one row per job that is there: its id, the lease number asked for, what became of it (`kept`, `busy`:
--           somebody is writing it), and 1 if its instance's `baton:collect` job was opened
-- Locking   jobs skip locked, so that no commit that cancels them waits in a circle; then the `baton:collect` jobs in
--           order of id, waiting: nobody holds one and waits for anything else. One that runs is told by its payload
--           that there is more to collect
-- Index     jobs_pkey
--
-- One plan is kept for all sizes: generate_series is 1,000 rows to the planner, and a boolean is true for half of them,
-- so that it joins by hash; the subquery with an offset makes sure that jobs are looked up one by one.
with clock as materialized (
  select coalesce(to_timestamp($5::bigint / 1000.0), date_trunc('milliseconds', statement_timestamp())) as at,
    case when $6::bool then set_config('synchronous_commit', 'off', true) end
),
ending as materialized (
  select unnest($1::bigint[]) as job_id, unnest($2::int[]) as lease_no, unnest($3::text[]) as outcome,
    generate_series(1, cardinality($1)) as n
),
locked as materialized (
  select id, lease_no, worker, held, instance_id, tenant from baton.jobs
  where id = any($1) order by id for update skip locked
),
verdict as materialized (
  select e.job_id, e.lease_no, e.outcome, k.instance_id, k.tenant,
    k.lease_no = e.lease_no and k.instance_id is not null and (k.worker is not null or k.held = 'ended') as stands
  from ending e left join locked k on k.id = e.job_id
),
stands as materialized (
  select * from verdict where stands
),
kept as (
  update baton.jobs j set due_at = null, held = 'ended', worker = null, outcome = s.outcome
  from stands s
  where j.id = s.job_id and j.id = any(array(select job_id from stands))
),
collect as (
  insert into baton.jobs (id, instance_id, due_at, enqueued_at, class, tenant, type, payload)
  select s.instance_id, s.instance_id, c.at, c.at, 0, s.tenant, 'baton:collect', $4::text
  from (select distinct instance_id, tenant from stands) s cross join clock c
  order by s.instance_id
  on conflict (id) do update set payload = excluded.payload where jobs.worker is not null
  returning id, worker
)
select s.job_id, s.lease_no, 'kept' as outcome,
  (select count(*) from collect c where c.id = s.instance_id and c.worker is null) as opened
from stands s
union all
select e.job_id, e.lease_no, 'busy', 0
from ending e cross join lateral (select from baton.jobs j where j.id = e.job_id offset 0) j
where e.job_id not in (select id from locked)
