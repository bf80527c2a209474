-- find_subscriptions.sql: one page of subscriptions, oldest first.
-- Used by   PostgresStore.findSubscriptions
-- Params    $1 tenant, $2 kind, $3 name, $4 key, $5 instance id, $6 armed before (ms), $7 and $8 cursor: armed (ms)
--           and id, $9 take; null: not asked for
-- Returns   subscriptions
-- Locking   none
-- Index     subscriptions_name_idx, or subscriptions_instance_idx for an instance
select id, tenant, kind, process_key, name, key, element_id, instance_id, definition_id, definition_index,
  baton.ms(armed_at) as armed_at
from baton.subscriptions s
where tenant = $1::text and kind = $2::text
  and ($3::text is null or name = $3)
  and ($4::text is null or key = $4)
  and ($5::bigint is null or instance_id = $5)
  and ($6::bigint is null or armed_at < to_timestamp($6 / 1000.0))
  and ($7::bigint is null or (armed_at, id) > (to_timestamp($7 / 1000.0), $8::bigint))
order by s.armed_at, s.id -- of the table: armed_at alone would be what is returned, which no index has in order
limit $9::int
