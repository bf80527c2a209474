/** Rows that belong to an instance: whether it is there, and still runs. */
import type { Incident, InstanceRecord, Store, Subscription, UserTask } from "../../storage/store.ts";
import { count } from "../format.ts";
import { type Finding, Group } from "./finding.ts";
import { allOf } from "./pages.ts";

/** Instances asked for at once. */
const BATCH = 100;

interface Owned {
  readonly id: string;
  readonly tenant: string;
  readonly instanceId?: string;
}

const ADVICE =
  "Rows of instances were changed by hand, or a backup is of several moments; restore it as one, " +
  "or delete these rows";

/**
 * @param subscriptions Those of running instances among all that were read.
 * @param limit At most so many of each kind.
 */
export async function checkRows(
  store: Store,
  tenant: string | undefined,
  subscriptions: readonly Subscription[],
  limit: number,
): Promise<Finding[]> {
  const of = { ...(tenant !== undefined && { tenant }) };
  const tasks = await allOf((page) => store.listUserTasks({ ...of, status: "open", ...page }), limit);
  const incidents = await allOf((page) => store.listIncidents({ ...of, ...page }), limit);
  const open = new Group();
  for (const { id } of incidents) open.add(id);
  return [
    ...open.finding(
      "incident",
      "warning",
      (n) => `${count(n, "incident")} open`,
      "incidents lists them with their errors; retry tries again",
    ),
    ...await withoutOwner(store, "task-without-instance", "open user task", tasks, openTask),
    ...await withoutOwner(store, "incident-without-instance", "incident", incidents, openIncident),
    ...await withoutOwner(store, "subscription-without-instance", "subscription", subscriptions, armed),
  ];
}

async function withoutOwner<T extends Owned>(
  store: Store,
  check: string,
  what: string,
  rows: readonly T[],
  stillThere: (store: Store, row: T) => Promise<boolean>,
): Promise<Finding[]> {
  const group = new Group();
  const suspects = await orphans(store, rows);
  // Asked again: an instance may end between two questions, and its rows with it.
  const lasting: T[] = [];
  for (const row of suspects) if (await stillThere(store, row)) lasting.push(row);
  for (const { id } of await orphans(store, lasting)) group.add(id);
  return group.finding(
    check,
    "error",
    (n) => `${count(n, what)} of instances that are not there or have ended`,
    ADVICE,
  );
}

async function orphans<T extends Owned>(store: Store, rows: readonly T[]): Promise<T[]> {
  const ids = [...new Set(rows.flatMap((row) => row.instanceId ?? []))];
  const instances = new Map<string, InstanceRecord>();
  for (let i = 0; i < ids.length; i += BATCH) {
    for (const instance of await store.loadInstances(ids.slice(i, i + BATCH))) {
      instances.set(instance.id, instance);
    }
  }
  return rows.filter(({ instanceId }) => {
    const instance = instanceId === undefined ? undefined : instances.get(instanceId);
    return instanceId !== undefined && (!instance || instance.endedAt !== undefined);
  });
}

async function openTask(store: Store, { id }: UserTask): Promise<boolean> {
  return (await store.getUserTask(id))?.status === "open";
}

async function openIncident(store: Store, { id, instanceId }: Incident): Promise<boolean> {
  return (await allOf((page) => store.listIncidents({ instanceId, ...page }))).some((each) => each.id === id);
}

async function armed(store: Store, { id, tenant, kind, instanceId }: Subscription): Promise<boolean> {
  const rows = await allOf((page) => store.findSubscriptions({ tenant, kind, instanceId, ...page }));
  return rows.some((each) => each.id === id);
}
