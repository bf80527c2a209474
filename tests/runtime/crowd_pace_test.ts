/** A crowd is written seldom, and read seldom by those who do not write it; what its handlers see is current all the same. */
import assert from "node:assert/strict";
import { createEngine, type Engine, silentLogger } from "../../mod.ts";
import { tokenOfJob } from "../../engine/mod.ts";
import { Crowds } from "../../runtime/crowd.ts";
import { CrowdViews } from "../../runtime/crowd_views.ts";
import { live } from "../../runtime/instance_cache.ts";
import { Runtime } from "../../runtime/runtime.ts";
import { seenBy } from "../../runtime/visible.ts";
import { MemoryStore } from "../../storage/memory.ts";
import type { Job, StoredInstance } from "../../storage/store.ts";
import { bpmn } from "../support/bpmn_builder.ts";
import { seeded } from "../support/random.ts";

const MODEL = bpmn(`
  service Item: type=item
    <multiInstanceLoopCharacteristics>
      <extensionElements><zeebe:loopCharacteristics inputCollection="= items" inputElement="item" outputCollection="results" outputElement="= result"/></extensionElements>
    </multiInstanceLoopCharacteristics>
  start -> Item -> end`);
const ITEMS = 200;

async function given(
  items = ITEMS,
  all = items,
): Promise<{ store: MemoryStore; engine: Engine; id: string; jobs: Job[] }> {
  const store = new MemoryStore();
  const engine = await createEngine({ store, logger: silentLogger });
  await engine.deploy(MODEL);
  const { id } = await engine.start("p", {
    variables: { items: Array.from({ length: all }, (_, i) => i), note: 0 },
  });
  const want = { worker: "w", wants: [{ type: "item", max: items }], max: items, leaseMs: 600_000 };
  const { jobs } = await store.leaseJobs(want);
  assert.equal(jobs.length, items);
  return { store, engine, id, jobs: [...jobs] };
}

async function stored(store: MemoryStore, id: string): Promise<StoredInstance> {
  const [found] = await store.loadInstances([id]);
  return found;
}

Deno.test("what an older reading of a crowd shows is what a new one would show", async () => {
  const { store, engine, id, jobs } = await given();
  await using _engine = engine;
  const runtime = new Runtime({ store, logger: silentLogger, closeStore: false });
  const views = new CrowdViews(1e9);
  const random = seeded(7);
  let locals = 0;
  for (let step = 0; step < 120; step++) {
    const job = jobs[random.below(jobs.length)];
    const scope = tokenOfJob(live(await stored(store, id)).instance.state, job.id)?.id;
    if (step % 3 === 0) await engine.setVariables(id, { note: step });
    else if (step % 10 === 1) {
      await engine.setVariables(id, { mine: step }, { scope, local: true });
      locals++;
    } else {
      jobs.splice(jobs.indexOf(job), 1);
      await runtime.executor.execute({
        instanceId: id,
        command: { kind: "completeJob", jobId: job.id, variables: {}, result: { result: step } },
        lease: { jobId: job.id, leaseNo: job.leaseNo },
      });
    }
    const now = await stored(store, id);
    for (const { id: jobId } of [job, jobs[random.below(jobs.length)], jobs[random.below(jobs.length)]]) {
      if (jobId === job.id && !jobs.includes(job)) continue; // done
      const fresh = live(now), seen = views.see(now, jobId);
      const show = ({ instance }: typeof fresh) => seenBy(instance, tokenOfJob(instance.state, jobId));
      assert.deepEqual({ ...show(seen) }, { ...show(fresh) }, `step ${step}`);
      assert.equal(seen.revision, now.revision);
    }
  }
  assert.equal(views.readings, 1 + locals, "all is read again only when inner variables have changed");
  await runtime.close();
});

Deno.test("a token that an older reading does not have is read anew", async () => {
  const { store, engine, id } = await given();
  await using _engine = engine;
  const views = new CrowdViews(1e9);
  const before = await stored(store, id);
  const seen = views.see(before, "none such");
  views.see(before, "none such");
  assert.equal(views.readings, 2);
  assert.equal(seen.revision, before.revision);
});

Deno.test("outcomes of a crowd gather for one unit; who comes from outside does not wait", async () => {
  const { store, engine, id, jobs } = await given();
  await using _engine = engine;
  const runtime = new Runtime({ store, logger: silentLogger, closeStore: false });
  runtime.crowds.waits = () => 3_600_000;
  const done: Promise<unknown>[] = [];
  for (const { id: jobId, leaseNo } of jobs.slice(0, 20)) {
    const command = { kind: "completeJob", jobId, variables: {}, result: { result: 1 } } as const;
    done.push(runtime.executor.execute({ instanceId: id, command, lease: { jobId, leaseNo } }));
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  assert.equal(runtime.executor.counters.units, 0);
  const set = { kind: "setVariables", id: "1", variables: { note: 1 } } as const;
  await runtime.executor.execute({ instanceId: id, command: set });
  await Promise.all(done);
  assert.equal(runtime.executor.counters.units, 1);
  runtime.crowds.waits = () => 0;
  await runtime.close();
});

Deno.test("a unit of a crowd for which enough has gathered waits no longer", async () => {
  const { store, engine, id, jobs } = await given(400, 401);
  await using _engine = engine;
  const runtime = new Runtime({ store, logger: silentLogger, closeStore: false });
  runtime.crowds.waits = () => 3_600_000;
  const done = jobs.map(({ id: jobId, leaseNo }) => {
    const command = { kind: "completeJob", jobId, variables: {}, result: { result: 1 } } as const;
    return runtime.executor.execute({ instanceId: id, command, lease: { jobId, leaseNo } });
  });
  await done[0];
  runtime.crowds.waits = () => 0;
  await runtime.executor.execute({
    instanceId: id,
    command: { kind: "setVariables", id: "1", variables: {} },
  });
  await Promise.all(done);
  await runtime.close();
});

Deno.test("the rest of a cut unit waits while much is open, for whoever writes the crowd", async () => {
  const crowds = new Crowds();
  const long = { state: "x".repeat(100_000) }, short = { state: "x".repeat(99_999) };
  crowds.add("c");
  crowds.wrote("c", long, 2);
  await crowds.rests("c"); // another process writes it
  crowds.collecting.add("c");
  crowds.wrote("c", short, 2);
  await crowds.rests("c");
  crowds.wrote("c", long, 2);
  let over = false;
  const resting = crowds.rests("c").then(() => over = true);
  await Promise.resolve();
  assert.equal(over, false);
  crowds.wrote("c", long, 2);
  await Promise.resolve();
  assert.equal(over, false);
  crowds.wrote("c", short, 2);
  await resting;
  crowds.wrote("c", long, 2);
  await crowds.rests("c"); // and in the end without that: what is slow is opened, too
});

for (const crowd of [true, false]) {
  const told = crowd ? "is told to others" : "is told here, if it is no crowd's";
  Deno.test(`what a unit opens and its process does not keep ${told}`, async () => {
    const { store, engine, id, jobs: [job] } = await given(500, 700);
    await using _engine = engine;
    const runtime = new Runtime({ store, logger: silentLogger, closeStore: false });
    const heard = { others: 0, here: 0 };
    store.notify = () => heard.others++;
    const { executor, crowds } = runtime;
    crowds.has = () => crowd;
    executor.handOns.receiver = {
      chainMs: 0,
      reserve: () => undefined,
      take() {},
      giveBack() {},
      takeEarly() {},
      lost() {},
      chains: () => false,
      wake: () => ++heard.here > 0,
    };
    await executor.execute({
      instanceId: id,
      command: { kind: "completeJob", jobId: job.id, variables: {} },
      lease: { jobId: job.id, leaseNo: job.leaseNo },
    });
    assert.deepEqual(heard, { others: crowd ? 1 : 0, here: 1 });
    await runtime.close();
  });
}

/** Items that are open at once, with those that are opened when less than a thousand are. */
const OPEN = 1_500;

/** What is written of an instance whose handlers, on a clock of the test's, end ten a millisecond. */
function written(items: number): number {
  let clock = 0, left = items, bytes = 0, came = 2;
  const crowds = new Crowds(() => clock);
  crowds.add("c");
  while (left > 0) {
    const commands = Math.min(left, Math.floor(came));
    left -= commands;
    const state = "x".repeat(100 * Math.min(left, OPEN));
    bytes += state.length;
    crowds.wrote("c", { state }, commands);
    const ms = Math.max(0.5, crowds.waits("c"));
    clock += ms;
    came = ms * 10;
  }
  return bytes;
}

Deno.test("ten times the items of a crowd write not much more than ten times the bytes", () => {
  const few = written(1_000), many = written(10_000);
  assert.ok(many / few < 12, `${few} and ${many} bytes`);
});

Deno.test("where one thing happens after the other, nothing waits", () => {
  const crowds = new Crowds(() => 0);
  const unit = { state: "x".repeat(100_000) };
  crowds.wrote("c", unit, 2);
  assert.equal(crowds.waits("c"), 0, "it is no crowd");
  crowds.add("c");
  crowds.wrote("c", unit, 1);
  assert.equal(crowds.waits("c"), 0);
  crowds.wrote("c", unit, 2);
  assert.equal(crowds.waits("c"), 20);
});
