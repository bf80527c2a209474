/** What is read of a part of an instance is what reading all of it would give. */
import assert from "node:assert/strict";
import { decodeInstance, PartialInstance, tokenOfJob } from "../../../engine/mod.ts";
import { visibleVariables } from "../../../engine/execution/variables.ts";
import type { Encoded, Instance } from "../../../engine/execution/state.ts";

const item = (id: number, more: Record<string, unknown> = {}) => ({
  id,
  el: "Item",
  wait: "job",
  job: `${100 + id}`,
  item: id,
  ...more,
});

function encoded(tokens: readonly unknown[], locals?: Record<string, unknown>): Encoded {
  return {
    state: JSON.stringify({
      shown: 3,
      v: 1,
      status: "running",
      seq: 9,
      last: 99,
      root: { id: 0, el: "p", tokens },
    }),
    variables: JSON.stringify({ note: 'a "quoted" {[note', list: [1, 2] }),
    locals: locals && JSON.stringify(locals),
  };
}

function seen({ state, vars }: Instance, jobId: string): Record<string, unknown> | undefined {
  const token = tokenOfJob(state, jobId);
  return token && { ...visibleVariables(vars, token) };
}

/** An item in a loop in a sub-process, between others that say something like it. */
const NESTED = [
  item(1),
  item(2, { returned: { x: [{ id: 7, job: "107" }], text: '{"id":8,"job":"108"}' } }),
  {
    id: 3,
    el: "Sub",
    wait: "scope",
    scope: {
      id: 3,
      el: "Sub",
      tokens: [
        item(4),
        {
          id: 5,
          el: "Item",
          wait: "scope",
          loop: { first: 1, total: 4, started: 4, done: 1, out: [null, "]}"] },
          scope: { id: 5, el: "Item", body: true, tokens: [item(6), item(7), item(8)] },
        },
        item(9),
      ],
    },
  },
  item(10),
  { id: 11, el: "Item", loop: { total: 2, started: 0, done: 0 }, ready: true, phase: "loop" },
  item(12),
];
const LOCALS = {
  1: { mine: 1 },
  3: { sub: true },
  5: { inner: { 7: { mine: "not this" } } },
  7: { mine: 'seven "}' },
  8: { note: "hidden" },
  "-5": { items: ["a", "b"] },
};

Deno.test("a part of an instance shows each job what the whole shows it, in any order", () => {
  const whole = decodeInstance("1", encoded(NESTED, LOCALS));
  const ids = [1, 2, 4, 6, 7, 8, 9, 10, 12].map((id) => `${100 + id}`);
  for (const order of [ids, [...ids].reverse()]) {
    const partial = new PartialInstance("1", encoded(NESTED, LOCALS));
    for (const jobId of order) {
      assert.ok(partial.read(jobId), jobId);
      assert.deepEqual(seen(partial.instance, jobId), seen(whole, jobId), jobId);
    }
  }
  assert.equal(seen(whole, "107")?.mine, 'seven "}');
  assert.equal(seen(whole, "107")?.nrOfActiveInstances, 3);
});

Deno.test("of a part only what was asked for is there, and what is around it", () => {
  const { instance, ...partial } = new PartialInstance("1", encoded(NESTED, LOCALS));
  assert.deepEqual(partial, {});
  assert.deepEqual(instance.state.root.tokens.map(({ id }) => id), [3, 11]);
  assert.deepEqual([...instance.vars.keys()].sort((a, b) => a - b), [-5, 0, 3, 5]);
});

Deno.test("no token is taken from a user's data, nor one that is not there", () => {
  const partial = new PartialInstance("1", encoded([item(2, { returned: { id: 7, job: "107" } })]));
  assert.equal(partial.read("107"), undefined);
  assert.equal(partial.read("10"), undefined);
  assert.equal(partial.read("102")?.id, 2);
});

Deno.test("wherever tokens stay among those that are cut, the rest is JSON", () => {
  const loop = (id: number) => ({ id, el: "L", loop: { total: 1, started: 0, done: 0 } });
  for (let mask = 0; mask < 64; mask++) {
    const tokens = Array.from({ length: 6 }, (_, i) => mask & (1 << i) ? loop(i + 1) : item(i + 1));
    const partial = new PartialInstance("1", encoded(tokens));
    const kept = tokens.filter((token) => "loop" in token).map(({ id }) => id);
    assert.deepEqual(partial.instance.state.root.tokens.map(({ id }) => id), kept);
    for (const token of tokens) {
      if ("job" in token) assert.equal(partial.read(String(token.job))?.id, token.id);
    }
  }
});

Deno.test("a damaged state is refused, and one of a newer release", () => {
  const { state, variables } = encoded([item(1)]);
  const read = (text: string) => () =>
    new PartialInstance("1", { state: text, variables, locals: undefined });
  for (const text of ["", "[", state.slice(0, -1), state.slice(0, 40), state.slice(0, -12)]) {
    assert.throws(read(text), SyntaxError, text);
  }
  assert.throws(read(state.replace('"v":1', '"v":99')), RangeError);
});
