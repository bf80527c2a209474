-- list_steps.sql: ended steps of an instance.
-- Used by   PostgresStore.listSteps
-- Params    $1 instance id, $2 after this sequence, $3 take
-- Returns   steps by sequence
-- Locking   none
-- Index     steps_pkey of one partition
select sequence, element_id, element_type, status, baton.ms(started_at) as started_at, baton.ms(ended_at) as ended_at,
  item, failures, error, attempts
from baton.steps
where instance_id = $1::bigint and sequence > greatest($2::int, 0)
order by sequence
limit $3::int
