/** Deleting old histories, and what they are exported as. */
import type {
  CleanupRequest,
  CleanupResult,
  Incident,
  InstanceRecord,
  Note,
  Page,
  Step,
  Store,
  UserTask,
} from "../storage/store.ts";
import type { CleanupOptions, ExportedInstance } from "./api.ts";
import { checkOptions } from "./arguments.ts";
import type { Runtime } from "./runtime.ts";
import { CLEANUP } from "./shapes.ts";
import { withoutState } from "./start.ts";

/** Steps that are read at once. */
const STEPS = 1_000;

/** What a worker deletes. */
export interface OldHistories extends Pick<CleanupOptions, "defaultTtlMs" | "export" | "signal"> {
  /** Absent: all. */
  readonly tenants?: readonly string[];
}

/** Deletes what is old of some tenants, or all. */
export async function deleteOld(runtime: Runtime, what: OldHistories): Promise<CleanupResult> {
  const { tenants = [undefined], ...options } = what;
  const all: CleanupResult[] = [];
  for (const tenant of tenants) all.push(await clean(runtime.store, { ...options, tenant }));
  const sum = (pick: (result: CleanupResult) => number) => all.reduce((total, each) => total + pick(each), 0);
  return {
    instances: sum(({ instances }) => instances),
    partitions: sum(({ partitions }) => partitions),
    processes: all.flatMap(({ processes }) => processes),
    more: all.some(({ more }) => more),
  };
}

/** See `Engine.cleanup`. */
export async function cleanup(
  runtime: Runtime,
  tenant: string,
  options: CleanupOptions,
): Promise<CleanupResult> {
  checkOptions(options, CLEANUP);
  if (options.export !== undefined && typeof options.export !== "function") {
    throw new TypeError('Cannot use "export": it must be a function');
  }
  return await clean(runtime.store, { ...options, tenant });
}

async function clean(
  store: Store,
  options: CleanupOptions & { readonly tenant?: string },
): Promise<CleanupResult> {
  const { export: write, ...request } = options;
  const onBatch: CleanupRequest["onBatch"] = write && !options.dryRun
    ? async (instances) => await write(await exported(store, instances))
    : undefined;
  return await store.cleanup({ ...request, onBatch });
}

async function exported(store: Store, records: readonly InstanceRecord[]): Promise<ExportedInstance[]> {
  const instances: ExportedInstance[] = [];
  for (const stored of await store.loadInstances(records.map(({ id }) => id))) {
    const { id } = stored;
    instances.push({
      ...withoutState(stored),
      variables: JSON.parse(stored.variables),
      steps: await steps(store, id),
      userTasks: await userTasks(store, id),
      incidents: await all<Incident>((cursor) =>
        store.listIncidents({ instanceId: id, take: 1_000, cursor })
      ),
      notes: await store.listNotes(id) as Note[],
    });
  }
  return instances;
}

async function steps(store: Store, id: string): Promise<Step[]> {
  const found: Step[] = [];
  for (;;) {
    const page = await store.listSteps(id, { after: found[found.length - 1]?.sequence, take: STEPS });
    found.push(...page);
    if (page.length < STEPS) return found;
  }
}

/** A list of tasks is of one status. */
async function userTasks(store: Store, instanceId: string): Promise<UserTask[]> {
  const found: UserTask[] = [];
  for (const status of ["completed", "cancelled", "open"] as const) {
    found.push(...await all((cursor) => store.listUserTasks({ instanceId, status, take: 1_000, cursor })));
  }
  return found;
}

async function all<T>(list: (cursor: string | undefined) => Promise<Page<T>>): Promise<T[]> {
  const found: T[] = [];
  let cursor: string | undefined;
  do {
    const page = await list(cursor);
    found.push(...page.items);
    cursor = page.next;
  } while (cursor !== undefined);
  return found;
}
