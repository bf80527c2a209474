/** Loops in loops: however many items there are, a wave and an instance stay bounded. */
import assert from "node:assert/strict";
import { countTokens } from "../../../engine/execution/find.ts";
import { bpmn } from "../../support/bpmn_builder.ts";
import { CoreWorld, type CoreWorldOptions } from "../../support/core_world.ts";
import { scenario } from "../../support/scenario.ts";

const NESTED = `
  start -> Outer -> end
  sub Outer: parallel=n
    start1 -> Middle -> end1
    sub Middle: parallel=n
      service Work: parallel=n job=work
      start2 -> Work -> end2
`;

/** Starts by hand, one wave at a time. @returns The most tokens that one wave has added. */
function widestWave(w: CoreWorld, id: string, waves: number): number {
  let widest = 0;
  for (let i = 0; i < waves; i++) {
    const before = tokens(w, id);
    w.send(id, { kind: "continue" }, { maxWaves: 1, maxRows: Infinity });
    widest = Math.max(widest, tokens(w, id) - before);
  }
  return widest;
}

function tokens(w: CoreWorld, id: string): number {
  let count = 0;
  const { root } = w.live.get(id)!.instance.state;
  for (const scopes = [root]; scopes.length > 0;) {
    for (const token of scopes.pop()!.tokens) {
      count++;
      if (token.scope) scopes.push(token.scope);
    }
  }
  return count;
}

function world(options: CoreWorldOptions): CoreWorld {
  const w = new CoreWorld({ bare: true, ...options });
  w.deploy(bpmn(NESTED));
  return w;
}

Deno.test("loops in loops open a hundred items in a wave, all of them together", () => {
  const w = world({ maxRows: 0 });
  w.auto = false;
  const id = w.start("p", { n: 1_000 });
  const widest = widestWave(w, id, 60);
  // Each item that a wave before has opened may become a scope with a start event.
  assert.ok(widest <= 300, `${widest} tokens in one wave`);
  assert.ok(tokens(w, id) > 2_000, "they go on opening");
});

Deno.test("the innermost loops open their items first: few loops stand open in part", () => {
  const w = world({ maxRows: 0 });
  w.auto = false;
  const id = w.start("p", { n: 40 });
  widestWave(w, id, 30);
  const jobs = [...w.jobs.values()].filter(({ type }) => type === "work").length;
  assert.ok(jobs > 1_000, `${jobs} jobs, and ${tokens(w, id)} tokens`);
});

Deno.test("all items of loops in loops run, none twice", () => {
  const w = world({ maxRows: 20 });
  w.handlers.set("work", () => ({}));
  const id = w.start("p", { n: 7 });
  assert.equal(w.status(id), "completed");
  assert.equal(w.count("Work"), 7 ** 3);
});

Deno.test("a billion items are an incident before they fill the memory", () => {
  const w = world({ maxTokens: 5_000 });
  const id = w.start("p", { n: 1_000 });
  assert.ok(w.incidents.size > 0);
  for (const { kind, message } of w.incidents.values()) {
    assert.equal(kind, "loop");
    assert.match(message, /Cannot start item \d+ of 1000, \d+ are open: .* nearly 5000 tokens/);
  }
  const open = tokens(w, id);
  assert.ok(open >= 4_400 && open <= 5_000, `${open} tokens`);
  assert.equal(w.jobs.has("baton:continue"), false);
  // Resolving does not help while all are open, and does no harm.
  for (const incident of [...w.incidents.keys()]) w.resolve(incident);
  assert.ok(tokens(w, id) <= 5_000);
  assert.ok(w.incidents.size > 0);
  w.send(id, { kind: "cancel", status: "cancelled" });
  assert.deepEqual([w.status(id), w.incidents.size, w.jobs.size], ["cancelled", 0, 0]);
});

scenario(
  "a loop that met the limit goes on when what it has opened has ended",
  `
    service Work: parallel=100 job=work
    start -> Work -> end
  `,
  (w) => {
    const id = w.start("p");
    const open = () => [...w.jobs.values()].filter((job) => job.type === "work");
    assert.deepEqual(w.problems(), ["loop Work"]);
    const first = open();
    assert.ok(first.length > 30 && first.length < 40, `${first.length}`);
    for (const { id: jobId } of first.slice(1)) w.send(id, { kind: "completeJob", jobId, variables: {} });
    // None follows for each one that ends: a person decides.
    assert.equal(open().length, 1);
    assert.deepEqual(w.problems(), ["loop Work"]);
    w.send(id, { kind: "completeJob", jobId: first[0].id, variables: {} });
    assert.ok(open().length > 30, "all have ended: the next ones start by themselves");
    assert.deepEqual(w.problems(), ["loop Work"]);
    const second = open();
    for (const { id: jobId } of second.slice(5)) w.send(id, { kind: "completeJob", jobId, variables: {} });
    w.resolve([...w.incidents.keys()][0]);
    assert.ok(open().length > 25, "a person says so");
    w.handlers.set("work", () => ({}));
    w.advance(0);
    assert.equal(w.status(id), "completed");
    assert.equal(w.count("Work"), 100);
    assert.deepEqual(w.problems(), []);
  },
  { maxTokens: 40 },
);

scenario(
  "a completion condition ends a loop that met the limit",
  `
    service Work: parallel=100 job=work until="\${nrOfCompletedInstances == 2}"
    start -> Work -> end
  `,
  (w) => {
    const id = w.start("p");
    const jobs = [...w.jobs.values()].filter((job) => job.type === "work");
    for (const { id: jobId } of jobs.slice(0, 2)) w.send(id, { kind: "completeJob", jobId, variables: {} });
    assert.equal(w.status(id), "completed");
    assert.deepEqual(w.problems(), []);
  },
  { maxTokens: 40 },
);

scenario(
  "a loop that leaves a token behind each time round is an incident at the limit, and what ends goes on",
  `
    start -> merge -> fork -> Pass, Wait
    xor merge
    parallel fork
    task Pass
    Pass -> merge
    Wait -> end
  `,
  (w) => {
    const id = w.start("p");
    assert.deepEqual(w.problems().map((problem) => problem.split(" ")[0]), ["move-budget"]);
    const open = w.tasks().length;
    assert.ok(open > 30 && open < 60, `${open} tasks`);
    assert.match([...w.incidents.values()][0].message, /more than 50 tokens/);
    w.send(id, { kind: "cancel", status: "cancelled" });
    assert.deepEqual(w.tasks(), []);
  },
  { maxTokens: 50 },
);

Deno.test("items that end do not open others before the unit that was cut goes on", () => {
  const w = new CoreWorld({ bare: true, maxRows: 50 });
  w.auto = false;
  w.deploy(bpmn(`
    service Work: parallel=100000 job=work
    start -> Work -> end
  `));
  const id = w.start("p");
  const first = [...w.jobs.values()].filter((job) => job.type === "work");
  for (const { id: jobId } of first) {
    w.send(id, { kind: "completeJob", jobId, variables: {} }, { maxRows: 0 });
  }
  assert.ok(tokens(w, id) < 300, `${tokens(w, id)} tokens`);
  while (w.runNext() && w.jobs.size < 1_000);
  assert.deepEqual(w.problems(), []);
});

scenario(
  "a loop that ends by its condition while items are still to open goes on once, behind its asynchronous exit",
  `
    service Work: parallel=1000 until="\${true}" job=work camunda:asyncAfter=true
    start -> Work -> After -> end
  `,
  (w) => {
    w.auto = false;
    const id = w.start("p");
    const [job] = [...w.jobs.values()].filter(({ type }) => type === "work");
    w.send(id, { kind: "completeJob", jobId: job.id, variables: {} });
    assert.deepEqual(w.tasks(), []);
    while (w.runNext());
    assert.deepEqual(w.tasks(), ["After"]);
    assert.equal(w.jobs.size, 0);
    w.complete("After");
    assert.equal(w.status(id), "completed");
  },
  { maxRows: 50 },
);

Deno.test("tokens are counted, whatever comes and goes", () => {
  const w = world({ maxTokens: 10, roundTrip: false });
  w.handlers.set("work", () => ({}));
  const id = w.start("p", { n: 3 });
  assert.equal(countTokens(w.live.get(id)!.instance.state), tokens(w, id));
  for (const incident of [...w.incidents.keys()]) w.resolve(incident);
  assert.equal(countTokens(w.live.get(id)!.instance.state), tokens(w, id));
});
