/** Handlers that misbehave: other jobs proceed, and the incident says what happened. */
import assert from "node:assert/strict";
import { createEngine, type Handler, silentLogger } from "../../mod.ts";
import { KvStore } from "../../storage/kv.ts";
import { createWorker } from "../../worker.ts";
import { onEachStore } from "../runtime/each_store.ts";
import { bpmn } from "../support/bpmn_builder.ts";
import { startProgram, type TestProcess } from "../support/processes.ts";

const POISON = bpmn(`
  start -> W -> end
  service W: type=poison
`);
const GOOD = bpmn(`
  process good
    startG -> V -> endG
    service V: type=work
`);

/** What goes wrong, and what the incident must say; without: the task completes all the same. */
const BAD: Readonly<Record<string, readonly [handler: Handler, says?: RegExp]>> = {
  "throws a text": [() => throwing("no money"), /no money/],
  "throws nothing": [() => throwing(undefined), /undefined/],
  "throws null": [() => throwing(null), /null/],
  "throws an object without a message": [() => throwing({ code: 7 }), /7|object/i],
  "rejects with a number": [() => Promise.reject(42), /42/],
  "returns a promise that cannot be waited for": [() => {
    const promise: Promise<unknown> = Promise.resolve();
    promise.then = () => throwing(new Error("no waiting"));
    return promise;
  }, /no waiting/],
  "returns a promise that answers twice": [() => {
    const promise: Promise<unknown> = Promise.resolve();
    promise.then = ((done: (value: unknown) => void) => [done({}), done({})]) as unknown as Promise<
      unknown
    >["then"];
    return promise;
  }, undefined],
  "returns what is no JSON": [() => ({ f: () => 1 }), /f/],
  "returns itself": [() => {
    const self: Record<string, unknown> = {};
    self.self = self;
    return self;
  }, /self/],
  "returns 100 MB": [() => ({ text: "x".repeat(100_000_000) }), /take 100000\d{3} bytes, \d+ are allowed/],
  "changes its input": [(ctx) => {
    const order = ctx.get("order") as { total: number };
    try {
      order.total = 0;
      (ctx.variables as Record<string, unknown>).order = "gone";
    } catch (error) {
      if (!(error instanceof TypeError)) throw error; // frozen
    }
  }],
};

function throwing(value: unknown): never {
  throw value;
}

for (const [name, [handler, says]] of Object.entries(BAD)) {
  onEachStore(`a handler that ${name} harms nobody else`, async ({ engine, worker }) => {
    const baton = await engine();
    await baton.deploy(POISON);
    await baton.deploy(GOOD);
    const { id } = await baton.start("p", { variables: { order: { total: 12 } } });
    const good = await baton.start("good");
    const w = await worker({ retries: 0, handlers: { poison: handler, work: () => {} } });
    await w.drain();
    assert.equal((await baton.getInstance(good.id)).status, "completed");
    assert.deepEqual(
      await baton.variables(id),
      { order: { total: 12 } },
      "its instance's variables are as they were",
    );
    const { items } = await baton.incidents.list({ instanceId: id });
    if (says) {
      assert.equal(items.length, 1);
      assert.match(items[0].message, says);
      assert.ok(items[0].message.length < 20_000, "the message is for people");
    } else assert.equal((await baton.getInstance(id)).status, "completed");
  }, ["memory", "kv", "postgres"]);
}

onEachStore("a handler that never returns takes one slot, and others go on", async ({ engine, worker }) => {
  const baton = await engine();
  await baton.deploy(POISON);
  await baton.deploy(GOOD);
  let release = () => {};
  const never = new Promise<void>((resolve) => release = resolve);
  const { id } = await baton.start("p");
  const w = await worker({ concurrency: 2, handlers: { poison: () => never, work: () => {} } });
  w.start();
  const good = await Promise.all(Array.from({ length: 30 }, () => baton.start("good")));
  for (const each of good) {
    for (let tries = 0; (await baton.getInstance(each.id)).status !== "completed"; tries++) {
      assert.ok(tries < 3_000, "others go on");
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
  assert.equal((await baton.getInstance(id)).status, "running");
  release();
  await w.stop();
});

onEachStore(
  "instances that all fail at once are an incident each, and others go on",
  async ({ engine, worker }) => {
    const count = Number(Deno.env.get("POISON_INSTANCES") ?? 500);
    const baton = await engine();
    await baton.deploy(POISON);
    await baton.deploy(GOOD);
    for (let done = 0; done < count; done += 100) {
      await Promise.all(Array.from({ length: Math.min(100, count - done) }, () => baton.start("p")));
    }
    const good = await baton.start("good");
    const handlers = { poison: () => throwing(new Error("down")), work: () => {} };
    const w = await worker({ retries: 0, handlers });
    await w.drain();
    assert.equal((await baton.getInstance(good.id)).status, "completed");
    let found = 0;
    let cursor: string | undefined;
    do {
      const page = await baton.incidents.list({ take: 1_000, cursor });
      for (const { message } of page.items) assert.match(message, /down/);
      found += page.items.length;
      cursor = page.next;
    } while (cursor !== undefined);
    assert.equal(found, count);
  },
  ["memory", "postgres"],
);

async function until(holds: () => Promise<boolean>, what: string): Promise<void> {
  for (let tries = 0; !await holds(); tries++) {
    assert.ok(tries < 6_000, what);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** A unit is cut after so many rows: with these in the loop, what is dear to run is run a few times for each. */
const CHEAP = Array.from({ length: 40 }, (_, i) => `P${i}`);

/** Processes that never wait, and what goes round in them. */
const ENDLESS: Readonly<Record<string, string>> = {
  task: "task T",
  "script task":
    "script T: scriptFormat=javascript resultVariable=n\n  <script>typeof n === 'number' ? n + 1 : 1</script>",
};

for (const [what, element] of Object.entries(ENDLESS)) {
  onEachStore(`a ${what} in a loop for ever takes turns with others, and can be cancelled`, async (given) => {
    const baton = await given.engine();
    await baton.deploy(bpmn(`
start -> S -> again -> T -> ${CHEAP.join(" -> ")} -> again
service S: type=work
xor again
${CHEAP.map((id) => `task ${id}`).join("\n")}
${element}
`));
    await baton.deploy(GOOD);
    const { id } = await baton.start("p", { variables: { n: 0 } });
    const w = await given.worker({ handlers: { work: () => {} } });
    w.start();
    await until(async () => (await baton.getInstance(id)).revision > 2, "it loops, cut into units");
    const good = await baton.start("good");
    await until(async () => (await baton.getInstance(good.id)).status === "completed", "others go on");
    assert.equal((await baton.getInstance(id)).status, "running");
    await baton.cancel(id, "it loops");
    assert.equal((await baton.getInstance(id)).status, "cancelled");
    await w.stop();
  });
}

onEachStore("a process that spins is an incident that says so, and others go on", async (given) => {
  const baton = await given.engine();
  await baton.deploy(bpmn(`
    start -> S -> again -> fork -> again
    service S: type=work
    xor again
    parallel fork
    fork -> again
  `));
  await baton.deploy(GOOD);
  const { id } = await baton.start("p");
  const w = await given.worker({ handlers: { work: () => {} } });
  w.start();
  const good = await Promise.all(Array.from({ length: 10 }, () => baton.start("good")));
  for (const each of good) {
    await until(async () => (await baton.getInstance(each.id)).status === "completed", "others go on");
  }
  await until(async () => (await baton.incidents.list()).items.length > 0, "it becomes an incident");
  const { items } = await baton.incidents.list();
  assert.deepEqual(items.map(({ instanceId, kind }) => [instanceId, kind]), [[id, "move-budget"]]);
  assert.match(items[0].message, /tokens want to move at once, probably a loop that multiplies them$/);
  // It stands still, and the worker has nothing to do.
  const { revision, status } = await baton.getInstance(id);
  assert.equal(status, "running");
  await w.stop();
  const after = await given.worker({ handlers: { work: () => {} } });
  assert.equal((await after.drain()).jobs, 0);
  assert.equal((await baton.getInstance(id)).revision, revision);
});

onEachStore("a script that never ends is an incident that says so, and others go on", async (given) => {
  const baton = await given.engine();
  await baton.deploy(bpmn(`
    start -> S -> end
    service S: type=work
    script T: scriptFormat=javascript
      <script>while (true) {}</script>
    S -> T -> end2
  `));
  await baton.deploy(GOOD);
  const { id } = await baton.start("p");
  const good = await Promise.all(Array.from({ length: 10 }, () => baton.start("good")));
  const w = await given.worker({
    handlers: { work: () => {} },
    retries: 0,
    scriptLimits: { timeMs: 200 },
  });
  await w.drain();
  for (const each of good) assert.equal((await baton.getInstance(each.id)).status, "completed");
  const { items } = await baton.incidents.list();
  assert.deepEqual(items.map(({ instanceId, elementId }) => [instanceId, elementId]), [[id, "T"]]);
  assert.match(items[0].message, /takes longer than 200 ms/);
});

const LEASE_MS = 1_000;

for (const how of ["exits", "kills its process", "blocks the event loop"]) {
  Deno.test(`a handler that ${how}: another process goes on after one lease`, async () => {
    const folder = await Deno.makeTempDir({ prefix: "baton_poison_" });
    const file = `${folder}/test.kv`;
    const program = new URL("poison_worker.ts", import.meta.url);
    const processes: TestProcess[] = [];
    try {
      await using engine = await createEngine({ store: await KvStore.open(file), logger: silentLogger });
      await engine.deploy(POISON);
      await engine.deploy(GOOD);
      const { id } = await engine.start("p");
      const good = await Promise.all(Array.from({ length: 5 }, () => engine.start("good")));
      // given: a process whose handler is the poison, together with good jobs
      const poisoned = await startProgram(program, [file, how]);
      processes.push(poisoned);
      for (let tries = 0; (await engine.jobs.list({ instanceId: id })).items[0].leaseNo === 0; tries++) {
        assert.ok(tries < 3_000, `the handler began: ${poisoned.said}`);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      // when: another process looks
      await using healthy = await createWorker({
        store: await KvStore.open(file),
        logger: silentLogger,
        leaseMs: LEASE_MS,
        pollMs: 100,
        handlers: { poison: () => {}, work: () => {} },
      });
      healthy.start();
      // then: it does all of it, that job included, whose lease was lost once
      for (const each of [id, ...good.map((one) => one.id)]) {
        for (let tries = 0; (await engine.getInstance(each)).status !== "completed"; tries++) {
          assert.ok(tries < 3_000, `another process goes on: ${poisoned.said}`);
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
      }
      await healthy.stop();
    } finally {
      for (const each of processes) if (!each.ended) await each.kill();
      await Deno.remove(folder, { recursive: true });
    }
  });
}
