-- take_messages.sql: take buffered messages for a process.
-- Used by   PostgresStore.commit, in the transaction of commit_units
-- Params    $1 message ids bigint[], $2 process keys text[], $3 tenant, $4 instance id
-- Returns   a row for each message that was still there to take
-- Locking   waits for whoever takes or deletes the same message, as long as lock_timeout allows
-- Index     messages_pkey, messages_taken_pkey
with message as materialized (
  select m.id from baton.messages m where m.id = any($1::bigint[]) and m.tenant = $3::text order by m.id for key share
)
insert into baton.messages_taken (message_id, process_key, tenant, instance_id)
select m.id, t.process_key, $3, $4::bigint
from message m join unnest($1, $2::text[]) as t (message_id, process_key) on t.message_id = m.id
on conflict do nothing
returning message_id
