/** Signal events (BPMN 2.0.2, 10.5.5.11 and 13.5.2). */
import assert from "node:assert/strict";
import { scenario } from "../../support/scenario.ts";

scenario(
  "S089: a throw in one instance reaches the catch in another",
  `
    process catcher
      catch c: signal=alert
      start1 -> c -> end1
    process thrower
      throw t: signal=alert
      start2 -> t -> end2
  `,
  (w) => {
    const catcher = w.start("catcher");
    const thrower = w.start("thrower");
    assert.deepEqual([w.status(catcher), w.status(thrower)], ["completed", "completed"]);
  },
);

scenario(
  "S090: two signals in one instance each move their own branch",
  `
    parallel fork
    boundary b on Main: signal=alert
    catch c: signal=abort
    start -> fork -> Main -> end1
    b -> AfterAlert -> end2
    fork -> c -> AfterAbort -> end3
  `,
  (w) => {
    const id = w.start("p");
    w.signal("abort");
    assert.deepEqual(w.tasks(), ["AfterAbort", "Main"]);
    w.signal("alert");
    assert.deepEqual(w.tasks(), ["AfterAbort", "AfterAlert"]);
    w.completeAll("AfterAbort", "AfterAlert");
    assert.equal(w.status(id), "completed");
  },
);

scenario(
  "S092: one broadcast starts both processes with that signal start",
  `
    process a
      start startA: signal=alert
      startA -> A -> endA
    process b
      start startB: signal=alert
      startB -> B -> endB
  `,
  (w) => {
    w.signal("alert", { x: 1 });
    assert.deepEqual(w.tasks(), ["A", "B"]);
    for (const id of w.live.keys()) assert.deepEqual(w.vars(id), { x: 1 });
  },
);

scenario(
  "S094: a boundary path into another sub-process keeps the outer scope open",
  `
    start -> Outer -> Finish -> end
    sub Outer
      boundary s on Inner: signal=review non
      start1 -> Inner -> end1
      s -> ReviewSub -> end2
      sub Inner
        start2 -> Approve -> end3
      sub ReviewSub
        start3 -> Review -> end4
  `,
  (w) => {
    w.start("p");
    w.signal("review");
    assert.deepEqual(w.tasks(), ["Approve", "Review"]);
    w.complete("Approve");
    assert.deepEqual(w.tasks(), ["Review"]);
    w.complete("Review");
    assert.deepEqual(w.tasks(), ["Finish"]);
  },
);

scenario(
  "S097: a signal end event in one branch moves the catch in the other",
  `
    parallel fork
    parallel join
    catch c: signal=done
    start -> fork -> Sub -> join
    fork -> c -> AfterCatch -> join -> end
    sub Sub
      end endS: signal=done
      start1 -> InSub -> endS
  `,
  (w) => {
    const id = w.start("p");
    w.complete("InSub");
    assert.deepEqual(w.tasks(), ["AfterCatch"]);
    w.complete("AfterCatch");
    assert.equal(w.status(id), "completed");
  },
);

scenario(
  "a throw finds the catch of its own fork armed, and the instance gets its signal once",
  `
    parallel fork
    throw t: signal=s
    catch c: signal=s
    start -> fork -> t -> end1
    fork -> c -> end2
  `,
  (w) => assert.equal(w.status(w.start("p")), "completed"),
);

scenario(
  "a receiver that an earlier receiver cancelled gets nothing",
  `
    start -> Outer -> end
    boundary b on Outer: signal=s
    b -> Handler -> end
    sub Outer
      parallel fork
      throw t: signal=s
      catch c: signal=s
      start1 -> fork -> c -> Inner -> end1
      fork -> A -> t -> AfterThrow -> end2
  `,
  (w) => {
    const id = w.start("p");
    w.complete("A");
    assert.deepEqual(w.tasks(), ["Handler"]);
    assert.equal(w.count("c"), 0);
    assert.ok(w.trace(id).includes("t cancelled"), "a throw that interrupts its own scope does not go on");
  },
);

scenario(
  "the throw that interrupts its scope stops the fork's other branches before they begin",
  `
    boundary b on Sub: signal=s
    start -> Sub -> end
    b -> Handler -> end
    sub Sub
      parallel fork
      throw t: signal=s
      service work: type=work
      start1 -> fork -> work -> end1
      fork -> t -> end2
  `,
  (w) => {
    const id = w.start("p");
    assert.deepEqual(w.tasks(), ["Handler"]);
    assert.deepEqual([...w.jobs.values()].filter((job) => job.type === "work"), []);
    assert.ok(!w.trace(id).some((line) => line.startsWith("work")), "what never started leaves no step");
  },
);
