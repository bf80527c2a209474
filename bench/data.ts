/**
 * Histories as the engine leaves them, made by the database itself: millions of steps in seconds.
 *
 * @module
 */
import type pg from "pg";

/** What to make. Ids go from 1 up. */
export interface HistoryOptions {
  readonly schema: string;
  readonly instances: number;
  /** Of each instance, one per element: `e1`, `e2`, … */
  readonly steps: number;
  /** Instances start evenly over this time, up to now. */
  readonly days: number;
  /** Process keys `process-1`, …, each with one definition. */
  readonly processes: number;
}

/**
 * Makes instances with steps and two searchable variables each: `order`, one of its own, and `region`, one of fifty.
 * Of a thousand 900 are completed, 60 failed, 39 run and 1 is suspended; the last step of 2 % of all failed.
 * Steps are stored in the order in which they end, as commits leave them. Indexes are built at the end, and all is
 * analyzed.
 */
export async function makeHistory(pool: pg.Pool, options: HistoryOptions): Promise<void> {
  const { schema, instances, steps, days, processes } = options;
  const client = await pool.connect();
  try {
    const indexes = await dropIndexes(client, schema);
    await client.query(`set work_mem = '256MB'; set maintenance_work_mem = '256MB'`);
    await client.query(`insert into ${schema}.tenants values ('default') on conflict do nothing`);
    await client.query(
      `insert into ${schema}.instances (
         id, revision, version, definition_id, root_id, started_at, ended_at, tenant, key, status, business_key, state,
         variables
       )
       select n, ${steps}, 1, 1 + n % ${processes}, n, at,
         case when kind = 'completed' or kind = 'failed' then at + ${steps} * interval '1 second' end,
         'default', 'process-' || 1 + n % ${processes}, kind, 'order-' || n, repeat('s', 200), repeat('v', 300)
       from (
         select n, ${startOf("n", instances, days)} as at,
           case when n % 1000 = 7 then 'suspended' when n % 1000 < 40 then 'running' when n % 1000 < 100 then 'failed'
             else 'completed' end as kind
         from generate_series(1, ${instances}) as n
       ) each`,
    );
    await client.query(
      `insert into ${schema}.steps (
         instance_id, sequence, started_at, ended_at, tenant, element_id, element_type, status
       )
       select n, s, at, at + interval '1 ms' * floor(exp((n::bigint * 7919 + s * 104729) % 1000 / 100.0)), 'default', 'e' || s,
         'serviceTask', case when s = ${steps} and n % 50 = 0 then 'failed' else 'completed' end
       from (
         select n, s, ${startOf("n", instances, days)} + s * interval '1 second' as at
         from generate_series(1, ${instances}) as n cross join lateral generate_series(1, ${steps} + 0 * n) as s
       ) each`,
    );
    await client.query(
      `insert into ${schema}.variables_index (instance_id, name, value, tenant, started_at)
       select n, v.name, v.value, 'default', ${startOf("n", instances, days)}
       from generate_series(1, ${instances}) as n
         cross join lateral (values ('order', n::text), ('region', (n % 50)::text)) as v (name, value)`,
    );
    await client.query(
      `insert into ${schema}.not_completed (tenant, status, started_at, instance_id)
       select tenant, status, started_at, id from ${schema}.instances where status <> 'completed'`,
    );
    for (const index of indexes) await client.query(index);
    await client.query(
      ["instances", "steps", "variables_index", "not_completed"].map((table) => `analyze ${schema}.${table}`)
        .join("; "),
    );
    await client.query(`reset work_mem; reset maintenance_work_mem`);
  } finally {
    client.release();
  }
  // Else the first who reads writes hint bits.
  await pool.query(`vacuum ${schema}.instances`);
  await pool.query(`vacuum ${schema}.steps`);
  await pool.query(`vacuum ${schema}.variables_index`);
  await pool.query(`vacuum ${schema}.not_completed`);
}

/** Whole milliseconds, as the engine has them. */
function startOf(n: string, instances: number, days: number): string {
  return `date_trunc('milliseconds', date_trunc('hour', statement_timestamp())
    - ${days} * interval '1 day' * (${instances} - ${n}) / ${instances} - interval '2 hours')`;
}

/** @returns The statements that make them again. */
async function dropIndexes(client: pg.PoolClient, schema: string): Promise<string[]> {
  const { rows } = await client.query(
    `select i.indexrelid::regclass::text as name, pg_get_indexdef(i.indexrelid) as definition
     from pg_index i join pg_class c on c.oid = i.indrelid
     where c.relnamespace = $1::regnamespace and c.relname in ('instances', 'variables_index')
       and not i.indisprimary and not i.indisunique`,
    [schema],
  );
  for (const { name } of rows) await client.query(`drop index ${name}`);
  return rows.map(({ definition }) => definition);
}
