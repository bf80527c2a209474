/** Changes to leased jobs that touch no instance, sent together. */
import { type JobUpdate, LeaseLostError } from "../../storage/store.ts";
import type { Runtime } from "../runtime.ts";

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
      if (!this.#sending) {
        this.#sending = true;
        queueMicrotask(() => this.#send());
      }
    });
  }

  async #send(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting;
      this.#waiting = [];
      try {
        const held = await this.#runtime.store.updateJobs(
          batch.map((each) => each.update),
          this.#runtime.time.override,
        );
        batch.forEach((each, index) => {
          if (held[index]) each.resolve();
          else each.reject(new LeaseLostError(`Cannot change job "${each.update.jobId}": its lease is over`));
        });
      } catch (error) {
        for (const each of batch) each.reject(error as Error);
      }
    }
    this.#sending = false;
  }
}
