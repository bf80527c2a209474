/** How leased jobs of instances end: in a unit of their instance, or kept in their rows for whoever collects them. */
import type { Command } from "../engine/mod.ts";
import { type Job, type JobEnd, type JobUpdate, LeaseLostError, StoreError } from "../storage/store.ts";
import { leaseOf } from "./jobs/engine_job.ts";
import type { Runtime } from "./runtime.ts";
import { settleFailure } from "./settle.ts";

/** What came of a job. */
export interface Outcome {
  readonly command: Command;
  /** The job goes back like this instead of being deleted. */
  readonly keepJob?: JobUpdate;
}

/** Outcomes in one call of the store. */
const MAX_ENDS = 1_000;
/** The next ones go so long after the last at the earliest: whoever collects them gathers as well. */
const PACE_MS = 20;
/** After this long nobody waits for an answer any more. */
const GIVE_UP_MS = 120_000;

/** Rejects with what {@link import("./executor.ts").Executor.execute} rejects with. */
export function endJob(
  runtime: Runtime,
  job: Job,
  instanceId: string,
  outcome: Outcome,
): Promise<unknown> {
  const { executor, crowds, jobEnds } = runtime;
  const { command, keepJob } = outcome;
  return crowds.isOthers(instanceId)
    ? jobEnds.keep({ ...leaseOf(job), outcome: JSON.stringify(outcome) })
    : executor.execute({ instanceId, tenant: job.tenant, lease: leaseOf(job), command, keepJob });
}

interface Waiting {
  readonly end: JobEnd;
  readonly since: number;
  tries: number;
  resolve(): void;
  reject(error: Error): void;
}

/** Outcomes on their way to their jobs' rows, sent together. */
export class JobEnds {
  readonly #runtime: Runtime;
  #waiting: Waiting[] = [];
  #sending = false;
  #sentAt = -Infinity;
  /** How many were kept. */
  kept = 0;

  constructor(runtime: Runtime) {
    this.#runtime = runtime;
  }

  /** @throws {LeaseLostError} If the job is not held any more. */
  keep(end: JobEnd): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#put({ end, since: performance.now(), tries: 0, resolve, reject });
    });
  }

  #put(waiting: Waiting): void {
    this.#waiting.push(waiting);
    if (this.#sending) return;
    this.#sending = true;
    queueMicrotask(() => this.#send());
  }

  async #send(): Promise<void> {
    for (let failures = 0; this.#waiting.length > 0;) {
      await this.#gather();
      const batch = this.#waiting.splice(0, MAX_ENDS);
      try {
        await this.#sendSome(batch);
        failures = 0;
      } catch (error) {
        // It may have been kept, or not: sent once more, which is harmless.
        const late = error instanceof StoreError ? Infinity : performance.now() - GIVE_UP_MS;
        for (const each of batch) if (each.since < late) each.reject(error as Error);
        this.#waiting.unshift(...batch.filter(({ since }) => since >= late));
        await settleFailure.pause(failures++);
      }
    }
    this.#sending = false;
  }

  /** The first goes at once, those that follow it wait for each other. */
  async #gather(): Promise<void> {
    const waitMs = this.#sentAt + PACE_MS - performance.now();
    if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
    this.#sentAt = performance.now();
  }

  async #sendSome(batch: readonly Waiting[]): Promise<void> {
    const { store, time, executor } = this.#runtime;
    const ends = batch.map(({ end }) => end);
    const { results, opened } = await store.endJobs(ends, crypto.randomUUID(), time.override);
    batch.forEach((each, index) => {
      if (results[index] === "kept") {
        this.kept++;
        each.resolve();
      } else if (results[index] === "busy" && performance.now() - each.since < GIVE_UP_MS) {
        // Somebody is writing it: the others do not wait for that.
        settleFailure.pause(each.tries++).then(() => this.#put(each));
      } else each.reject(new LeaseLostError(`Cannot finish job "${each.end.jobId}": its lease is over`));
    });
    if (opened && !executor.handOns.wake()) store.notify?.();
  }
}
