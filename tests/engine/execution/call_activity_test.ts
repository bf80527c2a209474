/** Call activity (BPMN 2.0.2, 10.3.6). */
import assert from "node:assert/strict";
import { scenario } from "../../support/scenario.ts";

scenario(
  "S172: only mapped values go in and out, by name and by expression",
  `
    process p
      call child: calls=c
        <extensionElements><camunda:in source="name" target="name"/><camunda:in sourceExpression="\${x * 2}" target="y"/><camunda:out sourceExpression="\${y + 5}" target="z"/></extensionElements>
      start -> child -> After -> end
    process c
      start1 -> B -> end1
  `,
  (w) => {
    const id = w.start("p", { name: "n", x: 5, secret: true });
    const child = [...w.live.keys()][1];
    assert.deepEqual(w.vars(child), { name: "n", y: 10 });
    w.complete("B", { inner: 1 });
    assert.deepEqual(w.tasks(), ["After"]);
    assert.deepEqual(w.vars(id), { name: "n", x: 5, secret: true, z: 15 });
  },
);

scenario(
  "without mappings everything goes in and comes back when the child has ended",
  `
    process p
      call child: calls=c
      start -> child -> After -> end
    process c
      start1 -> B -> C -> end1
  `,
  (w) => {
    const id = w.start("p", { x: 1 });
    w.complete("B", { x: 2, y: 3 });
    assert.deepEqual(w.vars(id), { x: 1 }, "the caller sees nothing before the end");
    w.complete("C");
    assert.deepEqual(w.vars(id), { x: 2, y: 3 });
  },
);

scenario(
  "S175: a boundary timer on the call cancels the child",
  `
    process p
      call child: calls=c
      boundary late on child: timer=PT1H
      start -> child -> end
      late -> Escalated -> end
    process c
      start1 -> B -> end1
  `,
  (w) => {
    const id = w.start("p");
    const child = [...w.live.keys()][1];
    w.hours(1);
    assert.deepEqual(w.tasks(), ["Escalated"]);
    assert.equal(w.status(child), "cancelled");
    w.complete("Escalated");
    assert.equal(w.status(id), "completed");
  },
);

scenario(
  "S176: event sub-processes of the child belong to the child; finishing one resumes the caller",
  `
    process p
      call child: calls=c
      start -> child -> After -> end
    process c
      start1 -> B -> end1
      event Handler
        start startH: message=news
        startH -> H -> endH
  `,
  (w) => {
    const id = w.start("p");
    const child = [...w.live.keys()][1];
    assert.deepEqual(w.waitingFor("news").map((sub) => sub.instanceId), [child]);
    w.publish("news");
    assert.deepEqual(w.tasks(), ["H"]);
    assert.equal(w.status(id), "running");
    w.complete("H");
    assert.deepEqual(w.tasks(), ["After"]);
    assert.equal(w.status(child), "completed");
  },
);

scenario(
  "a process that does not exist is an incident; when it is there the call goes on",
  `
    call child: calls=later
    start -> child -> After -> end
  `,
  (w) => {
    w.start("p");
    assert.deepEqual(w.problems(), ["called-process-missing child"]);
    w.deploy(
      `<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="t"><process id="later" isExecutable="true"><startEvent id="s"/></process></definitions>`,
    );
    w.resolve([...w.incidents.keys()][0]);
    assert.deepEqual(w.tasks(), ["After"]);
  },
);

scenario(
  "a call that is cancelled before its child was created never creates it",
  `
    process p
      parallel fork
      call child: calls=c
      end endT: terminate
      start -> fork -> child -> end
      fork -> A -> endT
    process c
      start1 -> B -> end1
  `,
  (w) => {
    w.auto = false;
    const id = w.start("p");
    w.complete("A");
    w.advance(0);
    assert.equal(w.status(id), "completed");
    assert.equal(w.live.size, 1);
  },
);

scenario(
  "what a cancelled call's child says later has no receiver and changes nothing",
  `
    process p
      call child: calls=c
      boundary late on child: timer=PT1H
      start -> child -> end
      late -> Escalated -> end
    process c
      end endE: error=E
      start1 -> B -> endE
  `,
  (w) => {
    w.start("p");
    w.auto = false;
    w.complete("B");
    w.at += 3_600_000;
    const timer = [...w.jobs.values()].find((job) => job.type === "baton:timer");
    w.send(timer!.instanceId!, { kind: "fireTimer", jobId: timer!.id });
    w.advance(0);
    assert.deepEqual(w.tasks(), ["Escalated"]);
    const [root, child] = w.live.keys();
    assert.deepEqual([w.status(root), w.status(child)], ["running", "cancelled"]);
  },
);

for (const how of ["parallel", "sequential"]) {
  scenario(
    `what a ${how} loop tells its items goes into a called process and does not come back as a variable`,
    `
  process p
    sub Outer: sequential=2
      call C: calls=child ${how}=3
      start1 -> C -> end1
    start -> Outer -> end
  process child
    script Seen: feel="loopCounter" result=seen
    start2 -> Seen -> end2
`,
    (w) => {
      const id = w.start("p");
      assert.equal(w.status(id), "completed");
      assert.deepEqual(w.vars(id), { seen: 2 });
    },
  );
}
