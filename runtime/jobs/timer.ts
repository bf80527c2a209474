/** `baton:timer`: timers of instances, and timer start events of definitions; `baton:continue`. */
import { nextDue, parseTimer } from "../../engine/mod.ts";
import type { Job, JobUpdate } from "../../storage/store.ts";
import { RejectedError } from "../errors.ts";
import { executeStart } from "../execute_start.ts";
import { endJob } from "../job_ends.ts";
import { jobFields } from "../log.ts";
import type { Runtime } from "../runtime.ts";
import { newInstance } from "../start.ts";
import { startText, type StartTimer } from "../start_triggers.ts";
import { finish, instanceOf, leaseOf, payloadOf } from "./engine_job.ts";

/** A timer is due. */
export async function timer(runtime: Runtime, job: Job): Promise<void> {
  if (job.instanceId === undefined) return startByTimer(runtime, job);
  await endJob(runtime, job, job.instanceId, { command: { kind: "fireTimer", jobId: job.id } });
}

/** An asynchronous continuation, or the rest of a unit that was cut for its size. */
export async function goOn(runtime: Runtime, job: Job): Promise<void> {
  const instanceId = instanceOf(job);
  if (job.elementId === undefined) await runtime.crowds.rests(instanceId);
  await endJob(runtime, job, instanceId, { command: { kind: "continue", jobId: job.id } });
}

/** Starts an instance; the same job row then waits for the next repetition, so that a deploy can replace it. */
async function startByTimer(runtime: Runtime, job: Job): Promise<void> {
  if (job.definitionId === undefined) return finish(runtime, job);
  const { definition } = await runtime.models.get(job.definitionId);
  const current = await runtime.store.getDefinition(definition.id);
  if (!current?.latest || current.tenant !== job.tenant) return finish(runtime, job);
  const { startEvent, definitionIndex } = payloadOf<StartTimer>(job);
  await runtime.ready();
  const id = await runtime.ids.take();
  try {
    await executeStart(runtime, {
      instanceId: id,
      tenant: job.tenant,
      command: { kind: "start", variables: {}, startEvent, definitionIndex },
      lease: leaseOf(job),
      keepJob: await nextFiring(runtime, job),
      create: newInstance(runtime, id, definition),
    });
  } catch (error) {
    if (!(error instanceof RejectedError)) throw error;
    runtime.logger.log("error", "a timer start event cannot start its process", {
      ...jobFields(job),
      definitionId: definition.id,
      message: error.message,
    });
    await finish(runtime, job);
  }
}

async function nextFiring(runtime: Runtime, job: Job): Promise<JobUpdate | undefined> {
  const payload = payloadOf<StartTimer>(job);
  const { model } = await runtime.models.get(job.definitionId ?? "");
  const trigger = model.startTriggers.find((each) =>
    each.element.id === payload.startEvent && each.definition.index === payload.definitionIndex
  );
  if (trigger?.definition.kind !== "timer" || trigger.definition.timerType !== "cycle") return undefined;
  const at = runtime.time.now();
  const spec = parseTimer("cycle", startText(trigger.definition.value, at));
  const remaining = payload.left < 0 ? undefined : payload.left;
  const next = nextDue(spec, { at, previousDue: payload.due, remaining });
  if (!next) return undefined;
  const following: StartTimer = { ...payload, left: next.remaining ?? -1, due: next.dueAt };
  return {
    ...leaseOf(job),
    action: "update",
    dueAt: next.dueAt,
    failures: 0,
    payload: JSON.stringify(following),
  };
}
