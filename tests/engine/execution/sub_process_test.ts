/** Embedded sub-process (BPMN 2.0.2, 10.3.5 and 13.3.4). */
import assert from "node:assert/strict";
import { scenario } from "../../support/scenario.ts";

scenario(
  "S046: a sub-process without end event ends when its last token is gone",
  `
    start -> Sub -> After -> end
    sub Sub
      start1 -> A
  `,
  (w) => {
    const id = w.start("p");
    w.complete("A");
    assert.deepEqual(w.tasks(), ["After"]);
    w.complete("After");
    assert.equal(w.status(id), "completed");
  },
);

scenario(
  "S047: a timer on the inner of two sub-processes: its handler runs in the outer one",
  `
    start -> Outer -> After -> end
    sub Outer
      boundary late on Inner: timer=PT1H
      start1 -> Inner -> end1
      late -> Escalation -> end2
      sub Inner
        start2 -> Task -> end3
  `,
  (w) => {
    const id = w.start("p");
    w.hours(1);
    assert.deepEqual(w.tasks(), ["Escalation"]);
    const { root } = w.live.get(id)!.instance.state;
    assert.deepEqual(root.tokens[0].scope?.tokens.map((token) => token.el), ["Escalation"]);
    w.complete("Escalation");
    assert.deepEqual(w.tasks(), ["After"]);
    assert.ok(w.trace(id).includes("Inner cancelled"));
  },
);

scenario(
  "S048: a boundary timer on the outer scope ends it with both inner scopes",
  `
    boundary late on Outer: timer=PT1H
    start -> Outer -> end
    late -> AfterTimer -> end
    sub Outer
      parallel fork
      start1 -> fork -> Inner1, Inner2 -> end1
      sub Inner1
        start2 -> T1 -> end2
      sub Inner2
        start3 -> T2 -> end3
  `,
  (w) => {
    const id = w.start("p");
    assert.deepEqual(w.tasks(), ["T1", "T2"]);
    w.hours(1);
    assert.deepEqual(w.tasks(), ["AfterTimer"]);
    for (const each of ["T1", "T2", "Inner1", "Inner2", "Outer"]) assert.equal(w.count(each, "cancelled"), 1);
    w.complete("AfterTimer");
    assert.equal(w.status(id), "completed");
  },
);

scenario(
  "a sub-process without start event starts every node without incoming flow",
  `
    start -> Sub -> end
    sub Sub
      boundary late on A: timer=PT1H
      A -> Join
      B -> Join
      late -> C
  `,
  (w) => {
    w.start("p");
    assert.deepEqual(w.tasks(), ["A", "B"]);
  },
);

scenario(
  "variables: local in a sub-process if set there, else written outwards to who has the name",
  `
    start -> Sub -> After -> end
    sub Sub
      <extensionElements><zeebe:ioMapping><zeebe:input source="=x" target="local"/></zeebe:ioMapping></extensionElements>
      start1 -> A -> end1
  `,
  (w) => {
    const id = w.start("p", { x: 1 });
    w.complete("A", { local: 2, x: 3, other: 4 });
    assert.deepEqual(w.vars(id), { x: 3, other: 4 });
  },
);

scenario(
  "a boundary event on a sub-process that loops is one subscription for the whole body",
  `
    boundary stop on Sub: message=stop
    start -> Sub -> end
    stop -> Stopped -> end
    sub Sub: sequential=3
      start1 -> A -> end1
  `,
  (w) => {
    const id = w.start("p");
    assert.deepEqual(w.listening(), ["stop"]);
    w.complete("A");
    assert.deepEqual(w.listening(), ["stop"]);
    w.publish("stop");
    assert.deepEqual(w.tasks(), ["Stopped"]);
    assert.equal(w.count("Sub"), 1);
    assert.deepEqual(w.trace(id).slice(-3), ["A cancelled", "Sub cancelled", "stop completed"]);
  },
);
