/** Jobs that stay with the worker whose commit opens them. */
import assert from "node:assert/strict";
import { HandOns } from "../../runtime/hand_on.ts";
import type { Live } from "../../runtime/instance_cache.ts";
import { Slots } from "../../runtime/worker/slots.ts";
import type { NewJob, Unit } from "../../storage/store.ts";

const AT = 1_000;
const LEASE = { worker: "w", leaseMs: 1_000 };

function given(): { handOns: HandOns; taken: string[]; live: Live } {
  const handOns = new HandOns();
  const taken: string[] = [];
  handOns.receiver = {
    chainMs: 0,
    reserve: () => LEASE,
    take: (jobs) => void taken.push(...jobs.map(({ id }) => id)),
    giveBack() {},
    takeEarly() {},
    lost() {},
    chains: () => false,
    wake: () => true,
  };
  return { handOns, taken, live: { id: "1", handedOn: 0 } as Live };
}

/** @returns A unit whose jobs have the leases that the worker wants. */
function reserved(handOns: HandOns, live: Live, ...openJobs: NewJob[]): Unit {
  const all = unit(...openJobs);
  handOns.reserve(all, live);
  return all;
}

function unit(...openJobs: NewJob[]): Unit {
  return { instanceId: "1", at: AT, openJobs } as unknown as Unit;
}

function job(id: string, type: string, more: Partial<NewJob> = {}): NewJob {
  return { id, instanceId: "1", type, class: 0, dueAt: AT, ...more };
}

Deno.test("whoever has written the first part of a cut unit goes on with it, but not within a chain", () => {
  const { handOns, taken, live } = given();
  const rest = job("2", "baton:continue");
  const later = job("3", "baton:continue", { elementId: "later" });
  const all = reserved(handOns, live, rest, later, job("4", "baton:timer"), job("5", "work"));
  assert.deepEqual(all.openJobs.map(({ lease }) => lease), [LEASE, undefined, undefined, LEASE]);
  assert.equal(handOns.lease(job("6", "baton:continue"), live, AT), undefined);
  handOns.taken(all, live);
  assert.deepEqual(taken, ["2", "5"]);
});

Deno.test("sixteen jobs in a row stay here, and then others have their turn; parts of one unit are no row", () => {
  const { handOns, live } = given();
  for (let i = 0; i < 20; i++) handOns.taken(reserved(handOns, live, job("2", "baton:continue")), live);
  let kept = 0;
  for (; kept < 20; kept++) {
    const next = reserved(handOns, live, job("5", "work"));
    if (!next.openJobs[0].lease) break;
    handOns.taken(next, live);
  }
  assert.equal(kept, 16);
});

Deno.test("of a crowd a worker keeps what it begins within a tenth of a second, of others more", () => {
  const slots = new Slots(64, 30_000);
  assert.deepEqual([slots.freeForCrowd, slots.freeForOwn], [64, 64], "nobody knows yet how long they take");
  slots.ended(10);
  assert.deepEqual([slots.freeForCrowd, slots.freeForOwn], [64 + 640, 64 + 1_024]);
  slots.waiting = 700;
  assert.deepEqual([slots.freeForCrowd, slots.freeForOwn], [4, 388]);
});
