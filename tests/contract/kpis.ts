import assert from "node:assert/strict";
import type { Step, Store } from "../../storage/store.ts";
import { changeOf, commitAll, givenInstance, load, step, T0 } from "./given.ts";
import type { StoreUnderTest } from "./store_under_test.ts";

async function givenSteps(store: Store, key: string, definitionId: string, steps: Step[]): Promise<string> {
  return (await givenInstance(store, { created: { key, definitionId }, steps })).id;
}

function took(sequence: number, elementId: string, ms: number, options: Partial<Step> = {}): Step {
  return step(sequence, { elementId, startedAt: T0, endedAt: T0 + ms, ...options });
}

/** Figures computed from history. */
export function testKpisContract({ name, open }: StoreUnderTest): void {
  Deno.test(`${name}: kpis() of nothing are none`, async () => {
    await using store = await open();
    assert.deepEqual(await store.kpis(), []);
  });

  Deno.test(`${name}: kpis() are exact, with interpolated percentiles`, async () => {
    await using store = await open();
    const durations = Array.from({ length: 10 }, (_, i) => (i + 1) * 100);
    const steps = durations.map((ms, i) =>
      took(i + 1, "pay", ms, { status: i === 9 ? "failed" : "completed" })
    );
    await givenSteps(store, "order", "1", steps);
    const [{ p95Ms, p99Ms, ...exact }] = await store.kpis();
    // Interpolation is a floating-point sum: the last bit may differ.
    assert.deepEqual([p95Ms.toFixed(6), p99Ms.toFixed(6)], ["955.000000", "991.000000"]);
    assert.deepEqual(exact, {
      key: "order",
      elementId: "pay",
      count: 10,
      failures: 1,
      averageMs: 550,
      minMs: 100,
      maxMs: 1000,
      p50Ms: 550,
    });
  });

  Deno.test(`${name}: kpis() group and filter`, async () => {
    await using store = await open();
    await givenSteps(store, "order", "1", [took(1, "pay", 10), took(2, "ship", 30)]);
    await givenSteps(store, "order", "2", [took(1, "pay", 20)]);
    await givenSteps(store, "bill", "3", [took(1, "pay", 60)]);
    const rows = async (query: Parameters<Store["kpis"]>[0]) =>
      (await store.kpis(query)).map((
        { key, elementId, count, averageMs },
      ) => [key, elementId, count, averageMs]);
    assert.deepEqual(await rows({}), [
      ["bill", "pay", 1, 60],
      ["order", "pay", 2, 15],
      ["order", "ship", 1, 30],
    ]);
    assert.deepEqual(await rows({ groupBy: "element" }), [
      [undefined, "pay", 3, 30],
      [undefined, "ship", 1, 30],
    ]);
    assert.deepEqual(await rows({ key: "bill" }), [["bill", "pay", 1, 60]]);
    assert.deepEqual(await rows({ definitionId: "2" }), [["order", "pay", 1, 20]]);
    assert.deepEqual(await rows({ elementId: "ship" }), [["order", "ship", 1, 30]]);
    assert.deepEqual(await rows({ from: T0 + 20, to: T0 + 60 }), [
      ["order", "pay", 1, 20],
      ["order", "ship", 1, 30],
    ]);
    assert.deepEqual(await rows({ tenant: "other" }), []);
  });

  const hour = 3_600_000;
  /** Ends in two hours and two processes, in one commit. */
  const ends = async (store: Store) => {
    const instances = await Promise.all(
      [["order", "1"], ["order", "1"], ["bill", "3"]].map(([key, definitionId]) =>
        givenInstance(store, { created: { key, definitionId } })
      ),
    );
    return instances.map((instance, i) =>
      changeOf(instance, {
        steps: [
          took(1, "pay", 100 + i),
          took(2, "pay", hour + i, { status: "failed" }),
          took(3, "ship", 10 + i),
          took(4, "pay", 200 + i, { startedAt: T0 + 300 }), // a clock was set back: it took no time
        ],
      })
    );
  };
  const figures = async (store: Store) =>
    (await store.kpis({ from: T0 - 1, to: T0 + 2 * hour })).map((each) =>
      [each.key, each.elementId, each.count, each.failures, each.minMs, each.maxMs].join(" ")
    );
  const ofTwoOrders = [`order pay 6 2 0 ${hour + 1}`, "order ship 2 0 10 11"];

  Deno.test(`${name}: what ends in one commit counts for its process, element and hour`, async () => {
    await using store = await open();
    await commitAll(store, await ends(store));
    assert.deepEqual(await figures(store), [
      `bill pay 3 1 0 ${hour + 2}`,
      "bill ship 1 0 12 12",
      ...ofTwoOrders,
    ]);
    const failures = async (from: number) =>
      (await store.kpis({ groupBy: "element", elementId: "pay", from, to: from + hour }))
        .map((each) => [each.count, each.failures]);
    assert.deepEqual([await failures(T0), await failures(T0 + hour)], [[[6, 0]], [[3, 3]]]);
  });

  Deno.test(`${name}: what ends in a unit that does not stand does not count, the others' ends do`, async () => {
    await using store = await open();
    const [one, two, bill] = await ends(store);
    const results = await store.commit([one, { ...bill, revision: 7 }, two]);
    assert.deepEqual(results.map(({ outcome }) => outcome), ["committed", "conflict", "committed"]);
    assert.deepEqual(await figures(store), ofTwoOrders);
  });

  Deno.test(`${name}: what ends counts although a unit does not say what its instance runs`, async () => {
    await using store = await open();
    const [one, two] = await ends(store);
    await commitAll(store, [one, { ...two, process: undefined }]);
    assert.deepEqual(await figures(store), ofTwoOrders);
  });

  Deno.test(`${name}: kpis() of processes come from ended instances`, async () => {
    await using store = await open();
    for (const [key, ms, status] of [["order", 100, "completed"], ["order", 300, "failed"]] as const) {
      const { id } = await givenInstance(store, { created: { key } });
      await commitAll(store, [
        changeOf(await load(store, id), { status, endedAt: T0 + ms, steps: [step(1)] }),
      ]);
    }
    await givenInstance(store, { created: { key: "order" } });
    assert.deepEqual(await store.kpis({ groupBy: "process" }), [{
      key: "order",
      count: 2,
      failures: 1,
      averageMs: 200,
      minMs: 100,
      maxMs: 300,
      p50Ms: 200,
      p95Ms: 290,
      p99Ms: 298,
    }]);
    assert.equal((await store.kpis({ groupBy: "process", to: T0 + 300 }))[0]?.count, 1);
  });
}
