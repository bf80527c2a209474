/** Running instances: what they wait for is there, and what is there is waited for. */
import type { Job, Step, Store, StoredInstance } from "../../storage/store.ts";
import { searchable } from "../../runtime/unit.ts";
import { count } from "../format.ts";
import { type Awaited, whatIsAwaited } from "./awaited.ts";
import { type Finding, Group } from "./finding.ts";
import { allOf } from "./pages.ts";

/** Instances that are read at once. */
const BATCH = 50;

/** Variables that are asked for at once. */
const VARIABLES = 10;

/** By these a caller and its child speak to each other. */
const CALL_JOBS: ReadonlySet<string> = new Set([
  "baton:start-child",
  "baton:child-ended",
  "baton:child-throws",
]);
/** No state names these: they come from other instances, or find out by themselves what is to be done. */
const UNNAMED_JOBS: ReadonlySet<string> = new Set([
  ...CALL_JOBS,
  "baton:cancel-child",
  "baton:throw-answer",
  "baton:collect",
  "baton:continue",
]);

type Trouble =
  | "damaged"
  | "status"
  | "definition"
  | "lost-job"
  | "held-job"
  | "unknown-job"
  | "lost-task"
  | "unknown-task"
  | "lost-child"
  | "lost-caller"
  | "call-tree"
  | "lost-subscription"
  | "unknown-subscription"
  | "lost-incident"
  | "unknown-incident"
  | "lost-step"
  | "lost-variable"
  | "stuck";

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
    const found = await Promise.all(page.items.map(({ id }) => lasting(store, id)));
    for (const [index, troubles] of found.entries()) {
      for (const trouble of troubles) {
        let group = groups.get(trouble);
        if (!group) groups.set(trouble, group = new Group());
        group.add(page.items[index].id);
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
    if (!before) return [];
    const ended = before.status !== "running" && before.status !== "suspended";
    if (ended !== (before.endedAt !== undefined)) return ["status"];
    if (ended) return [];
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
  const { id } = stored;
  const troubles: Trouble[] = [];
  if (awaited.status !== stored.status) troubles.push("status");
  if (!await store.getDefinition(stored.definitionId)) troubles.push("definition");
  // Before the jobs: what a caller has decided about its child stands in one of them.
  const caller = stored.parentId === undefined
    ? undefined
    : (await store.loadInstances([stored.parentId]))[0];
  const jobs = await allOf((page) => store.listJobs({ instanceId: id, ...page }));
  troubles.push(...jobTroubles(stored, awaited, jobs), ...callTroubles(stored, caller, jobs));

  const tasks = await allOf((page) => store.listUserTasks({ instanceId: id, status: "open", ...page }));
  compare(troubles, "task", awaited.tasks, tasks.map((task) => task.id));
  const incidents = await allOf((page) => store.listIncidents({ instanceId: id, ...page }));
  compare(troubles, "incident", awaited.incidents, incidents.map((incident) => incident.id));
  compare(troubles, "subscription", awaited.subscriptions, await subscriptionsOf(store, stored));
  for (const childId of awaited.children) {
    const [child] = await store.loadInstances([childId]);
    // The child's own end tells the caller by a job; the job that starts it is the caller's.
    const started = child ? child.endedAt === undefined : false;
    if (!started && !jobs.some(({ type }) => CALL_JOBS.has(type))) troubles.push("lost-child");
  }
  if (!await historyIsWhole(store, id, awaited)) troubles.push("lost-step");
  if (!await isFound(store, stored)) troubles.push("lost-variable");
  const { children, others } = awaited;
  if (jobs.length + awaited.tasks.length + children.length === 0 && !others) troubles.push("stuck");
  return [...new Set(troubles)];
}

function compare(
  troubles: Trouble[],
  what: "task" | "incident" | "subscription",
  named: readonly string[],
  there: readonly string[],
): void {
  const rows = new Set(there), names = new Set(named);
  if (named.some((id) => !rows.has(id))) troubles.push(`lost-${what}`);
  if (there.some((id) => !names.has(id))) troubles.push(`unknown-${what}`);
}

function jobTroubles({ status }: StoredInstance, awaited: Awaited, jobs: readonly Job[]): readonly Trouble[] {
  const troubles: Trouble[] = [];
  const there = new Set(jobs.map((job) => job.id)), named = new Set(awaited.jobs);
  if (awaited.jobs.some((id) => !there.has(id))) troubles.push("lost-job");
  for (const { id, type, dueAt, held } of jobs) {
    if (!UNNAMED_JOBS.has(type) && !named.has(id)) troubles.push("unknown-job");
    if (dueAt !== null) continue;
    const nobodyLetsItGo = held === undefined || (held === "suspended" && status === "running") ||
      (held === "answer" && !awaited.askingJobs.has(id));
    if (nobodyLetsItGo) troubles.push("held-job");
  }
  return troubles;
}

/** @param jobs Read after the caller was. */
function callTroubles(
  { id, rootId, parentId }: StoredInstance,
  caller: StoredInstance | undefined,
  jobs: readonly Job[],
): readonly Trouble[] {
  if (parentId === undefined) return rootId === id ? [] : ["call-tree"];
  if (!caller) return ["lost-caller"];
  const troubles: Trouble[] = [];
  if (rootId !== caller.rootId) troubles.push("call-tree");
  const told = jobs.some(({ type }) => type === "baton:cancel-child");
  if (!told && !waitsFor(caller, id)) troubles.push("lost-caller");
  return troubles;
}

function waitsFor(caller: StoredInstance, childId: string): boolean {
  if (caller.endedAt !== undefined) return false;
  try {
    return whatIsAwaited(caller).children.includes(childId);
  } catch {
    return true; // told as the caller's own damage
  }
}

/** Every number that a step was given belongs to one that has ended, or to a token. */
async function historyIsWhole(store: Store, id: string, awaited: Awaited): Promise<boolean> {
  const seen = new Set(awaited.openSteps);
  let after: number | undefined;
  for (;;) {
    const steps: readonly Step[] = await store.listSteps(id, {
      take: 1_000,
      ...(after !== undefined && { after }),
    });
    for (const { sequence } of steps) seen.add(sequence);
    if (steps.length < 1_000) break;
    after = steps[steps.length - 1].sequence;
  }
  for (let sequence = 1; sequence <= awaited.lastStep; sequence++) if (!seen.has(sequence)) return false;
  return true;
}

/** Whether it is found by each variable that it can be found by. */
async function isFound(store: Store, { id, tenant, startedAt, variables }: StoredInstance): Promise<boolean> {
  const names = searchable(JSON.parse(variables)).map(([name, json]) => ({ name, value: JSON.parse(json) }));
  for (let i = 0; i < names.length; i += VARIABLES) {
    const found = await allOf((page) =>
      store.listInstances({
        ...{ tenant, startedFrom: startedAt, startedTo: startedAt + 1 },
        ...{ variables: names.slice(i, i + VARIABLES), ...page },
      })
    );
    if (!found.some((each) => each.id === id)) return false;
  }
  return true;
}

async function subscriptionsOf(store: Store, { tenant, id }: StoredInstance): Promise<readonly string[]> {
  const ids: string[] = [];
  for (const kind of ["message", "signal"] as const) {
    const rows = await allOf((page) => store.findSubscriptions({ tenant, kind, instanceId: id, ...page }));
    for (const subscription of rows) ids.push(subscription.id);
  }
  return ids;
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
  const orCancel = `${BACKUP}; or cancel them`;
  return [
    ...of(
      "stuck",
      "that nothing will ever move: no job, task, call, event or incident",
      "show says where; cancel or fail ends them",
    ),
    ...of("lost-job", "waiting for a job that is not there", orCancel),
    ...of(
      "held-job",
      "with a job that is held and that nothing will let go",
      "suspend and then resume makes their jobs due again; or cancel them",
    ),
    ...of("unknown-job", "with a job that their state does not know", orCancel),
    ...of("lost-task", "waiting for a user task that is not open", orCancel),
    ...of("unknown-task", "with an open user task that their state does not know", orCancel),
    ...of("lost-subscription", "waiting for a message or signal that they are not subscribed to", orCancel),
    ...of("unknown-subscription", "subscribed to a message or signal that they do not wait for", orCancel),
    ...of("lost-incident", "standing at an incident that is not there: nobody can resolve it", orCancel),
    ...of("unknown-incident", "with an incident that their state does not know", orCancel),
    ...of("lost-child", "waiting for a called instance that is not there or has ended", orCancel),
    ...of(
      "lost-caller",
      "called by an instance that is not there, has ended, or does not wait for them",
      `${BACKUP}; or cancel them: nobody takes their results`,
    ),
    ...of(
      "call-tree",
      "whose root is not the root of their caller",
      `${BACKUP}: retention deletes call trees as a whole`,
    ),
    ...of(
      "lost-variable",
      "not found by a variable that they have",
      `${BACKUP}; or set any variable of theirs: all that they are found by is written with it`,
    ),
    ...of("lost-step", "whose history has a gap", `${BACKUP}; they go on, and KPIs go without those steps`),
    ...of("status", "whose status is not that of their state, or does not fit the time of their end", BACKUP),
    ...of("definition", "of a definition that is not there", BACKUP),
    ...of(
      "damaged",
      "whose state cannot be read",
      "Written by a newer release (then use that one), or damaged",
    ),
  ];
}
