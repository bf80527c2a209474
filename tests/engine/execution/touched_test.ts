/** The scopes that a transition touches come in the order in which they were touched, each once until it is taken. */
import assert from "node:assert/strict";
import type { Scope } from "../../../engine/execution/state.ts";
import { TouchedScopes } from "../../../engine/execution/touched.ts";

const [A, B, C] = [1, 2, 3].map((id): Scope => ({ id, el: `e${id}`, tokens: [] }));

function taken(touched: TouchedScopes): number[] {
  const ids: number[] = [];
  for (let scope = touched.take(); scope; scope = touched.take()) ids.push(scope.id);
  return ids;
}

Deno.test("touched scopes: each once, in order", () => {
  const touched = new TouchedScopes();
  for (const scope of [A, A, B, C, B, A]) touched.add(scope);
  const visited: number[] = [];
  touched.each(({ id }) => visited.push(id));
  assert.deepEqual(visited, [1, 2, 3]);
  assert.deepEqual(taken(touched), [1, 2, 3]);
  assert.equal(touched.take(), undefined);
});

Deno.test("touched scopes: what was taken may come again, after those that wait", () => {
  const touched = new TouchedScopes();
  touched.add(A);
  touched.add(B);
  assert.equal(touched.take(), A);
  touched.add(A);
  touched.add(C);
  assert.deepEqual(taken(touched), [2, 1, 3]);
  touched.add(B);
  assert.deepEqual(taken(touched), [2]);
});

Deno.test("touched scopes: those that are added during a visit are visited, too", () => {
  const touched = new TouchedScopes();
  touched.add(A);
  const visited: number[] = [];
  touched.each((scope) => {
    visited.push(scope.id);
    touched.add(A);
    if (scope === A) touched.add(B);
    if (scope === B) touched.add(C);
  });
  assert.deepEqual(visited, [1, 2, 3]);
  assert.deepEqual(taken(touched), [1, 2, 3]);
});
