/**
 * Orders that wait for their first task, as many as one likes in seconds: copies of one that was really started.
 *
 * @module
 */
import type pg from "pg";
import type { Engine } from "../mod.ts";
import type { Store } from "../storage/store.ts";
import { cloneRows } from "./clone_rows.ts";
import { deployFulfilment, startOrders } from "./fulfilment.ts";

/** What each order owns after its start, by table; all of it is copied. */
const OWNED = ["steps", "variables_index", "not_completed"];

/**
 * Deploys the process and makes orders that a worker can run. Only the sums of KPIs know nothing of their first step.
 *
 * @param schema That of the store, without orders so far.
 */
export async function makeWaitingOrders(
  pool: pg.Pool,
  options: {
    readonly store: Store;
    readonly engine: Engine;
    readonly schema: string;
    readonly count: number;
  },
): Promise<void> {
  const { store, engine, schema, count } = options;
  await deployFulfilment(engine);
  await startOrders(engine, 1);
  const { rows: [{ instance, job }] } = await pool.query(
    `select instance_id as instance, id as job from ${schema}.jobs where type = 'validate-order'`,
  );
  const copies = count - 1;
  const first = Number(await store.reserveIds(2 * copies));
  const id = `${first} - 1 + n`;
  const jobId = `${first + copies} - 1 + n`;
  await cloneRows(pool, `${schema}.instances`, {
    from: `id = ${instance}`,
    count: copies,
    set: { id, root_id: id, state: `replace(o.state, '"job":"${job}"', '"job":"' || (${jobId}) || '"')` },
  });
  for (const table of OWNED) {
    const { rows } = await pool.query(
      `select ctid::text as place from ${schema}.${table} where instance_id = ${instance}`,
    );
    for (const { place } of rows) {
      await cloneRows(pool, `${schema}.${table}`, {
        from: `ctid = '${place}' and instance_id = ${instance}`,
        count: copies,
        set: { instance_id: id },
      });
    }
  }
  await cloneRows(pool, `${schema}.jobs`, {
    from: `id = ${job}`,
    count: copies,
    set: { id: jobId, instance_id: id, due_at: "o.due_at + n * interval '1 microsecond'" },
  });
}
