/** Variables stay text until somebody looks at them; what is seen never depends on that. */
import assert from "node:assert/strict";
import { decodeInstance, encodeLocals, encodeVariables } from "../../../engine/execution/state.ts";
import { Variables } from "../../../engine/execution/variable_store.ts";

const STATE = `{"v":1,"status":"running","seq":0,"last":0,"root":{"id":0,"el":"p","tokens":[]}}`;

function entries(vars: Variables): [number, Record<string, unknown>][] {
  return [...vars].map(([id, values]) => [id, { ...values }]);
}

Deno.test("variables that are text look as if they had been read", () => {
  const { vars } = decodeInstance("1", {
    state: STATE,
    variables: `{"__proto__":1,"a":[2]}`,
    locals: undefined,
  });
  assert.equal(vars.has(0), true);
  assert.equal(vars.size, 1);
  assert.deepEqual([...vars.keys()], [0]);
  const own = vars.get(0)!;
  assert.equal(Object.getPrototypeOf(own), null);
  assert.deepEqual(Object.keys(own), ["__proto__", "a"]);
  assert.equal(vars.get(0), own, "they are read once: a change is to be seen by all");
  own.a = 3;
  assert.equal(encodeVariables(vars), `{"__proto__":1,"a":3}`);
});

Deno.test("what is written instead of a text counts, read before or not", () => {
  for (const read of [true, false]) {
    const vars = new Variables(`{"a":1}`);
    if (read) vars.get(0);
    vars.set(0, { b: 2 });
    assert.deepEqual(entries(vars), [[0, { b: 2 }]]);
  }
});

Deno.test("inner scopes come and go without the instance's own", () => {
  const vars = new Variables(`{"a":1}`);
  assert.equal(vars.delete(3), false);
  assert.equal(encodeLocals(vars), null);
  vars.set(3, { b: 2 });
  vars.set(-3, { items: [] });
  assert.deepEqual([vars.has(3), vars.has(4), vars.size, [...vars.keys()]], [true, false, 3, [0, 3, -3]]);
  assert.deepEqual(entries(vars), [[0, { a: 1 }], [3, { b: 2 }], [-3, { items: [] }]]);
  assert.equal(encodeLocals(vars), `{"3":{"b":2},"-3":{"items":[]}}`);
  assert.equal(vars.delete(3), true);
  assert.deepEqual([vars.get(3), vars.size], [undefined, 2]);
});

Deno.test("a damaged text is refused by whoever looks at it, each time", () => {
  for (const text of ["{", "null", ""]) {
    const { vars } = decodeInstance("1", { state: STATE, variables: text, locals: undefined });
    for (let i = 0; i < 2; i++) assert.throws(() => vars.get(0), Error, text);
  }
});
