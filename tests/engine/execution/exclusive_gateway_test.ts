/** Exclusive gateway (BPMN 2.0.2, 13.4.2). */
import assert from "node:assert/strict";
import { scenario } from "../../support/scenario.ts";

scenario(
  "S031: an exclusive merge never synchronises: three tokens pass one by one",
  `
    xor merge
    start -> merge
    start -> merge
    start -> merge -> TheTask -> end
  `,
  (w) => {
    const id = w.start("p");
    assert.deepEqual(w.tasks(), ["TheTask", "TheTask", "TheTask"]);
    w.completeAll("TheTask", "TheTask", "TheTask");
    assert.equal(w.status(id), "completed");
  },
);

scenario(
  "S032: of two true conditions the first flow of the file wins",
  `
    xor choice
    start -> choice
    choice -[input > 5]-> Task1
    choice -[input > 1]-> Task2
    choice -[input > 0]-> Task3
    Task1, Task2, Task3 -> end
  `,
  (w) => {
    w.start("p", { input: 3 });
    assert.deepEqual(w.tasks(), ["Task2"]);
  },
);

const DEFAULT = `
  xor choice
  start -> choice
  choice -/-> Other
  choice -[input == 1]-> One
  One, Other -> end
`;

scenario("S033: the default flow is taken when nothing else is true, wherever it stands", DEFAULT, (w) => {
  w.start("p", { input: 1 });
  assert.deepEqual(w.tasks(), ["One"]);
  w.complete("One");
  w.start("p", { input: 5 });
  assert.deepEqual(w.tasks(), ["Other"]);
});

scenario(
  "S034: nothing true and no default is an incident, and nothing continues",
  `
    xor choice
    start -> choice -[input == 1]-> One -> end
    choice -[input == 2]-> Two -> end
  `,
  (w) => {
    const id = w.start("p", { input: 3 });
    assert.deepEqual(w.problems(), ["no-flow choice"]);
    assert.deepEqual(w.trace(id), ["start completed"]);
  },
);

scenario(
  "a condition that gives no boolean, or reads an unknown variable, is an incident that names it",
  `
    xor choice
    start -> choice -[count]-> A -> end
    choice -/-> B -> end
  `,
  (w) => {
    w.start("p", { count: 3 });
    w.start("p");
    assert.deepEqual(w.problems(), ["expression choice", "expression choice"]);
    for (const { message } of w.incidents.values()) assert.match(message, /count/);
  },
);

scenario(
  "a flow without condition that is not the default counts as true",
  `
    xor choice
    start -> choice -> A -> end
    choice -[true]-> B -> end
    choice -/-> C -> end
  `,
  (w) => {
    w.start("p");
    assert.deepEqual(w.tasks(), ["A"]);
  },
);

scenario(
  "S035: a loop of automatic elements ends without stack overflow",
  `
    xor merge
    xor check
    script increment: feel="i + 1" result=i
    start -> merge -> increment -> check
    check -[i < 1000]-> merge
    check -/-> end
  `,
  (w) => {
    const id = w.start("p", { i: 0 });
    assert.equal(w.status(id), "completed");
    assert.equal(w.vars(id).i, 1000);
    assert.equal(w.count("increment"), 1000);
  },
);
