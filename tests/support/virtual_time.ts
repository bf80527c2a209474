/**
 * Time that moves when told, for a whole runtime: the store's clock, the monotonic clock, timers and chance.
 *
 * While it is installed nothing waits, and whatever happens is the same for the same seed, as long as no real
 * input or output takes part: everything of the runtime that is not such a thing is over when no promise is left to
 * react to and nothing waits for the end of the turn.
 */
import { createHash } from "node:crypto";
import type { Random } from "./random.ts";

interface Timer {
  readonly at: number;
  readonly order: number;
  readonly run: () => void;
}

/** Before anybody replaces it. */
const { setImmediate: atEndOfTurn } = globalThis;

export class VirtualTime implements Disposable {
  readonly #start = Date.UTC(2026, 0, 1);
  readonly #timers = new Map<number, Timer>();
  readonly #restore: () => void;
  #at = this.#start;
  #next = 1;
  /** What waits for the end of the turn. */
  #later: (() => void)[] = [];

  /** Installs it; dispose of it to get real time back. */
  constructor(random: Random) {
    const { setTimeout, clearTimeout, setImmediate } = globalThis;
    const { now } = performance;
    const chance = Math.random;
    const set = (run: (...given: unknown[]) => void, ms = 0, ...given: unknown[]): number => {
      const id = this.#next++;
      this.#timers.set(id, { at: this.#at + Math.max(0, ms), order: id, run: () => run(...given) });
      return id;
    };
    Object.assign(globalThis, {
      setTimeout: set,
      clearTimeout: (id: number) => void this.#timers.delete(id),
      setImmediate: (run: () => void) => void this.#later.push(run),
    });
    performance.now = () => this.#at - this.#start;
    Math.random = () => random.next();
    // The file that is deployed: elsewhere, it would be ready at its own time.
    const { subtle } = crypto;
    const { digest } = subtle;
    subtle.digest = (algorithm, data) => {
      const bytes = ArrayBuffer.isView(data)
        ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
        : new Uint8Array(data);
      const hash = createHash(String(algorithm).replace("-", "")).update(bytes).digest();
      return Promise.resolve(new Uint8Array(hash).buffer);
    };
    this.#restore = () => {
      subtle.digest = digest;
      Object.assign(globalThis, { setTimeout, clearTimeout, setImmediate });
      performance.now = now;
      Math.random = chance;
    };
  }

  /** Milliseconds since 1970 UTC. */
  now(): number {
    return Math.floor(this.#at);
  }

  /** When the next timer is due; `undefined`: there is none. */
  get nextTimerAt(): number | undefined {
    return this.#first()?.at;
  }

  /** Waits until everything that goes on without time passing is over. */
  async settle(): Promise<void> {
    for (;;) {
      // Every reaction to a promise comes before it, and every reaction to those.
      await new Promise<void>((resolve) => void atEndOfTurn(resolve));
      if (this.#later.length === 0) return;
      for (const run of this.#later.splice(0)) run();
    }
  }

  /** Lets time pass; timers fire when they are due, each with all its consequences. */
  async advance(ms: number): Promise<void> {
    const until = this.#at + ms;
    for (let timer = this.#first(); timer && timer.at <= until; timer = this.#first()) {
      await this.#fire(timer);
    }
    this.#at = Math.max(this.#at, until);
  }

  /**
   * Waits for work of the runtime; while nothing else goes on, time jumps to the next timer.
   *
   * @throws {Error} If it waits for something that will never come.
   */
  async drive<T>(work: Promise<T>): Promise<T> {
    let over = false;
    work.then(() => over = true, () => over = true);
    for (;;) {
      await this.settle();
      if (over) return await work;
      const timer = this.#first();
      if (!timer) throw new Error("Cannot go on: nothing is left to happen, and the work is not done");
      await this.#fire(timer);
    }
  }

  /** Drops all timers: their processes are dead. */
  forget(): void {
    this.#timers.clear();
  }

  [Symbol.dispose](): void {
    this.#restore();
  }

  #first(): Timer | undefined {
    let first: Timer | undefined;
    for (const timer of this.#timers.values()) {
      if (!first || timer.at < first.at || (timer.at === first.at && timer.order < first.order)) {
        first = timer;
      }
    }
    return first;
  }

  async #fire(timer: Timer): Promise<void> {
    this.#at = Math.max(this.#at, timer.at);
    this.#timers.delete(timer.order);
    timer.run();
    await this.settle();
  }
}
