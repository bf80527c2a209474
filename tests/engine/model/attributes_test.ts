import assert from "node:assert/strict";
import { attributesOf, interned } from "../../../engine/model/attributes.ts";

Deno.test("few attributes, many and none are the same map to those who read it", () => {
  for (const count of [0, 1, 2, 8, 9, 100]) {
    const names = Array.from({ length: count }, (_, i) => `name${i}`);
    const values = names.map((_, i) => i === 0 ? "" : `value${i}`);
    const map = new Map(names.map((name, i) => [name, values[i]]));
    const attributes = attributesOf(names, values);
    assert.equal(attributes.size, count);
    assert.deepEqual([...attributes], [...map]);
    assert.deepEqual([...attributes.entries()], [...map]);
    assert.deepEqual([...attributes.keys()], names);
    assert.deepEqual([...attributes.values()], values);
    const seen: unknown[] = [];
    attributes.forEach((value, name, whole) => seen.push([name, value, whole === attributes]));
    assert.deepEqual(seen, names.map((name, i) => [name, values[i], true]));
    for (const name of [...names, "value1", "__proto__", "constructor", "toString"]) {
      assert.equal(attributes.get(name), map.get(name));
      assert.equal(attributes.has(name), map.has(name));
    }
    names.length = 0;
    assert.equal(attributes.size, count, "the lists that were handed in are not kept");
  }
  for (const name of ["a", "__proto__", "1", "", "zeebe:type"]) assert.equal(interned(name), name);
});
