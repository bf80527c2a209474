import { compareDue } from "../fair_share.ts";

/** What a {@link DueHeap} holds. */
export interface DueItem {
  readonly id: string;
  readonly dueAt: number | null;
  /** Where the item is in its heap; -1: in none. Kept by the heap. */
  heapIndex: number;
}

/** A binary heap by due time that knows where each item is, so that any item leaves in logarithmic time. */
export class DueHeap<T extends DueItem> {
  readonly #items: T[] = [];

  /** How many items there are. */
  get size(): number {
    return this.#items.length;
  }

  /** The item that is due first. */
  peek(): T | undefined {
    return this.#items[0];
  }

  /** Adds an item that is in no heap. */
  add(item: T): void {
    this.#items.push(item);
    this.#rise(item, this.#items.length - 1);
  }

  /** Removes an item of this heap. */
  delete(item: T): void {
    const hole = item.heapIndex;
    item.heapIndex = -1;
    const last = this.#items.pop() as T;
    if (last === item) return;
    if (hole > 0 && compareDue(last, this.#items[(hole - 1) >> 1]) < 0) this.#rise(last, hole);
    else this.#sink(last, hole);
  }

  #rise(item: T, index: number): void {
    const items = this.#items;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (compareDue(items[parent], item) <= 0) break;
      items[index] = items[parent];
      items[index].heapIndex = index;
      index = parent;
    }
    items[index] = item;
    item.heapIndex = index;
  }

  #sink(item: T, index: number): void {
    const items = this.#items;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= items.length) break;
      if (child + 1 < items.length && compareDue(items[child + 1], items[child]) < 0) child++;
      if (compareDue(item, items[child]) <= 0) break;
      items[index] = items[child];
      items[index].heapIndex = index;
      index = child;
    }
    items[index] = item;
    item.heapIndex = index;
  }
}
