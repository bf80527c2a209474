/**
 * Messages from publisher to receiver.
 *
 * No match is lost, whichever comes first. A publisher commits its message together with a `baton:correlate` job
 * and looks for subscriptions afterwards; whoever arms a subscription commits it together with such a job, which
 * looks for messages afterwards. Each look is a new snapshot taken after the commit of its own side. Of two such
 * commits one is the later, and the look that follows the later one sees both. The jobs are durable, so a crash
 * between commit and look only delays it. What is found twice is delivered once: a message is taken in the commit
 * that moves the receiver, once per process key, and the second one to try is answered `duplicate`.
 */
import { type NewMessage, NotFoundError, type Subscription } from "../storage/store.ts";
import type { MessageReceiver } from "./api.ts";
import { RejectedError } from "./errors.ts";
import { executeStart } from "./execute_start.ts";
import type { Runtime } from "./runtime.ts";
import { newInstance } from "./start.ts";
import { inGroup, startGroup } from "./start_groups.ts";
import { DuplicateError, type WorkItem } from "./work_item.ts";

/** What is needed of a message to deliver it. */
export type Deliverable =
  & Pick<NewMessage, "id" | "tenant" | "name" | "key" | "variables" | "targetProcess">
  & {
    readonly takenBy: readonly string[];
  };

/** Delivers all buffered messages of a name and key to whoever waits now. @returns How many found a receiver. */
export async function deliverBuffered(
  runtime: Runtime,
  tenant: string,
  name: string,
  key: string,
): Promise<number> {
  const messages = await runtime.store.listMessages(tenant, name, key, runtime.time.override);
  let delivered = 0;
  for (const message of messages) delivered += (await deliver(runtime, message)).length;
  return delivered;
}

/** Delivers one message: per process the oldest subscription that waits, else its start event. */
export async function deliver(runtime: Runtime, message: Deliverable): Promise<MessageReceiver[]> {
  const byProcess = new Map<string, Subscription[]>();
  for (const subscription of await findReceivers(runtime, message.tenant, message.name, message.key)) {
    const { processKey } = subscription;
    if (message.targetProcess !== undefined && message.targetProcess !== processKey) continue;
    if (message.takenBy.includes(processKey)) continue;
    const list = byProcess.get(processKey);
    if (list) list.push(subscription);
    else byProcess.set(processKey, [subscription]);
  }
  const receivers: MessageReceiver[] = [];
  for (const subscriptions of byProcess.values()) {
    const receiver = await deliverToOne(runtime, message, subscriptions);
    if (receiver) receivers.push(receiver);
  }
  return receivers;
}

/**
 * All that wait for a name and key: subscriptions of instances by age, then start events, which take any key.
 */
export async function findReceivers(
  runtime: Runtime,
  tenant: string,
  name: string,
  key: string,
): Promise<Subscription[]> {
  const waiting: Subscription[] = [];
  const starts: Subscription[] = [];
  for (const each of new Set([key, ""])) {
    let cursor: string | undefined;
    do {
      const page = await runtime.store.findSubscriptions({
        tenant,
        kind: "message",
        name,
        key: each,
        take: 1_000,
        cursor,
      });
      for (const subscription of page.items) {
        if (subscription.instanceId === undefined) starts.push(subscription);
        else if (subscription.key === key) waiting.push(subscription);
      }
      cursor = page.next;
    } while (cursor !== undefined);
  }
  return [...waiting, ...starts];
}

async function deliverToOne(
  runtime: Runtime,
  message: Deliverable,
  subscriptions: readonly Subscription[],
): Promise<MessageReceiver | undefined> {
  for (const subscription of subscriptions) {
    try {
      return await deliverTo(runtime, message, subscription, {
        taking: message.id,
        commandId: `message:${message.id}:${subscription.id}`,
      });
    } catch (error) {
      // Taken by this process already; or its running instance holds the start event's key.
      if (error instanceof DuplicateError) return undefined;
      // Gone or suspended meanwhile: the next match may have it.
      if (!(error instanceof RejectedError || error instanceof NotFoundError)) throw error;
    }
  }
  return undefined;
}

/**
 * Delivers to one subscription.
 *
 * @param options.taking The buffered message that is taken by this.
 * @throws {RejectedError} If the subscription is closed or the instance suspended.
 * @throws {DuplicateError} If the message is taken, or the start event's key is in use.
 */
export async function deliverTo(
  runtime: Runtime,
  message: Pick<Deliverable, "name" | "key" | "variables">,
  subscription: Subscription,
  options: { readonly taking?: string; readonly commandId?: string } = {},
): Promise<MessageReceiver> {
  const { processKey, elementId } = subscription;
  const variables = JSON.parse(message.variables) as Record<string, unknown>;
  const takeMessages = options.taking === undefined ? undefined : [{ messageId: options.taking, processKey }];
  const common = { tenant: subscription.tenant, takeMessages };
  if (subscription.instanceId !== undefined) {
    const { instanceId, id: subscriptionId } = subscription;
    await runtime.executor.execute({
      ...common,
      instanceId,
      command: { kind: "deliverMessage", id: options.commandId, subscriptionId, variables },
    });
    return { instanceId, processKey, elementId, started: false };
  }
  const item = await startItem(runtime, subscription, variables, message);
  const started = { instanceId: item.instanceId, processKey, elementId, started: true };
  const group = await startGroup(runtime, subscription);
  if (group === undefined) {
    await executeStart(runtime, { ...common, ...item });
    return started;
  }
  const grouped = inGroup(item, processKey, group, message.key);
  try {
    await executeStart(runtime, { ...common, ...grouped });
  } catch (error) {
    if (!(error instanceof DuplicateError)) throw error;
    const joined = await joinStarted(runtime, message, subscription, options);
    if (joined) return joined;
    if (message.key !== "") throw error;
    // All that were started this way have had this event: it is the first one of a further instance.
    await executeStart(runtime, { ...common, ...item });
  }
  return started;
}

/** Another event of the same start came at the same time and was first: its instance waits for this one. */
async function joinStarted(
  runtime: Runtime,
  message: Pick<Deliverable, "name" | "key" | "variables">,
  start: Subscription,
  options: { readonly taking?: string; readonly commandId?: string },
): Promise<MessageReceiver | undefined> {
  for (const each of await findReceivers(runtime, start.tenant, message.name, message.key)) {
    if (each.instanceId === undefined || each.processKey !== start.processKey) continue;
    try {
      return await deliverTo(runtime, message, each, options);
    } catch (error) {
      if (!(error instanceof RejectedError || error instanceof NotFoundError)) throw error;
    }
  }
  return undefined;
}

/** A start by message or signal. With a key, one instance per process, name and key runs at a time. */
export async function startItem(
  runtime: Runtime,
  subscription: Subscription,
  variables: Record<string, unknown>,
  message?: { readonly name: string; readonly key: string },
): Promise<WorkItem> {
  const { definition } = await runtime.models.get(subscription.definitionId ?? "");
  await runtime.ready();
  const id = await runtime.ids.take();
  const keyed = message && message.key !== "" ? message : undefined;
  const uniqueKey = keyed && `m:${definition.key}:${withoutColon(keyed.name)}:${keyed.key}`;
  return {
    instanceId: id,
    tenant: subscription.tenant,
    command: {
      kind: "start",
      variables,
      startEvent: subscription.elementId,
      definitionIndex: subscription.definitionIndex,
      messageKey: message?.key,
    },
    create: {
      ...newInstance(runtime, id, definition, { uniqueKey }),
      host: keyed && { messageStart: { name: keyed.name, key: keyed.key } },
    },
  };
}

/** Name and key stand side by side in a unique key: `a:b` with the key `c` is not `a` with the key `b:c`. */
function withoutColon(name: string): string {
  return name.replaceAll("%", "%25").replaceAll(":", "%3A");
}
