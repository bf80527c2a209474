/** Steps of one handler chain that commit together: the `chain` option of a worker. */
import assert from "node:assert/strict";
import { BpmnError, type HandlerContext, LeaseLostError } from "../../mod.ts";
import { MemoryStore } from "../../storage/memory.ts";
import { createWorker } from "../../worker.ts";
import { bpmn } from "../support/bpmn_builder.ts";
import { type Given, onEachStore } from "./each_store.ts";

const CHAIN = bpmn(`
  start -> A1 -> B1 -> C1 -> end
  service A1: type=a
  service B1: type=b
  service C1: type=c
`);
const STEPS = ["start", "A1", "B1", "C1", "end"];

function gate(): { readonly opened: Promise<void>; open(): void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { opened: promise, open: resolve };
}

/** Notes that it ran, and returns its name. */
function noting(ran: string[], jobIds: string[] = []): (context: HandlerContext) => unknown {
  return ({ type, jobId }) => {
    ran.push(type);
    jobIds.push(jobId);
    return { [type]: true };
  };
}

async function elements(baton: Awaited<ReturnType<Given["engine"]>>, id: string): Promise<string[]> {
  const steps = await baton.history(id);
  assert.deepEqual(steps.map((step) => step.sequence), steps.map((_, index) => index + 1));
  return steps.map((step) => step.elementId);
}

onEachStore("steps of a chain commit together, and the history is whole", async ({ engine, worker }) => {
  const baton = await engine();
  await baton.deploy(CHAIN);
  const ran: string[] = [];
  const seen: unknown[] = [];
  const note = noting(ran);
  const c = (context: HandlerContext) => {
    seen.push({ ...context.variables });
    return note(context);
  };
  const w = await worker({ chain: ["p"], chainMs: 60_000, handlers: { a: note, b: note, c } });
  const { id } = await baton.start("p", { variables: { n: 1 } });
  await w.drain();
  const stored = await baton.loadInstance(id);
  assert.deepEqual([stored.status, stored.revision], ["completed", 2], "one commit for three tasks");
  assert.deepEqual(await elements(baton, id), STEPS);
  assert.deepEqual(ran, ["a", "b", "c"]);
  assert.deepEqual(seen, [{ n: 1, a: true, b: true }], "what was not written yet is seen");
  assert.deepEqual(await baton.variables(id), { n: 1, a: true, b: true, c: true });
  assert.deepEqual((await baton.jobs.list()).items, []);
  assert.deepEqual([w.counters().chained, w.counters().completed], [2, 3]);
});

onEachStore("processes that are not named commit each step", async ({ engine, worker }) => {
  const baton = await engine();
  await baton.deploy(CHAIN);
  const note = noting([]);
  const w = await worker({ chain: ["another"], handlers: { a: note, b: note, c: note } });
  const { id } = await baton.start("p");
  await w.drain();
  assert.equal((await baton.loadInstance(id)).revision, 4);
  assert.equal(w.counters().chained, 0);
});

onEachStore("parallel branches of a chain join in it", async ({ engine, worker }) => {
  const baton = await engine();
  await baton.deploy(bpmn(`
    start -> A1 -> fork -> B1, C1 -> join -> D1 -> end
    service A1: type=work
    service B1: type=work
    service C1: type=work
    service D1: type=work
    parallel fork
    parallel join
  `));
  const w = await worker({ chain: ["p"], chainMs: 60_000, handlers: { work: () => Promise.resolve() } });
  const { id } = await baton.start("p");
  await w.drain();
  assert.equal((await baton.loadInstance(id)).revision, 2);
  assert.deepEqual((await elements(baton, id)).length, 8);
});

onEachStore("a command from outside is not kept waiting by a chain", async ({ engine, worker }) => {
  const baton = await engine();
  await baton.deploy(CHAIN);
  const { opened, open } = gate();
  const began = gate();
  const ran: string[] = [];
  const note = noting(ran);
  const b = async (context: HandlerContext) => {
    began.open();
    await opened;
    return note(context);
  };
  const w = await worker({ chain: ["p"], chainMs: 60_000, handlers: { a: note, b, c: note } });
  const { id } = await baton.start("p");
  const drained = w.drain();
  await began.opened;
  // Through the worker's own engine: its instance is ahead of the store.
  await w.engine.setVariables(id, { outside: 1 });
  assert.deepEqual((await baton.history(id)).map((step) => step.elementId), ["start", "A1", "B1"]);
  assert.deepEqual(await baton.variables(id), { a: true, outside: 1 });
  open();
  await drained;
  assert.deepEqual(ran, ["a", "b", "c"], "nothing ran twice");
  assert.deepEqual(await baton.variables(id), { a: true, b: true, c: true, outside: 1 });
  assert.deepEqual(await elements(baton, id), STEPS);
});

onEachStore("cancelling in mid chain ends the instance and drops the result", async ({ engine, worker }) => {
  const baton = await engine();
  await baton.deploy(CHAIN);
  const { opened, open } = gate();
  const began = gate();
  const note = noting([]);
  const b = async (context: HandlerContext) => {
    began.open();
    await opened;
    return note(context);
  };
  const w = await worker({ chain: ["p"], chainMs: 60_000, handlers: { a: note, b, c: note } });
  const { id } = await baton.start("p");
  const drained = w.drain();
  await began.opened;
  await w.engine.cancel(id, "no more");
  open();
  await drained;
  assert.equal((await baton.getInstance(id)).status, "cancelled");
  assert.deepEqual(await baton.variables(id), { a: true });
  assert.deepEqual(
    (await baton.history(id)).map((step) => [step.elementId, step.status]),
    [["start", "completed"], ["A1", "completed"], ["B1", "cancelled"]],
  );
  assert.equal(w.counters().completed, 1);
});

onEachStore(
  "another process's change in mid chain stands: the chain's handlers run again",
  async ({ engine, worker }) => {
    const baton = await engine();
    await baton.deploy(CHAIN);
    const ran: string[] = [];
    const jobIds: string[] = [];
    const note = noting(ran, jobIds);
    let changed = false;
    const c = async (context: HandlerContext) => {
      if (!changed) {
        changed = true;
        await baton.setVariables(context.instance.id, { outside: 1 });
      }
      return note(context);
    };
    const w = await worker({ chain: ["p"], chainMs: 60_000, handlers: { a: note, b: note, c } });
    const { id } = await baton.start("p");
    await w.drain();
    assert.deepEqual(await baton.variables(id), { outside: 1, a: true, b: true, c: true });
    assert.deepEqual(await elements(baton, id), STEPS);
    assert.deepEqual(
      ran,
      ["a", "b", "c", "b", "c"],
      "the first one's job was in the store: its result counts",
    );
    assert.equal(new Set(jobIds).size, 5, "an id of a job that was not written is not used again");
    assert.ok(w.counters().conflicts > 0);
  },
);

onEachStore("a failure in mid chain is the failed handler's alone", async ({ engine, worker, clock }) => {
  const baton = await engine();
  await baton.deploy(CHAIN);
  const ran: string[] = [];
  const note = noting(ran);
  const attempts: unknown[] = [];
  const b = (context: HandlerContext) => {
    attempts.push([context.attempt, context.jobId]);
    if (context.attempt < 3) throw new Error("not now");
    return note(context);
  };
  const w = await worker({ chain: ["p"], chainMs: 60_000, handlers: { a: note, b, c: note } });
  const { id } = await baton.start("p");
  for (let i = 0; i < 4; i++) {
    await w.drain();
    clock.advance(3_600_000);
  }
  const [[, jobId]] = attempts as [[number, string]];
  assert.deepEqual(attempts, [[1, jobId], [2, jobId], [3, jobId]], "the job was written, and kept its id");
  assert.deepEqual(ran, ["a", "b", "c"]);
  assert.equal((await baton.getInstance(id)).status, "completed");
  const [step] = (await baton.history(id)).filter(({ elementId }) => elementId === "B1");
  assert.deepEqual([step.failures, step.attempts?.map(({ message }) => message)], [2, [
    "not now",
    "not now",
  ]]);
});

onEachStore("a BPMN error in mid chain is caught where the model says", async ({ engine, worker }) => {
  const baton = await engine();
  await baton.deploy(bpmn(`
    start -> A1 -> B1 -> end
    service A1: type=a
    service B1: type=b
    boundary declined on B1: error=declined
    declined -> C1 -> endC
    service C1: type=c
  `));
  const note = noting([]);
  const b = () => {
    throw new BpmnError("declined", { variables: { why: "no money" } });
  };
  const w = await worker({ chain: ["p"], chainMs: 60_000, handlers: { a: note, b, c: note } });
  const { id } = await baton.start("p");
  await w.drain();
  assert.deepEqual(await baton.variables(id), { a: true, c: true, why: "no money" });
  assert.equal((await baton.getInstance(id)).status, "completed");
});

onEachStore(
  "a result that cannot be stored in mid chain is the guilty handler's alone",
  async ({ engine, worker, clock }) => {
    const baton = await engine();
    await baton.deploy(CHAIN);
    const note = noting([]);
    const w = await worker({
      chain: ["p"],
      chainMs: 60_000,
      maxVariablesBytes: 200,
      retries: 0,
      handlers: { a: note, b: note, c: () => ({ large: "x".repeat(500) }) },
    });
    const { id } = await baton.start("p");
    for (let i = 0; i < 3; i++) {
      await w.drain();
      clock.advance(60_000);
    }
    assert.deepEqual(await baton.variables(id), { a: true, b: true });
    const [incident] = (await baton.incidents.list({ instanceId: id })).items;
    assert.deepEqual([incident.kind, incident.elementId], ["job-no-retries", "C1"]);
    assert.match(incident.message, /they take \d+ bytes, 200 are allowed/);
  },
);

onEachStore("a worker that stops in mid chain writes what it has", async ({ engine, worker }) => {
  const baton = await engine();
  await baton.deploy(CHAIN);
  const ran: string[] = [];
  const note = noting(ran);
  const began = gate();
  const b = ({ signal }: HandlerContext) => {
    began.open();
    return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
  };
  const first = await worker({
    chain: ["p"],
    chainMs: 60_000,
    graceMs: 1,
    handlers: { a: note, b, c: note },
  });
  const { id } = await baton.start("p");
  first.start();
  await began.opened;
  await first.stop();
  assert.deepEqual(
    (await baton.history(id)).map((step) => [step.elementId, step.status]),
    [["start", "completed"], ["A1", "completed"], ["B1", "started"]],
  );
  // Its failure counts, so that the job comes back after a pause.
  await baton.retry(id);
  const [job] = (await baton.jobs.list({ instanceId: id })).items;
  assert.equal(job.type, "b");
  assert.deepEqual(ran, ["a"]);
});

onEachStore("a handler in mid chain that wants its lease extended gets it", async ({ engine, worker }) => {
  const baton = await engine();
  await baton.deploy(CHAIN);
  const note = noting([]);
  const b = async (context: HandlerContext) => {
    await context.extendLease(60_000);
    const [job] = (await baton.jobs.list({ instanceId: context.instance.id })).items;
    assert.deepEqual([job.id, job.leaseNo], [context.jobId, 1]);
    return note(context);
  };
  const w = await worker({ chain: ["p"], chainMs: 60_000, handlers: { a: note, b, c: note } });
  const { id } = await baton.start("p");
  await w.drain();
  assert.deepEqual(await baton.variables(id), { a: true, b: true, c: true });
  assert.equal((await baton.loadInstance(id)).revision, 3, "one commit before, one after");
});

onEachStore("a transaction in mid chain stands with its step", async ({ engine, worker }) => {
  const baton = await engine();
  await baton.deploy(CHAIN);
  const note = noting([]);
  const b = (context: HandlerContext) =>
    context.transaction(async (tx) => {
      await tx.query("create table baton.paid as select $1::bigint as id", [context.instance.id]);
      return { b: true };
    });
  const w = await worker({ chain: ["p"], chainMs: 60_000, handlers: { a: note, b, c: note } });
  const { id } = await baton.start("p");
  await w.drain();
  assert.deepEqual(await baton.variables(id), { a: true, b: true, c: true });
  assert.deepEqual(await elements(baton, id), STEPS);
}, ["postgres"]);

onEachStore("a branch that a chain itself ends is told at once", async ({ engine, worker, store }) => {
  let beats = 0;
  const { extendLeases } = store;
  store.extendLeases = (...given) => {
    beats++;
    return extendLeases.apply(store, given);
  };
  const baton = await engine();
  await baton.deploy(bpmn(`
    start -> A1 -> fork -> B1, C1
    service A1: type=a
    parallel fork
    service B1: type=b
    service C1: type=c
    B1 -> endB
    C1 -> stop
    end stop: terminate
  `));
  const note = noting([]);
  const reasons: unknown[] = [];
  const b = ({ signal }: HandlerContext) =>
    new Promise((_, reject) =>
      signal.addEventListener("abort", () => {
        reasons.push(signal.reason);
        reject(signal.reason);
      })
    );
  const w = await worker({ chain: ["p"], chainMs: 60_000, handlers: { a: note, b, c: note } });
  const { id } = await baton.start("p");
  await w.drain();
  assert.equal((await baton.getInstance(id)).status, "completed");
  assert.ok(reasons[0] instanceof LeaseLostError);
  assert.equal(beats, 0, "it is not found out by asking for the lease");
  assert.deepEqual((await baton.jobs.list()).items, []);
  assert.equal((await baton.loadInstance(id)).revision, 2);
});

onEachStore("no chain is longer than sixteen tasks", async ({ engine, worker }) => {
  const baton = await engine();
  await baton.deploy(bpmn(`
    start -> B1 -> end
    service B1: type=b eachSequential=list:n
  `));
  let ran = 0;
  const w = await worker({ chain: ["p"], chainMs: 60_000, handlers: { b: () => void ran++ } });
  const { id } = await baton.start("p", { variables: { list: Array.from({ length: 40 }, (_, i) => i) } });
  await w.drain();
  assert.equal(ran, 40);
  assert.equal((await baton.getInstance(id)).status, "completed");
  assert.equal((await baton.loadInstance(id)).revision, 1 + 3, "17 at once, twice, and the rest");
});

onEachStore("a long handler keeps nobody from what was done before it", async ({ engine, worker }) => {
  const baton = await engine();
  await baton.deploy(CHAIN);
  const note = noting([]);
  const b = async (context: HandlerContext) => {
    // Until others see the step before: a chain is sent by itself while its handlers run.
    for (let found = false; !found;) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      found = (await baton.history(context.instance.id)).some(({ elementId, status }) =>
        elementId === "A1" && status === "completed"
      );
    }
    return note(context);
  };
  const w = await worker({ chain: ["p"], chainMs: 20, handlers: { a: note, b, c: note } });
  const { id } = await baton.start("p");
  await w.drain();
  assert.deepEqual(await baton.variables(id), { a: true, b: true, c: true });
  assert.equal((await baton.loadInstance(id)).revision, 3);
});

onEachStore("scripts run within a chain", async ({ engine, worker }) => {
  const baton = await engine();
  await baton.deploy(bpmn(`
    start -> A1 -> B1 -> S1 -> C1 -> end
    service A1: type=a
    service B1: type=b
    script S1: scriptFormat=javascript
      <script>set("s", 1 + 1)</script>
    service C1: type=c
  `));
  const note = noting([]);
  const w = await worker({ chain: ["p"], chainMs: 60_000, handlers: { a: note, b: note, c: note } });
  const { id } = await baton.start("p");
  await w.drain();
  assert.equal((await baton.getInstance(id)).status, "completed");
  assert.deepEqual(await elements(baton, id), ["start", "A1", "B1", "S1", "C1", "end"]);
  assert.equal((await baton.variables(id)).s, 2);
});

Deno.test("chain must be a list of process keys, and needs handOn", async () => {
  await using store = new MemoryStore();
  for (const chain of ["p", [""], [1], { p: true }] as unknown as string[][]) {
    await assert.rejects(
      createWorker({ store, handlers: {}, chain }),
      new TypeError("Cannot make a worker: chain must be a list of process keys"),
    );
  }
  await assert.rejects(
    createWorker({ store, handlers: {}, chain: ["p"], handOn: false }),
    new TypeError("Cannot make a worker: chain needs handOn, which is false"),
  );
});
