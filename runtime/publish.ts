/** Publishing and correlating messages. */
import { type NewMessage, NotFoundError, type Subscription } from "../storage/store.ts";
import type { CorrelateOptions, MessageReceiver, Published, PublishOptions } from "./api.ts";
import { checkArgument, checkOptions } from "./arguments.ts";
import { RejectedError } from "./errors.ts";
import { deliver, deliverTo, findReceivers } from "./messages.ts";
import type { Runtime } from "./runtime.ts";
import { CORRELATE, PUBLISH } from "./shapes.ts";
import { checkBytes, takeVariables } from "./values.ts";
import { DuplicateError } from "./work_item.ts";

/** What a `baton:correlate` job carries when a publisher wrote it: it also sees to the message's end. */
export interface Correlation {
  readonly name: string;
  readonly key: string;
  readonly expire?: { readonly jobId: string; readonly messageId: string; readonly at: number };
}

/** Messages that are not to be buffered still need a row for as long as their delivery takes. */
const DELIVERY_MS = 60_000;
/** Times that a receiver which is gone meanwhile is looked for again. */
const CORRELATE_TRIES = 5;

/** See `Engine.publishMessage`. @param options.targetProcess Only this process may take it. */
export async function publishMessage(
  runtime: Runtime,
  tenant: string,
  name: string,
  options: PublishOptions & { readonly targetProcess?: string },
): Promise<Published> {
  checkArgument(name, "name", "name");
  checkOptions(options, PUBLISH);
  const { key = "", timeToLiveMs = 0, messageId, targetProcess } = options;
  const json = JSON.stringify(takeVariables(options.variables));
  const variables = checkBytes(json, runtime.maxVariablesBytes, `publish "${name}"`);
  await runtime.ready();
  const { ids } = runtime;
  const at = runtime.time.now();
  const id = await ids.take();
  const expiresAt = Math.min(at + Math.ceil(timeToLiveMs), Number.MAX_SAFE_INTEGER);
  const message: NewMessage = {
    id,
    tenant,
    name,
    key,
    messageId,
    variables,
    targetProcess,
    publishedAt: at,
    expiresAt,
  };
  const expire = {
    jobId: await ids.take(),
    messageId: id,
    at: timeToLiveMs === 0 ? at + DELIVERY_MS : expiresAt,
  };
  const correlation: Correlation = { name, key, expire };
  const published = await runtime.store.publishMessage(message, {
    id: await ids.take(),
    type: "baton:correlate",
    class: 0,
    dueAt: at,
    payload: JSON.stringify(correlation),
  });
  if (!published) return { id, duplicate: true, receivers: [] };
  runtime.store.notify?.();
  return { id, duplicate: false, receivers: await deliver(runtime, { ...message, takenBy: [] }) };
}

/** See `Engine.correlateMessage`. */
export async function correlateMessage(
  runtime: Runtime,
  tenant: string,
  name: string,
  options: CorrelateOptions,
): Promise<MessageReceiver> {
  checkArgument(name, "name", "name");
  checkOptions(options, CORRELATE);
  const { key = "" } = options;
  const json = JSON.stringify(takeVariables(options.variables));
  const variables = checkBytes(json, runtime.maxVariablesBytes, `correlate "${name}"`);
  const message = { name, key, variables };
  await runtime.ready();
  const commandId = await runtime.ids.take();
  for (let tries = 0; tries < CORRELATE_TRIES; tries++) {
    const receiver = onlyOne(name, key, await findReceivers(runtime, tenant, name, key), options);
    try {
      return await deliverTo(runtime, message, receiver, { commandId });
    } catch (error) {
      if (error instanceof DuplicateError) break;
      const gone = error instanceof NotFoundError ||
        (error instanceof RejectedError && error.code !== "suspended");
      if (!gone) throw error;
    }
  }
  throw noMatch(name, key);
}

function onlyOne(
  name: string,
  key: string,
  found: readonly Subscription[],
  { instanceId, subscriptionId }: CorrelateOptions,
): Subscription {
  let matches = found;
  if (instanceId !== undefined) matches = matches.filter((each) => each.instanceId === instanceId);
  if (subscriptionId !== undefined) matches = matches.filter((each) => each.id === subscriptionId);
  // A start event stands behind the instances of its own process.
  const waiting = new Set(matches.flatMap((each) => each.instanceId === undefined ? [] : [each.processKey]));
  matches = matches.filter((each) => each.instanceId !== undefined || !waiting.has(each.processKey));
  if (matches.length === 0) throw noMatch(name, key);
  if (matches.length > 1) {
    throw new RejectedError({
      code: "ambiguous",
      message: `Cannot correlate message "${name}" with key "${key}": ${matches.length} receivers match`,
    });
  }
  return matches[0];
}

function noMatch(name: string, key: string): RejectedError {
  return new RejectedError({
    code: "no-match",
    message: `Cannot correlate message "${name}" with key "${key}": nobody waits for it`,
  });
}
