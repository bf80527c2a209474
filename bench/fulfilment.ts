/**
 * Order fulfilment with a real worker: four tasks whose handlers do nothing, on any store.
 *
 * @module
 */
import type { Store } from "../storage/store.ts";
import { createEngine, type Engine } from "../mod.ts";
import { createWorker, type Handlers, type Worker, type WorkerOptions } from "../worker.ts";

/** Tasks of one order. */
export const TASKS = 4;

/** The process. */
export const KEY = "order-fulfilment";
const VARIABLES = { orderId: "A-1000", customer: "c-17", total: 129.5, items: [{ sku: "x-1", quantity: 2 }] };
/** Starts on their way at once. */
const STARTING = 1_000;

function noOp(): void {}

/** Handlers that do nothing. */
export const HANDLERS: Handlers = {
  "validate-order": noOp,
  "reserve-inventory": noOp,
  "process-payment": noOp,
  "fulfil-order": noOp,
};

/** Handlers of which each returns one variable. */
export const WRITING_HANDLERS: Handlers = {
  "validate-order": () => ({ valid: true }),
  "reserve-inventory": () => ({ reserved: true }),
  "process-payment": () => ({ paid: true }),
  "fulfil-order": () => ({ shipped: true }),
};

/** How orders are run. */
export interface FulfilmentOptions {
  readonly instances: number;
  readonly variables?: Readonly<Record<string, unknown>>;
  /** Called before the clock starts: the process is deployed; a backlog's orders wait. */
  readonly prepared?: () => Promise<unknown>;
  /** Called when the worker has begun. */
  readonly begun?: (worker: Worker) => void;
  /** Called when the last task is committed. */
  readonly done?: (worker: Worker) => void;
  readonly worker?: Omit<WorkerOptions, "store">;
}

/** What came of it. */
export interface Fulfilment {
  readonly tasksPerSecond: number;
  readonly instancesPerSecond: number;
  /** Share of units that had to be run again. */
  readonly conflictShare: number;
}

/** Deploys the process. */
export async function deployFulfilment(engine: Engine): Promise<void> {
  await engine.deploy(new URL("./models/order_fulfilment.bpmn", import.meta.url));
}

/** Starts orders. @param count How many. */
export async function startOrders(
  engine: Engine,
  count: number,
  variables: Readonly<Record<string, unknown>> = VARIABLES,
): Promise<void> {
  for (let left = count; left > 0; left -= STARTING) {
    await Promise.all(
      Array.from({ length: Math.min(left, STARTING) }, () => engine.start(KEY, { variables })),
    );
  }
}

/**
 * Runs orders that wait already: all are started, then the clock and one worker in this process. Compares with
 * a queue that was filled beforehand.
 *
 * @param store Stays open.
 */
export async function runBacklog(store: Store, options: FulfilmentOptions): Promise<Fulfilment> {
  const { instances } = options;
  await startBacklog(store, instances, options.variables);
  await options.prepared?.();
  await using worker = await createWorker({
    handlers: HANDLERS,
    ...options.worker,
    store,
    closeStore: false,
  });
  const began = performance.now();
  worker.start();
  options.begun?.(worker);
  await completed(worker, instances * TASKS);
  const result = fulfilment(worker, instances, performance.now() - began);
  options.done?.(worker);
  await checkCompleted(store, instances);
  return result;
}

/** Whoever started them is gone when they run: its cache would be the worker's to collect. */
async function startBacklog(
  store: Store,
  count: number,
  variables: Readonly<Record<string, unknown>> | undefined,
): Promise<void> {
  await using engine = await createEngine({ store, closeStore: false });
  await deployFulfilment(engine);
  await startOrders(engine, count, variables);
}

/**
 * Starts orders and runs them at the same time, in one process: the whole life of an instance is measured.
 *
 * @param store Stays open.
 */
export async function runStream(store: Store, options: FulfilmentOptions): Promise<Fulfilment> {
  let left = options.instances;
  return await stream(store, options, () => left-- > 0);
}

/**
 * The same for a time instead of a number of orders: a steady load.
 *
 * @param store Stays open.
 * @param ms How long orders are started.
 */
export async function runFor(
  store: Store,
  ms: number,
  options: Omit<FulfilmentOptions, "instances"> = {},
): Promise<Fulfilment> {
  let until: number | undefined;
  return await stream(store, options, () => performance.now() < (until ??= performance.now() + ms));
}

/** @param more Whether to start another order. */
async function stream(
  store: Store,
  options: Omit<FulfilmentOptions, "instances">,
  more: () => boolean,
): Promise<Fulfilment> {
  await using worker = await createWorker({
    handlers: HANDLERS,
    ...options.worker,
    store,
    closeStore: false,
  });
  await deployFulfilment(worker.engine);
  await options.prepared?.();
  const began = performance.now();
  worker.start();
  options.begun?.(worker);
  let started = 0;
  const starter = async (): Promise<void> => {
    while (more()) {
      started++;
      await worker.engine.start(KEY, { variables: options.variables ?? VARIABLES });
      // Not further ahead than the worker can follow: a backlog is the other measurement.
      while (started - worker.counters().completed / TASKS > STARTING) await pause(1);
    }
  };
  await Promise.all(Array.from({ length: 256 }, starter));
  await completed(worker, started * TASKS);
  const result = fulfilment(worker, started, performance.now() - began);
  options.done?.(worker);
  await checkCompleted(store, started);
  return result;
}

function fulfilment(worker: Worker, instances: number, elapsedMs: number): Fulfilment {
  const { units, conflicts } = worker.counters();
  const instancesPerSecond = instances / elapsedMs * 1000;
  return {
    instancesPerSecond,
    tasksPerSecond: instancesPerSecond * TASKS,
    conflictShare: conflicts / Math.max(1, units + conflicts),
  };
}

/** Waits until a worker has committed so many tasks. */
async function completed(worker: Worker, tasks: number): Promise<void> {
  for (let last = -1, since = performance.now();;) {
    const { completed } = worker.counters();
    if (completed >= tasks) return;
    if (completed !== last) {
      last = completed;
      since = performance.now();
    } else if (performance.now() - since > 20_000) {
      throw new Error(`Cannot run ${tasks} tasks: ${completed} were done, then nothing for 20 s`);
    }
    await pause(2);
  }
}

/** A figure of work that was not done would be worth nothing. @throws {Error} If steps are missing. */
export async function checkCompleted(store: Store, instances: number): Promise<void> {
  const [ended] = await store.kpis({ groupBy: "process", key: KEY });
  const steps = await store.kpis({ key: KEY });
  const elements = steps.map(({ count }) => count);
  if (ended?.count !== instances || elements.length < 8 || elements.some((count) => count !== instances)) {
    throw new Error(
      `Cannot trust the figure: of ${instances} orders ${ended?.count} ended, steps: ${elements.join(", ")}`,
    );
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
