/**
 * One instance with many parallel items: ten times the items should take about ten times as long.
 *
 * @module
 */
import { MemoryStore } from "../../storage/memory.ts";
import { PostgresStore } from "../../storage/postgres.ts";
import type { Store } from "../../storage/store.ts";
import { createWorker } from "../../worker.ts";
import { type BenchCase, type BenchContext, type Row, row } from "../case.ts";
import { openBenchPostgres } from "../postgres.ts";

const FEW = 1_000;
const MANY = 10_000;

const multiInstance: BenchCase = {
  name: "multi-instance",
  async run(context) {
    const onMemory = await compare(context, "memory", () => new MemoryStore());
    // Ten thousand items on PostgreSQL do not fit into a quick run.
    if (context.quick) return [onMemory];
    await using database = await openBenchPostgres();
    let schema = 0;
    const open = () => PostgresStore.open(database.url, { schema: `bench_${schema++}` });
    return [onMemory, await compare(context, "PostgreSQL", open, database.configuration)];
  },
};

async function compare(
  context: BenchContext,
  name: string,
  open: () => Store | Promise<Store>,
  configuration = "",
): Promise<Row> {
  context.log(`${name}: ${FEW} and ${MANY} parallel items`);
  const measure = async (items: number): Promise<number> => {
    await using store = await open();
    return await timeOf(store, items);
  };
  await measure(FEW); // warm
  const few = await measure(FEW);
  const many = await measure(MANY);
  return row({
    case: `${name}: one instance with ${MANY} parallel items`,
    value: many,
    unit: "ms",
    peer: { name: `${FEW} items`, value: few },
    atMost: 15,
    configuration: `no-op handlers that return a number, one worker of 64${
      configuration && `, ${configuration}`
    }`,
  });
}

/** @returns From the start to the end of an instance, in ms. */
async function timeOf(store: Store, items: number): Promise<number> {
  const ended = Promise.withResolvers<void>();
  let handled = 0;
  await using worker = await createWorker({
    store,
    closeStore: false,
    handlers: {
      item: (context) => {
        handled++;
        return { result: Number(context.get("item")) * 2 };
      },
    },
  });
  const { engine } = worker;
  await engine.deploy(new URL("../models/multi_instance.bpmn", import.meta.url));
  worker.start();
  const began = performance.now();
  const { id } = await engine.start("multi-instance", {
    variables: { items: Array.from({ length: items }, (_, i) => i) },
  });
  // Looks rarely enough not to be a load of its own.
  const timer = setInterval(async () => {
    const { items: [found] } = await store.listInstances({ statuses: ["completed"], take: 1 });
    if (found) ended.resolve();
  }, 20);
  try {
    await ended.promise;
  } finally {
    clearInterval(timer);
  }
  const elapsed = performance.now() - began;
  const { variables } = await engine.getInstance(id);
  const results = variables.results;
  if (
    handled < items || !Array.isArray(results) || results.length !== items ||
    results[items - 1] !== 2 * (items - 1)
  ) {
    throw new Error(`Cannot trust the figure: ${handled} items of ${items} were handled`);
  }
  return elapsed;
}

export default multiInstance;
