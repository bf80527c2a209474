-- list_notes.sql: the remarks on an instance, oldest first.
-- Used by   PostgresStore.listNotes
-- Params    $1 instance id
-- Returns   notes
-- Locking   none
-- Index     notes_instance_idx
select id, instance_id, kind, text, author, baton.ms(created_at) as created_at
from baton.notes n
where instance_id = $1::bigint
order by n.created_at, n.id
