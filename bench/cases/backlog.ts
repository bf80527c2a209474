/**
 * Many orders that were started at once, and a database that is slow: those that were begun must be finished, too,
 * not only more and more begun.
 *
 * @module
 */
import { createEngine } from "../../mod.ts";
import { PostgresStore } from "../../storage/postgres.ts";
import { createWorker } from "../../worker.ts";
import { type BenchCase, row } from "../case.ts";
import { HANDLERS, TASKS } from "../fulfilment.ts";
import { openBenchPostgres } from "../postgres.ts";
import { slowProxy } from "../slow_proxy.ts";
import { makeWaitingOrders } from "../waiting_orders.ts";

/** Each way. */
const DELAY_MS = 5;
/** Tasks that are waited for on a machine that has not done so many in time: a few hundred are under way at once. */
const ENOUGH = 4_000;

const backlog: BenchCase = {
  name: "backlog",
  async run(context) {
    // Two seconds of it say nothing.
    if (context.quick) return [];
    const [instances, seconds] = context.large ? [500_000, 60] : [50_000, 10];
    context.log(`PostgreSQL: ${instances} orders wait, ${seconds} s of a slow database`);
    await using database = await openBenchPostgres();
    await using store = await PostgresStore.open(database.url);
    await using engine = await createEngine({ store, closeStore: false });
    const began = performance.now();
    await makeWaitingOrders(database.pool, { store, engine, schema: "baton", count: instances });
    context.log(`made in ${((performance.now() - began) / 1_000).toFixed(1)} s`);
    await using proxy = slowProxy(database.url, DELAY_MS);
    // No jobs handed on: each follow-up has to come through the queue, beside those that wait.
    await using worker = await createWorker({
      store: await PostgresStore.open(proxy.url),
      handlers: HANDLERS,
      handOn: false,
    });
    const started = performance.now();
    worker.start();
    const elapsed = () => (performance.now() - started) / 1_000;
    while (elapsed() < seconds || worker.counters().completed < ENOUGH && elapsed() < 10 * seconds) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    const measured = Math.round(elapsed());
    const tasks = worker.counters().completed;
    const { rows: [{ orders }] } = await database.pool.query(
      "select count(*)::int as orders from baton.instances where tenant = 'default' and status = 'completed'",
    );
    return [row({
      case: `PostgreSQL: orders of a backlog completed in the first ${measured} s`,
      value: orders,
      unit: "orders",
      peer: { name: `tasks completed / ${TASKS}`, value: tasks / TASKS },
      atLeast: 0.5,
      configuration:
        `${instances} orders waiting, copies of one that was started, nothing analyzed, one worker of 64 that ` +
        `hands no job on to itself, answers of the database ${
          2 * DELAY_MS
        } ms late, ${database.configuration}`,
    })];
  },
};

export default backlog;
