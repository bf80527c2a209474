/**
 * Rows by id with sorted indexes: what the memory store's lists are made of.
 *
 * Lists are made when they are read, and catch up with what has changed when they are read again: most rows come, are
 * changed and go without anybody asking for a list.
 */
import { decodeCursor, encodeCursor, pageSize, rowsToSkip } from "../cursor.ts";
import { TurnoverMap } from "../../collections/turnover_map.ts";
import { SortedList } from "./sorted_list.ts";
import { compareIds } from "../order.ts";
import type { Page } from "../store.ts";

/** Where a row stands in every list: by rank, then time, then id. */
export interface SortKey {
  readonly rank: number;
  readonly at: number;
  readonly id: string;
}

/** A row and where the lists have it. */
class Entry<V> implements SortKey {
  readonly id: string;
  value: V;
  rank = 0;
  at = 0;
  /** The lists that it is in besides the list of all; absent: it was never in any. */
  indexes: readonly string[] | undefined = undefined;
  /** The lists do not know yet what became of it. */
  changed = false;
  deleted = false;

  constructor(id: string, value: V) {
    this.id = id;
    this.value = value;
  }
}

/** What to list. */
export interface Scan<V> {
  /** The index's name as `indexesOf` gives it; absent: all rows. Several are merged. */
  readonly indexes?: readonly string[];
  /** A row that may match though it is in none of the indexes. */
  readonly alsoId?: string;
  readonly matches: (value: V) => boolean;
  readonly descending?: boolean;
  readonly take?: number;
  readonly skip?: number;
  readonly cursor?: string;
}

/** With so many changes since they were read, lists are made anew; if the table is large, with as many as it has rows. */
const MAX_CHANGED = 4_096;

/**
 * A table. `indexesOf` names the lists that a row is in besides the list of all; a list that nobody is in does
 * not exist.
 */
export class MemoryTable<V extends { readonly id: string }> {
  readonly #sortKey: (value: V) => Omit<SortKey, "id">;
  readonly #indexesOf: (value: V) => readonly string[];
  readonly #rows = new TurnoverMap<string, Entry<V>>();
  /** Absent: nobody has read a list, or not for long. */
  #lists: Lists<V> | undefined;
  /** What has changed since. */
  #changed: Entry<V>[] = [];

  constructor(sortKey: (value: V) => Omit<SortKey, "id">, indexesOf: (value: V) => readonly string[]) {
    this.#sortKey = sortKey;
    this.#indexesOf = indexesOf;
  }

  /** The row with this id. */
  get(id: string): V | undefined {
    return this.#rows.get(id)?.value;
  }

  /** Whether there is a row with this id. */
  has(id: string): boolean {
    return this.#rows.has(id);
  }

  /** All rows in no promised order. */
  *values(): Generator<V> {
    for (const entry of this.#rows.values()) yield entry.value;
  }

  /** Adds or replaces a row. */
  set(value: V): void {
    const { id } = value;
    let entry = this.#rows.get(id);
    if (entry) entry.value = value;
    else this.#rows.set(id, entry = new Entry(id, value));
    this.#touch(entry);
  }

  /** Replaces a row whose sort key and lists stay the same. */
  replace(id: string, value: V): void {
    const entry = this.#rows.get(id);
    if (entry) entry.value = value;
  }

  /** Removes a row if it is there. @returns What it was. */
  delete(id: string): V | undefined {
    const entry = this.#rows.get(id);
    if (!entry) return undefined;
    this.#rows.delete(id);
    entry.deleted = true;
    this.#touch(entry);
    return entry.value;
  }

  #touch(entry: Entry<V>): void {
    if (!this.#lists || entry.changed) return;
    entry.changed = true;
    this.#changed.push(entry);
    if (this.#changed.length <= Math.max(MAX_CHANGED, this.#rows.size)) return;
    // To make them anew will cost less than to catch up, and whoever does not read them does not pay for them.
    this.#lists = undefined;
    this.#changed = [];
  }

  /** @returns The lists as the rows are now. */
  #read(): Lists<V> {
    const former = this.#lists;
    const lists = former ?? new Lists();
    for (const entry of former ? this.#changed : this.#rows.values()) {
      entry.changed = false;
      if (former) former.remove(entry);
      if (entry.deleted) continue;
      const { rank, at } = this.#sortKey(entry.value);
      entry.rank = rank;
      entry.at = at;
      lists.add(entry, this.#indexesOf(entry.value));
    }
    this.#lists = lists;
    this.#changed = [];
    return lists;
  }

  /** All rows of one index in order. */
  *inIndex(name: string): Generator<V> {
    const index = this.#read().named.get(name);
    if (index) { for (const entry of index.after()) yield entry.value; }
  }

  /** One page of rows. */
  page<R>(scan: Scan<V>, resultOf: (value: V) => R): Page<R> {
    const take = pageSize(scan.take);
    let skip = rowsToSkip(scan.skip);
    const cursor = decodeCursor(scan.cursor, ["number", "number", "id"]);
    const from: SortKey | undefined = cursor && { rank: cursor[0], at: cursor[1], id: cursor[2] };
    const { all, named } = this.#read();
    const lists = scan.indexes ? scan.indexes.flatMap((name) => named.get(name) ?? []) : [all];
    const scans: Iterator<Entry<V>>[] = lists.map((list) =>
      scan.descending ? list.before(from) : list.after(from)
    );

    const also = scan.alsoId === undefined ? undefined : this.#rows.get(scan.alsoId);
    const direction = scan.descending ? -1 : 1;
    if (also && (!from || direction * compareSortKeys(also, from) > 0)) scans.push([also].values());

    const items: R[] = [];
    let last: Entry<V> | undefined;
    for (const entry of merge(scans, direction)) {
      if (!scan.matches(entry.value)) continue;
      if (skip > 0) skip--;
      else if (items.length < take) {
        items.push(resultOf(entry.value));
        last = entry;
      } else if (last) return { items, next: encodeCursor([last.rank, last.at, last.id]) };
    }
    return { items };
  }
}

/** The list of all rows, and those that rows are in by name. */
class Lists<V> {
  readonly all = new SortedList<Entry<V>, SortKey>(compareSortKeys);
  readonly named = new Map<string, SortedList<Entry<V>, SortKey>>();

  add(entry: Entry<V>, indexes: readonly string[]): void {
    entry.indexes = indexes;
    this.all.add(entry);
    for (const name of indexes) {
      let list = this.named.get(name);
      if (!list) this.named.set(name, list = new SortedList<Entry<V>, SortKey>(compareSortKeys));
      list.add(entry);
    }
  }

  /** Harmless if it was never in any. */
  remove(entry: Entry<V>): void {
    if (!entry.indexes) return;
    this.all.delete(entry);
    for (const name of entry.indexes) {
      const list = this.named.get(name);
      list?.delete(entry);
      if (list?.size === 0) this.named.delete(name);
    }
  }
}

function compareSortKeys(a: SortKey, b: SortKey): number {
  return a.rank - b.rank || a.at - b.at || compareIds(a.id, b.id);
}

/** Several sorted sequences as one. */
function* merge<E extends SortKey>(sequences: readonly Iterator<E>[], direction: 1 | -1): Generator<E> {
  const heads = sequences.map((sequence) => ({ sequence, next: sequence.next() })).filter((head) =>
    !head.next.done
  );
  while (heads.length > 0) {
    let first = heads[0];
    for (const head of heads) {
      if (direction * compareSortKeys(head.next.value, first.next.value) < 0) first = head;
    }
    yield first.next.value;
    first.next = first.sequence.next();
    if (first.next.done) heads.splice(heads.indexOf(first), 1);
  }
}
