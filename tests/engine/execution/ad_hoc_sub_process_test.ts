/** Ad-hoc sub-process (BPMN 2.0.2, 10.3.5.3 and 13.3.5). */
import assert from "node:assert/strict";
import { scenario } from "../../support/scenario.ts";

scenario(
  "every activity without incoming flow starts once; without condition it ends when nothing is active",
  `
    start -> Sub -> After -> end
    adhoc Sub
      user A
      B -> C
  `,
  (w) => {
    w.start("p");
    assert.deepEqual(w.tasks(), ["A", "B"]);
    w.completeAll("A", "B");
    assert.deepEqual(w.tasks(), ["C"]);
    w.complete("C");
    assert.deepEqual(w.tasks(), ["After"]);
  },
);

scenario(
  "in sequence they start one after the other in the order of the file",
  `
    start -> Sub -> After -> end
    adhoc Sub: ordering=Sequential
      user A
      user B
      user C
  `,
  (w) => {
    w.start("p");
    for (const task of ["A", "B", "C"]) {
      assert.deepEqual(w.tasks(), [task]);
      w.complete(task);
    }
    assert.deepEqual(w.tasks(), ["After"]);
  },
);

scenario(
  "the completion condition is tested after each and cancels the rest",
  `
    start -> Sub -> After -> end
    adhoc Sub: until="enough"
      user A
      user B
      user C
  `,
  (w) => {
    w.start("p", { enough: false });
    w.complete("A");
    assert.deepEqual(w.tasks(), ["B", "C"]);
    w.complete("B", { enough: true });
    assert.deepEqual(w.tasks(), ["After"]);
    assert.equal(w.count("C", "cancelled"), 1);
  },
);

scenario(
  "with cancelRemainingInstances=false the rest may finish",
  `
    start -> Sub -> After -> end
    adhoc Sub: until="enough" cancelRemainingInstances=false
      A -> Then
      user B
  `,
  (w) => {
    w.start("p");
    w.complete("A", { enough: true });
    assert.ok(w.tasks().includes("B"));
    for (const task of w.tasks()) w.complete(task);
    assert.deepEqual(w.tasks(), ["After"]);
  },
);

scenario(
  "a collection chooses what starts, people may start more",
  `
    start -> Sub -> After -> end
    adhoc Sub
      <extensionElements><zeebe:adHoc activeElementsCollection="=chosen"/></extensionElements>
      user A
      user B
      user C
  `,
  (w) => {
    const id = w.start("p", { chosen: ["B"] });
    assert.deepEqual(w.tasks(), ["B"]);
    const { id: token } = w.tokenAt(id, "Sub");
    w.send(id, { kind: "activate", token, elementIds: ["A", "B"] });
    assert.deepEqual(w.tasks(), ["A", "B", "B"]);
    assert.equal(
      w.send(id, { kind: "activate", token, elementIds: ["X"] }).rejection?.code,
      "no-such-element",
    );
    w.completeAll("A", "B", "B");
    assert.deepEqual(w.tasks(), ["After"]);
  },
);

scenario(
  "outputs of inner activities are collected as they complete",
  `
    start -> Sub -> After -> end
    adhoc Sub
      <extensionElements><zeebe:adHoc outputCollection="results" outputElement="={by: who}"/></extensionElements>
      user A
      user B
  `,
  (w) => {
    const id = w.start("p");
    w.complete("B", { who: "b" });
    w.complete("A", { who: "a" });
    assert.deepEqual(w.tasks(), ["After"]);
    assert.deepEqual(w.vars(id).results, [{ by: "b" }, { by: "a" }]);
  },
);

scenario(
  "nothing chosen: with a condition that is not true it waits for people, without one it ends",
  `
    start -> Sub -> After -> end
    adhoc Sub
      <extensionElements><zeebe:adHoc activeElementsCollection="=[]"/></extensionElements>
      user A
  `,
  (w) => {
    w.start("p");
    assert.deepEqual(w.tasks(), ["After"]);
  },
);

scenario(
  "a boundary event interrupts the whole; an event sub-process runs beside",
  `
    start -> Sub -> After -> end
    boundary late on Sub: timer=PT1H
    late -> Late -> end
    adhoc Sub
      user A
      event Handler
        start startH: message=news non
        startH -> H -> endH
  `,
  (w) => {
    w.start("p");
    w.publish("news");
    assert.deepEqual(w.tasks(), ["A", "H"]);
    w.hours(1);
    assert.deepEqual(w.tasks(), ["Late"]);
  },
);

scenario(
  "ad-hoc items of a multi-instance are tested one by one",
  `
    start -> Sub -> After -> end
    adhoc Sub: parallel=2 ordering=Sequential
      user A
      user B
  `,
  (w) => {
    w.start("p");
    assert.deepEqual(w.tasks(), ["A", "A"]);
    w.complete("A");
    assert.deepEqual(w.tasks(), ["A", "B"]);
    w.completeAll("B", "A");
    assert.deepEqual(w.tasks(), ["B"]);
    w.complete("B");
    assert.deepEqual(w.tasks(), ["After"]);
  },
);
