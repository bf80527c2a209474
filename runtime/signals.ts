/** Signals and conditions from outside. */
import { type BroadcastPayload, type NewJob, STATE_FORMAT } from "../engine/mod.ts";
import type { InstanceRecord, Subscription } from "../storage/store.ts";
import type { SignalOptions, VariableValues } from "./api.ts";
import { checkArgument, checkOptions } from "./arguments.ts";
import { executeStart } from "./execute_start.ts";
import { runEngineJob } from "./jobs/mod.ts";
import { startItem } from "./messages.ts";
import type { Runtime } from "./runtime.ts";
import { recordOf } from "./start.ts";
import { checkBytes, takeVariables } from "./values.ts";

/** The first page of receivers is served within this. */
const LEASE_MS = 60_000;

/** See `Engine.broadcastSignal`. */
export async function broadcastSignal(
  runtime: Runtime,
  tenant: string,
  name: string,
  options: SignalOptions,
): Promise<void> {
  checkArgument(name, "name", "name");
  checkOptions(options, {});
  const variables = takeVariables(options.variables);
  checkBytes(JSON.stringify(variables), runtime.maxVariablesBytes, `broadcast "${name}"`);
  await runtime.ready();
  const at = runtime.time.now();
  const payload: BroadcastPayload = { name, variables, at };
  const id = await runtime.ids.take();
  const job: NewJob = { id, type: "baton:broadcast", class: 0, dueAt: at, payload: JSON.stringify(payload) };
  await runtime.store.enqueueJobs(tenant, [job], runtime.time.override);
  // At once, as far as it is free; another worker may have been faster, and pages that follow are anybody's.
  for (;;) {
    const { jobs } = await runtime.store.leaseJobs({
      worker: runtime.worker,
      wants: [],
      max: 1,
      leaseMs: LEASE_MS,
      jobIds: [id],
      format: STATE_FORMAT,
      at: runtime.time.override,
    });
    if (jobs.length === 0) return;
    const [leased] = jobs;
    await runEngineJob(runtime, leased);
    if (leased.failures > 0) return;
  }
}

/** See `Engine.evaluateConditions`. */
export async function evaluateConditions(
  runtime: Runtime,
  tenant: string,
  values: VariableValues,
): Promise<readonly InstanceRecord[]> {
  const variables = takeVariables(values);
  await runtime.ready();
  const started: InstanceRecord[] = [];
  let cursor: string | undefined;
  do {
    const page = await runtime.store.findSubscriptions({ tenant, kind: "conditional", take: 1_000, cursor });
    for (const subscription of page.items) {
      if (subscription.instanceId !== undefined || !await holds(runtime, subscription, variables)) continue;
      const item = await startItem(runtime, subscription, variables);
      started.push(recordOf(await executeStart(runtime, item)));
    }
    cursor = page.next;
  } while (cursor !== undefined);
  return started;
}

async function holds(
  runtime: Runtime,
  subscription: Subscription,
  variables: Record<string, unknown>,
): Promise<boolean> {
  const { model } = await runtime.models.get(subscription.definitionId ?? "");
  const trigger = model.startTriggers.find((each) =>
    each.element.id === subscription.elementId && each.definition.index === subscription.definitionIndex
  );
  if (trigger?.definition.kind !== "conditional") return false;
  const { condition, variableNames } = trigger.definition;
  if (variableNames && !variableNames.some((name) => Object.hasOwn(variables, name))) return false;
  try {
    const get = (name: string) => Object.hasOwn(variables, name) ? variables[name] : undefined;
    return condition.evaluate({ at: runtime.time.now(), get }) === true;
  } catch (error) {
    // An unknown variable means "not yet true".
    if (error instanceof Error && "code" in error && error.code === "expression") return false;
    throw error;
  }
}
