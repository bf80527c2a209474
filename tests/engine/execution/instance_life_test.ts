/** The life of an instance: cancel, suspend, repeat of commands, incidents, by hand. */
import assert from "node:assert/strict";
import { scenario } from "../../support/scenario.ts";

const WIDE = `
  process p
    parallel fork
    service work: type=work
    call child: calls=c
    catch m: message=m
    boundary late on A: timer=PT1H
    start -> fork -> A, work, child, m -> end
    late -> end
    event Handler
      start startH: signal=s non
      startH -> H
  process c
    start1 -> B -> end1
`;

scenario("cancelling takes everything with it, the called instance too", WIDE, (w) => {
  const id = w.start("p");
  const child = [...w.live.keys()][1];
  assert.deepEqual(w.tasks(), ["A", "B"]);
  w.send(id, { kind: "cancel", status: "cancelled", reason: "no longer wanted" });
  w.advance(0);
  assert.deepEqual([w.status(id), w.status(child)], ["cancelled", "cancelled"]);
  assert.deepEqual([w.tasks(), w.listening(), w.jobs.size], [[], [], 0]);
  const again = w.send(id, { kind: "cancel", status: "cancelled" });
  assert.equal(again.rejection?.code, "not-running");
});

scenario("a suspended instance takes no commands; resumed, timers keep the time they were due", WIDE, (w) => {
  const id = w.start("p");
  w.send(id, { kind: "suspend" });
  assert.ok(w.userTasks.size > 0);
  const [taskId] = [...w.userTasks].find(([, task]) => task.elementId === "A")!;
  const refused = w.send(id, { kind: "completeUserTask", taskId, variables: {} });
  assert.equal(refused.rejection?.code, "suspended");
  w.hours(2);
  assert.ok(w.tasks().includes("A"), "the timer did not fire");
  w.send(id, { kind: "resume" });
  w.advance(0);
  assert.ok(!w.tasks().includes("A"), "it was due an hour ago");
});

scenario(
  "a command that was applied before changes nothing",
  `
    start -> A -> B -> end
  `,
  (w) => {
    const id = w.start("p");
    const [taskId] = w.userTasks.keys();
    const command = { kind: "completeUserTask", taskId, variables: {}, id: "c1" } as const;
    assert.equal(w.send(id, command).rejection, undefined);
    assert.equal(w.send(id, command).rejection?.code, "already-applied");
    assert.deepEqual(w.tasks(), ["B"]);
  },
);

scenario(
  "what a lost worker, a late timer or a late answer says is rejected and changes nothing",
  `
    service work: type=work
    start -> work -> A -> end
  `,
  (w) => {
    const id = w.start("p");
    const [jobId] = w.jobs.keys();
    w.send(id, { kind: "completeJob", jobId, variables: {} });
    const before = w.log.length;
    for (
      const command of [
        { kind: "completeJob", jobId, variables: { x: 1 } },
        { kind: "failJob", jobId, incident: "job-no-retries", message: "" },
        { kind: "throwError", jobId, code: "E" },
        { kind: "fireTimer", jobId },
        { kind: "deliverMessage", subscriptionId: jobId, variables: {} },
        { kind: "completeUserTask", taskId: jobId, variables: {} },
        { kind: "childEnded", childId: "9", token: 2, status: "completed", variables: {} },
        { kind: "throwAnswer", token: 99, answer: "continue" },
        { kind: "scriptDone", token: 2, outcome: { ok: true, result: 1, variables: {} } },
        { kind: "resolveIncident", incidentId: "77" },
        { kind: "setVariables", variables: {}, scope: 99 },
        { kind: "activate", token: 2, elementIds: [] },
        { kind: "completeElement", token: 99 },
        { kind: "resume" },
      ] as const
    ) {
      const { rejection } = w.send(id, command);
      assert.ok(rejection, `${command.kind} is rejected`);
    }
    const states = w.log.slice(before - 1).map((each) => each.after.split("\n")[0]);
    assert.equal(new Set(states).size, 1);
  },
);

scenario(
  "a job without retries is an incident; resolving gives the same job another chance",
  `
    service work: type=work
    start -> work -> end
  `,
  (w) => {
    const id = w.start("p");
    const [jobId] = w.jobs.keys();
    w.send(id, { kind: "failJob", jobId, incident: "job-no-retries", message: "too often" });
    assert.deepEqual(w.problems(), ["job-no-retries work"]);
    assert.equal(w.jobs.get(jobId)?.held, "incident");
    w.resolve([...w.incidents.keys()][0]);
    assert.deepEqual([w.problems(), w.jobs.get(jobId)?.held], [[], undefined]);
    w.send(id, { kind: "completeJob", jobId, variables: {}, failures: 3 });
    assert.equal(w.status(id), "completed");
    assert.equal(w.live.get(id)!.steps.find((step) => step.elementId === "work")?.failures, 3);
  },
);

scenario(
  "an incident is closed when its element is cancelled",
  `
    service work: type=work
    boundary late on work: timer=PT1H
    start -> work -> end
    late -> A -> end
  `,
  (w) => {
    const id = w.start("p");
    const job = [...w.jobs.values()].find((each) => each.type === "work")!;
    w.send(id, { kind: "failJob", jobId: job.id, incident: "job-no-retries", message: "" });
    w.hours(1);
    assert.deepEqual([w.tasks(), w.problems()], [["A"], []]);
  },
);

scenario(
  "a stuck incident is closed when another way brings the token",
  `
    parallel fork
    parallel join
    service work: type=work
    boundary again on B: message=again non
    start -> fork -> A -> join -> end
    fork -> B -> end2
    again -> join
  `,
  (w) => {
    const id = w.start("p");
    w.complete("A");
    assert.deepEqual(w.problems(), []);
    w.publish("again");
    w.complete("B");
    assert.equal(w.status(id), "completed");
  },
);

scenario(
  "a person completes an element by hand, takes a flow of choice, or throws an error from it",
  `
    xor choice
    service work: type=work
    boundary e on work: error=E
    start -> choice -[x > 1]-> work -> end
    choice -[x > 2]-> B -> end
    e -> Caught -> end
  `,
  (w) => {
    const id = w.start("p");
    assert.deepEqual(w.problems(), ["expression choice"]);
    const { id: token } = w.tokenAt(id, "choice");
    assert.equal(
      w.send(id, { kind: "completeElement", token, flowId: "no-such" }).rejection?.code,
      "no-such-flow",
    );
    w.send(id, { kind: "completeElement", token, flowId: "choice-work" });
    assert.deepEqual(w.problems(), []);
    w.send(id, { kind: "completeElement", token: w.tokenAt(id, "work").id, errorCode: "E" });
    assert.deepEqual(w.tasks(), ["Caught"]);
    w.send(id, { kind: "completeElement", token: w.tokenAt(id, "Caught").id, variables: { done: true } });
    assert.equal(w.status(id), "completed");
    assert.deepEqual(w.vars(id), { done: true });
  },
);

scenario(
  "asyncBefore and asyncAfter are commits of their own",
  `
    task a: async asyncAfter
    start -> a -> B -> end
  `,
  (w) => {
    w.auto = false;
    const id = w.start("p");
    assert.deepEqual(w.trace(id), ["start completed"]);
    w.runNext();
    assert.deepEqual(w.trace(id), ["start completed", "a completed"]);
    assert.deepEqual(w.tasks(), []);
    w.runNext();
    assert.deepEqual(w.tasks(), ["B"]);
  },
);
