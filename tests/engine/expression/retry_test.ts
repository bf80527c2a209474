import assert from "node:assert/strict";
import { parseDurationMs, parseRetryPolicy } from "../../../engine/expression/mod.ts";

Deno.test("retry policies: repetitions, lists of delays, numbers", () => {
  assert.deepEqual(parseRetryPolicy("R3/PT10S"), { retries: 3, delaysMs: [10_000] });
  assert.deepEqual(parseRetryPolicy(" PT1M,PT5M "), { retries: 2, delaysMs: [60_000, 300_000] });
  assert.deepEqual(parseRetryPolicy("R5/PT1M,PT5M"), { retries: 5, delaysMs: [60_000, 300_000] });
  assert.deepEqual(parseRetryPolicy("3"), { retries: 3 });
  assert.deepEqual(parseRetryPolicy("0"), { retries: 0 });
  assert.deepEqual(parseRetryPolicy("R/PT1S"), { retries: Number.MAX_SAFE_INTEGER, delaysMs: [1_000] });
  for (const text of ["", "x", "-1", "1.5", "R3", "R3/", "R3/P1M", "PT1M,", "PT1M;PT2M", "R3/-PT1S"]) {
    assert.throws(() => parseRetryPolicy(text), SyntaxError, text);
  }
});

Deno.test("durations in milliseconds", () => {
  assert.equal(parseDurationMs("P1W1DT1H1M1.5S"), (((8 * 24 + 1) * 60 + 1) * 60 + 1.5) * 1000);
  assert.equal(parseDurationMs("PT0S"), 0);
  assert.throws(() => parseDurationMs("P1M"), RangeError);
  assert.throws(() => parseDurationMs("-PT1S"), RangeError);
  assert.throws(() => parseDurationMs("1h"), SyntaxError);
});
