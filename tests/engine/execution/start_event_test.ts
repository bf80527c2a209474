/** How instances start (BPMN 2.0.2, 10.5.2 and 13.2). */
import assert from "node:assert/strict";
import { scenario } from "../../support/scenario.ts";

scenario(
  "two none start events: one must be named",
  `
    start1 -> A -> end
    start2 -> B -> end
  `,
  (w) => {
    assert.throws(() => w.start("p"), /2 none start events/);
    w.start("p", {}, { startEvent: "start2" });
    assert.deepEqual(w.tasks(), ["B"]);
  },
);

scenario(
  "the none start event is used beside others; a process of message starts has none",
  `
    process p
      start startM: message=m
      start1 -> A -> end
      startM -> B -> end
    process q
      start startQ: message=q
      startQ -> C -> endQ
  `,
  (w) => {
    w.start("p");
    assert.deepEqual(w.tasks(), ["A"]);
    assert.throws(() => w.start("q"), /no none start event/);
  },
);

scenario(
  "a process without start events starts every node without incoming flow",
  `
    A -> end
    B -> end
    undo user UndoA of A
    catch l: link=x
    l -> C -> end
    event Handler
      start startH: message=m
      startH -> H
    throw j: link=x
    B -> j
  `,
  (w) => {
    w.start("p");
    assert.deepEqual(w.tasks(), ["A", "B"]);
  },
);

scenario(
  "an instantiating receive task starts an instance by its message and is done",
  `
    receive r: message=order instantiate
    r -> A -> end
  `,
  (w) => {
    w.publish("order", "", { amount: 3 });
    const [id] = w.live.keys();
    assert.deepEqual(w.tasks(), ["A"]);
    assert.deepEqual(w.vars(id), { amount: 3 });
    assert.deepEqual(w.trace(id), ["r completed"]);
  },
);

scenario(
  "the outputs of a start event decide what becomes of its payload",
  `
    start startM: message=order
      <extensionElements><zeebe:ioMapping><zeebe:output source="=amount * 2" target="doubled"/></zeebe:ioMapping></extensionElements>
    startM -> A -> end
  `,
  (w) => {
    w.publish("order", "", { amount: 3 });
    const [id] = w.live.keys();
    assert.deepEqual(w.vars(id), { doubled: 6 });
  },
);

scenario(
  "a multiple start takes any of its events",
  `
    start any: message=m signal=s
    any -> A -> end
  `,
  (w) => {
    w.signal("s");
    w.publish("m");
    assert.deepEqual(w.tasks(), ["A", "A"]);
  },
);

scenario(
  "a manual start leaves the token on the start event; each step is one wave",
  `
    parallel fork
    parallel join
    task a
    task b
    start -> fork -> a, b -> join -> end
  `,
  (w) => {
    w.auto = false;
    const id = w.start("p", {}, { manual: true });
    assert.equal(w.tokenAt(id, "start").ready, true);
    const step = () => w.send(id, { kind: "continue" }, { maxWaves: 1 }).more;
    assert.equal(step(), true);
    assert.deepEqual(w.trace(id), ["start completed"]);
    step();
    step();
    assert.deepEqual(w.trace(id), ["start completed", "fork completed", "a completed", "b completed"]);
    while (step());
    assert.equal(w.status(id), "completed");
    assert.deepEqual(w.jobs.size, 0);
  },
);
