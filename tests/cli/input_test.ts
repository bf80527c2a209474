import assert from "node:assert/strict";
import { UsageError } from "../../cli/failure.ts";
import { formatDuration } from "../../cli/format.ts";
import { duration, nameAndValue, pointInTime, readVariables, wholeNumber } from "../../cli/input.ts";
import type { Terminal } from "../../cli/terminal.ts";

const TERMINAL: Terminal = {
  out() {},
  error() {},
  env: () => undefined,
  readInput: () => Promise.resolve(`{"fromInput":true}`),
  live: false,
  color: false,
};

Deno.test("durations are read with their unit, and nothing else", () => {
  assert.equal(duration("500ms"), 500);
  assert.equal(duration("1.5s"), 1_500);
  assert.equal(duration("5m"), 300_000);
  assert.equal(duration("7d"), 604_800_000);
  for (const bad of ["", "5", "s", "-1s", "1w", "1s 2m"]) assert.throws(() => duration(bad), UsageError, bad);
});

Deno.test("durations are shown in the two largest units", () => {
  const cases: readonly (readonly [number, string])[] = [
    [0, "0 ms"],
    [999.4, "999 ms"],
    [1_000, "1.0 s"],
    [59_949, "59.9 s"],
    [59_960, "1 min"],
    [312_000, "5 min 12 s"],
    [7_500_000, "2 h 5 min"],
    [273_600_000, "3 d 4 h"],
  ];
  for (const [ms, text] of cases) assert.equal(formatDuration(ms), text);
});

Deno.test("times are ISO, or how long ago", () => {
  assert.equal(pointInTime("2026-11-24T13:05:00Z"), Date.UTC(2026, 10, 24, 13, 5));
  const before = Date.now() - 7_200_000;
  const at = pointInTime("2h");
  assert.ok(at >= before && at <= Date.now() - 7_200_000);
  for (const bad of ["yesterday", "12", "2026-13-01"]) assert.throws(() => pointInTime(bad), UsageError, bad);
});

Deno.test("numbers are whole and not below the least", () => {
  assert.equal(wholeNumber()("0"), 0);
  for (const bad of ["-1", "1.5", "1e3", "", "99999999999999999999"]) {
    assert.throws(() => wholeNumber()(bad), UsageError, bad);
  }
  assert.throws(() => wholeNumber(1)("0"), /a whole number from 1 is needed/);
});

Deno.test("name=value takes JSON, else text", () => {
  assert.deepEqual(nameAndValue("total=12"), ["total", 12]);
  assert.deepEqual(nameAndValue("name=Ada=x"), ["name", "Ada=x"]);
  assert.deepEqual(nameAndValue(`zip="0123"`), ["zip", "0123"]);
  assert.throws(() => nameAndValue("=1"), UsageError);
});

Deno.test("variables come from JSON, input and single values, the later ones win", async () => {
  assert.equal(await readVariables(TERMINAL, {}), undefined);
  assert.deepEqual(await readVariables(TERMINAL, { vars: `{"a":1,"b":1}`, var: [["b", 2]] }), { a: 1, b: 2 });
  assert.deepEqual(await readVariables(TERMINAL, { vars: "@-" }), { fromInput: true });
  const odd = await readVariables(TERMINAL, { var: [["__proto__", 1]] }) ?? {};
  assert.deepEqual(Object.keys(odd), ["__proto__"]);
  await assert.rejects(readVariables(TERMINAL, { vars: "[1]" }), /a JSON object is needed/);
  await assert.rejects(readVariables(TERMINAL, { vars: "{" }), /Cannot read --vars: no valid JSON/);
});
