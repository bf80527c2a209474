/** Ids from blocks that the store hands out (hi/lo), so that a transition needs no round trip. */
import type { IdSource } from "./options.ts";

/** Ids asked of the store at once. */
const BLOCK = 16_384;
/** What one transition finds at least. */
const ROOM = 4_096;

export class IdAllocator {
  readonly #source: IdSource;
  #next = 0;
  #end = 0;
  #filling: Promise<void> | undefined;

  constructor(source: IdSource) {
    this.#source = source;
  }

  /** The first id of the free block; valid until the next `use` or `fill`. */
  get first(): number {
    return this.#next;
  }

  /** How many consecutive ids are free from {@link first} on. */
  get room(): number {
    return this.#end - this.#next;
  }

  /** Whether a transition may begin. */
  get ready(): boolean {
    return this.room >= ROOM;
  }

  /** Takes ids off the front of the free block. */
  use(count: number): void {
    this.#next += count;
  }

  /** Reserves a new block. @param least How many consecutive ids it has at least. */
  fill(least: number = ROOM): Promise<void> {
    if (this.room >= least) return Promise.resolve();
    return this.#filling ??= this.#reserve(Math.max(BLOCK, least)).finally(() => this.#filling = undefined);
  }

  async #reserve(count: number): Promise<void> {
    const first = await this.#source.reserve(count);
    this.#next = first;
    this.#end = first + count;
  }

  /** One id, as the API gives it. */
  async take(): Promise<string> {
    while (this.room < 1) await this.fill(1);
    const id = this.#next++;
    return String(id);
  }
}
