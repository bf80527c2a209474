/** Pages over Deno KV's indexes. */
import { decodeCursor, encodeCursor, pageSize, rowsToSkip } from "../cursor.ts";
import type { KvDatabase, Row } from "./database.ts";
import { compareIds } from "../order.ts";
import type { Page } from "../store.ts";

/** What to list. */
export interface KvScan<V> {
  /** Indexes that end with the same sort key: numbers, then the id. They are merged. */
  readonly indexes: readonly Deno.KvKey[];
  /** How many numbers stand before the id in the sort key. */
  readonly numbers: 0 | 1 | 2;
  /** A row that may match though it is in none of the indexes: its sort key. */
  readonly also?: readonly (number | bigint)[];
  /** Reads rows by id; `undefined` for those that are gone. */
  readonly read: (ids: readonly string[]) => Promise<readonly (V | undefined)[]>;
  readonly matches: (value: V) => boolean;
  readonly descending?: boolean;
  readonly take?: number;
  readonly skip?: number;
  readonly cursor?: string;
  /** Bounds of the first number of the sort key: inclusive, exclusive. */
  readonly from?: number;
  readonly to?: number;
}

type SortKey = readonly (number | bigint)[];
type Bounds = Omit<KvScan<unknown>, "read" | "matches">;

/** How many rows are read at once while filtering. */
const READ = 50;

/** @returns One page of what matches. */
export async function pageOf<V>(database: KvDatabase, scan: KvScan<V>): Promise<Page<V>> {
  const take = pageSize(scan.take);
  let skip = rowsToSkip(scan.skip);
  const shape = [...Array.from({ length: scan.numbers }, () => "number" as const), "id" as const];
  const cursor = decodeCursor(scan.cursor, shape);
  const after: SortKey | undefined = cursor &&
    cursor.map((part) => typeof part === "string" ? BigInt(part) : part);

  const items: V[] = [];
  let last: SortKey | undefined;
  for await (const keys of inGroups(merged(database, scan, after))) {
    const values = await scan.read(keys.map((key) => String(key[key.length - 1])));
    for (const [i, value] of values.entries()) {
      if (value === undefined || !scan.matches(value)) continue;
      if (skip > 0) skip--;
      else if (items.length < take) {
        items.push(value);
        last = keys[i];
      } else if (last) {
        return {
          items,
          next: encodeCursor(last.map((part) => typeof part === "bigint" ? String(part) : part)),
        };
      }
    }
  }
  return { items };
}

/** Sort keys of several indexes as one sequence, each key once. */
async function* merged(
  database: KvDatabase,
  scan: Bounds,
  after: SortKey | undefined,
): AsyncGenerator<SortKey> {
  const direction = scan.descending ? -1 : 1;
  const length = scan.numbers + 1;
  const sequences: AsyncIterator<SortKey>[] = scan.indexes.map((index) =>
    sortKeys(database.scan(index, start(scan, after), scan.descending), length)
  );
  if (scan.also && (!after || direction * compareKeys(scan.also, after) > 0)) sequences.push(one(scan.also));
  const heads = await Promise.all(
    sequences.map(async (sequence) => ({ sequence, next: await sequence.next() })),
  );
  let live = heads.filter((head) => !head.next.done);
  let previous: SortKey | undefined;
  while (live.length > 0) {
    let first = live[0];
    for (const head of live) {
      if (direction * compareKeys(head.next.value, first.next.value) < 0) first = head;
    }
    const key = first.next.value as SortKey;
    if (
      scan.descending
        ? scan.from !== undefined && key[0] < scan.from
        : scan.to !== undefined && key[0] >= scan.to
    ) {
      return;
    }
    if (!previous || compareKeys(previous, key) !== 0) yield key;
    previous = key;
    first.next = await first.sequence.next();
    if (first.next.done) live = live.filter((head) => head !== first);
  }
}

/** Where an index is entered: at the cursor, or at the nearer bound. */
function start(
  scan: Bounds,
  after: SortKey | undefined,
): Deno.KvKeyPart[] | undefined {
  if (after) return [...after];
  return scan.descending && scan.to !== undefined ? [scan.to] : undefined;
}

async function* sortKeys(rows: AsyncIterable<Row<unknown>>, length: number): AsyncGenerator<SortKey> {
  for await (const { key } of rows) yield key.slice(-length) as SortKey;
}

async function* one(key: SortKey): AsyncGenerator<SortKey> {
  yield key;
}

async function* inGroups(keys: AsyncIterable<SortKey>): AsyncGenerator<SortKey[]> {
  let group: SortKey[] = [];
  for await (const key of keys) {
    group.push(key);
    if (group.length === READ) {
      yield group;
      group = [];
    }
  }
  if (group.length > 0) yield group;
}

function compareKeys(a: SortKey, b: SortKey): number {
  for (let i = 0; i < a.length; i++) {
    const x = a[i], y = b[i];
    if (x === y) continue;
    if (typeof x === "bigint" && typeof y === "bigint") return compareIds(String(x), String(y));
    return Number(x) - Number(y);
  }
  return 0;
}
