/** Complex gateway (BPMN 2.0.2, 13.4.5). */
import assert from "node:assert/strict";
import { scenario } from "../../support/scenario.ts";

scenario(
  "two of three branches activate it; the third one is consumed by the reset",
  `
    parallel fork
    complex vote: start="activationCount >= 2"
    start -> fork -> A, B, C -> vote -> D -> end
  `,
  (w) => {
    const id = w.start("p");
    w.complete("B");
    assert.deepEqual(w.tasks(), ["A", "C"]);
    w.complete("A");
    assert.deepEqual(w.tasks(), ["C", "D"]);
    w.complete("D");
    assert.equal(w.status(id), "running");
    w.complete("C");
    assert.equal(w.status(id), "completed");
    assert.equal(w.count("D"), 1);
  },
);

scenario(
  "without a condition the first token activates it",
  `
    parallel fork
    complex first
    start -> fork -> A, B -> first -> C -> end
  `,
  (w) => {
    const id = w.start("p");
    w.complete("A");
    assert.deepEqual(w.tasks(), ["B", "C"]);
    w.completeAll("B", "C");
    assert.equal(w.status(id), "completed");
    assert.equal(w.count("C"), 1);
  },
);

scenario(
  "at the reset only flows that name waitingForStart are looked at again",
  `
    parallel fork
    complex vote: start="activationCount >= 1"
    start -> fork -> A, B -> vote
    vote -[waitingForStart]-> First -> end
    vote -[not waitingForStart]-> Late -> end
    vote -[true]-> Always -> end
  `,
  (w) => {
    w.start("p");
    w.complete("A");
    assert.deepEqual(w.tasks(), ["Always", "B", "First"]);
    w.complete("B");
    assert.deepEqual(w.tasks(), ["Always", "First", "Late"]);
  },
);

scenario(
  "after the reset it waits for start again",
  `
    parallel fork
    xor merge1
    xor merge2
    complex vote: start="activationCount >= 2"
    start -> fork -> A1, A2 -> merge1 -> vote
    fork -> B1, B2 -> merge2 -> vote -> C -> end
  `,
  (w) => {
    const id = w.start("p");
    w.completeAll("A1", "B1");
    assert.deepEqual(w.tasks(), ["A2", "B2", "C"]);
    w.completeAll("A2", "B2");
    assert.deepEqual(w.tasks(), ["C", "C"]);
    w.completeAll("C", "C");
    assert.equal(w.status(id), "completed");
  },
);

scenario(
  "an activation that can never hold is a stuck incident",
  `
    parallel fork
    complex vote: start="activationCount >= 3"
    start -> fork -> A, B -> vote -> C -> end
  `,
  (w) => {
    w.start("p");
    w.completeAll("A", "B");
    assert.deepEqual(w.problems(), ["stuck vote"]);
  },
);
