import assert from "node:assert/strict";
import type { Engine, ExportedInstance } from "../../mod.ts";
import { bpmn } from "../support/bpmn_builder.ts";
import { seeded } from "../support/random.ts";
import { onEachStore } from "./each_store.ts";

const DAY = 86_400_000;
const SHORT = bpmn(`
  process short: historyTimeToLive=P1D
    start -> Work -> end
    service Work: type=work
`).replace("historyTimeToLive", "camunda:historyTimeToLive");
const LONG = bpmn(`
  process long
    start -> Work -> Ask -> end
    service Work: type=work
`);
const TREE = bpmn(`
  process parent
    start -> Call -> Wait -> end
    call Call: calledElement=child
  process child
    start2 -> Work2 -> end2
    service Work2: type=work
`);

async function ids(engine: Engine): Promise<string[]> {
  return (await engine.instances({ take: 1_000 })).items.map(({ id }) => id).sort();
}

onEachStore("a worker deletes what its model or its default gives up, and says false", async (given) => {
  const engine = await given.engine();
  for (const model of [SHORT, LONG]) await engine.deploy(model);
  const finish = async (key: string): Promise<string> => {
    const { id } = await engine.start(key);
    await (await given.worker({ cleanup: false, handlers: { work: () => {} } })).drain();
    for (const task of (await engine.userTasks.list({ instanceId: id })).items) {
      await engine.userTasks.complete(task.id);
    }
    return id;
  };
  const short = await finish("short"), long = await finish("long");
  given.clock.advance(2 * DAY);
  await (await given.worker({ cleanup: false })).drain();
  assert.deepEqual(await ids(engine), [short, long].sort());
  await (await given.worker()).drain();
  assert.deepEqual(await ids(engine), [long]);
  // One worker of all cleans up in a minute: the default of another waits for its turn, not this engine's own call.
  await (await given.worker({ cleanup: { defaultTtlMs: DAY } })).drain();
  assert.deepEqual(await ids(engine), [long]);
  const dry = await engine.cleanup({ defaultTtlMs: DAY, dryRun: true });
  assert.deepEqual(dry.processes, [{ key: "long", instances: 1 }]);
  assert.equal((await engine.cleanup({ defaultTtlMs: DAY, key: "short" })).instances, 0);
  assert.equal((await engine.forTenant("other").cleanup({ defaultTtlMs: DAY })).instances, 0);
  assert.equal((await engine.cleanup({ defaultTtlMs: DAY })).instances, 1);
  assert.deepEqual(await ids(engine), []);
  assert.deepEqual((await engine.kpis({ groupBy: "process" })).map(({ key, count }) => [key, count]), [
    ["long", 1],
    ["short", 1],
  ]);
});

onEachStore("an export holds all that is deleted, however often cleaning up breaks off", async (given) => {
  const engine = await given.engine();
  for (const model of [LONG, TREE]) await engine.deploy(model);
  const random = seeded(7);
  const worker = await given.worker({ cleanup: false, handlers: { work: () => ({ done: true }) } });
  const done = new Set<string>();
  for (let i = 0; i < 30; i++) {
    const { id } = await engine.start("long", { businessKey: `b${i}`, variables: { i } });
    done.add(id);
    if (i === 0) await engine.addNote(id, "hm");
  }
  await worker.drain();
  for (const task of (await engine.userTasks.list({ take: 100 })).items) {
    await engine.userTasks.claim(task.id, "ann");
    await engine.userTasks.complete(task.id);
  }
  const { id: parent } = await engine.start("parent"); // its child ends, it does not
  await worker.drain();
  given.clock.advance(DAY);

  const exported = new Map<string, ExportedInstance>();
  let broken = 0;
  // Work goes on meanwhile, of the same processes.
  const others: string[] = [];
  const busy = (async () => {
    for (let i = 0; i < 10; i++) {
      others.push((await engine.start("long")).id);
      await engine.run(others[i]);
    }
  })();
  for (;;) {
    try {
      await engine.cleanup({
        defaultTtlMs: DAY,
        batch: 4,
        export(instances) {
          for (const each of instances) {
            if (!exported.has(each.id)) exported.set(each.id, JSON.parse(JSON.stringify(each)));
            // The file has it, and the process dies before it is deleted.
            if (random.next() < 0.1) throw new Error("crash");
          }
        },
      });
      break;
    } catch (error) {
      assert.equal((error as Error).message, "crash");
      broken++;
    }
  }
  await busy;
  assert.ok(broken > 0);
  assert.deepEqual([...exported.keys()].sort(), [...done].sort());
  const child = (await engine.instances({ parentId: parent })).items[0].id;
  assert.deepEqual(await ids(engine), [...others, parent, child].sort());
  for (const [id, each] of exported) {
    assert.deepEqual([each.status, each.variables.done], ["completed", true]);
    assert.deepEqual(each.steps.map(({ elementId }) => elementId), ["start", "Work", "Ask", "end"]);
    assert.deepEqual(each.userTasks.map(({ assignee }) => assignee), ["ann"]);
    assert.equal(each.businessKey, `b${each.variables.i}`);
    assert.equal(each.notes.length, each.variables.i === 0 ? 1 : 0, id);
  }
  await assert.rejects(engine.cleanup({ batch: 1_001 }), RangeError);
  await assert.rejects(engine.cleanup({ export: 1 as never }), TypeError);
});

onEachStore("start() writes who starts it to the variable that the model names", async (given) => {
  const engine = await given.engine();
  await engine.deploy(bpmn(`
    start -> Ask -> end
    start start: camunda:initiator=requester
    user Ask: camunda:assignee="\${requester}"
  `));
  const { id } = await engine.start("p", { initiator: "ann", variables: { requester: "mallory" } });
  assert.deepEqual(await engine.variables(id), { requester: "ann" });
  assert.equal((await engine.userTasks.list({ instanceId: id })).items[0].assignee, "ann");
  const silent = await engine.start("p", { variables: { requester: "bob" } });
  assert.deepEqual(await engine.variables(silent.id), { requester: "bob" });
  await assert.rejects(engine.start("p", { initiator: 5 as never }), TypeError);
});
