-- add_note.sql: add a remark to an instance.
-- Used by   PostgresStore.addNote
-- Params    $1 id, $2 instance id, $3 kind, $4 text, $5 author or null, $6 created in ms, $7 tenant of a missing instance
-- Returns   nothing
-- Locking   none
-- Index     notes_pkey, instances_pkey
insert into baton.notes (id, instance_id, created_at, tenant, kind, author, text)
select $1::bigint, $2::bigint, to_timestamp($6::bigint / 1000.0),
  coalesce((select tenant from baton.instances where id = $2), $7::text), $3::text, $5::text, $4::text
