import assert from "node:assert/strict";
import { bpmn } from "../support/bpmn_builder.ts";
import { onEachStore } from "./each_store.ts";

const MODEL = bpmn(`
  start -> ready -> fork -> A1, wait -> join -> end
  catch ready: condition="go == true"
  parallel fork
  parallel join
  service A1: type=work
  catch wait: timer=PT1H
`);

onEachStore("suspended and resumed in one unit, an instance goes on", async ({ engine, worker, clock }) => {
  const baton = await engine();
  await baton.deploy(MODEL);
  const { id } = await baton.start("p", { variables: { go: false } });
  await baton.setVariables(id, { go: true });
  // Not awaited in between: both are folded into one unit.
  await Promise.all([baton.suspend(id), baton.resume(id)]);
  assert.equal((await baton.loadInstance(id)).revision, 3, "one unit for both");
  const w = await worker({ handlers: { work: () => ({ done: true }) } });
  await w.drain();
  clock.advance(3_600_000);
  await w.drain();
  assert.equal((await baton.getInstance(id)).status, "completed");
  assert.deepEqual((await baton.jobs.list()).items, [], "the timer that was set anew left no other behind");
});

onEachStore(
  "what a unit opens and suspends is held, and runs when resumed",
  async ({ engine, worker, clock }) => {
    const baton = await engine();
    await baton.deploy(MODEL);
    const { id } = await baton.start("p", { variables: { go: false } });
    await Promise.all([baton.setVariables(id, { go: true }), baton.suspend(id)]);
    assert.equal((await baton.loadInstance(id)).revision, 2, "one unit for both");
    const jobs = (await baton.jobs.list({ instanceId: id })).items;
    assert.deepEqual(jobs.map((job) => [job.dueAt, job.held]), [[null, "suspended"], [null, "suspended"]]);
    let ran = 0;
    const w = await worker({ handlers: { work: () => void ran++ } });
    await w.drain();
    assert.equal(ran, 0);
    await baton.resume(id);
    await w.drain();
    clock.advance(3_600_000);
    await w.drain();
    assert.equal(ran, 1);
    assert.equal((await baton.getInstance(id)).status, "completed");
  },
);
