/** Commands of people and programs on one instance. */
import type { Command } from "../engine/mod.ts";
import { NotFoundError } from "../storage/store.ts";
import type { JoinOptions, SetVariablesOptions, VariableValues } from "./api.ts";
import { checkOptions, isId } from "./arguments.ts";
import { executeJoined } from "./joined.ts";
import type { Runtime } from "./runtime.ts";
import { JOIN, SET_VARIABLES } from "./shapes.ts";
import { correlateJob } from "./unit.ts";
import { takeVariables } from "./values.ts";
import type { Done } from "./work_item.ts";

/** Gives a command without a lease its id, by which a repeat after a lost answer is known, and carries it out. */
export async function command(
  runtime: Runtime,
  tenant: string,
  instanceId: string,
  what: Command,
  options: JoinOptions = {},
): Promise<Done> {
  checkOptions(options, JOIN);
  const { transaction } = options;
  if (!isId(instanceId)) {
    throw new NotFoundError(`Cannot find instance "${instanceId}": there is none`);
  }
  const item = { instanceId, tenant, command: { ...what, id: await runtime.ids.take() } };
  return transaction ? await executeJoined(runtime, item, transaction) : await runtime.executor.execute(item);
}

export async function setVariables(
  runtime: Runtime,
  tenant: string,
  id: string,
  values: VariableValues,
  options: SetVariablesOptions,
): Promise<void> {
  checkOptions(options, SET_VARIABLES);
  const { scope, local } = options;
  const variables = takeVariables(values);
  await command(runtime, tenant, id, { kind: "setVariables", variables, scope, local });
}

/** Lets a suspended instance go on. Messages that came meanwhile are looked for again. */
export async function resume(runtime: Runtime, tenant: string, id: string): Promise<void> {
  await command(runtime, tenant, id, { kind: "resume" });
  const at = runtime.time.now();
  let cursor: string | undefined;
  do {
    const page = await runtime.store.findSubscriptions({ tenant, kind: "message", instanceId: id, cursor });
    const jobs = [];
    for (const { name, key } of page.items) jobs.push(correlateJob(await runtime.ids.take(), name, key, at));
    if (jobs.length > 0) await runtime.store.enqueueJobs(tenant, jobs, runtime.time.override);
    cursor = page.next;
  } while (cursor !== undefined);
}
