/** What running instances wait for, and whether it is there. */
import { decodeInstance, findToken, type Subscribed } from "../../engine/mod.ts";
import type { Job, Store, StoredInstance } from "../../storage/store.ts";
import { count } from "../format.ts";
import { type Finding, Group } from "./finding.ts";

/** Instances that are read at once. */
const BATCH = 100;

/** By these a caller and its child speak to each other. */
const CALL_JOBS: ReadonlySet<string> = new Set([
  "baton:start-child",
  "baton:child-ended",
  "baton:child-throws",
]);

type Trouble =
  | "damaged"
  | "status"
  | "definition"
  | "lost-job"
  | "lost-task"
  | "lost-child"
  | "lost-subscription"
  | "stuck";

/** What a running instance's tokens name. */
interface Awaited {
  readonly jobs: readonly string[];
  readonly tasks: readonly string[];
  readonly children: readonly string[];
  /** Rows of messages and signals that are waited for. */
  readonly subscriptions: readonly string[];
  /** Something may come from outside: a message, a signal, a changed variable, a person at an incident. */
  readonly others: boolean;
  readonly status: string;
}

/** @param limit Look at so many running instances, newest first. */
export async function checkInstances(
  store: Store,
  tenant: string | undefined,
  limit: number,
): Promise<{ readonly findings: Finding[]; readonly looked: number; readonly more: boolean }> {
  const groups = new Map<Trouble, Group>();
  let cursor: string | undefined;
  let looked = 0;
  do {
    const page = await store.listInstances({
      ...(tenant !== undefined && { tenant }),
      statuses: ["running", "suspended"],
      take: Math.min(BATCH, limit - looked),
      cursor,
    });
    looked += page.items.length;
    for (const { id } of page.items) {
      for (const trouble of await lasting(store, id)) {
        let group = groups.get(trouble);
        if (!group) groups.set(trouble, group = new Group());
        group.add(id);
      }
    }
    cursor = page.next;
  } while (cursor !== undefined && looked < limit);
  return { findings: findings(groups), looked, more: cursor !== undefined };
}

/** What is wrong with an instance, if nothing has moved it while it was looked at. */
async function lasting(store: Store, id: string): Promise<readonly Trouble[]> {
  for (let tries = 0; tries < 5; tries++) {
    const [before] = await store.loadInstances([id]);
    if (!before || before.endedAt !== undefined) return [];
    const troubles = await examine(store, before);
    if (troubles.length === 0) return [];
    const [after] = await store.loadInstances([id]);
    if (after?.revision === before.revision) return troubles;
  }
  return []; // it moves all the time: it is well
}

async function examine(store: Store, stored: StoredInstance): Promise<readonly Trouble[]> {
  let awaited: Awaited;
  try {
    awaited = whatIsAwaited(stored);
  } catch {
    return ["damaged"];
  }
  const troubles: Trouble[] = [];
  if (awaited.status !== stored.status) troubles.push("status");
  if (!await store.getDefinition(stored.definitionId)) troubles.push("definition");
  const jobs = await jobsOf(store, stored.id);
  const known = new Set(jobs.map((job) => job.id));
  if (awaited.jobs.some((id) => !known.has(id))) troubles.push("lost-job");
  for (const id of awaited.tasks) {
    if ((await store.getUserTask(id))?.status !== "open") troubles.push("lost-task");
  }
  for (const id of awaited.children) {
    const [child] = await store.loadInstances([id]);
    // The child's own end tells the caller by a job; the job that starts it is the caller's.
    const started = child ? child.endedAt === undefined : false;
    if (!started && !jobs.some(({ type }) => CALL_JOBS.has(type))) troubles.push("lost-child");
  }
  if (awaited.subscriptions.length > 0) {
    const armed = await subscriptionsOf(store, stored);
    if (awaited.subscriptions.some((id) => !armed.has(id))) troubles.push("lost-subscription");
  }
  const { tasks, children, others } = awaited;
  if (jobs.length + tasks.length + children.length === 0 && !others) troubles.push("stuck");
  return [...new Set(troubles)];
}

function whatIsAwaited(stored: StoredInstance): Awaited {
  const { state } = decodeInstance(stored.id, {
    state: stored.state,
    variables: stored.variables,
    locals: stored.locals,
  });
  const jobs: string[] = [], tasks: string[] = [], children: string[] = [], subscriptions: string[] = [];
  let others = false;
  const armed = (subs: readonly Subscribed[] = []): void => {
    for (const { kind, id } of subs) {
      others = true;
      if (id !== undefined) (kind === "timer" ? jobs : subscriptions).push(id);
    }
  };
  armed(state.root.subs);
  findToken(state.root, (token) => {
    // A call keeps the id of the job that started its child.
    if (token.job !== undefined && token.child === undefined) jobs.push(token.job);
    if (token.task !== undefined) tasks.push(token.task);
    if (token.child !== undefined) children.push(token.child);
    armed(token.subs);
    armed(token.scope?.subs);
    // Instances that are stepped by hand leave tokens ready.
    others ||= (token.ready === true && state.manual === true) || token.incident !== undefined;
    return false;
  });
  return { jobs, tasks, children, subscriptions, others, status: state.status };
}

async function subscriptionsOf(store: Store, { tenant, id }: StoredInstance): Promise<ReadonlySet<string>> {
  const ids = new Set<string>();
  for (const kind of ["message", "signal"] as const) {
    let cursor: string | undefined;
    do {
      const page = await store.findSubscriptions({ tenant, kind, instanceId: id, take: 1_000, cursor });
      for (const subscription of page.items) ids.add(subscription.id);
      cursor = page.next;
    } while (cursor !== undefined);
  }
  return ids;
}

async function jobsOf(store: Store, instanceId: string): Promise<Job[]> {
  const jobs: Job[] = [];
  let cursor: string | undefined;
  do {
    const page = await store.listJobs({ instanceId, take: 1_000, cursor });
    jobs.push(...page.items);
    cursor = page.next;
  } while (cursor !== undefined);
  return jobs;
}

const BACKUP = "The database was changed by hand, or a backup is of several moments: restore it as one";

function findings(groups: ReadonlyMap<Trouble, Group>): Finding[] {
  const of = (trouble: Trouble, text: string, advice: string): Finding[] =>
    groups.get(trouble)?.finding(
      trouble === "stuck" ? "stuck-instance" : `instance-${trouble}`,
      "error",
      (n) => `${count(n, "instance")} ${text}`,
      advice,
    ) ?? [];
  return [
    ...of(
      "stuck",
      "that nothing will ever move: no job, task, call, event or incident",
      "show says where; cancel or fail ends them",
    ),
    ...of("lost-job", "waiting for a job that is not there", `${BACKUP}; or cancel them`),
    ...of("lost-task", "waiting for a user task that is not open", `${BACKUP}; or cancel them`),
    ...of(
      "lost-subscription",
      "waiting for a message or signal that they are not subscribed to",
      `${BACKUP}; or cancel them`,
    ),
    ...of(
      "lost-child",
      "waiting for a called instance that is not there or has ended",
      `${BACKUP}; or cancel them`,
    ),
    ...of("status", "whose status is not that of their state", BACKUP),
    ...of("definition", "of a definition that is not there", BACKUP),
    ...of(
      "damaged",
      "whose state cannot be read",
      "Written by a newer release (then use that one), or damaged",
    ),
  ];
}
