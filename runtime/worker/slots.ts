/** How many jobs a worker may hold: as many as run at once, and a few more when they are quick. */

/** Work that may wait here, at most: longer and it would be missing elsewhere. */
const AHEAD_MS = 250;
const MAX_AHEAD = 512;
/** The same for jobs that commits here create: a lease later costs more than the place now. */
const MAX_AHEAD_OWN = 2 * MAX_AHEAD;
/** The same for jobs of a crowd, which others could begin at once: what one worker keeps up with stays here. */
const AHEAD_CROWD_MS = 100;
/** Weight of the newest duration in the average: what runs while a large unit is made ends late, dozens at once. */
const WEIGHT = 0.01;

export class Slots {
  readonly concurrency: number;
  readonly #aheadMs: number;
  /** Average duration of a handler; not known before the first has ended. */
  #averageMs: number | undefined;
  running = 0;
  waiting = 0;
  /** Kept for jobs that a commit is about to create. */
  reserved = 0;

  /** No more is taken than can begin within a quarter of the lease. */
  constructor(concurrency: number, leaseMs: number) {
    this.concurrency = concurrency;
    this.#aheadMs = Math.min(AHEAD_MS, leaseMs / 4);
  }

  /** A handler has ended. */
  ended(durationMs: number): void {
    this.#averageMs = this.#averageMs === undefined
      ? durationMs
      : this.#averageMs + (durationMs - this.#averageMs) * WEIGHT;
  }

  /** Jobs that may still be taken. */
  get free(): number {
    return this.concurrency + this.#ahead(MAX_AHEAD) - this.#taken;
  }

  /** Jobs of a commit of our own that may still be taken. */
  get freeForOwn(): number {
    return this.concurrency + this.#ahead(MAX_AHEAD_OWN) - this.#taken;
  }

  /** The same for jobs of a crowd. */
  get freeForCrowd(): number {
    return this.concurrency + this.#ahead(MAX_AHEAD_OWN, AHEAD_CROWD_MS) - this.#taken;
  }

  /** Jobs to ask for: small leases cost as much as large ones, so quick handlers wait for half of what they may hold. */
  get wanted(): number {
    const { free } = this;
    const half = this.#ahead(MAX_AHEAD) / 2;
    return free >= half || this.running + this.waiting === 0 ? free : 0;
  }

  get canBegin(): boolean {
    return this.running < this.concurrency;
  }

  get #taken(): number {
    return this.running + this.waiting + this.reserved;
  }

  #ahead(most: number, mostMs = Infinity): number {
    if (this.#averageMs === undefined) return 0;
    const count = this.concurrency * Math.min(this.#aheadMs, mostMs) / Math.max(this.#averageMs, 0.01);
    return Math.min(most, Math.floor(count));
  }
}
