/** Compensation (BPMN 2.0.2, 10.7 and 13.5.5). */
import assert from "node:assert/strict";
import { refused, scenario } from "../../support/scenario.ts";

const TRIP = (reference: string) => `
  user BookHotel: sequential=5
  undo user UndoHotel of BookHotel
  user BookFlight: sequential=5
  undo user UndoFlight of BookFlight
  throw t: compensate${reference}
  start -> BookFlight -> BookHotel -> Decide -> t -> After -> end
`;

scenario(
  "S140: a throw for one activity undoes each of its items, and nothing else",
  TRIP("=BookHotel"),
  (w) => {
    const id = w.start("p");
    for (let i = 0; i < 5; i++) w.complete("BookFlight");
    for (let i = 0; i < 5; i++) w.complete("BookHotel");
    w.complete("Decide");
    // The items came one after the other, so they are undone one after the other.
    for (let i = 0; i < 5; i++) {
      assert.deepEqual(w.tasks(), ["UndoHotel"]);
      w.complete("UndoHotel");
    }
    assert.deepEqual(w.tasks(), ["After"]);
    w.complete("After");
    assert.equal(w.status(id), "completed");
    assert.deepEqual([w.count("UndoHotel"), w.count("UndoFlight")], [5, 0]);
  },
);

scenario(
  "S141: a throw without reference runs each handler once per completed item, last first",
  TRIP(""),
  (w) => {
    const id = w.start("p");
    for (let i = 0; i < 5; i++) w.complete("BookFlight");
    for (let i = 0; i < 5; i++) w.complete("BookHotel");
    w.complete("Decide");
    for (let i = 0; i < 5; i++) w.complete("UndoHotel");
    assert.deepEqual(w.tasks(), ["UndoFlight"]);
    for (let i = 0; i < 5; i++) w.complete("UndoFlight");
    w.complete("After");
    assert.equal(w.status(id), "completed");
  },
);

const CONCURRENT = `
  parallel fork
  user Book: parallel=5
  undo user Undo of Book
  throw t: compensate=Book
  start -> fork -> Book -> AfterBook -> end
  fork -> Decide -> t -> AfterThrow -> end
`;

scenario("S142: a multi-instance with one item open is not completed: nothing is undone", CONCURRENT, (w) => {
  w.start("p");
  for (let i = 0; i < 4; i++) w.complete("Book");
  w.complete("Decide");
  assert.deepEqual(w.tasks(), ["AfterThrow", "Book"]);
});

scenario(
  "S143: with all items done each is undone, together, and the throw waits for all",
  CONCURRENT,
  (w) => {
    w.start("p");
    for (let i = 0; i < 5; i++) w.complete("Book");
    w.complete("Decide");
    assert.deepEqual(w.tasks(), ["AfterBook", "Undo", "Undo", "Undo", "Undo", "Undo"]);
    for (let i = 0; i < 4; i++) w.complete("Undo");
    assert.ok(!w.tasks().includes("AfterThrow"));
    w.complete("Undo");
    assert.deepEqual(w.tasks(), ["AfterBook", "AfterThrow"]);
  },
);

scenario(
  "S144: a sub-process's own handler is used instead of what happened inside",
  `
    throw t: compensate
    undo user UndoSub of Sub
    start -> Sub -> t -> end
    sub Sub
      undo user UndoA of A
      start1 -> A -> end1
  `,
  (w) => {
    const id = w.start("p");
    w.complete("A");
    assert.deepEqual(w.tasks(), ["UndoSub"]);
    w.complete("UndoSub");
    assert.equal(w.status(id), "completed");
    assert.equal(w.count("UndoA"), 0);
  },
);

scenario(
  "S145: a compensation event sub-process dictates the order",
  `
    throw t: compensate
    start -> Booking -> t -> end
    sub Booking
      parallel fork
      undo user CancelFlight of BookFlight
      undo user CancelHotel of BookHotel
      start1 -> fork -> BookFlight, BookHotel -> end1
      event Handler
        start startH: compensate
        throw tFlight: compensate=BookFlight
        throw tHotel: compensate=BookHotel
        startH -> tFlight -> tHotel -> UpdateCustomerRecord -> endH
  `,
  (w) => {
    const id = w.start("p");
    w.completeAll("BookFlight", "BookHotel");
    for (const task of ["CancelFlight", "CancelHotel", "UpdateCustomerRecord"]) {
      assert.deepEqual(w.tasks(), [task]);
      w.complete(task);
    }
    assert.equal(w.status(id), "completed");
  },
);

scenario(
  "S147: a compensation event sub-process that throws again has its scope undone",
  `
    throw t: compensate
    start -> Sub -> t -> end
    sub Sub
      undo user UndoA of A
      start1 -> A -> end1
      event Handler
        start startH: compensate
        throw again: compensate
        startH -> First -> again -> Last -> endH
  `,
  (w) => {
    const id = w.start("p");
    w.complete("A");
    assert.deepEqual(w.tasks(), ["First"]);
    w.complete("First");
    assert.deepEqual(w.tasks(), ["UndoA"]);
    w.complete("UndoA");
    assert.deepEqual(w.tasks(), ["Last"]);
    w.complete("Last");
    assert.equal(w.status(id), "completed");
    assert.equal(w.count("UndoA"), 1);
  },
);

scenario(
  "S148: a compensation end event stays until its handler is done",
  `
    end endC: compensate
    undo user UndoA of A
    start -> A -> endC
  `,
  (w) => {
    const id = w.start("p");
    w.complete("A");
    assert.deepEqual(w.tasks(), ["UndoA"]);
    assert.equal(w.tokenAt(id, "endC").wait, "compensation");
    w.complete("UndoA");
    assert.equal(w.status(id), "completed");
    assert.deepEqual(w.trace(id), [
      "start completed",
      "A completed",
      "UndoA completed",
      "endC completed",
    ]);
  },
);

scenario(
  "S149: a handler that is a sub-process runs to its end, then the flow goes on",
  `
    throw t: compensate
    start -> A -> t -> BeforeEnd -> end
    undo sub UndoSub of A
      start1 -> U1 -> U2 -> end1
  `,
  (w) => {
    w.start("p");
    w.complete("A");
    w.complete("U1");
    assert.deepEqual(w.tasks(), ["U2"]);
    w.complete("U2");
    assert.deepEqual(w.tasks(), ["BeforeEnd"]);
  },
);

scenario(
  "S150: two completed sub-processes are undone while another branch is active",
  `
    parallel fork
    parallel join
    throw t: compensate
    start -> fork -> Sub1, Sub2 -> join -> t -> After -> end
    fork -> Beside -> end
    sub Sub1
      undo user UndoA of A
      start1 -> A -> end1
    sub Sub2
      undo user UndoB of B
      start2 -> B -> end2
  `,
  (w) => {
    w.start("p");
    w.completeAll("A", "B");
    assert.deepEqual(w.tasks(), ["Beside", "UndoA", "UndoB"]);
    w.completeAll("UndoA", "UndoB");
    assert.deepEqual(w.tasks(), ["After", "Beside"]);
    assert.deepEqual([w.count("UndoA"), w.count("UndoB")], [1, 1]);
  },
);

scenario(
  "S151: what could be undone and never was does not keep the instance alive",
  `
    start -> Sub -> Last -> end
    sub Sub
      undo user UndoA of A
      start1 -> A -> end1
    event Never
      start startN: message=never
      throw t: compensate
      startN -> t -> endN
  `,
  (w) => {
    const id = w.start("p");
    w.complete("A");
    w.complete("Last");
    assert.equal(w.status(id), "completed");
  },
);

scenario(
  "S154: B came after A, so it is undone before A",
  `
    throw t: compensate
    undo user UndoA of A
    undo user UndoB of B
    start -> A -> B -> t -> end
  `,
  (w) => {
    const id = w.start("p");
    w.completeAll("A", "B");
    assert.deepEqual(w.tasks(), ["UndoB"]);
    w.complete("UndoB");
    assert.deepEqual(w.tasks(), ["UndoA"]);
    w.complete("UndoA");
    assert.equal(w.status(id), "completed");
  },
);

refused(
  "S155: an activityRef outside the visible scope is refused",
  `
    start -> Sub -> end
    undo user UndoA of A
    A -> end
    sub Sub
      throw t: compensate=A
      start1 -> t -> end1
  `,
  "compensation-reference",
);

scenario(
  "a throw that does not wait goes on at once; its handlers keep the scope open",
  `
    throw t: compensate aside
    undo user UndoA of A
    start -> A -> t -> After -> end
  `,
  (w) => {
    const id = w.start("p");
    w.complete("A");
    assert.deepEqual(w.tasks(), ["After", "UndoA"]);
    w.complete("After");
    assert.equal(w.status(id), "running");
    w.complete("UndoA");
    assert.equal(w.status(id), "completed");
  },
);

scenario(
  "each activity is compensated once; a second throw finds nothing",
  `
    throw t1: compensate
    throw t2: compensate
    undo user UndoA of A
    start -> A -> t1 -> t2 -> After -> end
  `,
  (w) => {
    w.start("p");
    w.complete("A");
    w.complete("UndoA");
    assert.deepEqual(w.tasks(), ["After"]);
  },
);

scenario(
  "what is repeated is undone once per completion",
  `
    throw t: compensate
    xor merge
    xor check
    undo user UndoA of A
    start -> merge -> A -> check
    check -[again]-> merge
    check -/-> t -> end
  `,
  (w) => {
    const id = w.start("p");
    w.complete("A", { again: true });
    w.complete("A", { again: false });
    w.complete("UndoA");
    assert.deepEqual(w.tasks(), ["UndoA"]);
    w.complete("UndoA");
    assert.equal(w.status(id), "completed");
  },
);

scenario(
  "a handler sees its scope's local variables as they were at completion, outer ones live",
  `
    throw t: compensate
    start -> Sub -> Later -> t -> end
    sub Sub
      <extensionElements><zeebe:ioMapping><zeebe:input source="=1" target="inner"/></zeebe:ioMapping></extensionElements>
      undo script undoA of A: feel="[inner, outer]" result=seen
      start1 -> A -> end1
  `,
  (w) => {
    const id = w.start("p", { outer: 1, seen: null });
    w.complete("A", { inner: 2 });
    w.complete("Later", { outer: 5 });
    assert.equal(w.status(id), "completed");
    assert.deepEqual(w.vars(id).seen, [2, 5]);
  },
);

scenario(
  "items of a multi-instance sub-process are undone with their own variables",
  `
    throw t: compensate
    start -> Sub -> t -> After -> end
    sub Sub: each=items:item
      undo user UndoA of A
      start1 -> A -> end1
  `,
  (w) => {
    const id = w.start("p", { items: ["x", "y"] });
    w.completeAll("A", "A");
    assert.deepEqual(w.tasks(), ["UndoA", "UndoA"]);
    const { vars, state } = w.live.get(id)!.instance;
    const seen: unknown[] = [];
    const look = (scope: typeof state.root): void => {
      for (const token of scope.tokens) {
        const item = vars.get(token.id)?.item;
        if (item !== undefined) seen.push(item);
        if (token.scope) look(token.scope);
      }
    };
    look(state.root);
    assert.deepEqual(seen, ["x", "y"]);
    w.completeAll("UndoA", "UndoA");
    assert.deepEqual(w.tasks(), ["After"]);
  },
);

scenario(
  "a loop is undone in reverse, one round at a time",
  `
    throw t: compensate
    user A: while="loopCounter < 3"
    undo user UndoA of A
    start -> A -> t -> After -> end
  `,
  (w) => {
    w.start("p");
    w.completeAll("A", "A", "A");
    for (let i = 0; i < 3; i++) {
      assert.deepEqual(w.tasks(), ["UndoA"]);
      w.complete("UndoA");
    }
    assert.deepEqual(w.tasks(), ["After"]);
  },
);

scenario(
  "a throw in an interrupting handler undoes what completed in the interrupted scope",
  `
    start -> Sub -> end
    sub Sub
      undo user UndoA of A
      start1 -> A -> B -> end1
      event Handler
        start startH: error=E
        throw t: compensate
        startH -> t -> H -> endH
  `,
  (w) => {
    const id = w.start("p");
    w.complete("A");
    w.send(id, {
      kind: "throwFromUserTask",
      taskId: [...w.userTasks.keys()][0],
      throws: "error",
      code: "E",
    });
    assert.deepEqual(w.tasks(), ["UndoA"]);
    w.complete("UndoA");
    assert.deepEqual(w.tasks(), ["H"]);
    w.complete("H");
    assert.equal(w.status(id), "completed");
  },
);

scenario(
  "a handler may be interrupted by its own boundary, and the compensation goes on",
  `
    throw t: compensate
    undo user UndoA of A
    undo user UndoB of B
    start -> A -> B -> t -> After -> end
  `,
  (w) => {
    const id = w.start("p");
    w.completeAll("A", "B");
    w.send(id, { kind: "cancel", status: "cancelled", reason: "no longer wanted" });
    assert.equal(w.status(id), "cancelled");
    assert.deepEqual(w.tasks(), []);
  },
);

scenario(
  "a multiple end event throws all its definitions and waits for the compensation",
  `
    parallel fork
    end endM: message=news compensate signal=s
    catch c: signal=s
    undo user UndoA of A
    start -> fork -> A -> endM
    fork -> c -> C -> end
  `,
  (w) => {
    const id = w.start("p");
    w.complete("A");
    assert.deepEqual(w.tasks(), ["C", "UndoA"]);
    assert.deepEqual(w.messages.map((message) => message.name), ["news"]);
    w.completeAll("C", "UndoA");
    assert.equal(w.status(id), "completed");
  },
);

scenario(
  "two compensations in one throw event both run before it goes on",
  `
    throw t: compensate=A compensate=B
    undo user UndoA of A
    undo user UndoB of B
    start -> A -> B -> t -> After -> end
  `,
  (w) => {
    const id = w.start("p");
    w.completeAll("A", "B");
    while (!w.tasks().includes("After")) for (const task of w.tasks()) w.complete(task);
    assert.deepEqual(w.tasks(), ["After"]);
    assert.deepEqual([w.count("UndoA"), w.count("UndoB"), w.count("t")], [1, 1, 1]);
    w.complete("After");
    assert.equal(w.status(id), "completed");
  },
);

scenario(
  "an error thrown while compensating leaves by the scope of the throw",
  `
    start -> Outer -> end
    boundary e on Outer: error=E
    e -> Caught -> end
    sub Outer
      throw t: compensate
      undo service undoA of A: type=undo
      start1 -> A -> t -> end1
  `,
  (w) => {
    w.handlers.set("undo", () => ({ error: "E" }));
    const id = w.start("p");
    w.complete("A");
    assert.deepEqual(w.tasks(), ["Caught"]);
    w.complete("Caught");
    assert.equal(w.status(id), "completed");
  },
);

scenario(
  "the handler of a multi-instance task sees its item and its counter",
  `
    throw t: compensate
    user Book: each=items:item
    undo script undo of Book: feel="append(seen, item + string(loopCounter))" result=seen
    start -> Book -> t -> end
  `,
  (w) => {
    const id = w.start("p", { items: ["x", "y"], seen: [] });
    w.completeAll("Book", "Book");
    assert.equal(w.status(id), "completed");
    assert.deepEqual((w.vars(id).seen as string[]).toSorted(), ["x0", "y1"]);
  },
);
