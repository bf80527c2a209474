/**
 * `baton:broadcast`: a signal goes to all that were armed before it, one unit per receiver, a page at a time with
 * the cursor kept in the job: a crash repeats at most a page, and a receiver takes a broadcast once.
 *
 * Starts by several events together come first, each in one commit with the note that it is done: an instance of
 * them gives its unique key back while it runs, so that alone would not keep a repeated page from starting another.
 */
import type { BroadcastPayload } from "../../engine/mod.ts";
import { type Job, NotFoundError, type Subscription } from "../../storage/store.ts";
import { RejectedError } from "../errors.ts";
import { executeStart } from "../execute_start.ts";
import { startItem } from "../messages.ts";
import type { Runtime } from "../runtime.ts";
import { inGroup, type StartGroup, startGroup } from "../start_groups.ts";
import { updateJobs } from "../update_jobs.ts";
import { DuplicateError, type WorkItem } from "../work_item.ts";
import { finish, leaseOf, payloadOf } from "./engine_job.ts";

const PAGE = 200;

export async function broadcast(runtime: Runtime, job: Job): Promise<void> {
  const payload = payloadOf<BroadcastPayload>(job);
  const page = await runtime.store.findSubscriptions({
    tenant: job.tenant,
    kind: "signal",
    name: payload.name,
    armedBefore: payload.at + 1,
    take: PAGE,
    cursor: payload.cursor,
  });
  const { started = [], ...common } = payload;
  const heard = page.items.filter((each) => hears(each, payload, job));
  const receivers: Subscription[] = [];
  for (const each of heard) {
    const group = each.instanceId === undefined ? await startGroup(runtime, each) : undefined;
    if (!group) receivers.push(each);
    else if (!started.includes(each.id)) {
      const noted = { ...payload, started: [...started, each.id] };
      return await startTogether(runtime, job, noted, each, group);
    }
  }
  await Promise.all(receivers.map((each) => deliver(runtime, job, payload, each)));
  if (page.next === undefined) return finish(runtime, job);
  const rest: BroadcastPayload = { ...common, cursor: page.next };
  await updateJobs(runtime, [{ ...leaseOf(job), action: "update", payload: JSON.stringify(rest) }]);
  runtime.store.notify?.();
}

function hears(subscription: Subscription, payload: BroadcastPayload, job: Job): boolean {
  if (subscription.instanceId !== undefined && subscription.instanceId === payload.exceptInstance) {
    return false;
  }
  // Armed in the millisecond of the throw: ids tell the order as well as anything can.
  return subscription.armedAt < payload.at || BigInt(subscription.id) < BigInt(job.id);
}

async function deliver(
  runtime: Runtime,
  job: Job,
  { variables }: BroadcastPayload,
  subscription: Subscription,
): Promise<void> {
  const { id, instanceId, tenant } = subscription;
  const once = `broadcast:${job.id}:${id}`;
  try {
    if (instanceId === undefined) {
      const item = await startItem(runtime, subscription, variables);
      await executeStart(runtime, { ...item, create: item.create && { ...item.create, uniqueKey: once } });
    } else {
      const command = { kind: "deliverSignal", id: once, subscriptionId: id, variables } as const;
      await runtime.executor.execute({ instanceId, tenant, command });
    }
  } catch (error) {
    // It has stopped listening meanwhile, or has heard it before a crash.
    const over = error instanceof RejectedError || error instanceof NotFoundError ||
      error instanceof DuplicateError;
    if (!over) throw error;
  }
}

/**
 * The signal is one of several events that start an instance together: it joins all instances that wait for it, else
 * it starts the next one. The last of these commits gives the job back with the note that this start has heard it.
 *
 * @param payload What the job carries from then on.
 */
async function startTogether(
  runtime: Runtime,
  job: Job,
  payload: BroadcastPayload,
  start: Subscription,
  group: StartGroup,
): Promise<void> {
  const lease = leaseOf(job);
  const done = { lease, keepJob: { ...lease, action: "update", payload: JSON.stringify(payload) } } as const;
  const tried = new Set<string>();
  for (;;) {
    if (await joinWaiting(runtime, job, payload, start, tried, done)) return;
    const item = { ...await startItem(runtime, start, payload.variables), ...done };
    try {
      await executeStart(runtime, inGroup(item, start.processKey, group));
      return;
    } catch (error) {
      if (error instanceof RejectedError) break;
      if (!(error instanceof DuplicateError)) throw error;
    }
    const waiting = await waitingInstances(runtime, payload, start);
    if (waiting.some((each) => !tried.has(each.id))) continue;
    // The instance that waits has had this signal: it is the first event of a further one.
    await executeStart(runtime, item);
    return;
  }
  await updateJobs(runtime, [done.keepJob]);
}

/**
 * Gives the signal to all instances that wait for it.
 *
 * @param tried Subscriptions that have been tried; those of now are added.
 * @param done What goes with the last delivery.
 * @returns Whether any was made.
 */
async function joinWaiting(
  runtime: Runtime,
  job: Job,
  payload: BroadcastPayload,
  start: Subscription,
  tried: Set<string>,
  done: Required<Pick<WorkItem, "lease" | "keepJob">>,
): Promise<boolean> {
  const waiting = (await waitingInstances(runtime, payload, start)).filter((each) => !tried.has(each.id));
  let joined = false;
  for (const [i, { id, instanceId = "", tenant }] of waiting.entries()) {
    tried.add(id);
    const { variables } = payload;
    const command = {
      kind: "deliverSignal",
      id: `broadcast:${job.id}:${id}`,
      subscriptionId: id,
      variables,
    } as const;
    const last = i === waiting.length - 1;
    try {
      await runtime.executor.execute({ instanceId, tenant, command, ...last ? done : {} });
      if (last) return true;
      joined = true;
    } catch (error) {
      // It has ended, or another signal of the same name was faster.
      if (!(error instanceof RejectedError || error instanceof NotFoundError)) throw error;
    }
  }
  if (joined) await updateJobs(runtime, [done.keepJob]);
  return joined;
}

/** Instances that the other events have started, and that wait for this one. */
async function waitingInstances(
  runtime: Runtime,
  { name, exceptInstance }: BroadcastPayload,
  { tenant, processKey, elementId, definitionIndex }: Subscription,
): Promise<Subscription[]> {
  const found: Subscription[] = [];
  let cursor: string | undefined;
  do {
    const page = await runtime.store.findSubscriptions({ tenant, kind: "signal", name, take: PAGE, cursor });
    for (const each of page.items) {
      if (each.instanceId === undefined || each.instanceId === exceptInstance) continue;
      if (each.processKey !== processKey) continue;
      if (each.elementId === elementId && each.definitionIndex === definitionIndex) found.push(each);
    }
    cursor = page.next;
  } while (cursor !== undefined);
  return found;
}
