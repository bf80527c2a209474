/** Inclusive gateway (BPMN 2.0.2, 13.4.3). */
import assert from "node:assert/strict";
import { scenario } from "../../support/scenario.ts";

const SPLIT = `
  inclusive split
  start -> split
  split -[input <= 1]-> A -> end
  split -[input <= 2]-> B -> end
  split -[input <= 3]-> C -> end
`;

scenario("S015: an inclusive split takes every flow whose condition is true", SPLIT, (w) => {
  w.start("p", { input: 1 });
  assert.deepEqual(w.tasks(), ["A", "B", "C"]);
  w.completeAll("A", "B", "C");
  w.start("p", { input: 2 });
  assert.deepEqual(w.tasks(), ["B", "C"]);
  w.completeAll("B", "C");
  w.start("p", { input: 3 });
  assert.deepEqual(w.tasks(), ["C"]);
});

scenario("S016: no true condition and no default is an incident at the gateway", SPLIT, (w) => {
  const id = w.start("p", { input: 4 });
  assert.deepEqual(w.problems(), ["no-flow split"]);
  assert.match([...w.incidents.values()][0].message, /"split"/);
  assert.deepEqual(w.tasks(), []);
  assert.equal(w.status(id), "running");
  const [incident] = w.incidents.keys();
  w.resolve(incident, { input: 3 });
  assert.deepEqual(w.tasks(), ["C"]);
});

scenario(
  "S018: conditional flows from the start event meet in one inclusive join",
  `
    inclusive join
    start -[input <= 1]-> join
    start -[input <= 2]-> join
    start -[input <= 3]-> join -> Task -> end
  `,
  (w) => {
    w.start("p", { input: 2 });
    assert.deepEqual(w.tasks(), ["Task"]);
    assert.equal(w.count("join"), 1);
  },
);

scenario(
  "S019: the second of two joins in series waits for the task that feeds it",
  `
    parallel fork
    inclusive join1
    inclusive join2
    task t
    start -> fork -> PartialTask -> join2
    fork -> t -> join1
    fork -> join1 -> join2 -> TheTask -> end
  `,
  (w) => {
    const id = w.start("p");
    assert.deepEqual(w.tasks(), ["PartialTask"]);
    assert.equal(w.count("join1"), 1);
    w.complete("PartialTask");
    assert.deepEqual(w.tasks(), ["TheTask"]);
    w.complete("TheTask");
    assert.equal(w.status(id), "completed");
  },
);

scenario(
  "S021: a join behind a loop and behind two further joins: the search ends on the cycle",
  `
    parallel fork
    xor loop
    xor check
    inclusive join1
    inclusive join2
    inclusive join3
    script increment: feel="counter + 1" result=counter
    start -> fork -> loop -> increment -> check
    check -/-> loop
    check -[counter > 5]-> join1
    fork -> join1 -> join2
    fork -> C -> join2 -> join3
    fork -> join3 -> end
  `,
  (w) => {
    const id = w.start("p", { counter: 0 });
    assert.deepEqual(w.tasks(), ["C"]);
    assert.equal(w.count("increment"), 6);
    assert.equal(w.count("join1"), 1);
    w.complete("C");
    assert.equal(w.status(id), "completed");
    assert.equal(w.count("join3"), 1);
  },
);

scenario(
  "S023: a join waits for tokens inside sub-processes",
  `
    inclusive split
    inclusive join
    start -> split
    split -[a == 1]-> Sub1 -> join
    split -[b == 1]-> Sub2 -> join -> C -> end
    sub Sub1
      start1 -> A -> end1
    sub Sub2
      start2 -> B -> end2
  `,
  (w) => {
    const both = w.start("p", { a: 1, b: 1 });
    w.complete("A");
    assert.deepEqual(w.tasks(), ["B"]);
    w.complete("B");
    assert.deepEqual(w.tasks(), ["C"]);
    w.complete("C");
    assert.equal(w.status(both), "completed");
    w.start("p", { a: 1, b: 2 });
    assert.deepEqual(w.tasks(), ["A"]);
    w.complete("A");
    assert.deepEqual(w.tasks(), ["C"]);
    w.start("p", { a: 2, b: 2 });
    assert.deepEqual(w.problems(), ["no-flow split"]);
  },
);

scenario(
  "S024: a join waits for the token inside a called instance",
  `
    process p
      inclusive split
      inclusive join
      call child: calls=c
      start -> split
      split -[true]-> A -> join
      split -[true]-> B -> join
      split -[true]-> child -> join -> D -> end
    process c
      startC -> C -> endC
  `,
  (w) => {
    const id = w.start("p");
    w.completeAll("A", "B");
    assert.deepEqual(w.tasks(), ["C"]);
    w.complete("C");
    assert.deepEqual(w.tasks(), ["D"]);
    w.complete("D");
    assert.equal(w.status(id), "completed");
  },
);

scenario(
  "S029: a join waits for an event gateway, also inside a sub-process",
  `
    inclusive split
    inclusive join
    start -> split
    split -[true]-> A -> join
    split -[true]-> Sub -> join -> D -> end
    sub Sub
      inclusive innerSplit
      inclusive innerJoin
      events race
      catch m: message=go
      catch t: timer=PT1H
      start1 -> innerSplit
      innerSplit -[true]-> B -> innerJoin
      innerSplit -[true]-> race -> m -> innerJoin
      race -> t -> innerJoin -> C -> end1
  `,
  (w) => {
    w.start("p");
    w.completeAll("A", "B");
    assert.deepEqual(w.tasks(), []);
    w.publish("go");
    assert.deepEqual(w.tasks(), ["C"]);
    w.complete("C");
    assert.deepEqual(w.tasks(), ["D"]);
  },
);

scenario(
  "a token that dies lets the join fire",
  `
    inclusive split
    inclusive join
    boundary stop on B: message=stop
    start -> split
    split -[true]-> A -> join
    split -[true]-> B -> join -> C -> end1
    stop -> end2
  `,
  (w) => {
    w.start("p");
    w.complete("A");
    assert.deepEqual(w.tasks(), ["B"]);
    w.publish("stop");
    assert.deepEqual(w.tasks(), ["C"]);
  },
);

scenario(
  "a token before the join's own loop does not deadlock it; the next round is a round of its own",
  `
    inclusive join
    inclusive split
    start -> join -> A -> split
    split -[again]-> join
    split -/-> end
  `,
  (w) => {
    const id = w.start("p");
    w.complete("A", { again: true });
    assert.deepEqual(w.tasks(), ["A"]);
    w.complete("A", { again: false });
    assert.equal(w.status(id), "completed");
    assert.equal(w.count("join"), 2);
  },
);

scenario(
  "two tokens on one flow: the join fires twice",
  `
    parallel fork
    xor merge
    inclusive join
    task t
    start -> fork -> A, B -> merge -> join
    fork -> t -> join -> C -> end
  `,
  (w) => {
    w.start("p");
    w.complete("A");
    // B can reach the filled flow, so there is nothing to wait for; its token makes a round of its own.
    assert.deepEqual(w.tasks(), ["B", "C"]);
    w.complete("B");
    assert.deepEqual(w.tasks(), ["C", "C"]);
  },
);

scenario(
  "the default is taken only if no conditional flow was true; flows without condition always",
  `
    inclusive split
    start -> split
    split -[x > 1]-> A
    split -/-> B
    split -> C
    A, B, C -> end
  `,
  (w) => {
    w.start("p", { x: 2 });
    assert.deepEqual(w.tasks(), ["A", "C"]);
    w.completeAll("A", "C");
    w.start("p", { x: 0 });
    assert.deepEqual(w.tasks(), ["B", "C"]);
  },
);

scenario(
  "a token that can reach an empty flow is not waited for if it can reach a filled one, too",
  `
    parallel fork
    xor choice
    xor merge
    inclusive join
    task t
    start -> fork -> t -> merge -> join
    fork -> Decide -> choice
    choice -[again]-> merge
    choice -/-> join -> C -> end
  `,
  (w) => {
    const id = w.start("p");
    assert.deepEqual(w.tasks(), ["C", "Decide"]);
    w.complete("Decide", { again: false });
    assert.deepEqual(w.tasks(), ["C", "C"]);
    w.completeAll("C", "C");
    assert.equal(w.status(id), "completed");
  },
);
