/**
 * A sorted list of many items: blocks of a few hundred, so that adding and removing anywhere moves little, and
 * adding at the end (the usual case: ids and times grow) is a push. `Key`: the part of an item that the order is by.
 */
export class SortedList<T extends Key, Key = T> {
  readonly #compare: (a: Key, b: Key) => number;
  readonly #blocks: T[][] = [];
  #size = 0;

  constructor(compare: (a: Key, b: Key) => number) {
    this.#compare = compare;
  }

  /** How many items there are. */
  get size(): number {
    return this.#size;
  }

  /** Adds an item; equal ones must not be there. */
  add(item: T): void {
    this.#size++;
    const last = this.#blocks.at(-1);
    if (!last || this.#compare(last[last.length - 1], item) < 0) {
      if (last && last.length < BLOCK) last.push(item);
      else this.#blocks.push([item]);
      return;
    }
    const at = this.#blockOf(item);
    const block = this.#blocks[at];
    block.splice(this.#placeIn(block, item), 0, item);
    if (block.length >= 2 * BLOCK) this.#blocks.splice(at + 1, 0, block.splice(BLOCK));
  }

  /** Removes an item that was added. @returns Whether it was there. */
  delete(item: T): boolean {
    const at = this.#blockOf(item);
    const block = this.#blocks[at];
    if (!block) return false;
    const place = this.#placeIn(block, item);
    if (place === block.length || this.#compare(block[place], item) !== 0) return false;
    block.splice(place, 1);
    if (block.length === 0) this.#blocks.splice(at, 1);
    this.#size--;
    return true;
  }

  /** Items in order, those after `item` only. The list must not change meanwhile. */
  *after(item?: Key): Generator<T> {
    let at = 0, place = 0;
    if (item !== undefined) {
      at = this.#blockOf(item);
      if (at === this.#blocks.length) return;
      place = this.#placeIn(this.#blocks[at], item);
      if (place < this.#blocks[at].length && this.#compare(this.#blocks[at][place], item) === 0) place++;
    }
    for (; at < this.#blocks.length; at++, place = 0) {
      const block = this.#blocks[at];
      for (; place < block.length; place++) yield block[place];
    }
  }

  /** Items in reverse order, those before `item` only. The list must not change meanwhile. */
  *before(item?: Key): Generator<T> {
    let at = this.#blocks.length - 1;
    let place = at < 0 ? -1 : this.#blocks[at].length - 1;
    if (item !== undefined) {
      const found = this.#blockOf(item);
      if (found < this.#blocks.length) {
        at = found;
        place = this.#placeIn(this.#blocks[at], item) - 1;
      }
    }
    while (at >= 0) {
      const block = this.#blocks[at];
      for (; place >= 0; place--) yield block[place];
      at--;
      place = at < 0 ? -1 : this.#blocks[at].length - 1;
    }
  }

  /** The first block whose last item is not before `item`. */
  #blockOf(item: Key): number {
    let low = 0, high = this.#blocks.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const block = this.#blocks[middle];
      if (this.#compare(block[block.length - 1], item) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #placeIn(block: readonly T[], item: Key): number {
    let low = 0, high = block.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#compare(block[middle], item) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

const BLOCK = 256;
