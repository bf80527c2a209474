/** Elements inside one another: where two rules meet. */
import assert from "node:assert/strict";
import { scenario } from "../../support/scenario.ts";

scenario(
  "a compensation handler that its own boundary interrupts has ended: the throw goes on",
  `
    throw t: compensate
    undo user UndoA of A
    boundary late on UndoA: timer=PT1H
    start -> A -> t -> After -> end
    late -> Fix -> end2
  `,
  (w) => {
    const id = w.start("p");
    w.complete("A");
    assert.deepEqual(w.tasks(), ["UndoA"]);
    w.hours(1);
    assert.deepEqual(w.tasks(), ["After", "Fix"]);
    w.completeAll("After", "Fix");
    assert.equal(w.status(id), "completed");
  },
);

scenario(
  "what a handler's boundary starts inside a completed sub-process keeps that sub-process's compensation open",
  `
    throw t: compensate
    start -> Sub -> t -> After -> end
    sub Sub
      undo user UndoA of A
      undo user UndoB of B
      boundary late on UndoB: timer=PT1H
      start1 -> A -> B -> end1
      late -> Fix -> end2
  `,
  (w) => {
    const id = w.start("p");
    w.completeAll("A", "B");
    w.hours(1);
    assert.deepEqual(w.tasks(), ["Fix", "UndoA"]);
    w.complete("UndoA");
    assert.deepEqual(w.tasks(), ["Fix"]);
    w.complete("Fix");
    assert.deepEqual(w.tasks(), ["After"]);
    w.complete("After");
    assert.equal(w.status(id), "completed");
  },
);

scenario(
  "a boundary that does not interrupt a compensation handler runs beside it",
  `
    throw t: compensate
    undo user UndoA of A
    boundary late on UndoA: timer=PT1H non
    start -> A -> t -> After -> end
    late -> Remind -> end2
  `,
  (w) => {
    w.start("p");
    w.complete("A");
    w.hours(1);
    assert.deepEqual(w.tasks(), ["Remind", "UndoA"]);
    w.complete("UndoA");
    assert.deepEqual(w.tasks(), ["After", "Remind"]);
  },
);

scenario(
  "a handler may be a multi-instance: all its items undo one completion",
  `
    throw t: compensate
    undo user UndoA of A: parallel=2
    start -> A -> t -> After -> end
  `,
  (w) => {
    w.start("p");
    w.complete("A");
    w.complete("UndoA");
    assert.deepEqual(w.tasks(), ["UndoA"]);
    w.complete("UndoA");
    assert.deepEqual(w.tasks(), ["After"]);
  },
);

scenario(
  "a throw without reference inside a sub-process undoes only what completed in that",
  `
    undo user UndoA of A
    start -> A -> Sub -> After -> end
    sub Sub
      throw t: compensate
      undo user UndoB of B
      start1 -> B -> t -> end1
  `,
  (w) => {
    w.start("p");
    w.completeAll("A", "B");
    assert.deepEqual(w.tasks(), ["UndoB"]);
    w.complete("UndoB");
    assert.deepEqual(w.tasks(), ["After"]);
  },
);

scenario(
  "deeply nested completions are undone in reverse, scope by scope",
  `
    throw t: compensate
    start -> Outer -> t -> end
    sub Outer
      undo user UndoA of A
      start1 -> A -> Inner -> C -> end1
      undo user UndoC of C
      sub Inner
        undo user UndoB of B
        start2 -> B -> end2
  `,
  (w) => {
    const id = w.start("p");
    w.completeAll("A", "B", "C");
    for (const task of ["UndoC", "UndoB", "UndoA"]) {
      assert.deepEqual(w.tasks(), [task]);
      w.complete(task);
    }
    assert.equal(w.status(id), "completed");
  },
);

scenario(
  "an escalation from one item reaches the boundary of the whole multi-instance; the items go on",
  `
    start -> Sub -> After -> end
    boundary e on Sub: escalation=E non
    task h
    e -> h
    sub Sub: parallel=3
      throw t: escalation=E
      start1 -> t -> A -> end1
  `,
  (w) => {
    w.start("p");
    assert.equal(w.count("h"), 3);
    assert.deepEqual(w.tasks(), ["A", "A", "A"]);
    w.completeAll("A", "A", "A");
    assert.deepEqual(w.tasks(), ["After"]);
  },
);

scenario(
  "an error handled inside an item ends that item only",
  `
    start -> Sub -> After -> end
    sub Sub: parallel=2
      end endE: error=E
      start1 -> A -> endE
      event Handler
        start startH: error=E
        startH -> H -> endH
  `,
  (w) => {
    w.start("p");
    w.complete("A");
    assert.deepEqual(w.tasks(), ["A", "H"]);
    w.completeAll("H", "A");
    assert.deepEqual(w.tasks(), ["H"]);
    w.complete("H");
    assert.deepEqual(w.tasks(), ["After"]);
  },
);

scenario(
  "a called instance that was cancelled from outside is an incident; resolving calls again",
  `
    process p
      call child: calls=c
      start -> child -> After -> end
    process c
      start1 -> B -> end1
  `,
  (w) => {
    const id = w.start("p");
    const child = [...w.live.keys()][1];
    w.send(child, { kind: "cancel", status: "cancelled", reason: "a mistake" });
    w.advance(0);
    assert.deepEqual(w.problems(), ["unhandled-error child"]);
    assert.match([...w.incidents.values()][0].message, /a mistake/);
    w.resolve([...w.incidents.keys()][0]);
    w.complete("B");
    w.complete("After");
    assert.equal(w.status(id), "completed");
  },
);

scenario(
  "a multi-instance call that is restarted after an incident keeps its other children",
  `
    process p
      call child: calls=c parallel=3
      start -> child -> After -> end
    process c
      start1 -> B -> end1
  `,
  (w) => {
    const id = w.start("p");
    const [, first] = w.live.keys();
    w.send(first, { kind: "cancel", status: "cancelled" });
    w.advance(0);
    w.completeAll("B", "B");
    assert.equal(w.tasks().length, 0);
    w.resolve([...w.incidents.keys()][0]);
    w.complete("B");
    assert.deepEqual(w.tasks(), ["After"]);
    assert.equal(w.status(id), "running");
  },
);

scenario(
  "an interrupting event sub-process inside a transaction leaves its completions to be undone by a cancel",
  `
    transaction Tx
      undo user UndoA of A
      start1 -> A -> B -> end1
      event Handler
        start startH: message=m
        end endC: cancel
        startH -> H -> endC
    boundary c on Tx: cancel
    start -> Tx -> end
    c -> AfterCancellation -> end
  `,
  (w) => {
    w.start("p");
    w.complete("A");
    w.publish("m");
    w.complete("H");
    assert.deepEqual(w.tasks(), ["UndoA"]);
    w.complete("UndoA");
    assert.deepEqual(w.tasks(), ["AfterCancellation"]);
  },
);

scenario(
  "an inclusive join inside each item of a multi-instance counts its own tokens only",
  `
    start -> Sub -> After -> end
    sub Sub: each=items:item
      inclusive split
      inclusive join
      start1 -> split
      split -[item > 0]-> A -> join
      split -[item > 1]-> B -> join
      split -/-> join -> end1
  `,
  (w) => {
    const id = w.start("p", { items: [0, 1, 2] });
    assert.deepEqual(w.tasks(), ["A", "A", "B"]);
    w.completeAll("A", "A");
    assert.equal(w.count("join"), 2);
    w.complete("B");
    assert.deepEqual(w.tasks(), ["After"]);
    assert.equal(w.status(id), "running");
  },
);

scenario(
  "terminate inside an ad-hoc sub-process's event sub-process leaves the activities alone",
  `
    start -> Sub -> After -> end
    adhoc Sub
      user A
      user B
      event Handler
        start startH: message=m non
        end endT: terminate
        startH -> endT
  `,
  (w) => {
    w.start("p");
    w.publish("m");
    assert.deepEqual(w.tasks(), ["A", "B"]);
    w.completeAll("A", "B");
    assert.deepEqual(w.tasks(), ["After"]);
  },
);

scenario(
  "a loop around a call around a multi-instance ends as often as it should",
  `
    process p
      call child: calls=c while="loopCounter < 2"
      start -> child -> end
    process c
      user B: parallel=2
      start1 -> B -> end1
  `,
  (w) => {
    const id = w.start("p");
    for (let i = 0; i < 4; i++) w.complete("B");
    assert.equal(w.status(id), "completed");
    assert.equal(w.live.size, 3);
  },
);

scenario(
  "a condition of the caller is not triggered by the child's variables until they come back",
  `
    process p
      call child: calls=c
      start -> child -> After -> end
      event Handler
        start startH: condition="x == 1" non
        task h
        startH -> h
    process c
      start1 -> B -> C -> end1
  `,
  (w) => {
    w.start("p", { x: 0 });
    w.complete("B", { x: 1 });
    assert.equal(w.count("h"), 0);
    w.complete("C");
    assert.equal(w.count("h"), 1);
  },
);

scenario(
  "an asynchronous multi-instance has one continuation for the body, before and after",
  `
    task a: parallel=3 async asyncAfter
    start -> a -> B -> end
  `,
  (w) => {
    w.auto = false;
    w.start("p");
    assert.equal(w.jobs.size, 1);
    w.runNext();
    assert.deepEqual([w.count("a"), w.tasks(), w.jobs.size], [3, [], 1]);
    w.runNext();
    assert.deepEqual(w.tasks(), ["B"]);
  },
);
