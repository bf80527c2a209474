import assert from "node:assert/strict";
import { timeArray } from "../../storage/postgres/arrays.ts";
import { Lanes } from "../../storage/postgres/lanes.ts";
import type { LeaseRequest } from "../../storage/store.ts";

const AT = 1_767_225_600_000;
const REQUEST = { worker: "w", wants: [{ type: "charge", max: 10 }], max: 10, leaseMs: 1_000 };

/** Lanes with a clock of their own, and what a lease would start at in the three classes. */
function given() {
  let now = 0;
  const lanes = new Lanes(() => now);
  const lease = (
    oldest: Record<string, number>,
    options: { idle?: boolean; tookMs?: number; at?: number } = {},
  ) => {
    const asked = lanes.params(REQUEST).lanes;
    const { idle = false, tookMs = 1, at = AT } = options;
    lanes.leased(asked, { at, oldest: new Map(Object.entries(oldest)), idle, tookMs });
  };
  return {
    lanes,
    lease,
    starts: () => lanes.params(REQUEST).lanes.map(({ startAt }) => startAt),
    wait: (ms: number) => now += ms,
  };
}

Deno.test("a lease starts two seconds before the oldest job that the last one saw, or before now if there was none", () => {
  const { starts, lease, wait } = given();
  assert.deepEqual(starts(), [null, null, null]);
  lease({ "1 charge": AT - 60_000 });
  wait(250);
  assert.deepEqual(starts(), [AT - 2_000, AT - 62_000, AT - 2_000]);
});

Deno.test("looking for the next job starts there, too, and lets nothing expire", () => {
  const { lanes, lease, wait } = given();
  lease({ "1 charge": AT - 60_000 });
  wait(100_000);
  assert.deepEqual(lanes.nextParams(["CHARGE"])[2], timeArray([AT - 2_000, AT - 62_000, AT - 2_000]));
});

Deno.test("a mark never goes back while it is kept", () => {
  const { starts, lease, wait } = given();
  lease({ "1 charge": AT - 10_000 });
  wait(250);
  lease({ "1 charge": AT - 11_000 });
  wait(250);
  assert.equal(starts()[1], AT - 12_000);
});

Deno.test("while jobs wait, leases look back only four times a second, and only those move the mark on", () => {
  const { lanes, starts, lease, wait } = given();
  lease({ "1 charge": AT - 60_000 });
  assert.deepEqual(starts(), [AT - 2_000, AT - 60_050, AT - 2_000]);
  wait(249);
  lease({ "1 charge": AT - 30_000 });
  assert.equal(starts()[1], AT - 30_050);
  wait(1);
  assert.equal(starts()[1], AT - 62_000);
  lease({ "1 charge": AT - 20_000 });
  assert.equal(starts()[1], AT - 20_050);
  lanes.added("charge", 1, AT - 21_000);
  assert.equal(starts()[1], AT - 21_000);
  lanes.dueFrom(AT - 22_000);
  assert.equal(starts()[1], AT - 22_000);
  lease({ "1 charge": AT - 20_000 }, { idle: true });
  assert.equal(starts()[1], AT - 22_000); // found too little: looks back at once
});

Deno.test("a lease starts at the beginning every five seconds, and every second when it found too little", () => {
  const { starts, lease, wait } = given();
  const fresh = [null, null, null];
  lease({});
  wait(4_999);
  assert.notDeepEqual(starts(), fresh);
  wait(1);
  assert.deepEqual(starts(), fresh);
  lease({}, { idle: true });
  wait(1_000);
  assert.deepEqual(starts(), fresh);
});

Deno.test("the dearer a scan from the beginning was, the rarer it is, up to 5 seconds", () => {
  const { starts, lease, wait } = given();
  lease({}, { tookMs: 60, idle: true });
  lease({}, { tookMs: 1, idle: true }); // it started at the mark, so it says nothing about the beginning
  wait(2_999);
  assert.notEqual(starts()[0], null);
  wait(1);
  assert.equal(starts()[0], null);
  lease({}, { tookMs: 100_000 });
  wait(4_999);
  assert.notEqual(starts()[0], null);
  wait(1);
  assert.equal(starts()[0], null);
});

Deno.test("a job that becomes due before the mark is found by the next lease", () => {
  const { lanes, starts, lease } = given();
  lease({});
  lanes.added("charge", 1, AT - 1_000); // after the mark
  lanes.added("charge", 1, null); // held
  assert.equal(starts()[1], AT - 2_000);
  lanes.added("Charge", 1, AT - 3_000);
  assert.deepEqual(starts(), [AT - 2_000, null, AT - 2_000]);
  lease({});
  lanes.dueFrom(AT - 1_000);
  assert.deepEqual(starts(), [AT - 2_000, AT - 2_000, AT - 2_000]);
  lanes.dueFrom(AT - 3_000);
  assert.deepEqual(starts(), [null, null, null]);
});

Deno.test("a job that comes while a lease is under way is not jumped over", () => {
  for (
    const add of [
      (lanes: Lanes) => lanes.added("charge", 1, AT - 9_000),
      (lanes: Lanes) => lanes.dueFrom(AT - 9_000),
    ]
  ) {
    const { lanes, starts } = given();
    const asked = lanes.params(REQUEST).lanes;
    add(lanes);
    lanes.leased(asked, { at: AT, oldest: new Map(), idle: false, tookMs: 1 });
    assert.equal(starts()[1], AT - 9_000);
  }
});

Deno.test("the small lease is for a queue that was idle a moment ago, and no longer than its marks hold", () => {
  let now = 0;
  const lanes = new Lanes(() => now);
  const ask = { worker: "w", wants: [{ type: "T", max: 64 }], max: 64, leaseMs: 1_000 };
  const full = (idle: boolean): void => {
    const { lanes: asked } = lanes.params(ask);
    lanes.lastLeased = 0;
    lanes.leased(asked, { at: 10_000 + now, oldest: new Map(), idle, tookMs: 1 });
  };
  const small = (request: Partial<LeaseRequest> = {}) =>
    lanes.fewParams({ ...ask, ...request }) !== undefined;
  assert.equal(small(), false, "nothing is known yet");
  full(true);
  assert.equal(small(), true);
  assert.equal(small({ tenants: ["a"] }), false);
  assert.equal(small({ max: 7 }), false, "it may give eight");
  assert.equal(small({ wants: [{ type: "t", max: 7 }] }), false);
  assert.equal(small({ wants: [{ type: "t", max: 64 }, { type: "new", max: 64 }] }), false);
  assert.equal(small({ wants: [{ type: "t", max: 64 }, { type: "new", max: 0 }] }), true, "not asked for");
  assert.deepEqual(
    lanes.fewParams(ask)?.[2],
    timeArray([8_000, 8_000, 8_000]),
    "it looks as far back as any",
  );
  lanes.leasedFew(3, 3);
  assert.equal(small(), true);
  lanes.leasedFew(3, 4);
  assert.equal(small(), false, "there was more");
  full(false);
  assert.equal(small(), false, "the queue is full");
  full(true);
  lanes.leasedFew(8, 8);
  assert.equal(small(), false, "there may be more");
  full(true);
  lanes.added("t", 1, 9_000);
  assert.equal(small(), true);
  lanes.added("t", 1, 100);
  assert.equal(small(), false, "it is due before the mark");
  full(true);
  now += 1_000;
  assert.equal(small(), false, "a scan from the beginning is due");
  full(true);
  lanes.leasedFew(0, undefined);
  full(true);
  assert.equal(small(), false, "tenants take turns");
});
