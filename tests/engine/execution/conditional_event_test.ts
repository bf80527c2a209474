/** Conditional events (BPMN 2.0.2, 10.5.5.4). */
import assert from "node:assert/strict";
import { scenario } from "../../support/scenario.ts";

scenario(
  "S099: false on arrival; the change fires it within the same command",
  `
    catch c: condition="x == 1"
    start -> c -> end
  `,
  (w) => {
    const id = w.start("p");
    assert.equal(w.status(id), "running");
    w.auto = false;
    w.setVariables(id, { x: 0 });
    assert.equal(w.status(id), "running");
    w.setVariables(id, { x: 1 });
    assert.equal(w.status(id), "completed");
  },
);

scenario(
  "S100: one change fires two catches with the same condition",
  `
    parallel fork
    parallel join
    catch c1: condition="x == 1"
    catch c2: condition="x == 1"
    start -> fork -> c1, c2 -> join -> end
  `,
  (w) => {
    const id = w.start("p");
    w.setVariables(id, { x: 1 });
    assert.equal(w.status(id), "completed");
    assert.equal(w.count("join"), 1);
  },
);

scenario(
  "S105: start variables that fulfil an interrupting handler's condition: the main task never appears",
  `
    start -> Main -> end
    event Handler
      start startH: condition="x == 1"
      startH -> H -> endH
  `,
  (w) => {
    const id = w.start("p", { x: 1 });
    assert.deepEqual(w.tasks(), ["H"]);
    assert.ok(!w.trace(id).some((line) => line.startsWith("Main") || line.startsWith("start ")));
    w.complete("H");
    assert.equal(w.status(id), "completed");
  },
);

scenario(
  "S106: a variable local to a sub-process does not trigger the process's condition, a propagated one does",
  `
    start -> Sub -> end
    sub Sub
      <extensionElements><zeebe:ioMapping><zeebe:input source="=0" target="x"/></zeebe:ioMapping></extensionElements>
      start1 -> A -> B -> end1
    event Handler
      start startH: condition="x == 1" non
      startH -> H -> endH
    event Other
      start startO: condition="y == 1" non
      startO -> O -> endO
  `,
  (w) => {
    w.start("p");
    w.complete("A", { x: 1 });
    assert.deepEqual(w.tasks(), ["B"]);
    w.complete("B", { y: 1 });
    assert.deepEqual(w.tasks(), ["O"]);
  },
);

scenario(
  "it fires only when it turns from false to true",
  `
    start -> Main -> end
    event Handler
      start startH: condition="x > 1" non
      task h
      startH -> h
  `,
  (w) => {
    const id = w.start("p", { x: 0 });
    w.setVariables(id, { x: 2 });
    w.setVariables(id, { x: 3 });
    assert.equal(w.count("h"), 1);
    w.setVariables(id, { x: 0 });
    w.setVariables(id, { x: 2 });
    assert.equal(w.count("h"), 2);
  },
);

scenario(
  "leaving an activity never triggers its own boundary, its output mapping included",
  `
    user Main
      <extensionElements><zeebe:ioMapping><zeebe:output source="=1" target="x"/></zeebe:ioMapping></extensionElements>
    boundary b on Main: condition="x == 1"
    start -> Main -> After -> end
    b -> Interrupted -> end
  `,
  (w) => {
    w.start("p", { x: 0 });
    w.complete("Main");
    assert.deepEqual(w.tasks(), ["After"]);
  },
);

scenario(
  "a result written by the task itself does not trigger its own boundary either",
  `
    boundary b on Main: condition="x == 1"
    start -> Main -> After -> end
    b -> Interrupted -> end
  `,
  (w) => {
    const id = w.start("p");
    w.complete("Main", { x: 1 });
    assert.deepEqual(w.tasks(), ["After"]);
    w.complete("After");
    w.start("p", { x: 1 });
    assert.deepEqual(w.tasks(), ["Interrupted"], "true when armed: it fires before the task begins");
    assert.equal(w.count("Main", "cancelled"), 0);
    assert.equal(w.status(id), "completed");
  },
);

scenario(
  "with a filter only changes of the named variables are looked at",
  `
    boundary b on Main: non
      <conditionalEventDefinition><extensionElements><zeebe:conditionalFilter variableNames="x"/></extensionElements><condition>=x + y &gt; 1</condition></conditionalEventDefinition>
    start -> Main -> end
    b -> H -> end
  `,
  (w) => {
    const id = w.start("p", { x: 0, y: 0 });
    w.setVariables(id, { y: 5 });
    assert.deepEqual(w.tasks(), ["Main"]);
    w.setVariables(id, { x: 1 });
    assert.deepEqual(w.tasks(), ["H", "Main"]);
  },
);

scenario(
  "an unknown variable, null or a value that is no boolean just means: not yet",
  `
    catch c: condition="order.total > 10"
    start -> c -> A -> end
  `,
  (w) => {
    const id = w.start("p");
    w.setVariables(id, { order: null });
    w.setVariables(id, { order: { total: "many" } });
    assert.deepEqual([w.tasks(), w.problems()], [[], []]);
    w.setVariables(id, { order: { total: 11 } });
    assert.deepEqual(w.tasks(), ["A"]);
  },
);

scenario(
  "items of a multi-instance have conditions of their own",
  `
    start -> Sub -> end
    sub Sub: each=items:item
      catch c: condition="done == item"
      start1 -> c -> end1
  `,
  (w) => {
    const id = w.start("p", { items: ["a", "b"], done: "" });
    w.setVariables(id, { done: "b" });
    assert.equal(w.count("c"), 1);
    w.setVariables(id, { done: "a" });
    assert.equal(w.status(id), "completed");
  },
);
