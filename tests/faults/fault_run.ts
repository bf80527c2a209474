/** Runs a case to its end on a store that fails, and tells what came of it. */
import assert from "node:assert/strict";
import { type Engine, type Handler, type Handlers, RejectedError, silentLogger } from "../../mod.ts";
import type { InstanceRecord, Store } from "../../storage/store.ts";
import { createWorker, type Worker } from "../../worker.ts";
import { FaultError, type FaultPlan, type FaultStore, faultStore } from "../support/fault_store.ts";
import type { FaultCase } from "./processes.ts";

/** Time as the run needs it: virtual, or the store's clock alone. */
export interface RunTime {
  now(): number;
  advance(ms: number): Promise<void> | void;
  drive<T>(work: Promise<T>): Promise<T>;
  /** The process is dead, its timers are no more. */
  forget?(): void;
}

/** What a run came to. */
export interface Outcome {
  /** Per instance: process, status, variables, and its ended steps regardless of order. */
  readonly instances: readonly unknown[];
  /** How often each handler ran, by process, element and loop counter. */
  readonly effects: ReadonlyMap<string, number>;
  /** Calls to the store. */
  readonly calls: readonly string[];
}

const ROUNDS = 300;

/** @throws {AssertionError} If it does not end, something is left over, or a step is missing or there twice. */
export async function runWithFaults(
  test: FaultCase,
  inner: Store,
  time: RunTime,
  plan: FaultPlan,
  options: { readonly chain?: boolean } = {},
): Promise<Outcome> {
  const effects = new Map<string, number>();
  const handlers = notingHandlers(test, effects);
  const calls: string[] = [];
  let process: { readonly faults: FaultStore; readonly worker: Worker } | undefined;
  let isSetUp = false;
  for (let round = 1;; round++) {
    assert.ok(round < ROUNDS, `it does not end: ${await whatIsLeft(inner)}`);
    if (!process) {
      const before = calls.length;
      const faults = faultStore(inner, (call, method) => {
        calls.push(method);
        return plan(before + call, method);
      });
      const worker = await createWorker({
        store: faults.store,
        closeStore: false,
        migrate: false,
        logger: silentLogger,
        clock: time,
        handlers,
        name: `worker-${round}`,
        chain: options.chain ? processKeys(test) : [],
      });
      process = { faults, worker };
    }
    const { faults, worker } = process;
    const turn = async () => {
      if (!isSetUp) {
        await setUp(test, worker.engine);
        isSetUp = true;
      }
      await test.users?.(worker.engine);
      await worker.engine.incidents.resolve({ kind: "worker-lost" });
      await worker.drain();
    };
    try {
      await time.drive(Promise.race([turn(), faults.crashed]));
    } catch (error) {
      // A caller that hears of a fault tries again; so does one that came too late.
      if (!(error instanceof FaultError || error instanceof RejectedError)) throw error;
    }
    if (faults.dead) {
      time.forget?.();
      process = undefined;
    } else if (isSetUp && await isOver(inner)) break;
    await time.advance(await untilNextJob(inner, time.now()));
  }
  await time.drive(process.worker.stop());
  return { instances: await describeAll(inner), effects, calls };
}

async function setUp({ xml, starts }: FaultCase, engine: Engine): Promise<void> {
  await engine.deploy(xml);
  const started = await Promise.allSettled(
    starts.map(([key, variables], index) =>
      engine.start(key, { variables, businessKey: `start-${index}`, uniqueBusinessKey: true })
    ),
  );
  for (const each of started) if (each.status === "rejected") throw each.reason;
}

function notingHandlers({ types, handlers }: FaultCase, effects: Map<string, number>): Handlers {
  return Object.fromEntries(types.map((type) => {
    const handler: Handler = (ctx) => {
      const item = ctx.get("loopCounter") ?? "";
      const effect = `${ctx.instance.key}/${ctx.element.id}/${item}`;
      effects.set(effect, (effects.get(effect) ?? 0) + 1);
      const own = handlers?.[type];
      return own ? own(ctx) : { [`did-${ctx.element.id}`]: true };
    };
    return [type, handler];
  }));
}

function processKeys({ xml }: FaultCase): string[] {
  return [...xml.matchAll(/process id="([^"]+)"/g)].map(([, key]) => key);
}

async function instancesOf(store: Store): Promise<readonly InstanceRecord[]> {
  return (await store.listInstances({ take: 1_000 })).items;
}

async function isOver(store: Store): Promise<boolean> {
  const running = (await instancesOf(store)).some(({ status }) => status === "running");
  return !running && (await store.listJobs()).items.length === 0;
}

async function untilNextJob(store: Store, now: number): Promise<number> {
  const dues = (await store.listJobs()).items.flatMap(({ dueAt }) => dueAt === null ? [] : [dueAt]);
  const next = Math.min(...dues);
  return Number.isFinite(next) ? Math.max(1, next - now) : 1_000;
}

async function whatIsLeft(store: Store): Promise<string> {
  const running = (await instancesOf(store)).filter(({ status }) => status === "running");
  const jobs = (await store.listJobs()).items;
  const incidents = (await store.listIncidents()).items;
  return JSON.stringify({ running, jobs, incidents });
}

async function describeAll(store: Store): Promise<unknown[]> {
  const described = [];
  for (const record of await instancesOf(store)) {
    const [stored] = await store.loadInstances([record.id]);
    const steps = await store.listSteps(record.id);
    assert.deepEqual(
      steps.map((step) => step.sequence),
      steps.map((_, index) => index + 1),
      `each step of ${record.key} is stored once`,
    );
    for (const kind of ["message", "signal", "conditional"] as const) {
      const { items } = await store.findSubscriptions({ tenant: record.tenant, kind, instanceId: record.id });
      assert.deepEqual(items, [], `${record.key} has ended and still listens`);
    }
    described.push({
      key: record.key,
      businessKey: record.businessKey,
      status: record.status,
      variables: sorted(JSON.parse(stored.variables)),
      steps: steps.map((step) => `${step.elementType} ${step.elementId} ${step.status} ${step.item ?? ""}`)
        .sort(),
    });
  }
  assert.deepEqual((await store.listUserTasks()).items, []);
  assert.deepEqual((await store.listIncidents()).items, []);
  return described.map((each) => JSON.stringify(each)).sort().map((text) => JSON.parse(text));
}

function sorted(values: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).sort(([a], [b]) => a < b ? -1 : 1));
}

/** Compares a run with faults with one without: the same end, the same steps, each handler at least once. */
export function assertSameEnd(actual: Outcome, expected: Outcome, context: string): void {
  assert.deepEqual(actual.instances, expected.instances, context);
  assert.deepEqual([...actual.effects.keys()].sort(), [...expected.effects.keys()].sort(), context);
  for (const [effect, count] of expected.effects) {
    assert.ok((actual.effects.get(effect) ?? 0) >= count, `${context}: ${effect} ran ${count} times or more`);
  }
}
