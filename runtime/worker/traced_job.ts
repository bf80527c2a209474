/** A job's span, which finds its way back to the start that caused it. */
import type { Job } from "../../storage/store.ts";
import { hosted, storedTraceparent } from "../hosted.ts";
import type { Runtime } from "../runtime.ts";
import type { Telemetry } from "../telemetry.ts";
import type { LeasedState } from "./job_runner.ts";

/** Runs one attempt within a span. @param run Gives back what went wrong, if anything did. */
export async function traced(
  runtime: Runtime,
  telemetry: Telemetry,
  job: Job,
  state: LeasedState | undefined,
  run: () => Promise<string | undefined>,
): Promise<void> {
  const attributes = {
    "baton.job.id": job.id,
    "baton.job.type": job.type,
    "baton.job.attempt": job.failures + 1,
    "baton.instance.id": job.instanceId,
    "baton.element.id": job.elementId,
    "baton.tenant": job.tenant,
    "baton.worker": runtime.worker,
  };
  const causedBy = startOf(runtime, job, state);
  const began = performance.now();
  let outcome = "ok";
  await telemetry.span(`baton.job ${job.type}`, { attributes, causedBy, consumer: true }, async (span) => {
    const error = await run();
    if (error === undefined) return;
    outcome = "failed";
    span.failed(error);
  });
  telemetry.jobEnded(performance.now() - began, { "baton.job.type": job.type, outcome });
}

/** The trace context of the instance's start. */
function startOf(runtime: Runtime, job: Job, state: LeasedState | undefined): string | undefined {
  if (job.instanceId === undefined) return undefined;
  const cached = runtime.cache.get(job.instanceId);
  if (cached) return hosted(cached.instance.state).traceparent;
  return state?.stored && storedTraceparent(state.stored.state);
}
