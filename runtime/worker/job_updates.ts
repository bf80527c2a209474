/** Changes to leased jobs that touch no instance, sent together. */
import { type JobUpdate, LeaseLostError } from "../../storage/store.ts";
import type { Runtime } from "../runtime.ts";
import { settleFailure } from "../settle.ts";

/** After this long a job that somebody is writing counts as lost: it comes back when its lease ends. */
const GIVE_UP_MS = 120_000;

interface Waiting {
  readonly update: JobUpdate;
  readonly since: number;
  tries: number;
  resolve(): void;
  reject(error: Error): void;
}

export class JobUpdates {
  readonly #runtime: Runtime;
  #waiting: Waiting[] = [];
  #sending = false;

  constructor(runtime: Runtime) {
    this.#runtime = runtime;
  }

  /** @throws {LeaseLostError} If the job is not held any more. */
  add(update: JobUpdate): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#put({ update, since: performance.now(), tries: 0, resolve, reject });
    });
  }

  #put(waiting: Waiting): void {
    this.#waiting.push(waiting);
    if (this.#sending) return;
    this.#sending = true;
    queueMicrotask(() => this.#send());
  }

  async #send(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting;
      this.#waiting = [];
      try {
        const results = await this.#runtime.store.updateJobs(
          batch.map((each) => each.update),
          this.#runtime.time.override,
        );
        batch.forEach((each, index) => {
          if (results[index] === "done") each.resolve();
          // Somebody is writing it: the others do not wait for that.
          else if (results[index] === "busy" && performance.now() - each.since < GIVE_UP_MS) {
            settleFailure.pause(each.tries++).then(() => this.#put(each));
          } else {
            each.reject(new LeaseLostError(`Cannot change job "${each.update.jobId}": its lease is over`));
          }
        });
      } catch (error) {
        for (const each of batch) each.reject(error as Error);
      }
    }
    this.#sending = false;
  }
}
