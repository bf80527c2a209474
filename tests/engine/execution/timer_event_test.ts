/** Timer events (BPMN 2.0.2, 10.5.5.12). */
import assert from "node:assert/strict";
import { scenario } from "../../support/scenario.ts";

scenario(
  "S062: the earliest of three interrupting timers removes the others",
  `
    boundary t1 on Main: timer=PT2H
    boundary t2 on Main: timer=PT1H
    boundary t3 on Main: timer=PT3H
    start -> Main -> end
    t1 -> First -> end
    t2 -> Third -> end
    t3 -> Second -> end
  `,
  (w) => {
    w.start("p");
    assert.deepEqual(w.timers(), ["t1 2h", "t2 1h", "t3 3h"]);
    w.hours(1);
    assert.deepEqual([w.tasks(), w.timers()], [["Third"], []]);
  },
);

scenario(
  "S063: an interrupting cycle that leads back to its task arms one new timer",
  `
    boundary again on Main: timer=R5/PT1H
    xor merge
    start -> merge -> Main -> end
    again -> merge
  `,
  (w) => {
    w.start("p");
    w.hours(1);
    assert.deepEqual([w.tasks(), w.timers()], [["Main"], ["again 1h"]]);
    assert.equal(w.count("Main", "cancelled"), 1);
  },
);

scenario(
  "S064: a boundary timer on a sub-process that completes at once leaves nothing behind",
  `
    boundary late on Sub: timer=PT1H
    start -> Sub -> After -> end
    late -> Late -> end
    sub Sub
      start1 -> end1
  `,
  (w) => {
    w.start("p");
    assert.deepEqual([w.tasks(), w.timers()], [["After"], []]);
  },
);

scenario(
  "S065: two non-interrupting timers fire beside the task; what they started outlives it",
  `
    boundary t1 on Main: timer=PT1H non
    boundary t2 on Main: timer=PT2H non
    start -> Main -> end
    t1 -> Escalation1 -> end
    t2 -> Escalation2 -> end
  `,
  (w) => {
    const id = w.start("p");
    w.hours(1);
    assert.deepEqual([w.tasks(), w.timers()], [["Escalation1", "Main"], ["t2 1h"]]);
    w.complete("Escalation1");
    w.hours(1);
    assert.deepEqual([w.tasks(), w.timers()], [["Escalation2", "Main"], []]);
    w.complete("Main");
    assert.deepEqual(w.tasks(), ["Escalation2"]);
    w.complete("Escalation2");
    assert.equal(w.status(id), "completed");
  },
);

scenario(
  "S066: a cycle without end fires until its task completes",
  `
    boundary each on Main: timer=R/PT1H non
    start -> Main -> end
    each -> H -> end
  `,
  (w) => {
    const id = w.start("p");
    w.hours(1);
    assert.deepEqual(w.tasks(), ["H", "Main"]);
    w.hours(1);
    assert.deepEqual(w.tasks(), ["H", "H", "Main"]);
    w.complete("Main");
    w.hours(1);
    assert.deepEqual([w.tasks(), w.timers()], [["H", "H"], []]);
    w.completeAll("H", "H");
    assert.equal(w.status(id), "completed");
  },
);

const JOIN = `
  boundary t on Main: timer=PT1H non
  parallel join
  start -> Main -> join -> end
  t -> Escalation -> join
`;

scenario("S067: a task and its timer's path meet in a parallel join", JOIN, (w) => {
  const id = w.start("p");
  w.hours(1);
  w.complete("Main");
  assert.equal(w.tokenAt(id, "join").wait, "join");
  w.complete("Escalation");
  assert.equal(w.status(id), "completed");
});

scenario("S067: without the timer's token the join waits for ever, which is an incident", JOIN, (w) => {
  const id = w.start("p");
  w.complete("Main");
  assert.deepEqual(w.problems(), ["stuck join"]);
  assert.equal(w.status(id), "running");
});

scenario(
  "S070: a timer with two flows on a multi-instance sub-process is one timer for the body",
  `
    boundary t on Sub: timer=PT1H non
    start -> Sub -> end
    t -> E1, E2 -> end
    sub Sub: parallel=4
      parallel fork
      start1 -> fork -> A, B -> end1
  `,
  (w) => {
    const id = w.start("p");
    assert.equal(w.tasks().length, 8);
    assert.deepEqual(w.timers(), ["t 1h"]);
    w.hours(1);
    assert.equal(w.tasks().length, 10);
    for (const task of w.tasks()) w.complete(task);
    assert.equal(w.status(id), "completed");
  },
);

scenario(
  "S071: a timer start R2/PT5M makes two instances",
  `
    start startT: timer=R2/PT5M
    startT -> A -> end
  `,
  (w) => {
    assert.equal(w.timers().length, 1);
    w.advance(5 * 60_000);
    assert.deepEqual([w.live.size, w.timers().length], [1, 1]);
    w.advance(5 * 60_000);
    assert.deepEqual([w.live.size, w.timers().length], [2, 0]);
    w.hours(1);
    assert.deepEqual(w.tasks(), ["A", "A"]);
  },
);

scenario(
  "R3 fires three times; the next due time is the previous due time plus the interval",
  `
    boundary each on Main: timer=R3/PT1H non
    start -> Main -> end
    each -> H -> end
  `,
  (w) => {
    w.start("p");
    // Nobody is there when it is due: it fires late, and the next one is in time again.
    const [job] = w.jobs.keys();
    w.at += 1.5 * 3_600_000;
    w.send([...w.live.keys()][0], { kind: "fireTimer", jobId: job });
    assert.deepEqual([w.tasks(), w.timers()], [["H", "Main"], ["each 0.5h"]]);
    w.hours(10);
    assert.deepEqual(w.tasks(), ["H", "H", "H", "Main"]);
    assert.deepEqual(w.timers(), []);
  },
);

scenario(
  "missed repetitions collapse into one firing and count as used",
  `
    boundary each on Main: timer=R5/PT1H non
    start -> Main -> end
    each -> H -> end
  `,
  (w) => {
    w.start("p");
    const [job] = w.jobs.keys();
    w.at += 3.5 * 3_600_000;
    w.send([...w.live.keys()][0], { kind: "fireTimer", jobId: job });
    assert.deepEqual([w.tasks(), w.timers()], [["H", "Main"], ["each 0.5h"]]);
    w.hours(10);
    assert.deepEqual(w.tasks(), ["H", "H", "H", "Main"]);
  },
);

scenario(
  "R0 never fires, and its event sub-process with it",
  `
    boundary never on Main: timer=R0/PT1H non
    start -> Main -> end
    never -> H -> end
  `,
  (w) => {
    w.start("p");
    assert.deepEqual(w.timers(), []);
  },
);

scenario(
  "an intermediate cycle timer fires once; a date in the past fires at once",
  `
    catch wait: timer=R3/PT1H
    catch past: timer=2020-01-01T00:00:00Z
    start -> wait -> past -> A -> end
  `,
  (w) => {
    w.start("p");
    w.hours(1);
    assert.deepEqual([w.tasks(), w.timers()], [["A"], []]);
  },
);

scenario(
  "durations come from expressions; one that is none is an incident that can be resolved",
  `
    catch wait: timer="=delay"
    start -> wait -> A -> end
  `,
  (w) => {
    w.start("p", { delay: "soon" });
    assert.deepEqual(w.problems(), ["timer wait"]);
    w.resolve([...w.incidents.keys()][0], { delay: "PT2H" });
    assert.deepEqual(w.timers(), ["wait 2h"]);
    w.hours(2);
    assert.deepEqual(w.tasks(), ["A"]);
  },
);

scenario(
  "a delay beyond 2^31 milliseconds is kept",
  `
    catch wait: timer=P60D
    start -> wait -> end
  `,
  (w) => {
    const id = w.start("p");
    assert.deepEqual(w.timers(), ["wait 1440h"]);
    w.hours(1440);
    assert.equal(w.status(id), "completed");
  },
);
