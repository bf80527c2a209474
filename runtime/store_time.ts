/**
 * The store's time, kept in this process.
 *
 * Every answer that carries the store's time sets it; between answers it advances by the monotonic clock, so a
 * wrong or jumping wall clock of this machine does not matter. An injected clock replaces all of that.
 */
import type { Store } from "../storage/store.ts";
import type { Clock } from "./options.ts";

/** Reads of the store's clock older than this are repeated. */
const STALE_MS = 60_000;

export class StoreTime {
  readonly #store: Store;
  readonly #clock: Clock | undefined;
  #at = 0;
  #seenAt = -Infinity;

  constructor(store: Store, clock?: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** For the `at` of requests: only an injected clock overrides the store's own. */
  get override(): number | undefined {
    return this.#clock?.now();
  }

  /** Makes {@link now} usable. */
  async ready(): Promise<void> {
    if (this.#clock || performance.now() - this.#seenAt < STALE_MS) return;
    this.observe(await this.#store.now());
  }

  /** Whether {@link now} can be used without {@link ready}. */
  get known(): boolean {
    return this.knownAt(performance.now());
  }

  /** The same for whoever has just read the monotonic clock: that is a call out of the script. */
  knownAt(here: number): boolean {
    return this.#clock !== undefined || here - this.#seenAt < STALE_MS;
  }

  /**
   * Milliseconds since 1970 UTC, whole.
   *
   * @param here Now by the monotonic clock, if it is at hand.
   */
  now(here?: number): number {
    if (this.#clock) return this.#clock.now();
    return Math.floor(this.#at + (here ?? performance.now()) - this.#seenAt);
  }

  /** An answer of the store said what time it is. Time never goes backwards. */
  observe(at: number): void {
    if (this.#clock) return;
    const here = performance.now();
    const expected = this.#at + here - this.#seenAt;
    this.#at = this.#seenAt === -Infinity ? at : Math.max(at, expected - 1_000);
    this.#seenAt = here;
  }
}
