/** What the contract tests start from: small builders with fixed times. */
import assert from "node:assert/strict";
import type {
  Job,
  Lease,
  Leased,
  LeaseRequest,
  NewDefinition,
  NewJob,
  NewMessage,
  NewSubscription,
  Step,
  Store,
  StoredInstance,
  Unit,
  UnitResult,
} from "../../storage/store.ts";

/** The time at which the tests play: given as `at`, so that no store's own clock matters. */
export const T0 = Date.UTC(2026, 0, 15, 12);
export const TENANT = "default";
/** Length of a lease where a test does not care. */
export const LEASE_MS = 30_000;

/** A fresh id. */
export async function newId(store: Store): Promise<string> {
  return String(await store.reserveIds(1));
}

/** A number of fresh ids. */
export async function newIds(store: Store, count: number): Promise<string[]> {
  const first = await store.reserveIds(count);
  return Array.from({ length: count }, (_, i) => String(first + i));
}

/** A unit that creates a running instance. */
export async function newUnit(
  store: Store,
  options: Partial<Unit> & { readonly created?: Partial<NonNullable<Unit["create"]>> } = {},
): Promise<Unit> {
  const { created, ...unit } = options;
  const instanceId = unit.instanceId ?? await newId(store);
  return {
    instanceId,
    tenant: TENANT,
    revision: 0,
    create: {
      definitionId: "1",
      key: "order",
      version: 1,
      startedAt: T0,
      rootId: instanceId,
      ...created,
    },
    status: "running",
    state: "{}",
    variables: "{}",
    leases: [],
    steps: [],
    openJobs: [],
    closeJobs: [],
    at: T0,
    ...unit,
  };
}

/** A unit that changes an instance. */
export function changeOf(instance: StoredInstance, options: Partial<Unit> = {}): Unit {
  return {
    instanceId: instance.id,
    tenant: instance.tenant,
    revision: instance.revision,
    process: { definitionId: instance.definitionId, key: instance.key },
    status: instance.status,
    state: instance.state,
    leases: [],
    steps: [],
    openJobs: [],
    closeJobs: [],
    at: T0 + 1_000,
    ...options,
  };
}

/** Commits one unit and returns its result. */
export async function commitOne(store: Store, unit: Unit): Promise<UnitResult> {
  const [result] = await store.commit([unit]);
  return result;
}

/** Commits units that must stand. */
export async function commitAll(store: Store, units: readonly Unit[]): Promise<void> {
  for (const result of await store.commit(units)) {
    assert.equal(result.outcome, "committed", JSON.stringify(result));
  }
}

/** Creates an instance. */
export async function givenInstance(
  store: Store,
  options: Parameters<typeof newUnit>[1] = {},
): Promise<StoredInstance> {
  const unit = await newUnit(store, options);
  await commitAll(store, [unit]);
  return await load(store, unit.instanceId);
}

/** Loads an instance that must exist. */
export async function load(store: Store, id: string): Promise<StoredInstance> {
  const [instance] = await store.loadInstances([id]);
  assert.ok(instance, `instance ${id}`);
  return instance;
}

/** A first job of an instance, due at {@link T0}. */
export function job(id: string, options: Partial<NewJob> = {}): NewJob {
  return { id, type: "charge", class: 2, dueAt: T0, ...options };
}

/** Enqueues jobs without an instance. */
export async function givenJobs(
  store: Store,
  count: number,
  options: Partial<NewJob> = {},
  tenant = TENANT,
): Promise<string[]> {
  const ids = await newIds(store, count);
  await store.enqueueJobs(tenant, ids.map((id) => job(id, options)), T0);
  return ids;
}

/** A lease of up to 100 jobs of type `charge` at {@link T0}. */
export async function lease(store: Store, options: Partial<LeaseRequest> = {}): Promise<Leased> {
  return await store.leaseJobs({
    worker: "w1",
    wants: [{ type: "charge", max: options.max ?? 100 }],
    max: 100,
    leaseMs: LEASE_MS,
    at: T0,
    ...options,
  });
}

/** Leases one job that must be there. */
export async function leaseOne(store: Store, options: Partial<LeaseRequest> = {}): Promise<Job> {
  const { jobs } = await lease(store, { max: 1, ...options });
  assert.equal(jobs.length, 1);
  return jobs[0];
}

/** The proof of holding a leased job. */
export function leaseOf(held: Job): Lease {
  return { jobId: held.id, leaseNo: held.leaseNo };
}

/** An ended step. */
export function step(sequence: number, options: Partial<Step> = {}): Step {
  return {
    sequence,
    elementId: "charge",
    elementType: "serviceTask",
    status: "completed",
    startedAt: T0,
    endedAt: T0 + 100,
    ...options,
  };
}

/** A subscription of an instance's catch event. */
export function subscription(id: string, options: Partial<NewSubscription> = {}): NewSubscription {
  return {
    id,
    kind: "message",
    processKey: "order",
    name: "paid",
    key: "",
    elementId: "wait",
    definitionIndex: 0,
    ...options,
  };
}

/** A message that lives a minute. */
export function message(id: string, options: Partial<NewMessage> = {}): NewMessage {
  return {
    id,
    tenant: TENANT,
    name: "paid",
    key: "k1",
    variables: "{}",
    publishedAt: T0,
    expiresAt: T0 + 60_000,
    ...options,
  };
}

/** One process of a file. */
export function definition(id: string, options: Partial<NewDefinition> = {}): NewDefinition {
  return { id, key: "order", subscriptions: [], jobs: [], ...options };
}

/** All items of a paged list, read page by page. */
export async function all<T>(
  page: (cursor: string | undefined) => Promise<{ readonly items: readonly T[]; readonly next?: string }>,
): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | undefined;
  do {
    const read = await page(cursor);
    items.push(...read.items);
    cursor = read.next;
  } while (cursor !== undefined);
  return items;
}

/** A number as `Array.sort` wants it, for ids. */
export function byNumber(a: string, b: string): number {
  return Number(a) - Number(b);
}
