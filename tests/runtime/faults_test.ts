import assert from "node:assert/strict";
import { createEngine, silentLogger } from "../../mod.ts";
import { MemoryStore } from "../../storage/memory.ts";
import type { Store, Unit, UnitResult } from "../../storage/store.ts";
import { createWorker } from "../../worker.ts";
import { bpmn } from "../support/bpmn_builder.ts";

type Fault = (
  units: readonly Unit[],
  commit: () => Promise<readonly UnitResult[]>,
) => Promise<readonly UnitResult[]>;

/** A store whose commits go through the faults given, one each, and then work. */
function faulty(store: Store, faults: Fault[]): Store {
  return new Proxy(store, {
    get(target, name) {
      const value = Reflect.get(target, name);
      if (name === "commit") {
        return (units: readonly Unit[]) => {
          const fault = faults.shift();
          return fault ? fault(units, () => target.commit(units)) : target.commit(units);
        };
      }
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

const broken = new Error("the connection broke");
const lostBefore: Fault = (units) =>
  Promise.resolve(units.map(() => ({ outcome: "unknown", error: broken })));
const lostAfter: Fault = async (units, commit) => {
  await commit();
  return units.map(() => ({ outcome: "unknown", error: broken }));
};
const thrownAfter: Fault = async (_units, commit) => {
  await commit();
  throw broken;
};
const busy: Fault = (units) => Promise.resolve(units.map(() => ({ outcome: "busy" })));
const conflict: Fault = (units) => Promise.resolve(units.map(() => ({ outcome: "conflict" })));

const ALL: Readonly<Record<string, Fault>> = { lostBefore, lostAfter, thrownAfter, busy, conflict };

for (const [name, fault] of Object.entries(ALL)) {
  Deno.test(`a commit with the fault "${name}" is applied exactly once`, async () => {
    const faults: Fault[] = [];
    const store = faulty(new MemoryStore(), faults);
    await using engine = await createEngine({ store, logger: silentLogger });
    await engine.deploy(bpmn(`
      start -> A -> W -> end
      service W: type=work
    `));
    faults.push(fault);
    const { id, created } = await engine.start("p", { variables: { n: 0 } });
    assert.ok(created);
    assert.equal((await engine.instances()).items.length, 1);
    faults.push(fault);
    await engine.setVariables(id, { n: 1 });
    assert.deepEqual(await engine.variables(id), { n: 1 });
    faults.push(fault);
    const [task] = (await engine.userTasks.list()).items;
    await engine.userTasks.complete(task.id, { m: 1 });
    const { revision } = await engine.loadInstance(id);
    assert.equal(revision, 3);
    let calls = 0;
    const worker = await createWorker({
      store,
      closeStore: false,
      logger: silentLogger,
      handlers: { work: () => void calls++ },
    });
    faults.push(fault);
    await worker.drain();
    await worker.stop();
    assert.equal(calls, 1);
    const steps = await engine.history(id);
    assert.deepEqual(steps.map((step) => step.elementId), ["start", "A", "W", "end"]);
    assert.equal((await engine.getInstance(id)).status, "completed");
  });
}

Deno.test("one unit that the store refuses takes no other down", async () => {
  const refuse: Fault = async (units, commit) => {
    const results = [...await commit()];
    assert.ok(units.length > 1, "the units went in one commit");
    results[0] = { outcome: "rejected", error: new RangeError("refused") };
    return results;
  };
  const faults: Fault[] = [];
  await using engine = await createEngine({ store: faulty(new MemoryStore(), faults), logger: silentLogger });
  await engine.deploy(bpmn("start -> A -> end"));
  await engine.start("p");
  faults.push(refuse);
  const answers = await Promise.allSettled([1, 2, 3].map(() => engine.start("p")));
  assert.deepEqual(answers.map((each) => each.status), ["rejected", "fulfilled", "fulfilled"]);
});
