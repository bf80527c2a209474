import assert from "node:assert/strict";
import { bpmn } from "../support/bpmn_builder.ts";
import { onEachStore } from "../runtime/each_store.ts";

const LEASE_MS = 30_000;

onEachStore(
  "a lost worker delays its jobs by its lease, and not by a millisecond more",
  async ({ engine, worker, store, clock }) => {
    const baton = await engine();
    await baton.deploy(bpmn(`
      start -> W -> end
      service W: type=work
    `));
    const { id } = await baton.start("p");
    const lost = { worker: "lost", wants: [{ type: "work", max: 1 }], max: 1, leaseMs: LEASE_MS };
    assert.equal((await store.leaseJobs({ ...lost, at: clock.now() })).jobs.length, 1);
    let ran = 0;
    const other = await worker({ handlers: { work: () => void ran++ } });
    clock.advance(LEASE_MS - 1);
    await other.drain();
    assert.equal(ran, 0);
    clock.advance(1);
    await other.drain();
    assert.equal(ran, 1);
    assert.equal((await baton.getInstance(id)).status, "completed");
  },
);

onEachStore(
  "the wrong clock of a worker's machine moves no timer and no lease",
  async ({ engine, worker, store, clock }) => {
    const real = Date.now;
    // Neither may tell its own time: the store's is meant.
    const own = { clock: undefined };
    const baton = await engine(own);
    await baton.deploy(bpmn(`
      start -> wait -> W -> end
      catch wait: timer=PT1H
      service W: type=work
    `));
    const begun = clock.now();
    let ran = 0;
    const ahead = await worker({ ...own, handlers: { work: () => void ran++ } });
    try {
      Date.now = () => real() + 7 * 24 * 3_600_000;
      const { id } = await baton.start("p");
      const [timer] = (await baton.jobs.list({ instanceId: id })).items;
      assert.ok(Math.abs(Number(timer.dueAt) - begun - 3_600_000) < 5_000, "due by the store's clock");
      await ahead.drain();
      assert.equal((await baton.getInstance(id)).status, "running");
      clock.advance(3_605_000);
      await ahead.drain();
      assert.equal(ran, 1);
      const { status, endedAt } = await baton.getInstance(id);
      assert.equal(status, "completed");
      assert.ok(Math.abs(Number(endedAt) - (await store.now())) < 5_000, "ended by the store's clock");
    } finally {
      Date.now = real;
    }
  },
);
