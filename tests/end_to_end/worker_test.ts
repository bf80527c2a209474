import assert from "node:assert/strict";
import { type Handler, LeaseLostError } from "../../mod.ts";
import { MemoryStore } from "../../storage/memory.ts";
import { createWorker } from "../../worker.ts";
import { bpmn } from "../support/bpmn_builder.ts";
import { onEachStore } from "../runtime/each_store.ts";

const WORK = bpmn(`
  start -> W -> end
  service W: type=work
`);
const ORDER = new URL("../models/order_fulfillment.bpmn", import.meta.url);

/** A promise that is kept from outside. */
function gate(): { readonly opened: Promise<void>; open(): void } {
  let open = () => {};
  const opened = new Promise<void>((resolve) => open = resolve);
  return { opened, open };
}

onEachStore("a worker completes a hundred orders, every step once", async ({ engine, worker }) => {
  const baton = await engine();
  await baton.deploy(ORDER);
  const handler: Handler = async ({ jobId }) => {
    await Promise.resolve();
    return { [`done-${jobId}`]: true };
  };
  const types = ["validate-order", "reserve-inventory", "process-payment", "fulfil-order"];
  const handlers = Object.fromEntries(types.map((type) => [type, handler]));
  const started = await Promise.all(Array.from({ length: 100 }, () => baton.start("order-fulfillment")));
  const workers = [await worker({ handlers }), await worker({ handlers })];
  await Promise.all(workers.map((each) => each.drain()));
  for (const { id } of started) {
    const steps = await baton.history(id);
    assert.deepEqual(steps.map((step) => step.sequence), [1, 2, 3, 4, 5, 6, 7, 8]);
    assert.equal(Object.keys(await baton.variables(id)).length, 4);
    assert.equal((await baton.getInstance(id)).status, "completed");
  }
  const completed = workers.reduce((sum, each) => sum + each.counters().completed, 0);
  assert.equal(completed, 400);
});

onEachStore(
  "a failing handler is retried, then an incident, which can be resolved",
  async ({ engine, worker, clock }) => {
    const baton = await engine();
    await baton.deploy(WORK);
    let broken = true;
    const attempts: number[] = [];
    const w = await worker({
      retries: 2,
      handlers: {
        WORK: ({ attempt }) => {
          attempts.push(attempt);
          if (broken) throw new Error("the bank does not answer");
          return { ok: true };
        },
      },
    });
    const { id } = await baton.start("p");
    for (let i = 0; i < 5; i++) {
      await w.drain();
      clock.advance(60_000);
    }
    assert.deepEqual(attempts, [1, 2, 3]);
    const [incident] = (await baton.incidents.list({ instanceId: id })).items;
    assert.deepEqual([incident.kind, incident.message], ["job-no-retries", "the bank does not answer"]);
    const [job] = (await baton.jobs.list({ instanceId: id })).items;
    assert.deepEqual([job.dueAt, job.held, job.failures, job.attempts.length], [null, "incident", 3, 3]);
    broken = false;
    assert.equal(await baton.retry(id), 1);
    await w.drain();
    assert.deepEqual(attempts, [1, 2, 3, 1]);
    assert.equal((await baton.getInstance(id)).status, "completed");
    assert.deepEqual((await baton.incidents.list()).items, []);
  },
);

onEachStore(
  "a job type has a retry policy of its own, which the model's comes before",
  async ({ engine, worker, clock }) => {
    const baton = await engine();
    await baton.deploy(bpmn(`
      process a
        startA -> A1 -> endA
        service A1: type=A
      process b
        startB -> B1 -> endB
        service B1
          <extensionElements><zeebe:taskDefinition type="B" retries="2"/></extensionElements>
    `));
    const failedAt: Record<string, number[]> = { a: [], b: [] };
    const fail = (type: string) => () => {
      failedAt[type].push(clock.now());
      throw new Error("not now");
    };
    const w = await worker({
      retries: 9,
      retryPolicies: { A: "PT10S,PT1M", b: "R5/PT1H" },
      handlers: { a: fail("a"), b: fail("b") },
    });
    await baton.start("a");
    await baton.start("b");
    const startedAt = clock.now();
    for (let seconds = 0; seconds < 100; seconds++) {
      await w.drain();
      clock.advance(1_000);
    }
    assert.deepEqual(failedAt.a.map((at) => at - startedAt), [0, 10_000, 70_000]);
    assert.equal(failedAt.b.length, 2);
    assert.ok(failedAt.b[1] - failedAt.b[0] < 10_000, "the type's delay is not the model's");
    assert.equal((await baton.incidents.list()).items.length, 2);
  },
);

Deno.test("a retry policy that is none is refused when the worker is made, with its type", async () => {
  await assert.rejects(
    createWorker({ store: new MemoryStore(), handlers: {}, retryPolicies: { charge: "thrice" } }),
    { name: "SyntaxError", message: /retry policy of "charge".*"thrice"/ },
  );
});

onEachStore(
  "what a handler returns must be JSON: else the attempt fails, with the path",
  async ({ engine, worker }) => {
    const baton = await engine();
    await baton.deploy(WORK);
    const w = await worker({ retries: 0, handlers: { work: () => ({ at: { when: new Date(0) } }) } });
    const { id } = await baton.start("p");
    await w.drain();
    const [incident] = (await baton.incidents.list({ instanceId: id })).items;
    assert.match(incident.message, /result\.at\.when/);
  },
);

onEachStore("a BPMN error goes to its boundary event with its variables", async ({ engine, worker }) => {
  const baton = await engine();
  await baton.deploy(bpmn(`
    start -> W -> end
    service W: type=work
    boundary no on W: error=declined
    no -> A -> end2
  `));
  const w = await worker({
    handlers: { work: (ctx) => ctx.throwBpmnError("declined", { variables: { reason: "limit" } }) },
  });
  const { id } = await baton.start("p");
  await w.drain();
  assert.deepEqual((await baton.positions(id)).map((each) => each.elementId), ["A"]);
  assert.deepEqual(await baton.variables(id), { reason: "limit" });
});

onEachStore("a lost lease aborts the handler and drops its result", async ({ engine, worker, clock }) => {
  const baton = await engine();
  await baton.deploy(WORK);
  const begun = gate();
  const finish = gate();
  let reason: unknown;
  const slow = await worker({
    leaseMs: 60_000,
    handlers: {
      work: async (ctx) => {
        begun.open();
        await finish.opened;
        await ctx.extendLease().catch((error) => reason = error);
        assert.ok(ctx.signal.aborted);
        return { by: "slow" };
      },
    },
  });
  const fast = await worker({ handlers: { work: () => ({ by: "fast" }) } });
  const { id } = await baton.start("p");
  const draining = slow.drain();
  await begun.opened;
  clock.advance(61_000);
  await fast.drain();
  finish.open();
  await draining;
  assert.ok(reason instanceof LeaseLostError);
  assert.deepEqual(await baton.variables(id), { by: "fast" });
  assert.equal((await baton.history(id)).length, 3);
  assert.equal(slow.counters().dropped, 1);
});

onEachStore("three lost leases are a worker-lost incident", async ({ store, engine, worker, clock }) => {
  const baton = await engine();
  await baton.deploy(WORK);
  const { id } = await baton.start("p");
  const dying = { worker: "dying", wants: [{ type: "work", max: 1 }], max: 1, leaseMs: 1_000 };
  for (let i = 0; i < 3; i++) {
    assert.equal((await store.leaseJobs({ ...dying, at: clock.now() })).jobs.length, 1);
    clock.advance(2_000);
  }
  const w = await worker({ handlers: { work: () => assert.fail("it was run again") } });
  await w.drain();
  const [incident] = (await baton.incidents.list({ instanceId: id })).items;
  assert.equal(incident.kind, "worker-lost");
});

onEachStore("stopping finishes what runs and gives back what has not begun", async ({ engine, worker }) => {
  const baton = await engine();
  await baton.deploy(WORK);
  const begun = gate();
  const finish = gate();
  const w = await worker({
    concurrency: 1,
    handlers: {
      work: async () => {
        begun.open();
        await finish.opened;
      },
    },
  });
  const started = [await baton.start("p"), await baton.start("p")];
  w.start();
  await begun.opened;
  const stopped = w.stop();
  assert.equal(w.health().status, "stopping");
  finish.open();
  await Promise.all([stopped, w.stop()]);
  assert.equal(w.health().status, "stopped");
  const statuses = await Promise.all(started.map(async ({ id }) => (await baton.getInstance(id)).status));
  assert.deepEqual(statuses.sort(), ["completed", "running"]);
  const left = (await baton.jobs.list({ type: "work" })).items;
  assert.deepEqual(left.map((job) => [job.worker, job.lostLeases]), [[undefined, 0]]);
});

onEachStore(
  "a started worker takes new work at once, without a handler it waits",
  async ({ engine, worker }) => {
    const baton = await engine();
    await baton.deploy(bpmn(`
    start -> W -> X -> end
    service W: type=work
    service X: type=nobody
  `));
    const done = gate();
    const w = await worker({ handlers: { work: () => done.open() } });
    w.start();
    const { id } = await w.engine.start("p");
    await done.opened;
    await w.stop();
    const [position] = await baton.positions(id);
    assert.deepEqual([position.elementId, position.jobType, position.handlerKnown], ["X", "nobody", false]);
  },
);

onEachStore("a started worker fires timers by itself, none before it is due", async ({ worker, clock }) => {
  clock.now = () => Date.now();
  const done = gate();
  const early: string[] = [];
  let left = 3;
  const handler: Handler = (ctx) => {
    const due = Date.parse(String(ctx.get("due")));
    if (Date.now() < due) early.push(`${Date.now()} before ${due}`);
    if (--left === 0) done.open();
  };
  const w = await worker({ handlers: { work: handler } });
  await w.engine.deploy(bpmn(`
    catch t
      <timerEventDefinition><timeDate>\${due}</timeDate></timerEventDefinition>
    service W: type=work
    start -> t -> W -> end
  `));
  w.start();
  for (const ms of [400, 150, 900]) {
    await w.engine.start("p", { variables: { due: new Date(Date.now() + ms).toISOString() } });
  }
  await done.opened;
  await w.stop();
  assert.deepEqual(early, []);
});

onEachStore("the job queue serves those without an instance, too", async ({ engine, worker, clock }) => {
  const baton = await engine();
  const id = await baton.jobs.enqueue({ type: "Mail", payload: { to: "ann" } });
  const claims = await Promise.all(
    [1, 2, 3].map(() => baton.jobs.claim({ types: ["mail"], leaseMs: 1_000 })),
  );
  const [claim] = claims.flat();
  assert.equal(claims.flat().length, 1);
  clock.advance(2_000);
  const [second] = await baton.jobs.claim({ types: ["mail"], leaseMs: 1_000 });
  await assert.rejects(baton.jobs.complete(claim), LeaseLostError);
  await baton.jobs.release(second);
  const seen: unknown[] = [];
  const w = await worker({
    handlers: { mail: ({ variables, jobId }) => void seen.push(variables.to, jobId) },
  });
  await w.drain();
  assert.deepEqual(seen, ["ann", id]);
  assert.deepEqual((await baton.jobs.list()).items, []);
});

onEachStore("a worker goes on by itself when the store comes back", async ({ store, engine, worker }) => {
  const baton = await engine();
  await baton.deploy(WORK);
  let away = 3;
  const done = gate();
  const flaky = new Proxy(store, {
    get(target, name) {
      const value = Reflect.get(target, name);
      if (name === "leaseJobs" && away > 0) {
        return () => Promise.reject(new Error(`the database is away, ${away--} times`));
      }
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
  const w = await worker({ store: flaky, handlers: { work: () => done.open() } });
  const { id } = await baton.start("p");
  w.start();
  await done.opened;
  assert.match(w.health().lastError ?? "", /the database is away/);
  assert.equal(w.health().connected, true);
  await w.stop();
  assert.equal((await baton.getInstance(id)).status, "completed");
}, ["memory"]);
