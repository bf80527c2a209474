/** Parallel gateway (BPMN 2.0.2, 13.4.1). */
import assert from "node:assert/strict";
import { scenario } from "../../support/scenario.ts";

scenario(
  "S001: three flows from a fork straight into one join open it once",
  `
    parallel fork
    parallel join
    start -> fork -> join -> end
    fork -> join
    fork -> join
  `,
  (w) => {
    const id = w.start("p");
    assert.equal(w.status(id), "completed");
    assert.deepEqual(w.trace(id), ["start completed", "fork completed", "join completed", "end completed"]);
  },
);

scenario(
  "S002: the branches of two nested forks meet in one join",
  `
    parallel fork
    parallel forkA
    parallel forkB
    parallel join
    task t1
    task t2
    start -> fork -> forkA, forkB
    forkA -> join
    forkA -> t1 -> join
    forkB -> t2 -> join
    forkB -> join
    join -> end
  `,
  (w) => {
    const id = w.start("p");
    assert.equal(w.status(id), "completed");
    assert.equal(w.count("join"), 1);
    assert.equal(w.count("end"), 1);
  },
);

scenario(
  "S005: branches that are never joined all end before the instance does",
  `
    parallel fork
    parallel forkA
    parallel forkB
    start -> fork -> forkA, forkB
    forkA -> end1, end2
    forkB -> A -> end3
    forkB -> end4
  `,
  (w) => {
    const id = w.start("p");
    assert.deepEqual(w.tasks(), ["A"]);
    assert.equal(w.status(id), "running");
    w.complete("A");
    assert.equal(w.status(id), "completed");
    assert.equal(["end1", "end2", "end3", "end4"].filter((end) => w.count(end) === 1).length, 4);
  },
);

scenario(
  "S006: an inner join opens before the outer one that its branch leads to",
  `
    parallel outerFork
    parallel innerFork
    parallel innerJoin
    parallel outerJoin
    start -> Task0 -> outerFork -> A, B
    A -> outerJoin
    B -> innerFork -> B1, B2 -> innerJoin -> outerJoin -> C -> end
  `,
  (w) => {
    const id = w.start("p");
    w.complete("Task0");
    assert.deepEqual(w.tasks(), ["A", "B"]);
    w.complete("A");
    assert.deepEqual(w.tasks(), ["B"]);
    assert.equal(w.tokenAt(id, "outerJoin").wait, "join");
    w.complete("B");
    assert.deepEqual(w.tasks(), ["B1", "B2"]);
    w.completeAll("B1", "B2");
    assert.deepEqual(w.tasks(), ["C"]);
    w.complete("C");
    assert.equal(w.status(id), "completed");
  },
);

scenario(
  "S009: a join without outgoing flows ends the process",
  `
    parallel fork
    parallel join
    start -> fork -> join
    fork -> join
  `,
  (w) => assert.equal(w.status(w.start("p")), "completed"),
);

scenario(
  "S011: a fork inside a sub-process beside a task outside",
  `
    parallel fork
    start -> fork -> Sub1, Outside
    sub Sub1
      parallel innerFork
      start1 -> innerFork -> In1, In2
  `,
  (w) => {
    const id = w.start("p");
    assert.deepEqual(w.tasks(), ["In1", "In2", "Outside"]);
    const { root } = w.live.get(id)!.instance.state;
    assert.deepEqual(root.tokens.map((token) => token.el), ["Sub1", "Outside"]);
    assert.deepEqual(root.tokens[0].scope?.tokens.map((token) => token.el), ["In1", "In2"]);
    w.completeAll("In1", "In2", "Outside");
    assert.equal(w.status(id), "completed");
  },
);

scenario(
  "S013: a join whose entries are asynchronous opens across separate commits",
  `
    parallel fork
    parallel join
    task a: async
    task b: async
    boundary late on Task: timer=PT1H
    start -> fork -> a -> join
    fork -> Task -> b -> join -> end
  `,
  (w) => {
    w.auto = false;
    const id = w.start("p");
    w.complete("Task");
    const pending = [...w.jobs.values()].filter((job) => job.type === "baton:continue");
    assert.deepEqual(pending.map((job) => job.elementId), ["a", "b"]);
    w.runNext();
    assert.equal(w.status(id), "running");
    w.runNext();
    assert.equal(w.status(id), "completed");
  },
);

scenario(
  "the join fires once though two tokens came on one flow; the surplus belongs to the next round",
  `
    parallel fork
    parallel join
    xor merge
    start -> fork -> A, B, C
    A, B -> merge -> join
    C -> join -> After -> end
  `,
  (w) => {
    const id = w.start("p");
    w.completeAll("A", "B");
    assert.deepEqual(w.tasks(), ["C"]);
    w.complete("C");
    assert.deepEqual(w.tasks(), ["After"]);
    w.complete("After");
    // One token is left in front of the join and nothing can bring the other.
    assert.equal(w.status(id), "running");
    assert.deepEqual(w.problems(), ["stuck join"]);
  },
);

scenario(
  "one gateway joins and forks; conditions out of it are ignored",
  `
    parallel fork
    parallel both
    start -> fork -> both
    fork -> both
    both -[false]-> A
    both -> B
    A, B -> end
  `,
  (w) => {
    w.start("p");
    assert.deepEqual(w.tasks(), ["A", "B"]);
  },
);
