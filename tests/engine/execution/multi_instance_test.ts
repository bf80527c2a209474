/** Multi-instance activities (BPMN 2.0.2, 10.3.8 and 13.3.7). */
import assert from "node:assert/strict";
import { bpmn } from "../../support/bpmn_builder.ts";
import { CoreWorld } from "../../support/core_world.ts";
import { scenario } from "../../support/scenario.ts";

const SEQUENTIAL = `
  user Work: sequential=n until="nrOfCompletedInstances == 5"
    <extensionElements><zeebe:assignmentDefinition assignee="=&quot;kermit_&quot; + string(loopCounter)"/></extensionElements>
  boundary late on Work: timer=PT1H
  start -> Work -> After -> end
  late -> TaskAfterTimer -> end
`;

scenario("S177: sequential items come one at a time, each with its loopCounter", SEQUENTIAL, (w) => {
  w.start("p", { n: 3 });
  for (let i = 0; i < 3; i++) {
    assert.deepEqual([...w.userTasks.values()].map((task) => task.assignee), [`kermit_${i}`]);
    w.complete("Work");
  }
  assert.deepEqual([w.tasks(), w.timers()], [["After"], []]);
});

scenario("S177: the completion condition stops after five of ten", SEQUENTIAL, (w) => {
  w.start("p", { n: 10 });
  for (let i = 0; i < 5; i++) w.complete("Work");
  assert.deepEqual([w.tasks(), w.timers()], [["After"], []]);
});

scenario("S177: the boundary timer after the first item skips the rest", SEQUENTIAL, (w) => {
  w.start("p", { n: 3 });
  w.complete("Work");
  w.hours(1);
  assert.deepEqual(w.tasks(), ["TaskAfterTimer"]);
  assert.deepEqual([w.count("Work"), w.count("Work", "cancelled")], [1, 1]);
});

scenario(
  "S178: three of five complete half of them: the other two are cancelled",
  `
    user Work: parallel=5 until="nrOfCompletedInstances / nrOfInstances >= 0.5"
    start -> Work -> end
  `,
  (w) => {
    const id = w.start("p");
    w.completeAll("Work", "Work", "Work");
    assert.equal(w.status(id), "completed");
    assert.equal(w.count("Work", "cancelled"), 2);
  },
);

const COLLECTION = `
  <dataObject id="orders" isCollection="true"/>
  user Work
    <ioSpecification><dataInput id="in" isCollection="true"/><inputSet><dataInputRefs>in</dataInputRefs></inputSet><outputSet/></ioSpecification><dataInputAssociation><sourceRef>orders</sourceRef><targetRef>in</targetRef></dataInputAssociation><multiInstanceLoopCharacteristics><loopDataInputRef>in</loopDataInputRef><inputDataItem id="item" name="order"/></multiInstanceLoopCharacteristics>
  start -> Work -> After -> end
`;

scenario("S179: each item of a collection has its task", COLLECTION, (w) => {
  const id = w.start("p", { orders: ["a", "b", "c", "d", "e"] });
  const body = w.tokenAt(id, "Work").scope!;
  const { vars } = w.live.get(id)!.instance;
  assert.deepEqual(body.tokens.map((token) => vars.get(token.id)?.order), ["a", "b", "c", "d", "e"]);
  assert.equal(w.tasks().length, 5);
});

scenario("S179: an empty collection completes at once", COLLECTION, (w) => {
  const id = w.start("p", { orders: [] });
  assert.deepEqual(w.tasks(), ["After"]);
  assert.deepEqual(w.trace(id), ["start completed", "Work skipped"]);
});

scenario(
  "S181: 200 sequential items without a wait",
  `
    script add: sequential=200 feel="sum + loopCounter" result=sum
    start -> add -> end
  `,
  (w) => {
    const id = w.start("p", { sum: 0 });
    assert.equal(w.status(id), "completed");
    assert.equal(w.vars(id).sum, 19900);
  },
);

scenario(
  "S184: calls in three nested scopes stop after two of four: the other two instances are cancelled",
  `
    process p
      start -> L1 -> end
      sub L1
        start1 -> L2 -> end1
        sub L2
          start2 -> L3 -> end2
          sub L3
            call child: calls=c parallel=4 until="nrOfCompletedInstances == 2"
            start3 -> child -> end3
    process c
      startC -> Work -> endC
  `,
  (w) => {
    const id = w.start("p");
    assert.equal(w.live.size, 5);
    w.completeAll("Work", "Work");
    assert.equal(w.status(id), "completed");
    const [, ...children] = [...w.live.keys()].map((each) => w.status(each));
    assert.deepEqual(children.sort(), ["cancelled", "cancelled", "completed", "completed"]);
    assert.deepEqual(w.tasks(), []);
  },
);

scenario(
  "S185: one child ends with an error: all others are cancelled, and it is handled once",
  `
    process p
      call child: calls=c parallel=3
      boundary e on child: error=E
      start -> child -> end
      e -> HandleError -> end
    process c
      xor choice
      end endE: error=E
      startC -> Work -> choice
      choice -[bad == true]-> endE
      choice -/-> endC
  `,
  (w) => {
    w.start("p");
    w.complete("Work", { bad: false });
    w.complete("Work", { bad: true });
    assert.deepEqual(w.tasks(), ["HandleError"]);
    const [, ...children] = [...w.live.keys()].map((each) => w.status(each));
    assert.deepEqual(children.sort(), ["cancelled", "cancelled", "completed"]);
  },
);

scenario(
  "outputs are collected in the order of the items, null for those that were cancelled, when the body ends",
  `
    user Work
      <multiInstanceLoopCharacteristics><extensionElements><zeebe:loopCharacteristics inputCollection="=items" inputElement="item" outputCollection="results" outputElement="=item + extra"/></extensionElements><completionCondition>=numberOfCompletedInstances = 2</completionCondition></multiInstanceLoopCharacteristics>
    start -> Work -> After -> end
  `,
  (w) => {
    const id = w.start("p", { items: [10, 20, 30], extra: 1 });
    const [, , third] = w.userTasks.keys();
    w.send(id, { kind: "completeUserTask", taskId: third, variables: {} });
    assert.equal("results" in w.vars(id), false);
    const [first] = w.userTasks.keys();
    w.send(id, { kind: "completeUserTask", taskId: first, variables: {} });
    assert.deepEqual(w.vars(id).results, [11, null, 31]);
    assert.deepEqual(w.tasks(), ["After"]);
  },
);

scenario(
  "the counters are seen from each item; they start at 0, and at 1 under zeebe",
  `
    script a: parallel=2 feel="append(seen, [loopCounter, nrOfInstances, nrOfCompletedInstances])" result=seen
    script b
      <extensionElements><zeebe:script expression="=append(seen, loopCounter)" resultVariable="seen"/></extensionElements><multiInstanceLoopCharacteristics><extensionElements><zeebe:loopCharacteristics inputCollection="=[1,2]"/></extensionElements></multiInstanceLoopCharacteristics>
    start -> a -> b -> end
  `,
  (w) => {
    const id = w.start("p", { seen: [] });
    assert.deepEqual(w.vars(id).seen, [[0, 2, 0], [1, 2, 1], 1, 2]);
  },
);

for (const cardinality of ["-1", "1.5", '="many"', "=null"]) {
  scenario(
    `a cardinality of ${cardinality} is an incident before anything runs`,
    `
      user Work: parallel=n
      start -> Work -> end
    `,
    (w) => {
      const n = { "-1": -1, "1.5": 1.5, '="many"': "many", "=null": null }[cardinality];
      w.start("p", { n });
      assert.deepEqual([w.tasks(), w.problems()], [[], ["loop Work"]]);
      w.resolve([...w.incidents.keys()][0], { n: 1 });
      assert.deepEqual(w.tasks(), ["Work"]);
    },
  );
}

const behavior = (attributes: string, inner = "", boundary = "signal=done non") => `
  <signalEventDefinition id="sig" signalRef="signal_done"/>
  process p
    user Work
      <multiInstanceLoopCharacteristics ${attributes}><loopCardinality>3</loopCardinality>${inner}</multiInstanceLoopCharacteristics>
    boundary b on Work: ${boundary}
    boundary other on Work: signal=other non
    task h
    task o
    catch c: signal=done
    parallel fork
    start -> fork -> Work -> end
    fork -> c -> Never -> end
    b -> h
    other -> o
`;

scenario(
  "behaviour None throws its event at each completion, to this activity's boundary only",
  behavior('behavior="None" noneBehaviorEventRef="sig"'),
  (w) => {
    w.start("p");
    w.completeAll("Work", "Work", "Work");
    assert.deepEqual([w.count("h"), w.count("o")], [3, 0]);
    assert.deepEqual(w.tasks(), []);
  },
);

scenario(
  "behaviour One throws at the first completion",
  behavior('behavior="One" oneBehaviorEventRef="sig"'),
  (w) => {
    w.start("p");
    w.completeAll("Work", "Work", "Work");
    assert.deepEqual([w.count("h"), w.count("o")], [1, 0]);
  },
);

scenario(
  "behaviour None without a reference throws a signal to whatever signal the boundary waits for",
  behavior('behavior="None"'),
  (w) => {
    w.start("p");
    w.completeAll("Work", "Work", "Work");
    assert.deepEqual([w.count("h"), w.count("o")], [3, 3]);
  },
);

scenario(
  "behaviour Complex throws each definition whose condition holds",
  behavior(
    'behavior="Complex"',
    `<complexBehaviorDefinition><condition>\${nrOfCompletedInstances == 2}</condition><event id="ev"><signalEventDefinition signalRef="signal_done"/></event></complexBehaviorDefinition>`,
  ),
  (w) => {
    w.start("p");
    w.complete("Work");
    assert.equal(w.count("h"), 0);
    w.complete("Work");
    assert.equal(w.count("h"), 1);
    w.complete("Work");
    assert.deepEqual([w.count("h"), w.count("o")], [1, 0]);
  },
);

scenario(
  "behaviour All throws nothing",
  behavior('behavior="All"'),
  (w) => {
    w.start("p");
    w.completeAll("Work", "Work", "Work");
    assert.deepEqual([w.count("h"), w.count("o")], [0, 0]);
  },
);

scenario(
  "an interrupting boundary that a completion reaches ends the other items",
  behavior('behavior="One" oneBehaviorEventRef="sig"', "", "signal=done"),
  (w) => {
    w.start("p");
    w.complete("Work");
    assert.deepEqual(w.tasks(), []);
    assert.equal(w.count("h"), 1);
    assert.equal(w.count("Work", "cancelled"), 2);
  },
);

scenario(
  "an error in one item leaves by the boundary of the whole activity",
  `
    start -> Sub -> end
    boundary e on Sub: error=E
    e -> Caught -> end
    sub Sub: parallel=3
      end endE: error=E
      start1 -> A -> endE
  `,
  (w) => {
    const id = w.start("p");
    w.complete("A");
    assert.deepEqual(w.tasks(), ["Caught"]);
    w.complete("Caught");
    assert.equal(w.status(id), "completed");
  },
);

scenario(
  "multi-instance in multi-instance: each item sees its own and the outer item",
  `
    start -> Sub -> end
    sub Sub: each=orders:order
      script s: each=order.lines:line feel="append(seen, order.id + line)" result=seen
      start1 -> s -> end1
  `,
  (w) => {
    const id = w.start("p", {
      seen: [],
      orders: [{ id: "a", lines: ["1", "2"] }, { id: "b", lines: ["3"] }],
    });
    assert.equal(w.status(id), "completed");
    assert.deepEqual((w.vars(id).seen as string[]).toSorted(), ["a1", "a2", "b3"]);
  },
);

scenario(
  "10,000 parallel items run inline and are collected in order",
  `
    script s
      <extensionElements><zeebe:script expression="=item * 2" resultVariable="double"/></extensionElements><multiInstanceLoopCharacteristics><extensionElements><zeebe:loopCharacteristics inputCollection="=items" inputElement="item" outputCollection="results" outputElement="=double"/></extensionElements></multiInstanceLoopCharacteristics>
    start -> s -> end
  `,
  (w) => {
    const id = w.start("p", { items: Array.from({ length: 10_000 }, (_, i) => i) });
    assert.equal(w.status(id), "completed");
    const results = w.vars(id).results as number[];
    assert.deepEqual([results.length, results[0], results[9_999]], [10_000, 0, 19_998]);
  },
  { bare: true },
);

// No scenario: its log does not know what is put into the state by hand.
Deno.test("a sequential loop whose state has its collection, as older builds wrote it, goes on", () => {
  const w = new CoreWorld();
  w.deploy(bpmn(`
    user Work: assignee=a
      <multiInstanceLoopCharacteristics isSequential="true">
        <extensionElements><zeebe:loopCharacteristics inputCollection="= list" inputElement="item" outputCollection="results" outputElement="= item + 1"/></extensionElements>
      </multiInstanceLoopCharacteristics>
    start -> Work -> end
  `));
  const id = w.start("p", { list: [5, 6, 7] });
  w.complete("Work");
  const { instance } = w.live.get(id)!;
  const [token] = instance.state.root.tokens;
  const { each: _each, gives: _gives, ...loop } = token.loop!;
  token.loop = { ...loop, items: [5, 6, 7] };
  instance.vars.delete(-token.id);
  instance.vars.set(token.scope!.tokens[0].id, { item: 6 });
  w.complete("Work");
  w.complete("Work");
  assert.deepEqual(w.live.get(id)!.instance.vars.get(0)?.results, [6, 7, 8]);
});
