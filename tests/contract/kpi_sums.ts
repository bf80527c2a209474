import assert from "node:assert/strict";
import type { InstanceStatus, Kpi, KpiQuery, Step, Store, Unit } from "../../storage/store.ts";
import { seeded } from "../support/random.ts";
import { changeOf, commitAll, givenInstance, load, newUnit, step, T0 } from "./given.ts";
import type { StoreUnderTest } from "./store_under_test.ts";

const HOUR = 3_600_000, DAY = 24 * HOUR;
const ELEMENTS = ["pay", "ship", "bill", "wait"];

interface Ended {
  readonly key: string;
  readonly definitionId: string;
  /** Empty for an instance. */
  readonly elementId: string;
  readonly endedAt: number;
  readonly ms: number;
  readonly failed: boolean;
}

/** What {@link Store.kpis} must find, computed from all that ended. */
function scan(all: readonly Ended[], query: KpiQuery): Map<string, number[]> {
  const groups = new Map<string, number[]>();
  for (const each of all) {
    if ((each.elementId === "") !== (query.groupBy === "process")) continue;
    if (query.key !== undefined && each.key !== query.key) continue;
    if (query.definitionId !== undefined && each.definitionId !== query.definitionId) continue;
    if (query.elementId !== undefined && each.elementId !== query.elementId) continue;
    if (each.endedAt < (query.from ?? -Infinity) || each.endedAt >= (query.to ?? Infinity)) continue;
    const name = `${query.groupBy === "element" ? undefined : each.key} ${each.elementId || undefined}`;
    const durations = groups.get(name) ?? [];
    if (durations.length === 0) groups.set(name, durations);
    durations.push(each.ms);
  }
  return groups;
}

function assertMatches(rows: readonly Kpi[], all: readonly Ended[], query: KpiQuery): void {
  const expected = scan(all, query);
  const message = JSON.stringify(query);
  assert.deepEqual(
    rows.map(({ key, elementId }) => `${key} ${elementId}`).sort(),
    [...expected.keys()].sort(),
    message,
  );
  for (const row of rows) {
    const sorted = (expected.get(`${row.key} ${row.elementId}`) ?? []).sort((a, b) => a - b);
    assert.equal(row.count, sorted.length, message);
    assert.equal(row.minMs, sorted[0], message);
    assert.equal(row.maxMs, sorted[sorted.length - 1], message);
    assertNear(row.averageMs, sorted.reduce((sum, ms) => sum + ms, 0) / sorted.length, 1e-9, message);
    for (const [value, fraction] of [[row.p50Ms, 0.5], [row.p95Ms, 0.95], [row.p99Ms, 0.99]]) {
      const position = (sorted.length - 1) * fraction, below = sorted[Math.floor(position)];
      const exact = below + (sorted[Math.ceil(position)] - below) * (position % 1);
      assertNear(value, exact, 0.01, `${message}, fraction ${fraction}`);
    }
  }
}

function assertNear(actual: number, expected: number, error: number, message: string): void {
  assert.ok(Math.abs(actual - expected) <= expected * error + 1e-9, `${message}: ${actual}, not ${expected}`);
}

/** A load of instances whose steps end over 100 days; several writers, each committing in turn. */
async function randomLoad(
  store: Store,
  random: () => number,
  options: { readonly instances: number; readonly between: () => Promise<void> },
): Promise<Ended[]> {
  const all: Ended[] = [];
  const writer = async (): Promise<void> => {
    for (let n = 0; n < options.instances / 8; n++) {
      const definitionId = String(1 + Math.floor(random() * 3));
      const key = definitionId === "3" ? "bill" : "order";
      const startedAt = T0 + Math.floor(random() * 100 * DAY);
      const steps: Step[] = Array.from({ length: 1 + Math.floor(random() * 8) }, (_, i) => {
        const ms = Math.floor(Math.exp(random() * 16));
        const elementId = ELEMENTS[Math.floor(random() * ELEMENTS.length)];
        return step(i + 1, {
          elementId,
          startedAt,
          endedAt: startedAt + ms,
          status: random() < 0.1 ? "failed" : "completed",
        });
      });
      const ends = random() < 0.8;
      const endedAt = Math.max(...steps.map((each) => each.endedAt));
      const status: InstanceStatus = !ends ? "running" : random() < 0.2 ? "failed" : "completed";
      const first = steps.slice(0, 2), later = steps.slice(2);
      const end: Partial<Unit> = ends ? { status, endedAt } : {};
      const alone = later.length === 0;
      const unit = await newUnit(store, {
        created: { key, definitionId, startedAt },
        steps: first,
        ...(alone && end),
      });
      await commitAll(store, [unit]);
      if (!alone) {
        await commitAll(store, [changeOf(await load(store, unit.instanceId), { steps: later, ...end })]);
      }
      for (const { elementId, endedAt: at, status: how } of steps) {
        all.push({ key, definitionId, elementId, endedAt: at, ms: at - startedAt, failed: how === "failed" });
      }
      if (ends) {
        const failed = status === "failed";
        all.push({ key, definitionId, elementId: "", endedAt, ms: endedAt - startedAt, failed });
      }
      if (random() < 0.05) await options.between();
    }
  };
  await Promise.all(Array.from({ length: 8 }, writer));
  return all;
}

function queries(random: () => number): KpiQuery[] {
  const list: KpiQuery[] = [];
  for (const groupBy of ["process", "process-element", "element"] as const) {
    list.push({ groupBy }, { groupBy, key: "order" }, { groupBy, definitionId: "2" });
    if (groupBy !== "process") list.push({ groupBy, elementId: "ship" });
    for (let i = 0; i < 6; i++) {
      const from = T0 + Math.floor((random() * 110 - 5) * DAY);
      const to = from + Math.floor(random() ** 3 * 60 * DAY);
      list.push({ groupBy, from, to }, { groupBy, from }, { groupBy, to: Math.floor(to / HOUR) * HOUR });
    }
  }
  return list;
}

/** KPIs add up, however and whenever they are summed up. */
export function testKpiSumsContract({ name, open, reopen }: StoreUnderTest): void {
  Deno.test(`${name}: kpis() equal a full scan after a random concurrent load, and when counted anew`, async () => {
    await using store = await open();
    const random = seeded(20260115).next;
    const others = await Promise.all([0, 1].map(() => reopen?.(store) ?? store));
    let turn = 0, seen = 0;
    const between = async () => {
      await others[turn++ % 2].maintain?.();
      const before = seen;
      // Each commit is counted from the moment it stands: the count never falls.
      const counts = (await store.kpis({ groupBy: "element" })).map(({ count }) => count);
      const sum = counts.reduce((total, count) => total + count, 0);
      assert.ok(sum >= before, `${sum} steps, ${before} before`);
      seen = Math.max(seen, sum);
    };
    const all = await randomLoad(store, random, { instances: 400, between });
    const asked = queries(random);
    for (const query of asked) assertMatches(await store.kpis(query), all, query);
    await store.maintain?.();
    await others[0].maintain?.();
    for (const query of asked) assertMatches(await store.kpis(query), all, query);
    await store.rebuildKpis();
    for (const query of asked) assertMatches(await others[1].kpis(query), all, query);
    const failed =
      all.filter((each) => each.failed && each.elementId === "pay" && each.key === "order").length;
    const [pay] = await store.kpis({ key: "order", elementId: "pay" });
    assert.equal(pay.failures, failed);
    if (reopen) { for (const other of others) await other[Symbol.asyncDispose](); }
  });

  Deno.test(`${name}: percentiles are exact up to 64 different durations, and near beyond`, async () => {
    await using store = await open();
    const durations = Array.from({ length: 64 }, (_, i) => 100_000 + i * 7);
    for (let i = 0; i < 64; i += 16) {
      // Each twice: what counts is how many different ones there are. Those of 0 are never rounded.
      const some = durations.slice(i, i + 16).flatMap((ms) => [ms, ms]);
      await givenInstance(store, { steps: some.map((ms, n) => step(n + 1, { endedAt: T0 + ms })) });
      await store.maintain?.();
    }
    const [exact] = await store.kpis();
    assert.deepEqual([exact.count, exact.p50Ms, exact.minMs], [128, 100_220.5, 100_000]);
    assert.ok(Math.abs(exact.p99Ms - 100_439.11) < 0.01, String(exact.p99Ms));
    await givenInstance(store, {
      steps: durations.map((ms, n) => step(n + 1, { endedAt: T0 + ms * 10 + 1 })),
    });
    for (let i = 0; i < 4; i++) {
      await givenInstance(store, { steps: durations.map((_, n) => step(n + 1, { endedAt: T0 })) });
      await store.maintain?.();
    }
    const [near] = await store.kpis();
    assert.deepEqual([near.count, near.minMs, near.maxMs], [448, 0, 1_004_411]);
    assert.equal(near.p50Ms, 0);
    assertNear(near.p95Ms, 1_002_846.5, 0.01, "p95");
  });

  Deno.test(`${name}: what ends within this hour and the next is counted anew, and added to`, async () => {
    await using store = await open();
    const ends = (at: number) =>
      givenInstance(store, { steps: [step(1, { startedAt: at - 5, endedAt: at })] });
    const counts = async (query: KpiQuery = {}) => (await store.kpis(query)).map(({ count }) => count);
    const now = Date.now(), later = now + HOUR;
    for (const at of [now, later, now - 3 * DAY]) await ends(at);
    await store.maintain?.();
    await store.rebuildKpis();
    assert.deepEqual(await counts(), [3]);
    for (const at of [now, later, now - 3 * DAY]) await ends(at);
    await store.maintain?.();
    await store.maintain?.();
    assert.deepEqual(await counts(), [6]);
    const hour = Math.floor(later / HOUR) * HOUR;
    assert.deepEqual(await counts({ from: hour, to: hour + HOUR }), [2]);
    assert.deepEqual(await counts({ to: hour }), [4]);
  });

  Deno.test(`${name}: an instance that ends counts once`, async () => {
    await using store = await open();
    const { id } = await givenInstance(store);
    const end = { status: "completed" as const, endedAt: T0 + 5_000 };
    await commitAll(store, [changeOf(await load(store, id), end)]);
    await commitAll(store, [changeOf(await load(store, id), end)]);
    assert.deepEqual((await store.kpis({ groupBy: "process" })).map(({ count }) => count), [1]);
  });
}
