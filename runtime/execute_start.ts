/** The one way in which instances come into being: with a span, and with its trace context kept in their state. */
import type { SqlTransaction } from "../storage/store.ts";
import { executeJoined } from "./joined.ts";
import type { Runtime } from "./runtime.ts";
import type { Done, WorkItem } from "./work_item.ts";

/**
 * Executes a start. Errors as `Executor.execute`.
 *
 * @param transaction A user's own, which it becomes part of.
 */
export function executeStart(runtime: Runtime, item: WorkItem, transaction?: SqlTransaction): Promise<Done> {
  const { telemetry } = runtime;
  const { create } = item;
  if (!telemetry || !create) return execute(runtime, item, transaction);
  const attributes = {
    "baton.process.key": create.key,
    "baton.process.version": create.version,
    "baton.instance.id": item.instanceId,
    "baton.parent.id": create.parentId,
    "baton.tenant": item.tenant,
  };
  return telemetry.span("baton.start", { attributes }, () => {
    const host = { ...create.host, traceparent: telemetry.traceparent() };
    return execute(runtime, { ...item, create: { ...create, host } }, transaction);
  });
}

function execute(runtime: Runtime, item: WorkItem, transaction: SqlTransaction | undefined): Promise<Done> {
  return transaction ? executeJoined(runtime, item, transaction) : runtime.executor.execute(item);
}
