/** Link events (BPMN 2.0.2, 10.5.5.7) and terminate end events (10.5.5.13, 13.5.6). */
import assert from "node:assert/strict";
import { refused, scenario } from "../../support/scenario.ts";

scenario(
  "S165: terminate ends the instance while a sibling task is open",
  `
    parallel fork
    end endT: terminate
    start -> fork -> A -> endT
    fork -> B -> end
  `,
  (w) => {
    const id = w.start("p");
    w.complete("A");
    assert.equal(w.status(id), "completed");
    assert.equal(w.count("B", "cancelled"), 1);
  },
);

scenario(
  "S169: terminate in the parent cancels the running child instance",
  `
    process p
      parallel fork
      call child: calls=c
      end endT: terminate
      start -> fork -> A -> endT
      fork -> child -> end
    process c
      start1 -> B -> end1
  `,
  (w) => {
    const id = w.start("p");
    const child = [...w.live.keys()][1];
    assert.deepEqual(w.tasks(), ["A", "B"]);
    w.complete("A");
    assert.deepEqual([w.status(id), w.status(child)], ["completed", "cancelled"]);
    assert.deepEqual(w.tasks(), []);
  },
);

scenario(
  "terminate in a sub-process ends only that, which completes",
  `
    parallel fork
    start -> fork -> Sub -> After -> end
    fork -> Beside -> end
    sub Sub
      parallel innerFork
      end endT: terminate
      start1 -> innerFork -> A -> endT
      innerFork -> B -> end1
  `,
  (w) => {
    w.start("p");
    w.complete("A");
    assert.deepEqual(w.tasks(), ["After", "Beside"]);
  },
);

scenario(
  "terminate in one item of a multi-instance ends that item",
  `
    start -> Sub -> After -> end
    sub Sub: parallel=2
      parallel fork
      end endT: terminate
      start1 -> fork -> A -> endT
      fork -> B -> end1
  `,
  (w) => {
    w.start("p");
    w.complete("A");
    assert.deepEqual(w.tasks(), ["A", "B"]);
    w.complete("A");
    assert.deepEqual(w.tasks(), ["After"]);
  },
);

scenario(
  "S170: two link throws lead to one catch of that name: two tokens come out",
  `
    parallel fork
    throw l1: link=there
    throw l2: link=there
    catch l: link=there
    start -> fork -> l1
    fork -> l2
    l -> A -> end
  `,
  (w) => {
    const id = w.start("p");
    assert.deepEqual(w.tasks(), ["A", "A"]);
    assert.equal(w.count("l"), 2);
    w.completeAll("A", "A");
    assert.equal(w.status(id), "completed");
  },
);

refused(
  "a link throw without a catch is refused",
  `
    throw l1: link=there
    start -> l1
  `,
  "link-target",
);

scenario(
  "a token that can come over a link keeps an inclusive join waiting",
  `
    inclusive split
    inclusive join
    throw l1: link=there
    catch l: link=there
    start -> split
    split -[true]-> A -> join
    split -[true]-> B -> l1
    l -> join -> C -> end
  `,
  (w) => {
    w.start("p");
    w.complete("A");
    assert.deepEqual(w.tasks(), ["B"]);
    w.complete("B");
    assert.deepEqual(w.tasks(), ["C"]);
  },
);
