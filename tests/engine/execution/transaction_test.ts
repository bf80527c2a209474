/** Transactions and cancel events (BPMN 2.0.2, 10.3.5.2 and 13.3.5). */
import assert from "node:assert/strict";
import { refused, scenario } from "../../support/scenario.ts";

scenario(
  "S157: cancel undoes all that completed, then the cancel boundary is taken and nothing else",
  `
    transaction Tx
      user BookHotel: sequential=5
      undo user UndoHotel of BookHotel
      undo user UndoFlight of BookFlight
      undo user UndoCharge of Charge
      end endC: cancel
      start1 -> BookFlight -> Charge -> BookHotel -> endC
    boundary c on Tx: cancel
    start -> Tx -> AfterSuccess -> end
    c -> AfterCancellation -> end
  `,
  (w) => {
    const id = w.start("p");
    w.completeAll("BookFlight", "Charge");
    for (let i = 0; i < 5; i++) w.complete("BookHotel");
    for (let i = 0; i < 5; i++) w.complete("UndoHotel");
    w.complete("UndoCharge");
    assert.deepEqual(w.tasks(), ["UndoFlight"]);
    w.complete("UndoFlight");
    assert.deepEqual(w.tasks(), ["AfterCancellation"]);
    assert.equal(w.count("AfterSuccess"), 0);
    w.complete("AfterCancellation");
    assert.equal(w.status(id), "completed");
    assert.ok(w.trace(id).includes("Tx cancelled"));
  },
);

scenario(
  "S159: cancel ends the other branch of the transaction before it undoes what completed",
  `
    transaction Tx
      parallel fork
      undo user UndoA of A
      end endC: cancel
      start1 -> fork -> A -> Decide -> endC
      fork -> B -> end1
    boundary c on Tx: cancel
    start -> Tx -> end
    c -> AfterCancellation -> end
  `,
  (w) => {
    const id = w.start("p");
    w.completeAll("A", "Decide");
    assert.deepEqual(w.tasks(), ["UndoA"]);
    assert.equal(w.count("B", "cancelled"), 1);
    w.complete("UndoA");
    assert.deepEqual(w.tasks(), ["AfterCancellation"]);
    w.complete("AfterCancellation");
    assert.equal(w.status(id), "completed");
  },
);

scenario(
  "S160: cancel of an inner transaction undoes only what is in it; the outer one goes on",
  `
    transaction Outer
      undo user UndoA of A
      boundary ci on Inner: cancel
      start1 -> A -> Inner -> end1
      ci -> AfterInner -> end1
      transaction Inner
        undo user UndoB of B
        end endC: cancel
        start2 -> B -> endC
    boundary co on Outer: cancel
    start -> Outer -> After -> end
    co -> AfterOuter -> end
  `,
  (w) => {
    w.start("p");
    w.completeAll("A", "B");
    assert.deepEqual(w.tasks(), ["UndoB"]);
    w.complete("UndoB");
    assert.deepEqual(w.tasks(), ["AfterInner"]);
    w.complete("AfterInner");
    assert.deepEqual(w.tasks(), ["After"]);
    assert.equal(w.count("UndoA"), 0);
  },
);

scenario(
  "S163: a throw at process level undoes what completed inside a completed transaction",
  `
    throw t: compensate
    transaction Tx
      undo user UndoA of A
      start1 -> A -> end1
    start -> Tx -> t -> end
  `,
  (w) => {
    const id = w.start("p");
    w.complete("A");
    assert.deepEqual(w.tasks(), ["UndoA"]);
    w.complete("UndoA");
    assert.equal(w.status(id), "completed");
  },
);

refused(
  "S164: a cancel end outside a transaction is refused",
  `
    end endC: cancel
    start -> endC
  `,
  "cancel-outside-transaction",
);

refused(
  "a cancel end without a cancel boundary is refused",
  `
    transaction Tx
      end endC: cancel
      start1 -> endC
    start -> Tx -> end
  `,
  "cancel-boundary-missing",
);

scenario(
  "an error that leaves a transaction does not compensate",
  `
    transaction Tx
      undo user UndoA of A
      end endE: error=E
      start1 -> A -> endE
    boundary e on Tx: error=E
    start -> Tx -> end
    e -> Caught -> end
  `,
  (w) => {
    const id = w.start("p");
    w.complete("A");
    assert.deepEqual(w.tasks(), ["Caught"]);
    w.complete("Caught");
    assert.equal(w.status(id), "completed");
    assert.equal(w.count("UndoA"), 0);
  },
);

scenario(
  "cancel thrown in a nested sub-process ends that and cancels the transaction",
  `
    transaction Tx
      undo user UndoA of A
      start1 -> A -> Sub -> end1
      sub Sub
        parallel fork
        undo user UndoB of B
        end endC: cancel
        start2 -> fork -> B -> C -> endC
        fork -> D -> end2
    boundary c on Tx: cancel
    start -> Tx -> end
    c -> AfterCancellation -> end
  `,
  (w) => {
    const id = w.start("p");
    w.completeAll("A", "B", "C");
    // The sub-process had not completed: it is terminated, and what completed in it cannot be undone any more.
    assert.deepEqual(w.tasks(), ["UndoA"]);
    assert.equal(w.count("D", "cancelled"), 1);
    w.complete("UndoA");
    assert.deepEqual(w.tasks(), ["AfterCancellation"]);
    w.complete("AfterCancellation");
    assert.equal(w.status(id), "completed");
  },
);

scenario(
  "cancel without anything to undo takes the boundary at once",
  `
    transaction Tx
      sub Sub
        end endC: cancel
        start2 -> endC
      start1 -> Sub -> end1
    boundary c on Tx: cancel
    start -> Tx -> end
    c -> AfterCancellation -> end
  `,
  (w) => {
    const id = w.start("p");
    assert.deepEqual(w.tasks(), ["AfterCancellation"]);
    w.complete("AfterCancellation");
    assert.equal(w.status(id), "completed");
    assert.equal(w.count("endC"), 1);
  },
);

scenario(
  "in a multi-instance the cancelling item is undone, the others are terminated",
  `
    transaction Tx: parallel=3
      undo user UndoA of A
      end endC: cancel
      xor choice
      start1 -> A -> B -> choice
      choice -[stop == true]-> endC
      choice -/-> end1
    boundary c on Tx: cancel
    start -> Tx -> end
    c -> AfterCancellation -> end
  `,
  (w) => {
    const id = w.start("p", { stop: false });
    w.completeAll("A", "A", "A");
    w.complete("B", { stop: true });
    assert.deepEqual(w.tasks(), ["UndoA"]);
    w.complete("UndoA");
    assert.deepEqual(w.tasks(), ["AfterCancellation"]);
    assert.equal(w.count("B", "cancelled"), 2);
    w.complete("AfterCancellation");
    assert.equal(w.status(id), "completed");
  },
);

scenario(
  "an active inner transaction is only terminated when the outer one is cancelled",
  `
    transaction Outer
      parallel fork
      end endC: cancel
      boundary ci on Inner: cancel
      start1 -> fork -> Decide -> endC
      fork -> Inner -> end1
      ci -> end2
      transaction Inner
        undo user UndoB of B
        start2 -> B -> D -> end3
    boundary co on Outer: cancel
    start -> Outer -> end
    co -> AfterOuter -> end
  `,
  (w) => {
    w.start("p");
    w.completeAll("B", "Decide");
    assert.deepEqual(w.tasks(), ["AfterOuter"]);
    assert.equal(w.count("UndoB"), 0);
  },
);

scenario(
  "a completed inner transaction is undone when the outer one is cancelled",
  `
    transaction Outer
      end endC: cancel
      boundary ci on Inner: cancel
      start1 -> Inner -> Decide -> endC
      ci -> end2
      transaction Inner
        undo user UndoB of B
        start2 -> B -> end3
    boundary co on Outer: cancel
    start -> Outer -> end
    co -> AfterOuter -> end
  `,
  (w) => {
    w.start("p");
    w.completeAll("B", "Decide");
    assert.deepEqual(w.tasks(), ["UndoB"]);
    w.complete("UndoB");
    assert.deepEqual(w.tasks(), ["AfterOuter"]);
  },
);
