/** Error events (BPMN 2.0.2, 10.5.7 and 13.5.3). */
import assert from "node:assert/strict";
import { scenario } from "../../support/scenario.ts";

scenario(
  "S110: a boundary without reference catches any code",
  `
    service work: type=work
    boundary any on work: error
    start -> work -> end
    any -> Caught -> end
  `,
  (w) => {
    w.handlers.set("work", () => ({ error: "whatever" }));
    const id = w.start("p");
    assert.deepEqual(w.tasks(), ["Caught"]);
    assert.ok(w.trace(id).includes("work failed"), "the step of who threw it says so");
  },
);

const TWO = `
  start -> Outer -> end
  boundary d on Outer: error=D
  d -> AfterD -> end
  sub Outer
    parallel fork
    boundary c on InnerB: error=C
    start1 -> fork -> InnerA, InnerB -> end1
    c -> AfterC -> end1
    sub InnerA
      end endA: error=D
      start2 -> A -> endA
    sub InnerB
      end endB: error=C
      start3 -> B -> endB
`;

scenario("S111: an error caught on the outer scope ends the other branch too", TWO, (w) => {
  w.start("p");
  w.complete("A");
  assert.deepEqual(w.tasks(), ["AfterD"]);
  assert.equal(w.count("B", "cancelled"), 1);
});

scenario("S111: an error caught inside leaves the other branch alone", TWO, (w) => {
  w.start("p");
  w.complete("B");
  assert.deepEqual(w.tasks(), ["A", "AfterC"]);
  w.complete("A");
  assert.deepEqual(w.tasks(), ["AfterD"]);
});

scenario(
  "S112: in five nested scopes the nearest catch with the code wins",
  `
    start -> L1 -> end
    boundary e2 on L1: error=error2
    e2 -> AfterCatch -> end
    sub L1
      boundary e1 on L2: error=error1
      start1 -> L2 -> end1
      e1 -> endC
      sub L2
        start2 -> L3 -> end2
        sub L3
          start3 -> L4 -> end3
          sub L4
            start4 -> L5 -> end4
            sub L5
              xor choice
              end endE1: error=error1
              end endE2: error=error2
              start5 -> choice
              choice -[input == 1]-> endE1
              choice -[input == 2]-> endE2
  `,
  (w) => {
    const first = w.start("p", { input: 1 });
    assert.equal(w.status(first), "completed");
    assert.deepEqual(w.tasks(), []);
    assert.equal(w.count("L1"), 1);
    const second = w.start("p", { input: 2 });
    assert.deepEqual(w.tasks(), ["AfterCatch"]);
    for (const scope of ["L1", "L2", "L3", "L4", "L5"]) {
      assert.ok(w.trace(second).includes(`${scope} cancelled`));
    }
  },
);

scenario(
  "S113: an error goes through two call activities to a boundary around them; both instances end",
  `
    process p
      start -> Sub -> end
      boundary e on Sub: error=E
      e -> Escalated -> end
      sub Sub
        call call1: calls=middle
        start1 -> call1 -> end1
    process middle
      call call2: calls=inner
      start2 -> call2 -> end2
    process inner
      end endE: error=E
      start3 -> Work -> endE
  `,
  (w) => {
    w.start("p");
    assert.equal(w.live.size, 3);
    w.complete("Work");
    assert.deepEqual(w.tasks(), ["Escalated"]);
    const [root, ...children] = [...w.live.keys()];
    assert.equal(w.status(root), "running");
    for (const child of children) assert.equal(w.status(child), "cancelled");
  },
);

scenario(
  "S115: the second item of a sequence throws: the loop stops and the boundary's path is taken",
  `
    service work: type=work sequential=5
    boundary e on work: error=E
    start -> work -> end
    e -> Caught -> end
  `,
  (w) => {
    let calls = 0;
    w.handlers.set("work", () => ++calls % 2 === 0 ? { error: "E" } : { variables: {} });
    const id = w.start("p");
    assert.deepEqual(w.tasks(), ["Caught"]);
    assert.deepEqual(w.trace(id).filter((line) => line.startsWith("work")), [
      "work completed",
      "work failed",
    ]);
  },
);

scenario(
  "S117: an error skips the signal boundary of the inner scope",
  `
    start -> Outer -> end
    boundary e on Outer: error=E
    e -> Caught -> end
    sub Outer
      boundary s on Inner: signal=E
      start1 -> Inner -> end1
      s -> NotThis -> end1
      sub Inner
        end endE: error=E
        start2 -> endE
  `,
  (w) => {
    w.start("p");
    assert.deepEqual(w.tasks(), ["Caught"]);
  },
);

scenario(
  "S118: an error end in a non-interrupting handler goes to its scope's boundary and takes the main task along",
  `
    start -> Sub -> end
    boundary e on Sub: error=E
    e -> Caught -> end
    sub Sub
      start1 -> Main -> end1
      event Handler
        start startH: message=news non
        end endE: error=E
        startH -> endE
  `,
  (w) => {
    w.start("p");
    w.publish("news");
    assert.deepEqual(w.tasks(), ["Caught"]);
    assert.equal(w.count("Main", "cancelled"), 1);
  },
);

scenario(
  "S119: an error from an event sub-process in a sub-process in an event sub-process reaches the outermost boundary",
  `
    start -> Outer -> end
    boundary e on Outer: error=E
    e -> Caught -> end
    sub Outer
      start1 -> Main -> end1
      event Handler
        start startH: message=a non
        startH -> Inner -> endH
        sub Inner
          start2 -> InnerMain -> end2
          event Nested
            start startN: message=b non
            end endE: error=E
            startN -> endE
  `,
  (w) => {
    w.start("p");
    w.publish("a");
    w.publish("b");
    assert.deepEqual(w.tasks(), ["Caught"]);
  },
);

scenario(
  "S122: a handler that throws the same code again goes outwards, never back into itself",
  `
    start -> Sub -> end
    boundary e on Sub: error=E
    e -> Caught -> end
    sub Sub
      end endE1: error=E
      start1 -> endE1
      event Handler
        start startH: error=E
        end endE2: error=E
        startH -> endE2
  `,
  (w) => {
    const id = w.start("p");
    assert.deepEqual(w.tasks(), ["Caught"]);
    assert.equal(w.trace(id).filter((line) => line.startsWith("startH")).length, 1);
  },
);

scenario(
  "in one scope the event sub-process comes before the boundary, a code before catch-all",
  `
    start -> Sub -> end
    boundary e on Sub: error=E
    e -> OnBoundary -> end
    sub Sub
      service work: type=work
      start1 -> work -> end1
      event Any
        start startA: error
        startA -> InAny -> endA
      event Exact
        start startX: error=X
        startX -> InExact -> endX
  `,
  (w) => {
    w.handlers.set("work", ({ variables }) => ({ error: String(variables.code) }));
    w.start("p", { code: "X" });
    assert.deepEqual(w.tasks(), ["InExact"]);
    w.complete("InExact");
    w.start("p", { code: "E" });
    assert.deepEqual(w.tasks(), ["InAny"]);
  },
);

scenario(
  "the boundary of the throwing task itself is asked first",
  `
    service work: type=work
    boundary e on work: error=E
    start -> work -> end
    e -> OnTask -> end
    event Handler
      start startH: error=E
      startH -> InHandler -> endH
  `,
  (w) => {
    w.handlers.set("work", () => ({ error: "E" }));
    w.start("p");
    assert.deepEqual(w.tasks(), ["OnTask"]);
  },
);

scenario(
  "nothing catches an error end event: the instance fails with all its call tree",
  `
    process p
      parallel fork
      call child: calls=c
      call other: calls=waits
      start -> fork -> child -> end
      fork -> other -> end
    process c
      end endE: error=E
      start1 -> A -> endE
    process waits
      start2 -> B -> end2
  `,
  (w) => {
    const id = w.start("p");
    w.complete("A");
    assert.equal(w.status(id), "failed");
    for (const each of w.live.keys()) assert.equal(w.status(each), "failed");
    assert.deepEqual([w.tasks(), w.problems()], [[], []]);
  },
);

scenario(
  "nothing catches a handler's error: an incident at the element, and nothing is cancelled",
  `
    parallel fork
    service work: type=work
    start -> fork -> work -> end1
    fork -> A -> end2
  `,
  (w) => {
    let calls = 0;
    w.handlers.set("work", () => calls++ % 2 === 0 ? { error: "E" } : { variables: {} });
    const id = w.start("p");
    assert.deepEqual([w.tasks(), w.problems()], [["A"], ["unhandled-error work"]]);
    w.resolve([...w.incidents.keys()][0]);
    w.complete("A");
    assert.equal(w.status(id), "completed");
    assert.equal(w.count("work"), 1);
  },
);

scenario(
  "a handler's error in a called instance asks the caller before anything is cancelled",
  `
    process p
      call child: calls=c
      boundary e on child: error=E
      start -> child -> end
      e -> Caught -> end
    process c
      parallel fork
      service work: type=work
      start1 -> fork -> work -> end1
      fork -> B -> end2
  `,
  (w) => {
    w.handlers.set("work", ({ variables }) => ({ error: String(variables.code) }));
    w.start("p", { code: "E" });
    assert.deepEqual(w.tasks(), ["Caught"]);
    w.complete("Caught");
    w.start("p", { code: "other" });
    assert.deepEqual([w.tasks(), w.problems()], [["B"], ["unhandled-error work"]]);
  },
);

scenario(
  "the catch names the variables for code and message",
  `
    service work: type=work
    boundary e on work
      <errorEventDefinition camunda:errorCodeVariable="code" camunda:errorMessageVariable="text"/>
    start -> work -> end
    e -> Caught -> end
  `,
  (w) => {
    const id = w.start("p");
    const [jobId] = w.jobs.keys();
    w.send(id, {
      kind: "throwError",
      jobId,
      code: "E",
      message: "too bad",
      variables: { x: 1 },
    });
    assert.deepEqual(w.tasks(), ["Caught"]);
    assert.deepEqual(w.vars(id), { x: 1, code: "E", text: "too bad" });
  },
);

scenario(
  "a person reports an error for a user task; one that nothing catches is rejected",
  `
    boundary e on A: error=E
    start -> A -> end
    e -> Caught -> end
  `,
  (w) => {
    const id = w.start("p");
    const [taskId] = w.userTasks.keys();
    const command = { kind: "throwFromUserTask", taskId, throws: "error" } as const;
    assert.equal(w.send(id, { ...command, code: "other" }).rejection?.code, "not-caught");
    assert.deepEqual(w.tasks(), ["A"]);
    w.send(id, { ...command, code: "E" });
    assert.deepEqual(w.tasks(), ["Caught"]);
  },
);
