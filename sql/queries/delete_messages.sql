-- delete_messages.sql: forget messages and who took them.
-- Used by   PostgresStore.deleteMessages
-- Params    $1 ids bigint[]
-- Returns   nothing
-- Locking   rows in no order: only one job deletes a message
-- Index     messages_pkey, messages_taken_pkey
with message as (
  delete from baton.messages where id = any($1::bigint[])
)
delete from baton.messages_taken where message_id = any($1)
