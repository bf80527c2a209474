/** Escalation events (BPMN 2.0.2, 10.5.7 and 13.5.3). */
import assert from "node:assert/strict";
import { scenario } from "../../support/scenario.ts";

scenario(
  "S127: an escalation that nothing catches is no error: the flow goes on after the throw",
  `
    throw t: escalation=E
    end endE: escalation=E
    start -> t -> A -> endE
  `,
  (w) => {
    const id = w.start("p");
    assert.deepEqual(w.tasks(), ["A"]);
    w.complete("A");
    assert.equal(w.status(id), "completed");
    assert.deepEqual(w.problems(), []);
  },
);

const CALL = (non: string) => `
  process p
    call child: calls=c
    boundary e on child: escalation=E ${non}
    start -> child -> end
    e -> Handler -> endH
  process c
    throw t: escalation=E
    start1 -> t -> B -> end1
`;

scenario("S128: an escalation crosses the call; the child goes on beside the handler", CALL("non"), (w) => {
  const id = w.start("p");
  assert.deepEqual(w.tasks(), ["B", "Handler"]);
  w.completeAll("B", "Handler");
  assert.equal(w.status(id), "completed");
});

scenario("an interrupting catch of a child's escalation cancels the child", CALL(""), (w) => {
  const [id, child] = [w.start("p"), [...w.live.keys()][1]];
  assert.deepEqual(w.tasks(), ["Handler"]);
  assert.equal(w.status(child), "cancelled");
  w.complete("Handler");
  assert.equal(w.status(id), "completed");
});

scenario(
  "an escalation that no caller catches goes on in the child",
  CALL("non").replace("boundary e on child: escalation=E", "boundary e on child: escalation=X"),
  (w) => {
    w.start("p");
    assert.deepEqual(w.tasks(), ["B"]);
  },
);

scenario(
  "S131: an interrupting catch: the first throw cancels all, the handler runs once",
  `
    start -> Sub -> end
    boundary e on Sub: escalation=E
    e -> Handler -> end
    sub Sub
      parallel fork
      throw t1: escalation=E
      throw t2: escalation=E
      start1 -> fork -> t1 -> A -> end1
      fork -> t2 -> B -> end1
      fork -> C -> end1
  `,
  (w) => {
    w.start("p");
    assert.deepEqual(w.tasks(), ["Handler"]);
  },
);

scenario(
  "S132: an escalation end in one branch, caught without interrupting: the other branch goes on",
  `
    start -> Sub -> After -> end
    boundary e on Sub: escalation=E non
    e -> Handler -> end
    sub Sub
      parallel fork
      end endE: escalation=E
      start1 -> fork -> endE
      fork -> A -> end1
  `,
  (w) => {
    w.start("p");
    assert.deepEqual(w.tasks(), ["A", "Handler"]);
    w.complete("A");
    assert.deepEqual(w.tasks(), ["After", "Handler"]);
  },
);

scenario(
  "S136: a handler's escalation starts the sibling handler in the same scope",
  `
    throw t: escalation=E1
    start -> t -> Main -> end
    event H1
      start startH1: escalation=E1 non
      throw t2: escalation=E2
      startH1 -> t2 -> A -> endH1
    event H2
      start startH2: escalation=E2 non
      startH2 -> B -> endH2
  `,
  (w) => {
    const id = w.start("p");
    assert.deepEqual(w.tasks(), ["A", "B", "Main"]);
    const { root } = w.live.get(id)!.instance.state;
    assert.deepEqual(root.tokens.map((token) => token.el).sort(), ["H1", "H2", "Main"]);
  },
);

scenario(
  "S137: an end event's escalation is delivered before its scope completes; the handler keeps it alive",
  `
    throw t: escalation=E
    end endE: escalation=E
    start -> t -> Main -> endE
    event H
      start startH: escalation=E non
      startH -> A -> endH
  `,
  (w) => {
    const id = w.start("p");
    assert.deepEqual(w.tasks(), ["A", "Main"]);
    w.complete("Main");
    assert.deepEqual(w.tasks(), ["A", "A"]);
    assert.equal(w.status(id), "running");
    w.completeAll("A", "A");
    assert.equal(w.status(id), "completed");
    assert.equal(w.count("H"), 2);
  },
);

scenario(
  "S138: a cycle's handler throws to an interrupting boundary of its parent: once, and the cycle ends",
  `
    start -> Sub -> end
    boundary e on Sub: escalation=E
    e -> Handler -> end
    sub Sub
      start1 -> Main -> end1
      event Cycle
        start startC: timer=R/PT1H non
        end endE: escalation=E
        startC -> endE
  `,
  (w) => {
    w.start("p");
    w.hours(5);
    assert.deepEqual([w.tasks(), w.timers()], [["Handler"], []]);
    assert.equal(w.count("e"), 1);
  },
);

scenario(
  "a catch without reference catches any escalation and may learn its code; payload comes along",
  `
    throw t: escalation=E
      <extensionElements><zeebe:ioMapping><zeebe:input source="=41 + 1" target="answer"/></zeebe:ioMapping></extensionElements>
    start -> t -> Main -> end
    event H
      start startH: non
        <escalationEventDefinition camunda:escalationCodeVariable="code"/>
      startH -> A -> endH
  `,
  (w) => {
    const id = w.start("p");
    assert.deepEqual(w.tasks(), ["A", "Main"]);
    const handler = w.tokenAt(id, "H");
    assert.deepEqual({ ...w.live.get(id)!.instance.vars.get(handler.id) }, { answer: 42, code: "E" });
  },
);

scenario(
  "a throw that interrupts its own scope does not go on",
  `
    throw t: escalation=E
    start -> t -> Main -> end
    event H
      start startH: escalation=E
      startH -> A -> endH
  `,
  (w) => {
    const id = w.start("p");
    assert.deepEqual(w.tasks(), ["A"]);
    assert.equal(w.count("Main"), 0);
    w.complete("A");
    assert.equal(w.status(id), "completed");
  },
);

scenario(
  "a person reports an escalation for a user task, which stays open if that does not interrupt",
  `
    boundary e on A: escalation=E non
    start -> A -> end
    e -> Handler -> end
  `,
  (w) => {
    const id = w.start("p");
    const [taskId] = w.userTasks.keys();
    w.send(id, { kind: "throwFromUserTask", taskId, throws: "escalation", code: "E" });
    assert.deepEqual(w.tasks(), ["A", "Handler"]);
    w.complete("A");
    assert.deepEqual(w.tasks(), ["Handler"]);
  },
);
