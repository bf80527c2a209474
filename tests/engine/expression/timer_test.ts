import assert from "node:assert/strict";
import fc from "fast-check";
import {
  type Due,
  nextDue,
  parseTimer,
  type TimerState,
  type TimerType,
} from "../../../engine/expression/mod.ts";
import { AT, withoutClock } from "./support.ts";

const HOUR = 3_600_000;

/** The first firings, each handled in time. */
function firings(type: TimerType, text: string, most: number = 4, at: number = AT): string[] {
  return withoutClock(() => {
    const spec = parseTimer(type, text);
    const times: string[] = [];
    let state: TimerState = { at };
    for (let due = nextDue(spec, state); due && times.length < most; due = nextDue(spec, state)) {
      times.push(new Date(due.dueAt).toISOString().replace(".000Z", "Z"));
      state = { at: Math.max(at, due.dueAt), previousDue: due.dueAt, ...left(due) };
    }
    return times;
  });
}

const left = (due: Due) => due.remaining === undefined ? {} : { remaining: due.remaining };

const CASES: [type: TimerType, text: string, times: string[]][] = [
  ["date", "2026-07-01", ["2026-07-01T00:00:00Z"]],
  ["date", "2026-07-01T10:00", ["2026-07-01T10:00:00Z"]],
  ["date", " 2026-07-01T10:00:00+05:30 ", ["2026-07-01T04:30:00Z"]],
  ["date", "2026-07-01T10:00[Europe/Berlin]", ["2026-07-01T08:00:00Z"]],
  ["date", "2026-07-01T10:00:00@Europe/Berlin", ["2026-07-01T08:00:00Z"]],
  ["date", "2026-07-01T10:00Z[Europe/Berlin]", ["2026-07-01T10:00:00Z"]],
  ["date", "2026-03-29T02:30[Europe/Berlin]", ["2026-03-29T01:30:00Z"]],
  ["date", "2020-01-01T00:00:00Z", ["2020-01-01T00:00:00Z"]],
  ["duration", "PT0.5S", ["2026-03-01T12:00:00.500Z"]],
  ["duration", "P1Y1M", ["2027-04-01T12:00:00Z"]],
  ["duration", "P2W", ["2026-03-15T12:00:00Z"]],
  ["duration", "-PT5M", ["2026-03-01T11:55:00Z"]],
  ["duration", "P100D", ["2026-06-09T12:00:00Z"]],
  ["cycle", "R3/PT1H", ["2026-03-01T13:00:00Z", "2026-03-01T14:00:00Z", "2026-03-01T15:00:00Z"]],
  ["cycle", "R0/PT1H", []],
  ["cycle", "R1/P1M", ["2026-04-01T12:00:00Z"]],
  ["cycle", "R/PT1H/2026-03-01T14:00:00Z", ["2026-03-01T13:00:00Z", "2026-03-01T14:00:00Z"]],
  ["cycle", "R2/2026-04-01T00:00:00[America/Argentina/Buenos_Aires]/P1D", [
    "2026-04-01T03:00:00Z",
    "2026-04-02T03:00:00Z",
  ]],
  ["cycle", "R/2026-04-01T00:00Z/P1D/2026-04-02T00:00Z", ["2026-04-01T00:00:00Z", "2026-04-02T00:00:00Z"]],
  ["cycle", "R2/2026-04-01T00:00Z/2026-04-01T00:30Z", ["2026-04-01T00:00:00Z", "2026-04-01T00:30:00Z"]],
  ["cycle", "R3/2020-01-01T00:00:00Z/PT1H", ["2020-01-01T02:00:00Z"]],
  ["cycle", "R/2020-01-31T00:00:00Z/P1M", [
    "2026-02-28T00:00:00Z",
    "2026-03-31T00:00:00Z",
    "2026-04-30T00:00:00Z",
    "2026-05-31T00:00:00Z",
  ]],
  ["cycle", "0 0/5 * * * ?", [
    "2026-03-01T12:05:00Z",
    "2026-03-01T12:10:00Z",
    "2026-03-01T12:15:00Z",
    "2026-03-01T12:20:00Z",
  ]],
  ["cycle", "0 0 12 1 1 ? 2020", []],
  ["cycle", "0 0 12 1 1 ? 2027", ["2027-01-01T12:00:00Z"]],
];
for (const [type, text, times] of CASES) {
  Deno.test(`${type} ${text}`, () => assert.deepEqual(firings(type, text), times));
}

Deno.test("R and R-1 have no end", () => {
  for (const text of ["R/PT1M", "R-1/PT1M"]) assert.equal(firings("cycle", text, 500).length, 500);
});

Deno.test("cron follows the zone through both changes of daylight saving", () => {
  const spring = Date.UTC(2026, 2, 28, 0), autumn = Date.UTC(2026, 9, 24, 0);
  for (
    const text of [
      "TZ=Europe/Berlin 30 2 * * *",
      "CRON_TZ=Europe/Berlin 30 2 * * *",
      "30 2 * * * [Europe/Berlin]",
    ]
  ) {
    // On the 29th of March 02:30 does not exist, on the 25th of October it exists twice.
    assert.deepEqual(firings("cycle", text, 3, spring), [
      "2026-03-28T01:30:00Z",
      "2026-03-29T01:00:00Z",
      "2026-03-30T00:30:00Z",
    ]);
    assert.deepEqual(firings("cycle", text, 3, autumn), [
      "2026-10-24T00:30:00Z",
      "2026-10-25T00:30:00Z",
      "2026-10-26T01:30:00Z",
    ]);
  }
});

Deno.test("a question mark makes Sunday the first day, as in Quartz", () => {
  assert.deepEqual(firings("cycle", "0 0 8 ? * 2", 1), ["2026-03-02T08:00:00Z"]);
  assert.deepEqual(firings("cycle", "0 0 8 * * 2", 1), ["2026-03-03T08:00:00Z"]);
});

const REFUSED: [type: TimerType, text: string][] = [
  ["date", "tomorrow"],
  ["date", "2026-02-30"],
  ["date", "2026-01-01T00:00[Nowhere/Land]"],
  ["date", ""],
  ["duration", "5 minutes"],
  ["duration", "PT"],
  ["duration", "P99999Y"],
  ["duration", "R3/PT1H"],
  ["cycle", "R3"],
  ["cycle", "R3/"],
  ["cycle", "R-2/PT1H"],
  ["cycle", "R/PT0S"],
  ["cycle", "R/-PT1H"],
  ["cycle", "R/2026-01-02T00:00Z/2026-01-01T00:00Z"],
  ["cycle", "R/2026-01-01T00:00Z"],
  ["cycle", "R/PT1H/PT2H"],
  ["cycle", "PT1H"],
  ["cycle", "* * *"],
  ["cycle", "99 * * * *"],
  ["cycle", "TZ=Nowhere/Land * * * * *"],
];
for (const [type, text] of REFUSED) {
  Deno.test(`${type} "${text}" is refused`, () => assert.throws(() => parseTimer(type, text), SyntaxError));
}

Deno.test("missed repetitions are one firing and count as used", () => {
  const spec = parseTimer("cycle", "R5/PT1H");
  const first = AT + HOUR;
  assert.deepEqual(nextDue(spec, { at: AT + 4.5 * HOUR, previousDue: first, remaining: 4 }), {
    dueAt: AT + 5 * HOUR,
    remaining: 0,
  });
  assert.equal(nextDue(spec, { at: AT + 5 * HOUR, previousDue: first, remaining: 4 }), undefined);
  const cron = parseTimer("cycle", "0 * * * *");
  assert.equal(nextDue(cron, { at: AT + 4.5 * HOUR, previousDue: first })?.dueAt, AT + 5 * HOUR);
});

Deno.test("firings never repeat, never go back and keep the rhythm, whatever was missed", () => {
  const units = fc.constantFrom("PT1S", "PT7M", "P1D", "P1M", "P1M1D", "P1Y");
  const start = fc.option(fc.integer({ min: -400, max: 400 }), { nil: undefined });
  const delays = fc.array(fc.integer({ min: 0, max: 100 * 24 * HOUR }), { maxLength: 8 });
  fc.assert(
    fc.property(units, start, fc.integer({ min: 1, max: 6 }), delays, (interval, days, count, late) => {
      const anchor = days === undefined ? "" : `${new Date(AT + days * 24 * HOUR).toISOString()}/`;
      const spec = parseTimer("cycle", `R${count}/${anchor}${interval}`);
      let due = nextDue(spec, { at: AT });
      let fired = 0;
      for (let step = 0; due; step++) {
        fired++;
        const at: number = Math.max(AT, due.dueAt) + (late[step] ?? 0);
        const next: Due | undefined = nextDue(spec, { at, previousDue: due.dueAt, ...left(due) });
        if (next) {
          assert.ok(next.dueAt > at);
          assert.ok((next.remaining as number) < (due.remaining as number));
        }
        due = next;
      }
      assert.ok(fired >= 1 && fired <= count);
      if (late.length === 0 && (days === undefined || days > 0)) assert.equal(fired, count);
    }),
  );
});

Deno.test("hostile timers give a time, nothing, or a SyntaxError, and soon", () => {
  const piece = fc.oneof(
    fc.constantFrom(
      "R",
      "R3",
      "/",
      "PT1H",
      "P1M",
      "2026-01-01T00:00:00Z",
      "[",
      "]",
      "Europe/Berlin",
      "TZ=",
      "@",
    ),
    fc.constantFrom(
      "* ",
      "0 ",
      "*/5 ",
      "? ",
      "L ",
      "#2 ",
      "MON-FRI ",
      "-",
      "+",
      ",",
      "99999999999",
      "PT0.000001S",
    ),
    fc.string(),
  );
  const types = fc.constantFrom<TimerType>("date", "duration", "cycle");
  fc.assert(
    fc.property(types, fc.array(piece, { maxLength: 10 }), (type, pieces) => {
      try {
        const due = withoutClock(() => nextDue(parseTimer(type, pieces.join("")), { at: AT }));
        assert.ok(due === undefined || Number.isFinite(due.dueAt));
      } catch (error) {
        assert.ok(error instanceof SyntaxError, String(error));
      }
    }),
    { numRuns: 2_000 },
  );
});
