/** Rows by id with sorted indexes: what the memory store's lists are made of. */
import { decodeCursor, encodeCursor, pageSize, rowsToSkip } from "../cursor.ts";
import { SortedList } from "./sorted_list.ts";
import { compareIds } from "../order.ts";
import type { Page } from "../store.ts";

/** Where a row stands in every list: by rank, then time, then id. */
export interface SortKey {
  readonly rank: number;
  readonly at: number;
  readonly id: string;
}

interface Entry<V> extends SortKey {
  value: V;
  indexes: readonly string[];
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

/**
 * A table. `indexesOf` names the lists that a row is in besides the list of all; a list that nobody is in does
 * not exist.
 */
export class MemoryTable<V> {
  readonly #sortKey: (value: V) => SortKey;
  readonly #indexesOf: (value: V) => readonly string[];
  readonly #rows = new Map<string, Entry<V>>();
  readonly #all = new SortedList<Entry<V>, SortKey>(compareSortKeys);
  readonly #indexes = new Map<string, SortedList<Entry<V>, SortKey>>();

  constructor(sortKey: (value: V) => SortKey, indexesOf: (value: V) => readonly string[]) {
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

  /** Adds or replaces a row and puts it into its lists. */
  set(value: V): void {
    const key = this.#sortKey(value);
    const former = this.#rows.get(key.id);
    if (former?.rank === key.rank && former.at === key.at) return this.#move(former, value);
    if (former) this.delete(key.id);
    const entry: Entry<V> = {
      rank: key.rank,
      at: key.at,
      id: key.id,
      value,
      indexes: this.#indexesOf(value),
    };
    this.#rows.set(key.id, entry);
    this.#all.add(entry);
    for (const name of entry.indexes) this.#addTo(name, entry);
  }

  /** The row keeps its place: only the lists that it enters or leaves are touched. */
  #move(entry: Entry<V>, value: V): void {
    const former = entry.indexes;
    entry.value = value;
    entry.indexes = this.#indexesOf(value);
    for (const name of former) if (!entry.indexes.includes(name)) this.#removeFrom(name, entry);
    for (const name of entry.indexes) if (!former.includes(name)) this.#addTo(name, entry);
  }

  #addTo(name: string, entry: Entry<V>): void {
    let index = this.#indexes.get(name);
    if (!index) this.#indexes.set(name, index = new SortedList<Entry<V>, SortKey>(compareSortKeys));
    index.add(entry);
  }

  #removeFrom(name: string, entry: Entry<V>): void {
    const index = this.#indexes.get(name);
    index?.delete(entry);
    if (index?.size === 0) this.#indexes.delete(name);
  }

  /** Replaces a row whose sort key and lists stay the same: the hot path. */
  replace(id: string, value: V): void {
    const entry = this.#rows.get(id);
    if (entry) entry.value = value;
  }

  /** Removes a row if it is there. @returns What it was. */
  delete(id: string): V | undefined {
    const entry = this.#rows.get(id);
    if (!entry) return undefined;
    this.#rows.delete(id);
    this.#all.delete(entry);
    for (const name of entry.indexes) this.#removeFrom(name, entry);
    return entry.value;
  }

  /** All rows of one index in order. */
  *inIndex(name: string): Generator<V> {
    const index = this.#indexes.get(name);
    if (index) { for (const entry of index.after()) yield entry.value; }
  }

  /** One page of rows. */
  page<R>(scan: Scan<V>, resultOf: (value: V) => R): Page<R> {
    const take = pageSize(scan.take);
    let skip = rowsToSkip(scan.skip);
    const cursor = decodeCursor(scan.cursor, ["number", "number", "id"]);
    const from: SortKey | undefined = cursor && { rank: cursor[0], at: cursor[1], id: cursor[2] };
    const lists = scan.indexes ? scan.indexes.flatMap((name) => this.#indexes.get(name) ?? []) : [this.#all];
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
