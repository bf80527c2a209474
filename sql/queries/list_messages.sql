-- list_messages.sql: unexpired messages of a name and key, oldest first.
-- Used by   PostgresStore.listMessages
-- Params    $1 tenant, $2 name, $3 key, $4 now in ms (null: the server's clock)
-- Returns   messages with the processes that took them
-- Locking   none
-- Index     messages_name_idx, messages_taken_pkey
select m.id, m.tenant, m.name, m.key, m.message_id, m.variables, m.target_process,
  baton.ms(m.published_at) as published_at, baton.ms(m.expires_at) as expires_at,
  array_to_json(array(
    select t.process_key from baton.messages_taken t where t.message_id = m.id order by t.process_key
  ))::text as taken_by
from baton.messages m
where m.tenant = $1::text and m.name = $2::text and m.key = $3::text
  and m.expires_at > coalesce(to_timestamp($4::bigint / 1000.0), statement_timestamp())
order by m.published_at, m.id
