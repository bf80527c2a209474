/**
 * A list whose items know their neighbours: adding one and taking one out cost the same wherever it stands, and leave
 * nothing behind (see `turnover_map.ts` for what a `Set` leaves).
 */

/** What an item of a list needs. Set by the list alone. */
export interface Linked<T> {
  before: T | undefined;
  after: T | undefined;
}

/** Items in the order in which they came. An item is in one list at most. */
export class LinkedList<T extends Linked<T>> implements Iterable<T> {
  #first: T | undefined;
  #last: T | undefined;

  /** The one that came first. */
  get first(): T | undefined {
    return this.#first;
  }

  /** The one that came last. */
  get last(): T | undefined {
    return this.#last;
  }

  /** Whether an item that is in no other list is in this one. */
  has(item: T): boolean {
    return item.before !== undefined || this.#first === item;
  }

  /** Adds an item that is in no list. */
  add(item: T): void {
    const last = this.#last;
    item.before = last;
    if (last) last.after = item;
    else this.#first = item;
    this.#last = item;
  }

  /** @returns Whether the item was in the list. */
  remove(item: T): boolean {
    if (!this.has(item)) return false;
    const { before, after } = item;
    if (before) before.after = after;
    else this.#first = after;
    if (after) after.before = before;
    else this.#last = before;
    item.before = item.after = undefined;
    return true;
  }

  /** From the first to the last. The one that was given last may be taken out meanwhile, no other. */
  *[Symbol.iterator](): Generator<T> {
    let item = this.#first;
    while (item) {
      const { after } = item;
      yield item;
      item = after;
    }
  }
}
