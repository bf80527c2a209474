/** Lists of the memory store: made when they are read, and right however much has changed since. */
import assert from "node:assert/strict";
import { MemoryTable } from "../../storage/memory/table.ts";
import { compareIds } from "../../storage/order.ts";

interface Row {
  readonly id: string;
  readonly rank: number;
  readonly at: number;
  readonly lists: readonly string[];
}

const NAMES = ["a", "b", "c"];

function table(): MemoryTable<Row> {
  return new MemoryTable<Row>(({ rank, at }) => ({ rank, at }), ({ lists }) => lists);
}

/** A generator of numbers that gives the same ones each time (Park and Miller). */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => (state = (state * 48_271) % 0x7fffffff) % below;
}

function rowOf(id: string, below: (below: number) => number): Row {
  const lists = NAMES.filter(() => below(2) === 0);
  return { id, rank: below(3), at: below(50), lists };
}

/** All pages of a list, or of all rows. */
function read(rows: MemoryTable<Row>, index: string | undefined, descending: boolean): Row[] {
  const found: Row[] = [];
  let cursor: string | undefined;
  do {
    const indexes = index === undefined ? undefined : [index];
    const page = rows.page({ indexes, matches: () => true, descending, take: 97, cursor }, (row) => row);
    found.push(...page.items);
    cursor = page.next;
  } while (cursor !== undefined);
  return found;
}

function expected(rows: ReadonlyMap<string, Row>, index: string | undefined): Row[] {
  return [...rows.values()].filter(({ lists }) => index === undefined || lists.includes(index))
    .sort((a, b) => a.rank - b.rank || a.at - b.at || compareIds(a.id, b.id));
}

for (const between of [1, 40, 9_000]) {
  Deno.test(`lists of the memory store are right after ${between} changes since they were read`, () => {
    const below = numbers(between);
    const rows = table();
    const known = new Map<string, Row>();
    for (let reads = 0; reads < (between > 1_000 ? 4 : 200); reads++) {
      for (let i = 0; i < between; i++) {
        const id = String(1 + below(700));
        if (below(3) === 0) {
          assert.deepEqual(rows.delete(id), known.get(id));
          known.delete(id);
        } else {
          const row = rowOf(id, below);
          rows.set(row);
          known.set(id, row);
        }
      }
      const index = [undefined, ...NAMES][below(4)];
      assert.deepEqual(read(rows, index, false), expected(known, index));
      assert.deepEqual(read(rows, index, true), expected(known, index).reverse());
      const named = NAMES[below(3)];
      assert.deepEqual([...rows.inIndex(named)], expected(known, named));
    }
  });
}

Deno.test("what is deleted while a list is walked is not met by the next walk", () => {
  const rows = table();
  for (const id of ["1", "2", "3"]) rows.set({ id, rank: 0, at: 0, lists: ["a"] });
  for (const { id } of [...rows.inIndex("a")]) rows.delete(id);
  assert.deepEqual([...rows.inIndex("a")], []);
  rows.set({ id: "2", rank: 0, at: 0, lists: ["a"] });
  assert.deepEqual([...rows.inIndex("a")].map(({ id }) => id), ["2"]);
});
