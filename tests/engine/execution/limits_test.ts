/** Size and endlessness: budgets, cut units, small states, deep and long processes. */
import assert from "node:assert/strict";
import { encodeState } from "../../../engine/mod.ts";
import { bpmn } from "../../support/bpmn_builder.ts";
import { CoreWorld } from "../../support/core_world.ts";
import { scenario } from "../../support/scenario.ts";

const LOOP = `
  xor merge
  xor check
  script increment: feel="i + 1" result=i
  start -> merge -> increment -> check
  check -[i < limit]-> merge
  check -/-> end
`;

Deno.test("a loop of 100,000 automatic elements ends without stack overflow when the budget allows it", () => {
  const w = new CoreWorld({ moveBudget: 1_000_000, maxRows: Infinity, bare: true });
  w.deploy(bpmn(LOOP));
  const id = w.start("p", { i: 0, limit: 33_334 });
  assert.equal(w.status(id), "completed");
  assert.equal(w.live.get(id)!.steps.length, 3 * 33_334 + 2);
});

Deno.test("an endless loop is a move-budget incident; resolving gives it another budget", () => {
  const w = new CoreWorld({ moveBudget: 1_000, maxRows: Infinity, bare: true });
  w.deploy(bpmn(LOOP));
  const id = w.start("p", { i: 0, limit: 1_000_000 });
  assert.deepEqual(w.problems().map((problem) => problem.split(" ")[0]), ["move-budget"]);
  assert.equal(w.status(id), "running");
  w.resolve([...w.incidents.keys()][0], { limit: 0 });
  assert.equal(w.status(id), "completed");
});

Deno.test("the default budget stops an endless loop within one command", () => {
  const w = new CoreWorld({ maxRows: Infinity, bare: true });
  w.deploy(bpmn(LOOP));
  w.start("p", { i: 0, limit: 1_000_000 });
  assert.deepEqual(w.problems().map((problem) => problem.split(" ")[0]), ["move-budget"]);
});

Deno.test("an endless loop that is cut into units is an incident; resolving gives it another budget", () => {
  const w = new CoreWorld({ runBudget: 1_000, maxRows: 10, bare: true, roundTrip: true });
  w.deploy(bpmn(`
    start -> fork -> merge, Other
    parallel fork
    xor merge
    merge -> A -> check
    task A
    xor check
    check -[stop != true]-> merge
    check -/-> end
  `));
  const id = w.start("p", { stop: false });
  const moves = () => w.count("merge") + w.count("A") + w.count("check");
  assert.deepEqual(w.problems().map((problem) => problem.split(" ")[0]), ["move-budget"]);
  assert.ok(moves() > 990 && moves() < 1_020, `${moves()} moves`);
  assert.deepEqual([...w.jobs.keys()], [], "nothing goes on by itself");
  // Work elsewhere in the instance does not depend on it.
  w.complete("Other");
  assert.ok(moves() < 1_020);
  w.resolve([...w.incidents.keys()][0]);
  assert.equal(w.incidents.size, 1, "it has used up its second budget");
  assert.ok(moves() > 1_980 && moves() < 2_040, `${moves()} moves`);
  w.resolve([...w.incidents.keys()][0], { stop: true });
  assert.equal(w.status(id), "completed");
});

Deno.test("what comes from outside gives an endless loop a new budget", () => {
  const w = new CoreWorld({ runBudget: 1_000, maxRows: 10, bare: true });
  w.auto = false;
  w.deploy(bpmn(`
    start -> merge -> A -> merge
    xor merge
    task A
  `));
  const id = w.start("p");
  const moved = () => w.live.get(id)!.instance.state.moved ?? 0;
  for (let i = 0; i < 10; i++) w.runNext();
  const before = moved();
  assert.ok(before > 50 && before < 1_000, `${before}`);
  w.send(id, { kind: "setVariables", variables: { a: 1 } });
  assert.ok(moved() < before, "it begins anew");
  while (w.runNext());
  assert.deepEqual(w.problems().map((problem) => problem.split(" ")[0]), ["move-budget"]);
});

Deno.test("tokens that were ready when a budget was used up go on when the incident is resolved", () => {
  const w = new CoreWorld({ moveBudget: 1_000, maxRows: Infinity, bare: true, roundTrip: true });
  w.deploy(bpmn(`
    start -> fork -> mergeA, mergeB
    parallel fork
    xor mergeA
    xor mergeB
    mergeA -> A -> checkA
    mergeB -> B -> checkB
    task A
    task B
    xor checkA
    xor checkB
    checkA -[stop != true]-> mergeA
    checkB -[stop != true]-> mergeB
    checkA -/-> endA
    checkB -/-> endB
  `));
  const id = w.start("p", { stop: false });
  assert.equal(w.incidents.size, 1);
  w.resolve([...w.incidents.keys()][0], { stop: true });
  assert.equal(w.status(id), "completed", "both loops have ended");
});

Deno.test("a loop that doubles its tokens each time round is an incident before they fill the memory", () => {
  const w = new CoreWorld({ bare: true });
  w.deploy(bpmn(`
    start -> merge -> fork -> A, B
    A -> merge
    B -> merge
    xor merge
    parallel fork
    task A
    task B
  `));
  const id = w.start("p");
  const instance = w.live.get(id)!;
  assert.deepEqual(w.problems().map((problem) => problem.split(" ")[0]), ["move-budget"]);
  assert.ok(instance.steps.length < 200_000, `${instance.steps.length} steps`);
  assert.equal(w.status(id), "running");
  w.send(id, { kind: "cancel", status: "cancelled" });
  assert.notEqual(w.status(id), "running");
});

scenario(
  "a unit is cut at its rows and goes on by a job of the engine",
  LOOP,
  (w) => {
    w.auto = false;
    const id = w.start("p", { i: 0, limit: 20 });
    assert.equal(w.status(id), "running");
    assert.deepEqual([...w.jobs.values()].map((job) => job.type), ["baton:continue"]);
    let units = 0;
    for (; w.runNext(); units++);
    assert.ok(units > 3);
    assert.equal(w.status(id), "completed");
    assert.equal(w.count("increment"), 20);
  },
  { maxRows: 10 },
);

scenario(
  "one job goes on with a cut unit, however many commands come before it",
  `
    service Work: parallel=2500 job=work
    start -> Work -> end
  `,
  (w) => {
    w.auto = false;
    const id = w.start("p");
    const ofType = (type: string) => [...w.jobs.values()].filter((job) => job.type === type);
    const first = ofType("work");
    assert.deepEqual([first.length, ofType("baton:continue").length], [100, 1]);
    for (const job of first.slice(0, 20)) w.send(id, { kind: "completeJob", jobId: job.id, variables: {} });
    assert.equal(ofType("baton:continue").length, 1);
    while (w.runNext());
    assert.deepEqual([w.count("Work"), ofType("work").length], [20, 2_480]);
    w.send(id, { kind: "cancel", status: "cancelled" });
    assert.deepEqual([...w.jobs.keys()], []);
  },
  { maxRows: 50 },
);

Deno.test("while a thousand items are open those that end do not open more, the job that goes on does", () => {
  const w = new CoreWorld({ bare: true });
  w.deploy(bpmn(`
    service Work: parallel=2500 job=work
    start -> Work -> end
  `));
  w.auto = false;
  const id = w.start("p");
  const loop = () => w.live.get(id)?.instance.state.root.tokens.find((token) => token.loop)?.loop;
  const started = () => loop()?.started ?? 0;
  const open = () => started() - (loop()?.done ?? 0);
  const end = (count: number) => {
    const jobs = [...w.jobs.values()].filter(({ type }) => type === "work").slice(0, count);
    for (const job of jobs) w.send(id, { kind: "completeJob", jobId: job.id, variables: {} });
  };
  const first = started();
  end(1);
  assert.ok(started() > first, "few are open: what ends opens more");
  while (open() < 1_000) w.runNext();
  const many = started();
  end(open() - 1_000);
  assert.deepEqual([started(), open()], [many, 1_000]);
  end(1);
  assert.ok(started() > many, "few are open again");
  while (open() < 1_000) w.runNext();
  const before = started();
  w.runNext();
  assert.ok(started() > before, "its turn comes however many are open");
  while (w.runNext());
  assert.equal(started(), 2_500);
});

Deno.test("order fulfilment at its widest takes less than 1 KB of state", async () => {
  const w = new CoreWorld();
  const model = await Deno.readTextFile(new URL("../../models/order_fulfillment.bpmn", import.meta.url));
  const [{ id: key }] = w.deploy(model);
  const id = w.start(key, { orderId: "o-1", amount: 12 });
  let widest = 0;
  let most = 0;
  for (let i = 0; i < 20 && w.status(id) === "running"; i++) {
    const { state } = w.live.get(id)!.instance;
    widest = Math.max(widest, encodeState(state).length);
    most = Math.max(most, state.root.tokens.length);
    const job = [...w.jobs.values()].find((each) => !each.type.startsWith("baton:"));
    if (!job) break;
    w.send(id, { kind: "completeJob", jobId: job.id, variables: {} });
  }
  assert.equal(w.status(id), "completed");
  assert.ok(most >= 2, "two branches at a time");
  assert.ok(widest < 1_024, `${widest} bytes`);
});

Deno.test("fifty nested sub-processes and 2,000 elements in a row", () => {
  const lines: string[] = [];
  for (let i = 0; i < 50; i++) {
    lines.push(`${"  ".repeat(i)}start${i} -> S${i} -> end${i}`, `${"  ".repeat(i)}sub S${i}`);
  }
  lines.push(`${"  ".repeat(50)}startL -> Last`);
  const w = new CoreWorld();
  w.deploy(bpmn(lines.join("\n")));
  const id = w.start("p");
  w.complete("Last");
  assert.equal(w.status(id), "completed");
  const row = Array.from({ length: 2_000 }, (_, i) => `t${i}`);
  const long = new CoreWorld();
  long.deploy(bpmn([...row.map((each) => `task ${each}`), `start -> ${row.join(" -> ")} -> end`].join("\n")));
  assert.equal(long.status(long.start("p")), "completed");
});

Deno.test("2,000 tokens before one inclusive join are settled in a moment", () => {
  const w = new CoreWorld({ bare: true, maxRows: Infinity });
  w.deploy(bpmn(`
    xor merge
    inclusive join
    inclusive split
    task t: completionQuantity=2000
    start -> t -> split
    split -[true]-> merge -> join
    split -[false]-> Other -> join
    join -> end
  `));
  const id = w.start("p");
  assert.equal(w.status(id), "completed");
  assert.equal(w.count("join"), 2_000);
});
