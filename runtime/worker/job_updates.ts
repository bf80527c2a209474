/** Changes to leased jobs that touch no instance, sent together. */
import { type JobUpdate, LeaseLostError } from "../../storage/store.ts";
import type { Runtime } from "../runtime.ts";
import { updateJobs } from "../update_jobs.ts";

interface Waiting {
  readonly update: JobUpdate;
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
      this.#waiting.push({ update, resolve, reject });
      if (this.#sending) return;
      this.#sending = true;
      queueMicrotask(() => this.#send());
    });
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
          else if (results[index] === "busy") this.#again(each);
          else each.reject(lost(each.update));
        });
      } catch (error) {
        for (const each of batch) each.reject(error as Error);
      }
    }
    this.#sending = false;
  }

  /** Somebody is writing it: the others do not wait for that. */
  #again({ update, resolve, reject }: Waiting): void {
    updateJobs(this.#runtime, [update]).then(([done]) => done ? resolve() : reject(lost(update)), reject);
  }
}

function lost({ jobId }: JobUpdate): LeaseLostError {
  return new LeaseLostError(`Cannot change job "${jobId}": its lease is over`);
}
