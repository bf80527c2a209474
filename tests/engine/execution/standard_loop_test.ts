/** Standard loops (BPMN 2.0.2, 10.3.8 and 13.3.6). */
import assert from "node:assert/strict";
import { scenario } from "../../support/scenario.ts";

scenario(
  "a loop runs while its condition is true, and tests after each round",
  `
    script add: while="i < 3" feel="i + 1" result=i
    start -> add -> end
  `,
  (w) => {
    const id = w.start("p", { i: 0 });
    assert.equal(w.vars(id).i, 3);
    const late = w.start("p", { i: 10 });
    assert.equal(w.vars(late).i, 11, "the first round comes before the first test");
  },
);

scenario(
  "with testBefore the first round needs the condition, too",
  `
    script add: while="i < 3" before feel="i + 1" result=i
    start -> add -> After -> end
  `,
  (w) => {
    const id = w.start("p", { i: 10 });
    assert.equal(w.vars(id).i, 10);
    assert.deepEqual(w.trace(id), ["start completed", "add skipped"]);
    assert.deepEqual(w.tasks(), ["After"]);
  },
);

scenario(
  "the maximum caps a condition that stays true; without condition it alone ends the loop",
  `
    script a: while="true" max=4 feel="i + 1" result=i
    script b: max=3 feel="i + 1" result=i
    script c: max=0 feel="i + 100" result=i
    start -> a -> b -> c -> end
  `,
  (w) => {
    const id = w.start("p", { i: 0 });
    assert.equal(w.status(id), "completed");
    assert.equal(w.vars(id).i, 7);
  },
);

scenario(
  "one boundary subscription covers all rounds of a loop",
  `
    user Work: while="again"
    boundary late on Work: timer=PT1H
    start -> Work -> After -> end
    late -> Late -> end
  `,
  (w) => {
    w.start("p");
    const [timer] = w.jobs.keys();
    w.complete("Work", { again: true });
    assert.deepEqual([...w.jobs.keys()], [timer]);
    w.hours(1);
    assert.deepEqual(w.tasks(), ["Late"]);
  },
);

scenario(
  "the condition sees how many rounds are done",
  `
    start -> Sub -> end
    sub Sub: while="loopCounter < 3"
      task t
      start1 -> t -> end1
  `,
  (w) => {
    const id = w.start("p");
    assert.equal(w.status(id), "completed");
    assert.equal(w.count("t"), 3);
  },
);

scenario(
  "a condition that is no boolean is an incident that goes on where it stopped",
  `
    script add: while="more" feel="i + 1" result=i
    start -> add -> end
  `,
  (w) => {
    const id = w.start("p", { i: 0, more: "yes" });
    assert.deepEqual(w.problems(), ["expression add"]);
    w.resolve([...w.incidents.keys()][0], { more: false });
    assert.equal(w.status(id), "completed");
    assert.equal(w.vars(id).i, 1);
  },
);
