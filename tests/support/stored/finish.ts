/**
 * Brings all that a store holds to its end, as handlers, people and other systems would. Fixtures of stores were
 * recorded with it: what it does for them must stay as it is for ever. Whatever it needs to know about a process is
 * data that stands beside the fixture.
 */
import assert from "node:assert/strict";
import { type Engine, type Handlers, silentLogger } from "../../../mod.ts";
import type { InstanceRecord, Store } from "../../../storage/store.ts";
import { createWorker } from "../../../worker.ts";

/** What comes from outside to the processes of a tenant, again and again until they have ended. */
export interface Outside {
  readonly messages?: readonly { readonly name: string; readonly key: string }[];
  readonly signals?: readonly string[];
  /** Set in running instances of this process. */
  readonly variables?: { readonly key: string; readonly values: Record<string, unknown> };
}

/** By tenant. */
export type World = Readonly<Record<string, Outside>>;

/** Time moves when told. */
export class FinishClock {
  #at: number;
  constructor(at: number) {
    this.#at = at;
  }
  now(): number {
    return this.#at;
  }
  advance(ms: number): void {
    this.#at += ms;
  }
}

/** What handlers do, by job type. */
export const HANDLERS: Handlers = {
  work: (ctx) => ({ [`did-${ctx.element.id}`]: true }),
  flaky: (ctx) => ctx.attempt === 1 ? ctx.fail({ retryInMs: 1_000 }) : { flaky: "done" },
  decline: (ctx) => ctx.throwBpmnError("declined", { variables: { reason: "limit" } }),
  // It was broken in the release that was recorded.
  broken: () => ({}),
};

/** How often it looks again. */
const ROUNDS = 400;

/** @throws {AssertionError} If something does not come to its end. */
export async function finish(
  store: Store,
  clock: FinishClock,
  world: World,
  handlers = HANDLERS,
): Promise<void> {
  await using worker = await createWorker({
    store,
    closeStore: false,
    logger: silentLogger,
    clock,
    handlers,
    tenants: Object.keys(world),
    cleanup: false,
  });
  const open = new Map(Object.entries(world));
  for (let round = 1;; round++) {
    await Promise.all(
      [...open].map(([tenant, outside]) => fromOutside(worker.engine.forTenant(tenant), outside)),
    );
    await worker.drain();
    const left = await leftOver(store, open);
    if (open.size === 0) break;
    assert.ok(round < ROUNDS, `it does not end: ${JSON.stringify(left)}`);
    const later = left.dues.filter((dueAt) => dueAt > clock.now());
    if (later.length > 0) clock.advance(Math.min(...later) - clock.now());
    else {
      // People come when nothing else is to be expected.
      clock.advance(1_000);
      await Promise.all([...open.keys()].map((tenant) => people(worker.engine.forTenant(tenant))));
    }
  }
  await worker.stop();
}

async function fromOutside(engine: Engine, outside: Outside): Promise<void> {
  for (const { id } of (await engine.instances({ statuses: ["suspended"], take: 1_000 })).items) {
    await engine.resume(id);
  }
  await engine.incidents.resolve({});
  const { items } = await engine.instances({ statuses: ["running"], take: 1_000 });
  if (items.length === 0) return;
  for (const { name, key } of outside.messages ?? []) {
    await engine.publishMessage(name, {
      key,
      messageId: `${name} ${key}`,
      variables: { [`told-${name}`]: true },
      timeToLiveMs: 1_000 * 24 * 3_600_000,
    });
  }
  for (const name of outside.signals ?? []) {
    await engine.broadcastSignal(name, { variables: { [`heard-${name}`]: true } });
  }
  for (const { id, key } of items) {
    if (key === outside.variables?.key) await engine.setVariables(id, outside.variables.values);
  }
}

async function people(engine: Engine): Promise<void> {
  for (const { id, elementId } of (await engine.userTasks.list({ take: 1_000 })).items) {
    await engine.userTasks.complete(id, { [`did-${elementId}`]: true });
  }
}

async function instancesOf(store: Store, tenant: string): Promise<readonly InstanceRecord[]> {
  const { items, next } = await store.listInstances({ tenant, take: 1_000 });
  assert.equal(next, undefined);
  return items;
}

/** Forgets those tenants that are done. */
async function leftOver(
  store: Store,
  open: Map<string, Outside>,
): Promise<{ running: string[]; dues: number[] }> {
  const running: string[] = [];
  const dues: number[] = [];
  await Promise.all([...open.keys()].map(async (tenant) => {
    const instances = (await instancesOf(store, tenant)).filter(({ endedAt }) => endedAt === undefined);
    const jobs = (await store.listJobs({ tenant, take: 1_000 })).items.flatMap(({ dueAt }) => dueAt ?? []);
    running.push(...instances.map(({ id, status }) => `${tenant} ${id} ${status}`));
    dues.push(...jobs);
    if (instances.length + jobs.length === 0) open.delete(tenant);
  }));
  return { running, dues };
}

/** What there is of a tenant in the end, whatever its ids and times are. JSON. */
export interface TenantEnd {
  readonly instances: readonly unknown[];
  /** Ended instances and failures, by process. */
  readonly kpis: readonly unknown[];
}

/** @throws {AssertionError} If something is left over, or a step is missing or there twice. */
export async function endOf(store: Store, tenant: string): Promise<TenantEnd> {
  const texts: string[] = [];
  for (const record of await instancesOf(store, tenant)) {
    const [stored] = await store.loadInstances([record.id]);
    const steps = await store.listSteps(record.id);
    assert.deepEqual(
      steps.map((step) => step.sequence),
      steps.map((_, index) => index + 1),
      `each step of ${record.key} is stored once`,
    );
    for (const kind of ["message", "signal", "conditional"] as const) {
      const { items } = await store.findSubscriptions({ tenant, kind, instanceId: record.id });
      assert.deepEqual(items, [], `${record.key} has ended and still listens`);
    }
    const counts = new Map<string, number>();
    for (const step of steps) {
      const name = `${step.elementType} ${step.elementId} ${step.status}`;
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    texts.push(JSON.stringify({
      key: record.key,
      version: record.version,
      businessKey: record.businessKey,
      status: record.status,
      reason: record.reason,
      called: record.parentId !== undefined,
      variables: sorted(JSON.parse(stored.variables)),
      steps: sorted(Object.fromEntries(counts)),
      notes: (await store.listNotes(record.id)).map(({ kind, text }) => `${kind}: ${text}`),
    }));
  }
  assert.deepEqual((await store.listUserTasks({ tenant, status: "open" })).items, []);
  assert.deepEqual((await store.listIncidents({ tenant })).items, []);
  await store.maintain?.();
  const kpis = await store.kpis({ tenant, groupBy: "process" });
  return {
    instances: texts.sort().map((text) => JSON.parse(text)),
    kpis: kpis.map(({ key = "", count }) => ({ key, count })).sort((a, b) => a.key < b.key ? -1 : 1),
  };
}

function sorted(values: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).sort(([a], [b]) => a < b ? -1 : 1));
}
