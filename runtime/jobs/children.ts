/**
 * Called processes. Caller and called instance never lose each other: each says what it has to say by a job row
 * that is written in the commit in which it happens, and consumed in the commit in which the other hears it.
 */
import type {
  CancelChildPayload,
  ChildEndedPayload,
  ChildThrowsPayload,
  ProcessModel,
  StartChildPayload,
  ThrowAnswerPayload,
} from "../../engine/mod.ts";
import type { Definition, InstanceRecord, Job } from "../../storage/store.ts";
import { RejectedError, VariablesSizeError } from "../errors.ts";
import { executeStart } from "../execute_start.ts";
import { endJob } from "../job_ends.ts";
import type { Runtime } from "../runtime.ts";
import { newInstance } from "../start.ts";
import { DuplicateError } from "../work_item.ts";
import { finish, instanceOf, leaseOf, payloadOf } from "./engine_job.ts";

/** `baton:start-child`: the called instance is created in the unit that consumes the job, and nowhere else. */
export async function startChild(runtime: Runtime, job: Job): Promise<void> {
  const payload = payloadOf<StartChildPayload>(job);
  const [caller] = await runtime.store.loadInstances([instanceOf(job)]);
  if (caller?.tenant !== job.tenant) return finish(runtime, job);
  const { model } = await runtime.models.get(caller.definitionId);
  const definition = await findCalled(runtime, caller, model, payload);
  if (!definition) {
    return childMissing(runtime, job, `Cannot call "${payload.calledElement}": no such process is deployed`);
  }
  try {
    await executeStart(runtime, {
      instanceId: payload.childId,
      tenant: caller.tenant,
      command: {
        kind: "start",
        variables: payload.variables,
        parent: { id: caller.id, token: payload.token },
      },
      lease: leaseOf(job),
      create: newInstance(runtime, payload.childId, definition, {
        businessKey: payload.businessKey,
        parentId: caller.id,
        rootId: caller.rootId,
      }),
    });
  } catch (error) {
    if (error instanceof RejectedError || error instanceof VariablesSizeError) {
      return childMissing(runtime, job, error.message);
    }
    // An earlier try, whose answer was lost, has created it.
    if (!(error instanceof DuplicateError)) throw error;
    await finish(runtime, job);
  }
}

async function childMissing(runtime: Runtime, job: Job, message: string): Promise<void> {
  await endJob(runtime, job, instanceOf(job), { command: { kind: "childMissing", jobId: job.id, message } });
}

/** The same file first, then by key as the call says (BPMN 2.0.2, 10.3.6). */
async function findCalled(
  runtime: Runtime,
  caller: InstanceRecord,
  model: ProcessModel,
  payload: StartChildPayload,
): Promise<Definition | undefined> {
  const { calledElement: key, binding, version, versionTag } = payload;
  if (binding === "version") return runtime.store.findDefinition(caller.tenant, key, { version });
  if (binding === "versionTag") return runtime.store.findDefinition(caller.tenant, key, { versionTag });
  if (binding === "deployment" || model.siblings.includes(key)) {
    const sibling = await findSibling(runtime, caller, key);
    if (sibling || binding === "deployment") return sibling;
  }
  return runtime.store.findDefinition(caller.tenant, key);
}

/** The version that was deployed with the caller's file. */
async function findSibling(
  runtime: Runtime,
  caller: InstanceRecord,
  key: string,
): Promise<Definition | undefined> {
  const { definition } = await runtime.models.get(caller.definitionId);
  let cursor: string | undefined;
  do {
    const page = await runtime.store.listDefinitions({ tenant: caller.tenant, key, cursor });
    const found = page.items.find((each) => each.hash === definition.hash);
    if (found) return found;
    cursor = page.next;
  } while (cursor !== undefined);
  return undefined;
}

/** `baton:cancel-child`: the caller was cancelled. */
export async function cancelChild(runtime: Runtime, job: Job): Promise<void> {
  const { status, reason } = payloadOf<CancelChildPayload>(job);
  await runtime.executor.execute({
    instanceId: instanceOf(job),
    tenant: job.tenant,
    command: { kind: "cancel", status, reason, byParent: true },
    lease: leaseOf(job),
  });
}

/** `baton:child-ended`: the called instance's results go to the caller. */
export async function childEnded(runtime: Runtime, job: Job): Promise<void> {
  await endJob(runtime, job, instanceOf(job), {
    command: { kind: "childEnded", ...payloadOf<ChildEndedPayload>(job) },
  });
}

/** `baton:child-throws`: an error or escalation that nothing in the called instance catches. */
export async function childThrows(runtime: Runtime, job: Job): Promise<void> {
  await endJob(runtime, job, instanceOf(job), {
    command: { kind: "childThrows", ...payloadOf<ChildThrowsPayload>(job) },
  });
}

/** `baton:throw-answer`: what the caller does about it. */
export async function throwAnswer(runtime: Runtime, job: Job): Promise<void> {
  await endJob(runtime, job, instanceOf(job), {
    command: { kind: "throwAnswer", ...payloadOf<ThrowAnswerPayload>(job) },
  });
}
