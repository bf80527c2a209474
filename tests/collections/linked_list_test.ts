import assert from "node:assert/strict";
import { type Linked, LinkedList } from "../../collections/linked_list.ts";

class Item implements Linked<Item> {
  readonly name: string;
  before: Item | undefined;
  after: Item | undefined;

  constructor(name: string) {
    this.name = name;
  }
}

function setUp() {
  const list = new LinkedList<Item>();
  const items = ["a", "b", "c", "d"].map((name) => new Item(name));
  for (const item of items) list.add(item);
  return { list, items, names: () => [...list].map(({ name }) => name).join("") };
}

Deno.test("a linked list has its items in the order in which they came, wherever others are taken out", () => {
  const { list, items: [a, b, c, d], names } = setUp();
  assert.equal(names(), "abcd");
  assert.ok(list.remove(b));
  assert.equal(names(), "acd");
  assert.ok(list.remove(a));
  assert.ok(list.remove(d));
  assert.equal(names(), "c");
  assert.equal(list.first, c);
  assert.equal(list.last, c);
  list.add(b);
  assert.equal(names(), "cb");
  assert.equal(list.last, b);
});

Deno.test("what is taken out of a linked list leads to nobody, and is taken out once", () => {
  const { list, items: [a, b, c] } = setUp();
  assert.ok(list.has(b));
  assert.ok(list.remove(b));
  assert.equal(list.has(b), false);
  assert.equal(list.remove(b), false);
  assert.deepEqual([b.before, b.after], [undefined, undefined]);
  assert.deepEqual([a.after, c.before], [c, a]);
  for (const item of [...list]) list.remove(item);
  assert.deepEqual([list.first, list.last], [undefined, undefined]);
});

Deno.test("the item that a walk along a linked list has just given may be taken out", () => {
  const { list, names } = setUp();
  for (const item of list) if (item.name !== "c") list.remove(item);
  assert.equal(names(), "c");
});
