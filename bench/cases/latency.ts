/**
 * How long an idle system takes from the start of an instance to the first handler, beside graphile-worker.
 *
 * In both the one who starts has connections of its own, as another process would: the worker learns of the job
 * from a notification. Both run side by side and are measured in turn.
 *
 * @module
 */
import { createEngine } from "../../mod.ts";
import { PostgresStore } from "../../storage/postgres.ts";
import { createWorker } from "../../worker.ts";
import { type BenchCase, row } from "../case.ts";
import { deployFulfilment, HANDLERS, startOrders, TASKS } from "../fulfilment.ts";
import { GRAPHILE_WORKER, openIdleGraphileWorker } from "../peers/graphile_worker.ts";
import { sampleLatencies } from "../latency.ts";
import { openBenchPostgres } from "../postgres.ts";

const latency: BenchCase = {
  name: "latency",
  async run(context) {
    const samples = context.quick ? 30 : 900;
    context.log(`PostgreSQL and ${GRAPHILE_WORKER}: ${samples} starts each on an idle system`);
    await using peerDatabase = await openBenchPostgres();
    await using peerWorker = await openIdleGraphileWorker(peerDatabase.url);
    await using database = await openBenchPostgres();
    await using store = await PostgresStore.open(database.url);
    await using engine = await createEngine({ store, closeStore: false });
    await deployFulfilment(engine);
    let begins = Promise.withResolvers<number>();
    await using worker = await createWorker({
      store: await PostgresStore.open(database.url),
      handlers: { ...HANDLERS, "validate-order": () => begins.resolve(performance.now()) },
    });
    worker.start();
    let orders = 0;
    const measure = async (): Promise<number> => {
      begins = Promise.withResolvers();
      const started = performance.now();
      await startOrders(engine, 1);
      const began = await begins.promise;
      // The order's other tasks are done before the next one: the system is idle again.
      orders++;
      while (worker.counters().completed < orders * TASKS) {
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
      return began - started;
    };
    const [own, peer] = await sampleLatencies(samples, [measure, peerWorker.measure]);
    const configuration =
      `${samples} starts of each in turn, 10-20 ms after the last one's end, one worker, ${database.configuration}`;
    return (["p50", "p99"] as const).map((quantile) =>
      row({
        case: `PostgreSQL, idle: start until the handler begins, ${quantile}`,
        value: own[quantile],
        unit: "ms",
        peer: { name: GRAPHILE_WORKER, value: peer[quantile] },
        atMost: 1,
        configuration,
      })
    );
  },
};

export default latency;
