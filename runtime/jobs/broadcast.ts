/**
 * `baton:broadcast`: a signal goes to all that were armed before it, one unit per receiver, a page at a time with
 * the cursor kept in the job: a crash repeats at most a page, and a receiver takes a broadcast once.
 */
import type { BroadcastPayload } from "../../engine/mod.ts";
import { type Job, NotFoundError, type Subscription } from "../../storage/store.ts";
import { RejectedError } from "../errors.ts";
import { executeStart } from "../execute_start.ts";
import { startItem } from "../messages.ts";
import type { Runtime } from "../runtime.ts";
import { DuplicateError } from "../work_item.ts";
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
  await Promise.all(
    page.items.filter((each) => hears(each, payload, job)).map((each) =>
      deliver(runtime, job, payload, each)
    ),
  );
  if (page.next === undefined) return finish(runtime, job);
  const rest: BroadcastPayload = { ...payload, cursor: page.next };
  await runtime.store.updateJobs(
    [{ ...leaseOf(job), action: "update", payload: JSON.stringify(rest) }],
    runtime.time.override,
  );
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
