/** Handing out ids from blocks of the database's sequence. */
import type { Runner } from "./client.ts";

/** What one value of the sequence stands for. */
const BLOCK = 1_024;
/** Most blocks to take ahead when ids go fast. */
const MAX_AHEAD = 64;
/** Blocks that last shorter than this are taken in twice the number next time, ms. */
const BUSY_MS = 500;

/** Reserves consecutive ids; mostly without asking the database. */
export class Ids {
  readonly #runner: Runner;
  #next = 0;
  #end = 0;
  /** Instances from here on have no partition for their steps yet. */
  #room = 0;
  #ahead = 1;
  #filledAt = 0;
  #queue: Promise<unknown> = Promise.resolve();

  constructor(runner: Runner) {
    this.#runner = runner;
  }

  /**
   * @returns The first of `count` consecutive ids.
   * @throws {RangeError} If the count is not a whole number from 1 to a million.
   */
  async reserve(count: number): Promise<number> {
    if (!Number.isSafeInteger(count) || count < 1 || count > 1_000_000) {
      throw new RangeError(`Cannot reserve "${count}" ids: the number must be from 1 to 1,000,000`);
    }
    const mine = this.#take(count);
    if (mine !== undefined) return mine;
    // One request at a time; those who waited are mostly served by what the one before them fetched.
    const turn = this.#queue.then(async () => {
      for (;;) {
        const first = this.#take(count);
        if (first !== undefined) return first;
        await this.#fill(count);
      }
    });
    this.#queue = turn.catch(() => {}); // its own caller hears of the error
    return await turn;
  }

  #take(count: number): number | undefined {
    if (this.#end - this.#next < count) return undefined;
    const first = this.#next;
    this.#next += count;
    return first;
  }

  async #fill(count: number): Promise<void> {
    const now = performance.now();
    this.#ahead = now - this.#filledAt < BUSY_MS ? Math.min(MAX_AHEAD, this.#ahead * 2) : 1;
    this.#filledAt = now;
    const blocks = Math.max(Math.ceil(count / BLOCK), this.#ahead);
    const rows = await this.#runner.run("reserve_ids", [blocks], "any");
    const firsts = rows.map((row) => Number(row.first)).sort((a, b) => a - b);
    // Another process may have taken a block in between: keep the longest run, the others are never used.
    let best = { first: 0, end: 0 };
    let run = { first: firsts[0], end: firsts[0] };
    for (const first of firsts) {
      run = first === run.end ? { first: run.first, end: first + BLOCK } : { first, end: first + BLOCK };
      if (run.end - run.first > best.end - best.first) best = run;
    }
    if (best.end > this.#room) {
      const [row] = await this.#runner.run("add_steps_partitions", [best.end]);
      this.#room = Number(row.upto);
    }
    this.#next = best.first;
    this.#end = best.end;
  }
}
