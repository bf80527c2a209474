-- publish_message.sql: buffer a message together with the job that matches it.
-- Used by   PostgresStore.publishMessage
-- Params    $1 id, $2 tenant, $3 name, $4 key, $5 message id or null, $6 variables, $7 target process or null,
--           $8 published and $9 expires in ms
-- Returns   a row if it was stored
-- Locking   waits for whoever publishes the same message id, as long as lock_timeout allows
-- Index     messages_message_id_idx
with expired as (
  delete from baton.messages
  where tenant = $2::text and name = $3::text and message_id = $5::text
    and expires_at <= to_timestamp($8::bigint / 1000.0)
  returning id
),
forgotten as (
  delete from baton.messages_taken where message_id = any(array(select id from expired))
)
insert into baton.messages (
  id, tenant, name, key, message_id, variables, target_process, published_at, expires_at
)
select $1::bigint, $2, $3, $4::text, $5, $6::text, $7::text, to_timestamp($8 / 1000.0), to_timestamp($9::bigint / 1000.0)
-- After the deletion, or the unique index would still see the expired one.
where (select count(*) from expired) >= 0
on conflict (tenant, name, message_id) where message_id is not null do nothing
returning id
