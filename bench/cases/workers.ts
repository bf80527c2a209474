/**
 * Four worker processes on the same instances beside one: no slower, and hardly a commit refused.
 *
 * @module
 */
import { createEngine } from "../../mod.ts";
import { PostgresStore } from "../../storage/postgres.ts";
import { type BenchCase, type BenchContext, row } from "../case.ts";
import { checkCompleted, deployFulfilment, startOrders, TASKS } from "../fulfilment.ts";
import { type BenchPostgres, openBenchPostgres } from "../postgres.ts";
import { spawnWorker } from "../spawn_worker.ts";

const PROCESSES = 4;
/** Of the commits, at most. */
const CONFLICT_SHARE = 0.02;
/** Orders that each process has done before: four would compile the code four times, on the same cores. */
const WARM = 1_500;

interface Run {
  readonly workers: number;
  readonly instances: number;
  /** Handlers take 0 to this many ms. */
  readonly handlerMs: number;
}

interface Outcome {
  readonly instances: number;
  readonly tasksPerSecond: number;
  /** Share of units that were refused and run again. */
  readonly conflictShare: number;
}

const workers: BenchCase = {
  name: "workers",
  async run(context) {
    // To start ten processes takes most of what a quick run has.
    if (context.quick) return [];
    // So many that the last batches, when some processes have nothing left, do not count.
    const instances = 20_000;
    await using database = await openBenchPostgres();
    const one = await drain(context, database, { workers: 1, instances, handlerMs: 0 });
    const four = await drain(context, database, { workers: PROCESSES, instances, handlerMs: 0 });
    const handlerMs = 20;
    const slow = await drain(context, database, { workers: PROCESSES, instances: instances / 2, handlerMs });
    const what = (orders: number) =>
      `${orders} waiting orders of 4 tasks, workers of 64 that have done ${WARM} orders each, ` +
      database.configuration;
    return [
      row({
        case: `PostgreSQL, ${PROCESSES} worker processes on the same instances`,
        value: four.tasksPerSecond,
        unit: "tasks/s",
        peer: { name: "one worker process", value: one.tasksPerSecond },
        atLeast: 1,
        configuration: `${what(instances)}, no-op handlers; ${
          percent(four.conflictShare)
        } of the units were run again`,
      }),
      row({
        case: `PostgreSQL, ${PROCESSES} worker processes: units run again`,
        value: slow.conflictShare * 100,
        unit: "%",
        peer: { name: "what is allowed", value: CONFLICT_SHARE * 100 },
        atMost: 1,
        configuration: `${what(slow.instances)}, handlers of 0-${handlerMs} ms (${
          Math.round(slow.tasksPerSecond)
        } tasks/s)`,
      }),
    ];
  },
};

async function drain(context: BenchContext, database: BenchPostgres, run: Run): Promise<Outcome> {
  context.log(
    `PostgreSQL: ${run.instances} orders, ${run.workers} worker processes, handlers of ${run.handlerMs} ms`,
  );
  const schema = `workers_${run.workers}_${run.handlerMs}`;
  const warm = `${schema}_warm`;
  await using store = await given(database, schema, run.instances);
  await (await given(database, warm, run.workers * WARM))[Symbol.asyncDispose]();
  await database.pool.query("analyze");
  const processes = Array.from(
    { length: run.workers },
    () => spawnWorker("worker_process.ts", database.url, schema, run.handlerMs, warm),
  );
  await Promise.all(processes.map((each) => each.ready));
  const began = performance.now();
  await Promise.all(processes.map((each) => each.go()));
  const left =
    `select exists (select from ${schema}.instances where tenant = 'default' and status = 'running') as yes`;
  while ((await database.pool.query(left)).rows[0].yes) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const elapsed = performance.now() - began;
  const counters = await Promise.all(processes.map((each) => each.end()));
  await checkCompleted(store, run.instances);
  const units = counters.reduce((sum, each) => sum + each.units, 0);
  const conflicts = counters.reduce((sum, each) => sum + each.conflicts, 0);
  return {
    instances: run.instances,
    tasksPerSecond: run.instances * TASKS / elapsed * 1000,
    conflictShare: conflicts / (units + conflicts),
  };
}

/** Orders that wait. */
async function given({ url }: BenchPostgres, schema: string, orders: number): Promise<PostgresStore> {
  const store = await PostgresStore.open(url, { schema });
  await using engine = await createEngine({ store, closeStore: false });
  await deployFulfilment(engine);
  await startOrders(engine, orders);
  return store;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(2)} %`;
}

export default workers;
