/**
 * One instance with many parallel items whose handlers end in random order: ten times the items should take about ten
 * times as long, and four workers should be no slower than one and hardly ever collide.
 *
 * @module
 */
import { createEngine, type Engine } from "../../mod.ts";
import { MemoryStore } from "../../storage/memory.ts";
import type { Store } from "../../storage/store.ts";
import { createWorker, type WorkerCounters } from "../../worker.ts";
import { type BenchCase, type BenchContext, type Row, row } from "../case.ts";
import { Fleet, sumOf } from "../fleet.ts";
import { itemHandlers } from "../items.ts";
import { openBenchPostgres } from "../postgres.ts";
import { inTurn, ratiosOf, type Round } from "../rounds.ts";

const MODEL = new URL("../models/multi_instance.bpmn", import.meta.url);
/** Parallel items that are compared: few and ten times as many. */
const ITEMS = { quick: [500, 5_000], full: [1_000, 10_000] } as const;
/** Handlers take 0 to this many ms: of those that say how workers compare, and quick ones beside them. */
const HANDLER_MS = 20;
const QUICK_HANDLER_MS = 5;
const WORKERS = 4;
/** Of the units, at most. */
const CONFLICT_SHARE = 0.02;

/** What the workers of one measurement are and where. */
interface Place {
  readonly name: string;
  /** How often one worker and several are compared, in turn. */
  readonly rounds: number;
  /** Opens workers on data of their own. @param maxHandlerMs Handlers take 0 to this many ms. */
  open(workers: number, maxHandlerMs: number): Promise<Open>;
  readonly configuration: string;
}

interface Open {
  readonly store: Store;
  readonly engine: Engine;
  go(): Promise<void>;
  /** Stops them all. */
  end(): Promise<WorkerCounters>;
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
    await using fleet = new Fleet(database, WORKERS);
    const place: Place = {
      name: "PostgreSQL",
      rounds: 5,
      configuration: `, in processes that have done as much before, ${database.configuration}`,
      open: (workers, maxHandlerMs) =>
        fleet.open(workers, { handlers: "items", maxHandlerMs }, async (engine) => {
          await engine.deploy(MODEL);
        }),
    };
    // Each process compiles the code for itself: four would still be at it while one is done.
    context.log("PostgreSQL: workers compile their code");
    const [, many] = ITEMS.full;
    await Promise.all(Array.from({ length: WORKERS }, async () => {
      const { engine, store, go, end } = await place.open(1, QUICK_HANDLER_MS);
      await go();
      await timeOf(engine, store, many);
      await end();
    }));
    const together = await place.open(WORKERS, HANDLER_MS);
    await together.go();
    await timeOf(together.engine, together.store, many);
    await together.end();
    return [...onMemory, ...await compare(context, place), await compareQuick(context, place)];
  },
};

const inMemory: Place = {
  name: "memory",
  rounds: 1,
  configuration: "",
  async open(count, maxHandlerMs) {
    const store = new MemoryStore();
    const handlers = itemHandlers(maxHandlerMs);
    const workers = await Promise.all(
      Array.from({ length: count }, () => createWorker({ store, closeStore: false, handlers })),
    );
    const engine = await createEngine({ store, closeStore: false });
    await engine.deploy(MODEL);
    return {
      store,
      engine,
      go() {
        for (const worker of workers) worker.start();
        return Promise.resolve();
      },
      async end() {
        for (const worker of workers) await worker.stop();
        await engine[Symbol.asyncDispose]();
        await store[Symbol.asyncDispose]();
        return sumOf(workers.map((worker) => worker.counters()));
      },
    };
  },
};

async function compare(context: BenchContext, place: Place): Promise<Row[]> {
  const [fewItems, manyItems] = ITEMS[context.quick ? "quick" : "full"];
  const { rounds, middle: { first: one, second: four } } = await inTurn(
    place.rounds,
    () => measure(context, place, 1, HANDLER_MS),
    () => measure(context, place, WORKERS, HANDLER_MS),
    ratio,
  );
  const what = place.name === "memory" ? "workers in one process" : "worker processes";
  const setting = settingOf(place, HANDLER_MS);
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
      configuration: place.rounds === 1
        ? setting
        : `${setting}; one and ${WORKERS} in turn, the round in the middle of ${place.rounds} (${
          ratiosOf(rounds, ratio)
        })`,
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

/**
 * Handlers so quick that one process keeps up with them: others have nothing to gain, but must not be in its way much.
 * Such handlers are shorter than what it costs to give them to somebody else.
 */
async function compareQuick(context: BenchContext, place: Place): Promise<Row> {
  const one = await measure(context, place, 1, QUICK_HANDLER_MS);
  const four = await measure(context, place, WORKERS, QUICK_HANDLER_MS);
  return row({
    case: `${place.name}: ${ITEMS.full[1]} parallel items, ${WORKERS} worker processes, quick handlers`,
    value: four.many,
    unit: "ms",
    peer: { name: "one worker", value: one.many },
    configuration: settingOf(place, QUICK_HANDLER_MS),
  });
}

function ratio({ first, second }: Round<Measured, Measured>): number {
  return second.many / first.many;
}

function settingOf(place: Place, maxHandlerMs: number): string {
  return `handlers of 0-${maxHandlerMs} ms that return a number, workers of 64${place.configuration}`;
}

async function measure(
  context: BenchContext,
  place: Place,
  workers: number,
  maxHandlerMs: number,
): Promise<Measured> {
  const [fewItems, manyItems] = ITEMS[context.quick ? "quick" : "full"];
  context.log(
    `${place.name}: ${fewItems} and ${manyItems} parallel items, ${workers} workers, 0-${maxHandlerMs} ms`,
  );
  const { engine, store, go, end } = await place.open(workers, maxHandlerMs);
  await go();
  // The first one is not counted: connections make their plans, and a process may still compile its code.
  await timeOf(engine, store, manyItems);
  const few = await timeOf(engine, store, fewItems);
  const many = await timeOf(engine, store, manyItems);
  const { units, conflicts } = await end();
  return { few, many, units, conflicts };
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
