/** The doctor looks from outside, while instances move: what it saw must have lasted. */
import assert from "node:assert/strict";
import { checkInstances } from "../../cli/doctor/instances.ts";
import { createEngine, type Engine, silentLogger } from "../../mod.ts";
import { MemoryStore } from "../../storage/memory.ts";
import type { Store } from "../../storage/store.ts";
import { bpmn } from "../support/bpmn_builder.ts";

/** A store of which some methods answer otherwise. */
function otherwise(store: Store, methods: Partial<Store>): Store {
  return new Proxy(store, {
    get(target, name) {
      const value = Reflect.get(methods, name) ?? Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

async function given(
  model: string,
  test: (engine: Engine, store: MemoryStore, id: string) => Promise<void>,
): Promise<void> {
  const store = new MemoryStore();
  await using engine = await createEngine({ store, logger: silentLogger });
  await engine.deploy(bpmn(model));
  const { id } = await engine.start("p", { variables: { n: 0 } });
  assert.deepEqual(await checks(store), []);
  await test(engine, store, id);
}

async function checks(store: Store): Promise<string[]> {
  const { findings } = await checkInstances(store, undefined, 100);
  return findings.map(({ check }) => check);
}

const SIGN = "start -> Sign -> end";

Deno.test("doctor: a row that was there when it looked again is not missed", () =>
  given(SIGN, async (engine, store, id) => {
    const none = () => Promise.resolve({ items: [] });
    assert.deepEqual(await checks(otherwise(store, { listUserTasks: none })), ["instance-lost-task"]);
    let looks = 0;
    const moving = otherwise(store, {
      async listUserTasks(query) {
        if (++looks > 2) return await store.listUserTasks(query);
        await engine.setVariables(id, { n: looks }); // it has moved since it was loaded
        return none();
      },
    });
    assert.deepEqual(await checks(moving), []);
    assert.equal(looks, 3);
  }));

Deno.test("doctor: what moves all the time is well, and it looks no more than five times", () =>
  given(SIGN, async (engine, store, id) => {
    let looks = 0;
    const moving = otherwise(store, {
      async listUserTasks() {
        await engine.setVariables(id, { n: ++looks });
        return { items: [] };
      },
    });
    assert.deepEqual(await checks(moving), []);
    assert.equal(looks, 5);
  }));

Deno.test("doctor: an instance that ends, or is deleted, after it was listed is not looked at", () =>
  given(SIGN, async (engine, store) => {
    const listed = await store.listInstances();
    const late = otherwise(store, { listInstances: () => Promise.resolve(listed) });
    const [task] = (await engine.userTasks.list()).items;
    await engine.userTasks.complete(task.id);
    assert.deepEqual(await checks(late), []);
    await engine.cleanup({ defaultTtlMs: 0 });
    assert.deepEqual(await store.listInstances(), { items: [] });
    assert.deepEqual(await checks(late), []);
  }));

Deno.test("doctor: it misses each step that has ended, also behind the first thousand", () =>
  given(
    `
      start -> fork -> Sign, again
      parallel fork
      parallel join
      xor again
      Sign -> join
      again -[n < 520]-> S -> again
      again -/-> T -> join -> end
      script S: feel="n + 1" result=n
      script T: feel="n" result=m
    `,
    async (engine, store, id) => {
      await engine.run(id);
      const steps = await store.listSteps(id, { take: 1_000 });
      const rest = await store.listSteps(id, { take: 1_000, after: steps.at(-1)?.sequence });
      assert.deepEqual([steps.length, rest.length > 3], [1_000, true]);
      assert.deepEqual(await checks(store), []);
      for (
        const sequence of [steps[0], steps[999], rest[0], ...rest.slice(-3)].map((step) => step.sequence)
      ) {
        const gap = otherwise(store, {
          // As a table that has no such row: a page is as long as ever.
          listSteps: async (instanceId, options) => {
            const all = [...steps, ...rest].filter((step) =>
              step.sequence !== sequence && step.sequence > (options?.after ?? 0)
            );
            assert.equal(instanceId, id);
            return await Promise.resolve(all.slice(0, options?.take));
          },
        });
        assert.deepEqual(await checks(gap), ["instance-lost-step"], `step ${sequence}`);
      }
    },
  ));
