import assert from "node:assert/strict";
import { type Engine, LeaseLostError, NotFoundError, RejectedError } from "../../mod.ts";
import { bpmn } from "../support/bpmn_builder.ts";
import { jitter, race } from "./two_engines.ts";

const ROUNDS = 20;
const rounds = Array.from({ length: ROUNDS }, (_, index) => index);

async function assertNothingLeft(engine: Engine): Promise<void> {
  assert.deepEqual((await engine.instances({ statuses: ["running"] })).items, []);
  const jobs = (await engine.jobs.list({ take: 1_000 })).items;
  // A message that was taken stays until its time is over, so that its id is known.
  assert.deepEqual(jobs.filter((job) => job.type !== "baton:expire-message"), []);
  assert.deepEqual((await engine.incidents.list()).items, []);
}

race(
  "a message and its receiver find each other, whichever comes first",
  async ({ engines: [a, b], drain }) => {
    await a.deploy(bpmn(`
    start -> paid -> end
    catch paid: message="paid@order"
  `));
    const publish = (n: number) =>
      b.publishMessage("paid", {
        key: `o-${n}`,
        messageId: `m-${n}`,
        variables: { n },
        timeToLiveMs: 3_600_000,
      });
    const ids = await Promise.all(rounds.map(async (n) => {
      const start = () => a.start("p", { variables: { order: `o-${n}` } });
      if (n % 4 === 0) { // the message first
        await publish(n);
        return (await start()).id;
      }
      if (n % 4 === 1) { // the receiver first
        const { id } = await start();
        await publish(n);
        return id;
      }
      const [{ id }] = await Promise.all([jitter(5).then(start), jitter(5).then(() => publish(n))]);
      return id;
    }));
    await drain();
    for (const [n, id] of ids.entries()) {
      const { status, variables } = await a.getInstance(id);
      assert.deepEqual([status, variables], ["completed", { order: `o-${n}`, n }]);
      assert.equal((await a.history(id)).length, 3);
    }
    await assertNothingLeft(a);
  },
);

race("two engines that complete both branches of a fork at once join once", async ({ engines }) => {
  const [a, b] = engines;
  await a.deploy(bpmn(`
    start -> fork -> A1, B1 -> join -> end
    parallel fork
    parallel join
    service A1: type=a
    service B1: type=b
  `));
  for (const n of rounds) {
    const { id } = await engines[n % 2].start("p");
    const [[first], [second]] = [await a.jobs.claim({ types: ["a"] }), await b.jobs.claim({ types: ["b"] })];
    await Promise.all([
      a.jobs.complete(first, { variables: { a: n } }),
      b.jobs.complete(second, { variables: { b: n } }),
    ]);
    const { status, variables } = await a.getInstance(id);
    assert.deepEqual([status, variables], ["completed", { a: n, b: n }]);
    const steps = await a.history(id);
    assert.deepEqual(steps.map((step) => step.sequence), [1, 2, 3, 4, 5, 6]);
    assert.equal(steps.filter((step) => step.elementId === "join").length, 1);
  }
  await assertNothingLeft(a);
});

race("of cancelling and completing one wins, and the other one hears of it", async ({ engines: [a, b] }) => {
  await a.deploy(bpmn(`
    start -> W -> end
    service W: type=work
  `));
  await Promise.all(rounds.map(async (n) => {
    const { id } = await a.start("p");
    const job = (await a.jobs.list({ instanceId: id })).items[0];
    const [claim] = await b.jobs.claim({ jobIds: [job.id] });
    const [cancelled, completed] = await Promise.allSettled([
      jitter(n % 3).then(() => a.cancel(id, "changed my mind")),
      jitter(n % 3).then(() => b.jobs.complete(claim)),
    ]);
    const { status } = await a.getInstance(id);
    const winners = [cancelled, completed].map((each) => each.status === "fulfilled");
    assert.deepEqual(winners, status === "cancelled" ? [true, false] : [false, true], `it is ${status}`);
    for (const each of [cancelled, completed]) {
      if (each.status === "fulfilled") continue;
      const { reason } = each;
      const told = reason instanceof LeaseLostError || reason instanceof RejectedError ||
        reason instanceof NotFoundError;
      assert.ok(told, String(reason));
    }
    const last = (await a.history(id)).at(-1);
    assert.equal(last?.elementId, status === "cancelled" ? "W" : "end");
  }));
  await assertNothingLeft(a);
});

race("deploys at once give one version per content, and one latest", async ({ engines }) => {
  const file = (n: number) =>
    bpmn(`
    start -> W${n} -> end
    start start: timer=R/PT1H
    manual W${n}
  `);
  const same = await Promise.all(rounds.map((n) => engines[n % 2].deploy(file(0))));
  assert.equal(new Set(same.map(({ definitions: [each] }) => each.id)).size, 1);
  assert.equal(same.filter(({ definitions: [each] }) => each.created).length, 1);
  const [a] = engines;
  await Promise.all([1, 2, 3, 4, 5, 6].map((n) => engines[n % 2].deploy(file(n))));
  const { items } = await a.definitions({ key: "p" });
  assert.deepEqual(items.map((each) => each.version), [7, 6, 5, 4, 3, 2, 1]);
  assert.deepEqual(items.map((each) => each.latest), [true, ...Array(6).fill(false)]);
  const timers = (await a.jobs.list()).items;
  assert.deepEqual(timers.map((job) => job.definitionId), [items[0].id], "only the latest version's timer");
});

race("a caller that is cancelled takes its called process with it, at any moment", async (racers) => {
  const { engines: [a, b], drain } = racers;
  await a.deploy(bpmn(`
    process p
      start1 -> C -> end1
      call C: calls=q
    process q
      start -> W -> end
      service W: type=work
  `));
  const handlers = { work: () => jitter(4) };
  const working = { on: true };
  const workers = (async () => {
    for (; working.on; await jitter(2)) await drain(handlers);
  })();
  const outcomes = await Promise.all(rounds.map(async (n) => {
    await jitter(60);
    const { id } = await a.start("p");
    await jitter(n * 2);
    await b.cancel(id).catch((error) => assert.ok(error instanceof RejectedError, String(error)));
    return (await b.getInstance(id)).status;
  }));
  working.on = false;
  await workers;
  await drain(handlers);
  const all = (await a.instances({ take: 1_000 })).items;
  for (const child of all.filter((each) => each.parentId !== undefined)) {
    const parent = all.find((each) => each.id === child.parentId);
    if (parent?.status === "completed") assert.equal(child.status, "completed");
    else assert.ok(child.status === "cancelled" || child.status === "completed", child.status);
  }
  assert.ok(outcomes.every((status) => status === "cancelled" || status === "completed"));
  await assertNothingLeft(a);
});
