/** The store's housekeeping, done beside the work. */
import { deleteOld, type OldHistories } from "./retention.ts";
import { messageOf } from "./log.ts";
import type { Runtime } from "./runtime.ts";

/** How often a process looks after the store, ms. */
const UPKEEP_MS = 10_000;
/** How often old histories are deleted, by one process of all, and how long at most, ms. */
const CLEANUP_MS = 60_000, CLEANUP_MAX_MS = 30_000;

/** Keeps sums and deletes what is old, now and then, never twice at once. What goes wrong is logged. */
export class Upkeep {
  readonly #runtime: Runtime;
  #dueAt = performance.now();
  #running: Promise<void> | undefined;
  #stop = new AbortController();
  /** What to delete; absent: nothing. */
  old: OldHistories | undefined;

  constructor(runtime: Runtime) {
    this.#runtime = runtime;
  }

  /** The same for whoever has work: a moment without any will come, and if it does not, later is early enough. */
  beginLate(): void {
    if (performance.now() >= this.#dueAt + UPKEEP_MS) this.begin();
  }

  /** Begins if it is time; does not wait for the end. @param maxMs How long it may take, roughly. */
  begin(maxMs: number = CLEANUP_MAX_MS): void {
    if (this.#running || performance.now() < this.#dueAt || this.#stop.signal.aborted) return;
    this.#running = this.#work(Math.min(maxMs, CLEANUP_MAX_MS)).finally(() => {
      this.#running = undefined;
      this.#dueAt = performance.now() + UPKEEP_MS;
    });
  }

  /** Waits for what has begun. */
  async settled(): Promise<void> {
    await this.#running;
  }

  /** Begins nothing more, and ends what is under way after its current batch. */
  async end(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #work(maxMs: number): Promise<void> {
    const { store, logger } = this.#runtime;
    const until = performance.now() + maxMs;
    try {
      await store.maintain?.();
      if (!this.old || performance.now() >= until || !await store.takeTurn("cleanup", CLEANUP_MS)) return;
      const left = AbortSignal.timeout(Math.max(1, Math.ceil(until - performance.now())));
      const signal = AbortSignal.any([this.#stop.signal, left]);
      const { instances, partitions, more } = await deleteOld(this.#runtime, { ...this.old, signal });
      if (instances + partitions > 0) {
        logger.log("info", "old instances were deleted", { instances, partitions, more });
      }
    } catch (error) {
      logger.log("warn", "the store's upkeep failed; it is tried again later", { message: messageOf(error) });
    }
  }
}
