-- 0001_baton.sql: everything a store needs.
-- Why       first release.
-- Downtime  none: nothing existed before.
-- Release   at least 1
--
-- Every table carries its tenant. No foreign keys: a commit writes many instances at once, and each key would
-- lock and look up a row that the commit has just decided on. Times have whole milliseconds.
-- Collation C: comparing bytes is faster, and every store sorts the same way.

create function baton.ms(timestamptz) returns bigint
  language sql stable parallel safe
  as $$ select (date_part('epoch', $1) * 1000)::bigint $$;

-- Formats of instances' state that releases may write: the highest one counts. A release that reads a newer one
-- goes on writing this one until `migrate --finish` adds its own, when no older release is at work any more.
create table baton.state_formats (
  format      integer primary key,
  finished_at timestamptz not null default statement_timestamp()
);

insert into baton.state_formats (format) values (1);

-- One value is a block of 1,024 ids, so that ids cost a round trip in a thousand.
create sequence baton.ids as bigint increment by 1024 start with 1024 minvalue 1024 maxvalue 9007199254739968;

-- Who there is; lets a lease know at once whether it has to share between tenants.
create table baton.tenants (
  tenant text collate "C" primary key
);

create table baton.resources (
  tenant text collate "C" not null,
  hash   text collate "C" not null,
  xml    text not null,
  primary key (tenant, hash)
);

create table baton.definitions (
  id          bigint primary key,
  tenant      text collate "C" not null,
  key         text collate "C" not null,
  version     integer not null,
  name        text collate "C",
  version_tag text collate "C",
  hash        text collate "C" not null,
  deployed_at timestamptz not null,
  latest      boolean not null,
  history_ttl_ms bigint,
  unique (tenant, key, version)
);

-- state, variables and locals are the core's text, byte for byte. The fill factor leaves room on each page for
-- the next revisions: columns that commits change are in no index and no index's condition (but for a unique key
-- that is let go), so updates stay on the page. They stand next to each other, after all that never changes: the
-- log of an update holds what lies between the first and the last byte that differ.
create table baton.instances (
  id            bigint primary key,
  definition_id bigint not null,
  root_id       bigint not null,
  parent_id     bigint,
  started_at    timestamptz not null,
  version       integer not null,
  tenant        text collate "C" not null,
  key           text collate "C" not null,
  business_key  text collate "C",
  unique_key    text collate "C",
  revision      integer not null,
  status        text collate "C" not null,
  ended_at      timestamptz,
  reason        text,
  state         text not null,
  variables     text not null,
  locals        text
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.05, vacuum_truncate = off);

create index instances_tenant_idx on baton.instances (tenant, started_at, id);
create index instances_key_idx on baton.instances (tenant, key, started_at, id);
create index instances_definition_idx on baton.instances (definition_id, started_at, id);
create index instances_business_key_idx on baton.instances (tenant, business_key, started_at, id)
  where business_key is not null;
create unique index instances_unique_key_idx on baton.instances (tenant, unique_key) where unique_key is not null;
create index instances_parent_idx on baton.instances (parent_id, started_at, id) where parent_id is not null;
create index instances_root_idx on baton.instances (root_id, started_at, id);

-- Instances by status, except the completed, which are nearly all. A table of its own: with the status in an index
-- of instances, the last update of each would write a new entry into every one of their indexes.
create table baton.not_completed (
  started_at  timestamptz not null,
  instance_id bigint not null,
  tenant      text collate "C" not null,
  status      text collate "C" not null,
  primary key (tenant, status, started_at, instance_id)
) with (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 5000, vacuum_truncate = off);

-- Searchable variables of instances. A value is a JSON scalar as text.
create table baton.variables_index (
  instance_id bigint not null,
  name        text collate "C" not null,
  value       text collate "C" not null,
  tenant      text collate "C" not null,
  started_at  timestamptz not null,
  primary key (instance_id, name, value)
);

create index variables_index_value_idx on baton.variables_index (tenant, name, value, started_at, instance_id);

-- Append-only. Partitioned by ranges of instance id, which grow with time: a whole history is in one partition,
-- and old partitions can be dropped. Sequence 0, without an element: an instance that ended at a time when no step of
-- it did (one that is cancelled while it waits before an element), since ends are looked for by the times of steps.
create table baton.steps (
  instance_id  bigint not null,
  sequence     integer not null,
  failures     integer,
  item         integer,
  started_at   timestamptz not null,
  ended_at     timestamptz not null,
  tenant       text collate "C" not null,
  element_id   text not null,
  element_type text not null,
  status       text collate "C" not null,
  error        text,
  attempts     text,
  primary key (instance_id, sequence)
) partition by range (instance_id);

-- Takes what is outside of every range: ids that did not come from baton.ids.
create table baton.steps_rest partition of baton.steps default;

create table baton.steps_ranges (
  from_id    bigint primary key,
  to_id      bigint not null unique,
  created_at timestamptz not null default statement_timestamp()
);

-- Makes sure that ids up to `upto` have a partition, one range ahead of it, and returns the first id that has
-- none. Attaching locks out neither readers nor writers of the other partitions. Runs with its owner's rights:
-- a role that may not change the schema can still go on. It cannot have partitions made for ids that nobody has:
-- the last id given out is the end of the last block.
create function baton.add_steps_partitions(upto bigint) returns bigint
  language plpgsql security definer set search_path = pg_catalog, pg_temp
  as $$
declare
  size constant bigint := 16777216;
  lo bigint;
  hi bigint;
begin
  perform pg_advisory_xact_lock(hashtextextended('baton.steps', 0));
  select least(upto, last_value + 1024) into upto from baton.ids;
  select coalesce(max(to_id), 0) into lo from baton.steps_ranges;
  while lo <= upto + size loop
    hi := (lo / size + 1) * size;
    -- Rows that are in the rest already keep their range there.
    if not exists (select from baton.steps_rest where instance_id >= lo and instance_id < hi) then
      execute format('create table baton.%I (like baton.steps including all)', 'steps_' || lo);
      execute format('alter table baton.%I add constraint range check (instance_id >= %s and instance_id < %s)',
        'steps_' || lo, lo, hi);
      execute format('alter table baton.steps attach partition baton.%I for values from (%s) to (%s)',
        'steps_' || lo, lo, hi);
      execute format('alter table baton.%I drop constraint range', 'steps_' || lo);
    end if;
    insert into baton.steps_ranges (from_id, to_id) values (lo, hi);
    lo := hi;
  end loop;
  return lo;
end
$$;

select baton.add_steps_partitions(0);

-- For KPIs of parts of an hour. Steps are stored in the order in which they end, or nearly.
create index steps_ended_idx on baton.steps using brin (ended_at) with (pages_per_range = 32);

-- Drops the partitions of steps whose instances are all deleted and whose ids are all given out; a late instance's
-- steps would go into the rest. Returns how many went. Waits only so long for the statements that use the table,
-- as all others wait for this one meanwhile.
create function baton.drop_steps_partitions() returns integer
  language plpgsql security definer set search_path = pg_catalog, pg_temp
  as $$
declare
  candidate record;
  given bigint;
  dropped integer := 0;
begin
  perform pg_advisory_xact_lock(hashtextextended('baton.steps', 0));
  select last_value into given from baton.ids;
  for candidate in
    select r.from_id, r.to_id from baton.steps_ranges r
    where r.to_id <= given and not exists (
      select from baton.instances i where i.id >= r.from_id and i.id < r.to_id
    )
    order by r.from_id
  loop
    perform set_config('lock_timeout', '200ms', true);
    lock table baton.steps in access exclusive mode;
    -- Commits that ran until now are seen only now.
    if not exists (select from baton.instances i where i.id >= candidate.from_id and i.id < candidate.to_id) then
      execute format('drop table if exists baton.%I', 'steps_' || candidate.from_id);
      delete from baton.steps_ranges where from_id = candidate.from_id;
      dropped := dropped + 1;
    end if;
  end loop;
  return dropped;
exception when lock_not_available then
  return 0;
end
$$;

-- What ended in commits and is not summed up yet: written with every commit, so without any index, and emptied
-- every few seconds. An empty element id stands for the instance.
create table baton.kpi_deltas (
  hour          timestamptz not null,
  definition_id bigint not null,
  failures      integer not null,
  tenant        text collate "C" not null,
  key           text collate "C" not null,
  element_id    text collate "C" not null,
  durations_ms  bigint[] not null
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000, vacuum_truncate = off);

-- Sums. 'open': an hour that is still being added to; later it is added to its 'hour', 'day' and 'month' (UTC).
-- durations and counts: a histogram as baton.histogram makes it. As text, which is read a hundred times as fast as
-- an array is written out.
create table baton.kpi_sums (
  start_at      timestamptz not null,
  definition_id bigint not null,
  count         bigint not null,
  failures      bigint not null,
  sum_ms        bigint not null,
  min_ms        bigint not null,
  max_ms        bigint not null,
  period        text collate "C" not null,
  tenant        text collate "C" not null,
  key           text collate "C" not null,
  element_id    text collate "C" not null,
  durations     text collate "C" not null,
  counts        text collate "C" not null,
  primary key (period, start_at, tenant, key, definition_id, element_id)
) with (autovacuum_vacuum_scale_factor = 0.05);

-- Adds up histograms that were strung together: durations and how often each occurred, separated by commas. A
-- duration is milliseconds while there are up to 64 different ones; beyond, those above 0 fall into buckets, each 2 %
-- wider than the one before, and bucket b is -1 - b. storage/kpi/summary.ts does the same.
create function baton.histogram(durations text, counts text) returns table (durations text, counts text)
  language sql immutable strict parallel safe
  as $$
  with one as materialized (
    select u.ms, sum(u.n) as n from unnest(('{' || $1 || '}')::bigint[], ('{' || $2 || '}')::bigint[]) as u (ms, n) group by u.ms
  ),
  kept as (
    select case when ms > 0 and (select count(*) > 64 or min(ms) < 0 from one)
      then -1 - floor(ln(ms::float8) / ln(1.02::float8))::bigint else ms end as ms, n
    from one
  )
  select string_agg(t.ms::text, ','), string_agg(t.n::text, ',') from (select ms, sum(n) as n from kept group by ms) t
  $$;

-- Work that one process at a time does for all, such as deleting old instances. By database role: with row level
-- security each role does it for its own tenants.
create table baton.turns (
  until timestamptz not null,
  name  text collate "C" not null,
  role  text collate "C" not null,
  primary key (name, role)
);

-- The only queue. Null due_at: held. needs: the oldest state format whose readers can run it; others leave it alone. Rows live shortly and move in the index at every lease, hence the early
-- vacuum.
create table baton.jobs (
  id            bigint primary key,
  instance_id   bigint,
  definition_id bigint,
  due_at        timestamptz,
  enqueued_at   timestamptz not null,
  lease_no      integer not null default 0,
  failures      integer not null default 0,
  lost_leases   integer not null default 0,
  priority      integer not null default 0,
  retries       integer,
  class         smallint not null,
  needs         smallint not null default 1,
  tenant        text collate "C" not null,
  type          text collate "C" not null,
  element_id    text,
  worker        text,
  held          text,
  retry_delays_ms bigint[],
  payload       text,
  attempts      text[],
  outcome       text
) with (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 5000, vacuum_truncate = off);

create index jobs_due_idx on baton.jobs (type, class, due_at, id) where due_at is not null;
create index jobs_instance_idx on baton.jobs (instance_id, id) where instance_id is not null;
create index jobs_start_idx on baton.jobs (definition_id) where instance_id is null;
create index jobs_held_idx on baton.jobs (tenant, id) where held is not null;
create index jobs_ended_idx on baton.jobs (instance_id, id) where held = 'ended';

create table baton.subscriptions (
  id            bigint primary key,
  instance_id   bigint,
  definition_id bigint,
  armed_at      timestamptz not null,
  definition_index integer not null,
  tenant        text collate "C" not null,
  kind          text collate "C" not null,
  process_key   text collate "C" not null,
  name          text collate "C" not null,
  key           text collate "C" not null,
  element_id    text not null
);

create index subscriptions_name_idx on baton.subscriptions (tenant, kind, name, key, armed_at, id);
create index subscriptions_instance_idx on baton.subscriptions (instance_id, armed_at, id)
  where instance_id is not null;
create index subscriptions_start_idx on baton.subscriptions (definition_id) where instance_id is null;

create table baton.user_tasks (
  id            bigint primary key,
  instance_id   bigint not null,
  revision      integer not null,
  priority      integer not null,
  created_at    timestamptz not null,
  ended_at      timestamptz,
  due_at        timestamptz,
  follow_up_at  timestamptz,
  tenant        text collate "C" not null,
  process_key   text collate "C" not null,
  element_id    text not null,
  status        text collate "C" not null,
  name          text collate "C",
  assignee      text collate "C",
  candidate_users  text[] not null,
  candidate_groups text[] not null,
  due_date      text,
  follow_up_date text,
  form_key      text
);

create index user_tasks_list_idx on baton.user_tasks (tenant, status, priority desc, created_at, id);
create index user_tasks_instance_idx on baton.user_tasks (instance_id);
create index user_tasks_assignee_idx on baton.user_tasks (tenant, assignee, priority desc, created_at, id)
  where status = 'open' and assignee is not null;
create index user_tasks_groups_idx on baton.user_tasks using gin (candidate_groups) where status = 'open';
create index user_tasks_users_idx on baton.user_tasks using gin (candidate_users) where status = 'open';

create table baton.incidents (
  id          bigint primary key,
  instance_id bigint not null,
  job_id      bigint,
  created_at  timestamptz not null,
  tenant      text collate "C" not null,
  process_key text collate "C" not null,
  kind        text collate "C" not null,
  element_id  text not null,
  message     text not null
);

create index incidents_list_idx on baton.incidents (tenant, created_at, id);
create index incidents_process_idx on baton.incidents (tenant, process_key, created_at, id);
create index incidents_instance_idx on baton.incidents (instance_id);

create table baton.messages (
  id           bigint primary key,
  published_at timestamptz not null,
  expires_at   timestamptz not null,
  tenant       text collate "C" not null,
  name         text collate "C" not null,
  key          text collate "C" not null,
  message_id   text collate "C",
  target_process text,
  variables    text not null
);

create index messages_name_idx on baton.messages (tenant, name, key, published_at, id);
create unique index messages_message_id_idx on baton.messages (tenant, name, message_id)
  where message_id is not null;

create table baton.messages_taken (
  message_id  bigint not null,
  process_key text collate "C" not null,
  tenant      text collate "C" not null,
  instance_id bigint not null,
  primary key (message_id, process_key)
);

create table baton.notes (
  id          bigint primary key,
  instance_id bigint not null,
  created_at  timestamptz not null,
  tenant      text collate "C" not null,
  kind        text collate "C" not null,
  author      text,
  text        text not null
);

create index notes_instance_idx on baton.notes (instance_id, created_at, id);

-- Large states and variables are compressed by lz4, where the server was built with it: by default PostgreSQL takes
-- ten times as long, also for what it then stores as it is. Partitions to come are made like their table.
do $$
declare
  each record;
begin
  for each in
    select a.attrelid::regclass as table_name, a.attname as name
    from pg_class c join pg_attribute a on a.attrelid = c.oid
    where c.relnamespace = (select relnamespace from pg_class where oid = 'baton.instances'::regclass)
      and c.relkind in ('r', 'p') and a.attnum > 0 and a.attstorage in ('x', 'm')
  loop
    execute format('alter table %s alter %I set compression lz4', each.table_name, each.name);
  end loop;
exception when feature_not_supported then
  null; -- a server without lz4: the default does
end
$$;
