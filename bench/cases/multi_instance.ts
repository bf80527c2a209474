/**
 * One instance with many parallel items whose handlers end in random order: ten times the items should take about ten
 * times as long, and four workers should be no slower than one and hardly ever collide.
 *
 * @module
 */
import { createEngine, type Engine } from "../../mod.ts";
import { MemoryStore } from "../../storage/memory.ts";
import { PostgresStore } from "../../storage/postgres.ts";
import type { Store } from "../../storage/store.ts";
import { createWorker, type WorkerCounters } from "../../worker.ts";
import { type BenchCase, type BenchContext, type Row, row } from "../case.ts";
import { itemHandlers } from "../items.ts";
import { openBenchPostgres } from "../postgres.ts";
import { spawnWorker } from "../spawn_worker.ts";

/** Parallel items that are compared: few and ten times as many. */
const ITEMS = { quick: [500, 5_000], full: [1_000, 10_000] } as const;
const HANDLER_MS = 5;
const WORKERS = 4;
/** Of the units, at most. */
const CONFLICT_SHARE = 0.02;

/** What the workers of one measurement are and where. */
interface Place {
  readonly name: string;
  /** Starts workers on data of their own. */
  open(workers: number): Promise<Open>;
  readonly configuration: string;
}

interface Open {
  readonly store: Store;
  go(): Promise<void>;
  /** Stops them all. */
  end(): Promise<readonly WorkerCounters[]>;
}

interface Measured {
  readonly few: number;
  readonly many: number;
  readonly units: number;
  readonly conflicts: number;
}

const multiInstance: BenchCase = {
  name: "multi-instance",
  async run(context) {
    const onMemory = await compare(context, inMemory);
    // Ten thousand items on PostgreSQL do not fit into a quick run.
    if (context.quick) return onMemory;
    await using database = await openBenchPostgres();
    let schema = 0;
    const onPostgres = await compare(context, {
      name: "PostgreSQL",
      configuration: `, ${database.configuration}`,
      async open(workers) {
        const name = `items_${schema++}`;
        const store = await PostgresStore.open(database.url, { schema: name });
        const processes = Array.from(
          { length: workers },
          () => spawnWorker("item_process.ts", database.url, name, HANDLER_MS),
        );
        await Promise.all(processes.map((each) => each.ready));
        return {
          store,
          go: async () => void await Promise.all(processes.map((each) => each.go())),
          end: () => Promise.all(processes.map((each) => each.end())),
        };
      },
    });
    return [...onMemory, ...onPostgres];
  },
};

const inMemory: Place = {
  name: "memory",
  configuration: "",
  async open(count) {
    const store = new MemoryStore();
    const handlers = itemHandlers(HANDLER_MS);
    const workers = await Promise.all(
      Array.from({ length: count }, () => createWorker({ store, closeStore: false, handlers })),
    );
    return {
      store,
      go() {
        for (const worker of workers) worker.start();
        return Promise.resolve();
      },
      async end() {
        for (const worker of workers) await worker.stop();
        return workers.map((worker) => worker.counters());
      },
    };
  },
};

async function compare(context: BenchContext, place: Place): Promise<Row[]> {
  const [fewItems, manyItems] = ITEMS[context.quick ? "quick" : "full"];
  const one = await measure(context, place, 1);
  const four = await measure(context, place, WORKERS);
  const what = place.name === "memory" ? "workers in one process" : "worker processes";
  const setting = `handlers of 0-${HANDLER_MS} ms that return a number, workers of 64${place.configuration}`;
  const grows = (measured: Measured, workers: string): Row =>
    row({
      case: `${place.name}: one instance with ${manyItems} parallel items, ${workers}`,
      value: measured.many,
      unit: "ms",
      peer: { name: `${fewItems} items`, value: measured.few },
      atMost: 15,
      configuration: setting,
    });
  return [
    grows(one, "one worker"),
    grows(four, `${WORKERS} ${what}`),
    row({
      case: `${place.name}: ${manyItems} parallel items, ${WORKERS} ${what}`,
      value: four.many,
      unit: "ms",
      peer: { name: "one worker", value: one.many },
      // Workers in one process share its one thread: they cannot be faster.
      atMost: place.name === "memory" ? undefined : 1,
      configuration: setting,
    }),
    row({
      case: `${place.name}: ${manyItems} parallel items, ${WORKERS} ${what}: units run again`,
      value: four.conflicts / (four.units + four.conflicts) * 100,
      unit: "%",
      peer: { name: "what is allowed", value: CONFLICT_SHARE * 100 },
      atMost: 1,
      configuration: `${setting}; ${four.conflicts} of ${four.units + four.conflicts} units`,
    }),
  ];
}

async function measure(context: BenchContext, place: Place, workers: number): Promise<Measured> {
  const [fewItems, manyItems] = ITEMS[context.quick ? "quick" : "full"];
  context.log(`${place.name}: ${fewItems} and ${manyItems} parallel items, ${workers} workers`);
  const opened = await place.open(workers);
  await using store = opened.store;
  await using engine = await createEngine({ store, closeStore: false });
  await engine.deploy(new URL("../models/multi_instance.bpmn", import.meta.url));
  await opened.go();
  // Each process compiles the code for itself: after few items four would still be at it while one is done.
  await timeOf(engine, store, manyItems);
  const few = await timeOf(engine, store, fewItems);
  const many = await timeOf(engine, store, manyItems);
  const counters = await opened.end();
  const sum = (of: (each: WorkerCounters) => number): number =>
    counters.reduce((total, each) => total + of(each), 0);
  return { few, many, units: sum((each) => each.units), conflicts: sum((each) => each.conflicts) };
}

/** @returns From the start to the end of an instance, in ms. */
async function timeOf(engine: Engine, store: Store, items: number): Promise<number> {
  const began = performance.now();
  const { id } = await engine.start("multi-instance", {
    variables: { items: Array.from({ length: items }, (_, i) => i) },
  });
  for (;;) {
    // Looks rarely enough not to be a load of its own.
    await new Promise((resolve) => setTimeout(resolve, 10));
    const { items: [found] } = await store.listInstances({ rootId: id, take: 1 });
    if (found.status === "completed") break;
    if (found.status !== "running") throw new Error(`Cannot measure: the instance is ${found.status}`);
  }
  const elapsed = performance.now() - began;
  const { results } = await engine.variables(id);
  if (!Array.isArray(results) || results.length !== items || results[items - 1] !== 2 * (items - 1)) {
    throw new Error(`Cannot trust the figure: the results of ${items} items are not there`);
  }
  return elapsed;
}

export default multiInstance;
