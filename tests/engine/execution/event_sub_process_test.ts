/** Event sub-process (BPMN 2.0.2, 10.3.5.1 and 13.5.4). */
import assert from "node:assert/strict";
import { scenario } from "../../support/scenario.ts";

scenario(
  "S050: an interrupting message takes the main task's boundary timer with it",
  `
    boundary late on Main: timer=PT1H
    start -> Main -> end
    late -> Late -> end
    event Handler
      start startH: message=news
      startH -> H -> endH
  `,
  (w) => {
    const id = w.start("p");
    assert.deepEqual(w.timers(), ["late 1h"]);
    w.publish("news");
    assert.deepEqual(w.timers(), []);
    assert.deepEqual(w.tasks(), ["H"]);
    w.complete("H");
    assert.equal(w.status(id), "completed");
  },
);

scenario(
  "S053: terminate kills the running handlers of a non-interrupting event sub-process",
  `
    end endT: terminate
    start -> Main -> endT
    event Handler
      start startH: message=news non
      startH -> H -> endH
  `,
  (w) => {
    const id = w.start("p");
    w.publish("news");
    w.publish("news");
    assert.deepEqual(w.tasks(), ["H", "H", "Main"]);
    assert.deepEqual(w.listening(), ["news"]);
    w.complete("Main");
    assert.equal(w.status(id), "completed");
    assert.equal(w.count("H", "cancelled"), 2);
    assert.equal(w.count("Handler", "cancelled"), 2);
  },
);

scenario(
  "S054: terminate inside the event sub-process ends only that",
  `
    start -> Main -> end
    event Handler
      start startH: message=news non
      parallel fork
      end endT: terminate
      startH -> fork -> H1 -> endT
      fork -> H2 -> endH
  `,
  (w) => {
    const id = w.start("p");
    w.publish("news");
    w.complete("H1");
    assert.deepEqual(w.tasks(), ["Main"]);
    assert.equal(w.count("H2", "cancelled"), 1);
    assert.equal(w.count("Handler"), 1);
    w.complete("Main");
    assert.equal(w.status(id), "completed");
  },
);

scenario(
  "S055: an event sub-process inside parallel items subscribes once per item",
  `
    start -> Sub -> end
    sub Sub: parallel=2
      start1 -> Main -> end1
      event Handler
        start startH: message=news non
        startH -> H -> endH
  `,
  (w) => {
    const id = w.start("p");
    const [first, second] = w.waitingFor("news");
    w.deliver(first);
    w.deliver(first);
    w.deliver(second);
    assert.deepEqual(w.tasks(), ["H", "H", "H", "Main", "Main"]);
    w.complete("Main");
    // The first item's own flow is over, so that only the other one still listens.
    assert.deepEqual(w.waitingFor("news"), [second]);
    w.completeAll("H", "H", "H");
    assert.deepEqual(w.tasks(), ["Main"]);
    w.complete("Main");
    assert.equal(w.status(id), "completed");
    assert.deepEqual(w.listening(), []);
  },
);

const TWO_TIMERS = (non: string) => `
  start -> Main -> end
  event Early
    start startE: timer=PT1M ${non}
    task e
    startE -> e -> endE
  event Late
    start startL: timer=PT1H ${non}
    task l
    startL -> l -> endL
`;

scenario("S058: of two interrupting timers the first removes the second", TWO_TIMERS(""), (w) => {
  const id = w.start("p");
  w.hours(0.1);
  assert.deepEqual(w.timers(), []);
  assert.deepEqual(w.tasks(), []);
  assert.equal(w.status(id), "completed");
  assert.equal(w.count("l"), 0);
});

scenario("S059: non-interrupting timers fire once each beside the task", TWO_TIMERS("non"), (w) => {
  const id = w.start("p");
  w.hours(0.1);
  assert.equal(w.count("e"), 1);
  w.hours(5);
  assert.deepEqual([w.count("e"), w.count("l")], [1, 1]);
  assert.deepEqual([w.tasks(), w.timers()], [["Main"], []]);
  assert.equal(w.status(id), "running");
  w.complete("Main");
  assert.equal(w.status(id), "completed");
});

scenario(
  "S060: in sequential items each has a new timer",
  `
    start -> Sub -> end
    sub Sub: sequential=2
      start1 -> Main -> end1
      event Handler
        start startH: timer=PT1H
        startH -> endH
  `,
  (w) => {
    const id = w.start("p");
    assert.deepEqual(w.timers(), ["startH 1h"]);
    w.hours(1);
    assert.deepEqual([w.tasks(), w.timers()], [["Main"], ["startH 1h"]]);
    assert.equal(w.count("Main", "cancelled"), 1);
    w.hours(1);
    assert.equal(w.status(id), "completed");
    assert.deepEqual(w.timers(), []);
  },
);

scenario(
  "what a handler's event brings is local to the handler",
  `
    start -> Main -> end
    event Handler
      start startH: message=news non
      startH -> H -> endH
  `,
  (w) => {
    const id = w.start("p", { x: 1 });
    w.publish("news", "", { x: 2, y: 3 });
    assert.deepEqual(w.vars(id), { x: 1 });
    w.complete("H", { z: 4 });
    assert.deepEqual(w.vars(id), { x: 1, z: 4 });
  },
);

scenario(
  "when the last ordinary token is gone, no further handler can start; running ones keep the scope open",
  `
    start -> Sub -> After -> end
    sub Sub
      start1 -> Main -> end1
      event Handler
        start startH: message=news non
        startH -> H -> endH
  `,
  (w) => {
    w.start("p");
    w.publish("news");
    w.complete("Main");
    assert.deepEqual([w.tasks(), w.listening()], [["H"], []]);
    w.complete("H");
    assert.deepEqual(w.tasks(), ["After"]);
  },
);

scenario(
  "an interrupting handler keeps its siblings from starting: they listen no more",
  `
    start -> Main -> end
    event H1
      start startH1: message=a
      startH1 -> A -> endH1
    event H2
      start startH2: message=b non
      startH2 -> B -> endH2
  `,
  (w) => {
    w.start("p");
    assert.deepEqual(w.listening(), ["a", "b"]);
    w.publish("a");
    assert.deepEqual(w.listening(), []);
    w.publish("b");
    assert.deepEqual(w.tasks(), ["A"]);
  },
);

scenario(
  "an event sub-process nested in a handler listens while the handler runs",
  `
    start -> Main -> end
    event Handler
      start startH: message=a non
      startH -> A -> endH
      event Nested
        start startN: message=b non
        startN -> B -> endN
  `,
  (w) => {
    const id = w.start("p");
    assert.deepEqual(w.listening(), ["a"]);
    w.publish("a");
    assert.deepEqual(w.listening(), ["a", "b"]);
    w.publish("b");
    w.completeAll("A", "B", "Main");
    assert.equal(w.status(id), "completed");
  },
);

scenario(
  "what an interrupting handler throws goes outwards: its siblings cannot start any more",
  `
    start -> Sub -> end
    boundary e on Sub: error=E2
    e -> OnBoundary -> end
    sub Sub
      start1 -> Main -> end1
      event First
        start startF: message=m
        end endF: error=E2
        startF -> endF
      event Second
        start startS: error=E2
        startS -> InSecond -> endS
  `,
  (w) => {
    w.start("p");
    w.publish("m");
    assert.deepEqual(w.tasks(), ["OnBoundary"]);
  },
);

scenario(
  "a parallel multiple start of an event sub-process waits for all, and starts afresh if it does not interrupt",
  `
    start -> Main -> end
    event Handler
      start startH: message=a signal=b allOf non
      startH -> H -> endH
  `,
  (w) => {
    const id = w.start("p");
    w.signal("b", { y: 2 });
    assert.deepEqual(w.tasks(), ["Main"]);
    w.publish("a", "", { x: 1 });
    assert.deepEqual(w.tasks(), ["H", "Main"]);
    const handler = w.tokenAt(id, "Handler");
    assert.deepEqual({ ...w.live.get(id)!.instance.vars.get(handler.id) }, { x: 1, y: 2 });
    w.publish("a");
    w.signal("b");
    assert.deepEqual(w.tasks(), ["H", "H", "Main"]);
  },
);
