/** The store's housekeeping, done beside the work. */
import { messageOf } from "../log.ts";
import type { Runtime } from "../runtime.ts";

/** How often a worker looks after the store, ms. */
const UPKEEP_MS = 10_000;

/** Calls {@link Store.maintain} now and then, never twice at once. What goes wrong is logged: the work goes on. */
export class Upkeep {
  readonly #runtime: Runtime;
  #dueAt = 0;
  #running: Promise<void> | undefined;

  constructor(runtime: Runtime) {
    this.#runtime = runtime;
  }

  /** Begins if it is time; does not wait for the end. */
  begin(): void {
    if (this.#running || performance.now() < this.#dueAt) return;
    this.#running = this.#work().finally(() => {
      this.#running = undefined;
      this.#dueAt = performance.now() + UPKEEP_MS;
    });
  }

  /** Waits for what has begun. */
  async end(): Promise<void> {
    await this.#running;
  }

  async #work(): Promise<void> {
    try {
      await this.#runtime.store.maintain?.();
    } catch (error) {
      this.#runtime.logger.log("warn", "the store's upkeep failed; it is tried again later", {
        message: messageOf(error),
      });
    }
  }
}
