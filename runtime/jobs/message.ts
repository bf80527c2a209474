/** `baton:publish`, `baton:correlate`, `baton:expire-message`. */
import type { PublishPayload } from "../../engine/mod.ts";
import type { Job } from "../../storage/store.ts";
import { deliverBuffered } from "../messages.ts";
import { type Correlation, publishMessage } from "../publish.ts";
import type { Runtime } from "../runtime.ts";
import { finish, payloadOf } from "./engine_job.ts";

const MODEL_TIME_TO_LIVE_MS = 3_600_000;

/** A message that the model has thrown. */
export async function publish(runtime: Runtime, job: Job): Promise<void> {
  const { name, timeToLiveMs = MODEL_TIME_TO_LIVE_MS, ...payload } = payloadOf<PublishPayload>(job);
  await publishMessage(runtime, job.tenant, name, {
    ...payload,
    timeToLiveMs,
    // Run again after a crash, it is the same message.
    messageId: payload.messageId ?? `baton:${job.id}`,
  });
  await finish(runtime, job);
}

/** Looks once more, after the commit of whoever wrote the job. */
export async function correlate(runtime: Runtime, job: Job): Promise<void> {
  const { name, key, expire } = payloadOf<Correlation>(job);
  if (expire) {
    await runtime.store.enqueueJobs(job.tenant, [{
      id: expire.jobId,
      type: "baton:expire-message",
      class: 0,
      dueAt: expire.at,
      payload: JSON.stringify({ messageId: expire.messageId }),
    }], runtime.time.override);
  }
  await deliverBuffered(runtime, job.tenant, name, key);
  await finish(runtime, job);
}

/** A message's time is over. */
export async function expireMessage(runtime: Runtime, job: Job): Promise<void> {
  await runtime.store.deleteMessages([payloadOf<{ messageId: string }>(job).messageId]);
  await finish(runtime, job);
}
