-- take_turn.sql: take work that one process at a time does, for some time.
-- Used by   PostgresStore.takeTurn
-- Params    $1 name, $2 how long, ms
-- Returns   one row if it is the caller's turn, else none
-- Locking   the turn's row; who asks at the same moment waits for that statement
-- Index     turns_pkey
insert into baton.turns (name, role, until)
values ($1, session_user, statement_timestamp() + $2::float8 * interval '1 ms')
on conflict (name, role) do update set until = excluded.until where turns.until <= statement_timestamp()
returning true as taken
