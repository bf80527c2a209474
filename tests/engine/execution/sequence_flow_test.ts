/** Sequence flows: the implicit split of any node (BPMN 2.0.2, 13.3.1 and 13.3.2), quantities. */
import assert from "node:assert/strict";
import { scenario } from "../../support/scenario.ts";

scenario(
  "S042: a task is left over all its flows, its boundary is disarmed",
  `
    boundary late on Task1: timer=PT1H
    start -> Task1 -> Task2, Task3
    late -> Late
  `,
  (w) => {
    const id = w.start("p");
    w.complete("Task1");
    assert.deepEqual(w.tasks(), ["Task2", "Task3"]);
    assert.deepEqual(w.timers(), []);
    w.completeAll("Task2", "Task3");
    assert.equal(w.status(id), "completed");
  },
);

scenario(
  "S044: a start event whose conditional flows are all false is an incident",
  `
    start -[x > 1]-> A -> end
    start -[x > 2]-> B -> end
  `,
  (w) => {
    w.start("p", { x: 0 });
    assert.deepEqual(w.problems(), ["no-flow start"]);
    assert.deepEqual(w.tasks(), []);
  },
);

scenario(
  "S045: a sub-process with an event sub-process is left over two flows and listens no more",
  `
    start -> Sub -> Outer1, Outer2
    sub Sub
      start1 -> Inner -> end1
      event Handler
        start startH: message=news
        startH -> H
  `,
  (w) => {
    const id = w.start("p");
    assert.deepEqual(w.listening(), ["news"]);
    w.complete("Inner");
    assert.deepEqual(w.tasks(), ["Outer1", "Outer2"]);
    assert.deepEqual(w.listening(), []);
    w.publish("news");
    assert.deepEqual(w.tasks(), ["Outer1", "Outer2"]);
    w.completeAll("Outer1", "Outer2");
    assert.equal(w.status(id), "completed");
  },
);

scenario(
  "the default flow of a task is taken only if no conditional flow was true",
  `
    start -> T -[x > 1]-> A -> end
    T -/-> B -> end
    T -> C -> end
  `,
  (w) => {
    w.start("p");
    w.complete("T", { x: 2 });
    assert.deepEqual(w.tasks(), ["A", "C"]);
    w.completeAll("A", "C");
    w.start("p");
    w.complete("T", { x: 0 });
    assert.deepEqual(w.tasks(), ["B", "C"]);
  },
);

scenario(
  "a task that cannot be left keeps its result: resolving the incident does not do it again",
  `
    start -> T -[x > 1]-> A -> end
  `,
  (w) => {
    const id = w.start("p");
    w.complete("T", { x: 0 });
    assert.deepEqual(w.problems(), ["no-flow T"]);
    const [incident] = w.incidents.keys();
    w.resolve(incident, { x: 5 });
    assert.deepEqual(w.tasks(), ["A"]);
    assert.equal(w.count("T"), 1);
    w.complete("A");
    assert.equal(w.status(id), "completed");
  },
);

scenario(
  "start quantity counts tokens over all incoming flows together",
  `
    parallel fork
    user Work: startQuantity=3
    start -> fork -> Work
    fork -> Work
    fork -> A -> Work -> end
  `,
  (w) => {
    const id = w.start("p");
    assert.deepEqual(w.tasks(), ["A"]);
    w.complete("A");
    assert.deepEqual(w.tasks(), ["Work"]);
    w.complete("Work");
    assert.equal(w.status(id), "completed");
  },
);

scenario(
  "completion quantity sends that many tokens on each flow taken",
  `
    user Work: completionQuantity=2
    start -> Work -> A -> end
    Work -> B -> end
  `,
  (w) => {
    w.start("p");
    w.complete("Work");
    assert.deepEqual(w.tasks(), ["A", "A", "B", "B"]);
  },
);

scenario(
  "tokens that can never reach a start quantity are a stuck incident, the instance stays running",
  `
    user Work: startQuantity=2
    start -> Work -> end
  `,
  (w) => {
    const id = w.start("p");
    assert.deepEqual(w.problems(), ["stuck Work"]);
    assert.equal(w.status(id), "running");
  },
);
