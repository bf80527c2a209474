-- lease_jobs.sql: lease due jobs to one worker and read their instances.
-- Used by   PostgresStore.leaseJobs
-- Params    $1 types text[], $2 classes int[], $3 limits of the types int[], $4 slots kept for the class int[],
--           $5 due times to start at timestamptz[] (null: the beginning); $6 limit over all, $7 worker,
--           $8 lease in ms, $9 now in ms (null: the server's clock), $10 tenants text[] or null, $11 instances
--           that the caller holds bigint[], $12 the newest state format that the caller reads, $13 whether it
--           need not wait for the disk: what is lost with the server is due again, see docs/guarantees.md
-- Returns   now, and the jobs; the first job of each instance brings the instance, without state if the caller
--           holds it. One row without a job if there is none. The first row has the due time of the oldest job of
--           each class and type where any is due, as JSON. Null where it says the usual: 0, running, the job's own
--           tenant, the instance itself as the root. All leases have these columns in this order: they are read by
--           place, see storage/postgres/leased_rows.ts
-- Locking   skip locked: workers step around each other instead of queueing
-- Index     jobs_due_idx: one scan for each type and class. Asking for several types in one scan would sort all
--           due jobs. Jobs are counted first, so that no more are locked than are leased. Then jobs_pkey and
--           instances_pkey
--
-- One plan is kept for all sizes, made when the tables may have been empty: the subquery with an offset makes sure
-- that instances are looked up one by one.
with clock as materialized (
  select coalesce(to_timestamp($9::bigint / 1000.0), date_trunc('milliseconds', statement_timestamp())) as at,
    (select count(*) from (select from baton.tenants limit 2) as t) > 1 as shared,
    case when $13::bool then set_config('synchronous_commit', 'off', true) end
),
lane as materialized (
  select type, class, type_limit, kept, coalesce(start_at, '-infinity') as start_at
  from unnest($1::text[], $2::int[], $3::int[], $4::int[], $5::timestamptz[])
    as l (type, class, type_limit, kept, start_at)
),
waiting as materialized (
  select l.type, l.class, l.type_limit, l.kept, l.start_at, n.tenant, n.count, n.oldest
  from lane l cross join clock c cross join lateral (
    select w.tenant, count(*) as count, min(w.due_at) as oldest
    from (
      select j.due_at, case when c.shared then j.tenant end as tenant
      from baton.jobs j
      where j.type = l.type and j.class = l.class and j.due_at >= l.start_at and j.due_at <= c.at
        and ($10::text[] is null or j.tenant = any($10)) and j.needs <= $12::int
      order by j.due_at, j.id
      limit case when c.shared then greatest(4 * $6::int, 2000) else least($6::int, l.type_limit) end
    ) as w
    group by w.tenant
  ) as n
),
-- Nothing is to be shared out where all that is due is of one type and class, and of one tenant or whosoever.
alone as materialized (
  select count(*) = 1 as alone from waiting
),
-- One row for each job that could be had. Tenants take turns within a class; some slots of each type are kept for
-- each class, then lower classes go first; types take turns; over half of the batch goes to one tenant only when
-- nobody else wants it.
slot as (
  select w.*, s.number,
    row_number() over (partition by w.type, w.class order by s.number, w.tenant) as in_class
  from waiting w cross join lateral generate_series(
    1, case when (select a.alone from alone a) then 0 else least(w.count, $6::int, w.type_limit) end
  ) as s (number)
),
slot_of_tenant as (
  select s.*, s.in_class <= s.kept as first, s.tenant is not null
    and row_number() over (partition by s.type, s.tenant order by s.class, s.number) > greatest(least(s.type_limit, $6::int) / 2, 1)
    as over_half
  from slot s
),
slot_of_type as (
  select s.*, row_number() over (
    partition by s.type
    order by s.over_half, s.first desc, case when s.first then -s.class else s.class end, s.in_class
  ) as in_type
  from slot_of_tenant s
),
slot_of_all as (
  select s.*, s.tenant is not null
    and row_number() over (partition by s.tenant order by s.in_type) > greatest($6::int / 2, 1) as over_half_of_all
  from slot_of_type s
  where s.in_type <= s.type_limit
),
quota as materialized (
  select s.type, s.class, s.tenant, s.start_at, count(*) as count
  from (select * from slot_of_all s order by s.over_half_of_all, s.in_type, s.oldest, s.type limit $6::int) as s
  group by s.type, s.class, s.tenant, s.start_at
  union all
  select w.type, w.class, w.tenant, w.start_at, least(w.count, $6, w.type_limit)
  from waiting w
  where (select a.alone from alone a)
),
locked as materialized (
  select j.id, j.due_at
  from quota q cross join clock c cross join lateral (
    select j.id, j.due_at
    from baton.jobs j
    where j.type = q.type and j.class = q.class and j.due_at >= q.start_at and j.due_at <= c.at
      and ($10::text[] is null or j.tenant = any($10)) and (q.tenant is null or j.tenant = q.tenant)
      and j.needs <= $12
    order by j.due_at, j.id
    limit q.count
    for update skip locked
  ) as j
),
leased as (
  update baton.jobs j
  set due_at = c.at + $8::bigint * interval '1 millisecond', lease_no = j.lease_no + 1, worker = $7::text,
    lost_leases = j.lost_leases + (j.worker is not null)::int
  from clock c
  where j.id = any(array(select id from locked))
  returning j.*
),
job as (
  select l.*, row_number() over (partition by l.instance_id order by l.id) as in_instance from leased l
)
select baton.ms(c.at) as at, j.id, j.tenant, j.instance_id, j.definition_id, j.element_id, j.type, j.class,
  nullif(j.priority, 0) as priority, j.held, j.lease_no, nullif(j.failures, 0) as failures, j.retries,
  array_to_json(j.retry_delays_ms)::text as retry_delays_ms, nullif(j.lost_leases, 0) as lost_leases,
  baton.ms(j.enqueued_at) as enqueued_at, j.payload, array_to_json(j.attempts)::text as attempts,
  baton.ms(d.due_at) as was_due_at, i.revision as i_revision, nullif(i.tenant, j.tenant) as i_tenant,
  i.definition_id as i_definition_id, i.key as i_key, i.version as i_version, i.business_key as i_business_key,
  nullif(i.status, 'running') as i_status, baton.ms(i.started_at) as i_started_at, baton.ms(i.ended_at) as i_ended_at,
  i.parent_id as i_parent_id, nullif(i.root_id, i.id) as i_root_id, i.reason as i_reason,
  case when i.known then null else i.state end as i_state,
  case when i.known then null else i.variables end as i_variables,
  case when i.known then null else i.locals end as i_locals,
  case when row_number() over () = 1 then (
    select json_object_agg(w.lane, w.oldest)::text
    from (select class || ' ' || type as lane, baton.ms(min(oldest)) as oldest from waiting group by class, type) as w
  ) end as waiting
from clock c
left join job j on true
left join locked d on d.id = j.id
left join lateral (
  select i.*, i.id in (select unnest($11::bigint[])) as known
  from baton.instances i
  where i.id = j.instance_id and j.in_instance = 1
  offset 0
) i on true
