/** What is tried again, resumed or done by hand starts nothing twice and loses nothing. */
import assert from "node:assert/strict";
import { scenario } from "../../support/scenario.ts";

scenario(
  "an output mapping of a call that fails is tried again, the call is not",
  `
  process p
    start -> call1 -> X -> end
    call call1: calls=child
      <extensionElements><camunda:out sourceExpression="\${a + b}" target="r"/></extensionElements>
  process child
    start2 -> Y -> end2
`,
  (w) => {
    const id = w.start("p");
    w.complete("Y", { a: 1 });
    assert.equal(w.problems().length, 1);
    w.resolve([...w.incidents.keys()][0], { b: 2 });
    assert.deepEqual(w.tasks(), ["X"]);
    assert.deepEqual(w.vars(id).r, 3);
  },
);

scenario(
  "completing an exclusive gateway by hand needs the flow to take",
  `
  start -> x
  xor x
  x -[a == 1]-> A -> end
  x -[a == 2]-> B -> end
`,
  (w) => {
    const id = w.start("p");
    assert.deepEqual(w.problems(), ["expression x"]);
    const { rejection } = w.send(id, { kind: "completeElement", token: w.tokenAt(id, "x").id });
    assert.equal(rejection?.code, "no-such-flow");
    assert.deepEqual(w.problems(), ["expression x"]);
  },
);
scenario(
  "completing an event-based gateway by hand needs the flow to take",
  `
  start -> g
  events g
  g -> c1 -> A -> end
  g -> c2 -> B -> end
  catch c1: message=m
  catch c2: signal=s
`,
  (w) => {
    const id = w.start("p");
    const { rejection } = w.send(id, { kind: "completeElement", token: w.tokenAt(id, "g").id });
    assert.equal(rejection?.code, "no-such-flow");
    assert.deepEqual(w.listening(), ["m", "s"]);
  },
);
scenario(
  "a condition that turns true while the instance is suspended fires when it is resumed",
  `
  start -> c -> A -> end
  catch c: condition="x == 1"
`,
  (w) => {
    const id = w.start("p", { x: 0 });
    w.send(id, { kind: "suspend" });
    w.send(id, { kind: "setVariables", variables: { x: 1 } });
    w.send(id, { kind: "resume" });
    assert.deepEqual(w.tasks(), ["A"]);
  },
);
scenario(
  "a job that waits for the caller's answer is not run again by suspend and resume",
  `
  process p
    start -> call1 -> X -> end
    call call1: calls=child
    boundary b on call1: escalation=E non
    b -> H -> endh
  process child
    start2 -> s -> Y -> end2
    service s: type=work
`,
  (w) => {
    let runs = 0;
    w.handlers.set("work", () => {
      runs++;
      return { error: "E" };
    });
    w.auto = false;
    const id = w.start("p");
    while (runs === 0) w.runNext();
    const child = [...w.live.keys()].find((k) => k !== id)!;
    w.send(child, { kind: "suspend" });
    w.send(child, { kind: "resume" });
    w.run();
    assert.equal(runs, 1);
    assert.deepEqual(w.problems(), ["unhandled-error s"]);
  },
);
scenario(
  "a sequential ad-hoc sub-process that its event sub-process interrupts starts no further activity",
  `
  start -> Ah -> Z -> end
  adhoc Ah: ordering=Sequential
    user A
    user B
    event Ev
      start startE: message=m
      startE -> H -> endE
`,
  (w) => {
    w.start("p");
    w.publish("m");
    assert.deepEqual(w.tasks(), ["H"]);
    w.complete("H");
    assert.deepEqual(w.tasks(), ["Z"]);
  },
);
scenario(
  "a sequential ad-hoc sub-process goes on beside a non-interrupting handler",
  `
  start -> Ah -> Z -> end
  adhoc Ah: ordering=Sequential
    user A
    user B
    event Ev
      start startE: message=m non
      startE -> H -> endE
`,
  (w) => {
    w.start("p");
    w.publish("m");
    assert.deepEqual(w.tasks(), ["A", "H"]);
    w.complete("A");
    assert.deepEqual(w.tasks(), ["B", "H"]);
    w.publish("m");
    assert.deepEqual(w.tasks(), ["B", "H", "H"]);
    w.completeAll("B", "H", "H");
    assert.deepEqual(w.tasks(), ["Z"]);
  },
);
scenario(
  "an ad-hoc completion condition is tested again after its incident",
  `
  start -> Ah -> Z -> end
  adhoc Ah: until="done == true"
    user A
    user B
`,
  (w) => {
    w.start("p");
    w.complete("A");
    assert.deepEqual(w.problems(), ["expression Ah"]);
    w.complete("B");
    w.resolve([...w.incidents.keys()][0], { done: true });
    assert.deepEqual(w.tasks(), ["Z"]);
    assert.deepEqual(w.problems(), []);
  },
);
scenario(
  "a false one after its incident lets the sequence go on",
  `
  start -> Ah -> Z -> end
  adhoc Ah: until="done == true" ordering=Sequential
    user A
    user B
`,
  (w) => {
    w.start("p");
    w.complete("A");
    w.resolve([...w.incidents.keys()][0], { done: false });
    assert.deepEqual(w.tasks(), ["B"]);
    w.complete("B");
    assert.deepEqual(w.tasks(), ["Z"]);
  },
);
scenario(
  "a complex gateway's reset that failed is tried again, its activation is not",
  `
  start -> f -> A, B
  parallel f
  A, B -> c
  complex c: start="activationCount >= 1"
  c -> C -> end
  c -[!waitingForStart and late]-> D -> end
`,
  (w) => {
    const id = w.start("p");
    w.complete("A");
    w.complete("B");
    assert.deepEqual([w.problems(), w.tasks()], [["expression c"], ["C"]]);
    w.resolve([...w.incidents.keys()][0], { late: true });
    assert.deepEqual([w.problems(), w.tasks()], [[], ["C", "D"]]);
    w.completeAll("C", "D");
    assert.equal(w.status(id), "completed");
  },
);
