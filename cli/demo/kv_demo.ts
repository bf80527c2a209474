/** The demo on a Deno KV file: one process, one worker. */
import { createWorker, type Worker } from "../../worker.ts";
import type { Engine } from "../../runtime/engine.ts";
import { EXIT, type ExitCode } from "../exit_codes.ts";
import { openStore } from "../database.ts";
import { count, formatDuration } from "../format.ts";
import type { Session } from "../session.ts";
import { handlers } from "./handlers.ts";
import {
  type DemoOptions,
  deployOrders,
  headline,
  KEY,
  say,
  showResults,
  startOrders,
  STEPS,
} from "./orders.ts";
import { withTempDir } from "./temp_dir.ts";

/** Few, so that there is something to watch. */
const CONCURRENCY = 8;
const LOOK_MS = 100;

/** Runs it. @returns 1 if an order did not complete. */
export function kvDemo(session: Session, options: DemoOptions): Promise<ExitCode> {
  return withTempDir(options.keep, async (dir) => {
    const address = `kv:${dir}/orders.kv`;
    headline(session, "Order fulfilment on Deno KV");
    const store = await openStore(address);
    await using worker = await createWorker({
      store,
      handlers,
      concurrency: CONCURRENCY,
      logger: session.logger,
    });
    const { engine } = worker;
    await deployOrders(session, engine);
    headline(session, "Orders come in");
    await startOrders(session, engine, options);

    headline(session, "A worker does the work");
    const from = performance.now();
    worker.start();
    await watch(session, engine, worker, options.orders);
    const { completed: tasks, failed } = worker.counters();
    const completed = await ended(engine);
    say(
      session,
      `${session.paint("green", `${completed} of ${count(options.orders, "order")} completed`)} in ` +
        `${formatDuration(performance.now() - from)}: ${tasks} tasks done, ${failed} failed attempts retried`,
    );
    const shown = await mostRetried(engine);
    await showResults(session, engine, shown);
    if (session.json) {
      const history = await engine.history(shown);
      session.printJson({
        orders: options.orders,
        completed,
        tasks,
        failedAttempts: failed,
        history,
        kpis: await engine.kpis({ key: KEY }),
      });
    }
    if (options.keep) {
      say(session, `\nThe orders are kept. Look at them: show ${shown} --db ${address}`);
    }
    return completed === options.orders ? EXIT.ok : EXIT.failed;
  });
}

/** Shows progress until all orders have ended, or stand still with an incident. */
async function watch(session: Session, engine: Engine, worker: Worker, orders: number): Promise<void> {
  const progress = session.progress("orders", orders);
  for (;;) {
    const done = await ended(engine);
    const { completed, failed } = worker.counters();
    progress.update(done, `${completed} tasks, ${failed} failed attempts`);
    const stuck = done === orders ? 0 : (await engine.incidents.list()).items.length;
    if (done + stuck >= orders) break;
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  progress.end();
}

async function ended(engine: Engine): Promise<number> {
  const [row] = await engine.kpis({ groupBy: "process", key: KEY });
  return (row?.count ?? 0) - (row?.failures ?? 0);
}

/** @returns The order whose history has most to tell. */
async function mostRetried(engine: Engine): Promise<string> {
  let best = { id: "", failures: -1 };
  for (const { id } of (await engine.instances({ key: KEY, statuses: ["completed"] })).items) {
    const steps = await engine.history(id, { take: STEPS });
    const failures = steps.reduce((sum, step) => sum + (step.failures ?? 0), 0);
    if (failures > best.failures) best = { id, failures };
  }
  return best.id;
}
