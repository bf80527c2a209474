/** Message events and receive tasks (BPMN 2.0.2, 10.5.5.5 and 10.3.3). */
import assert from "node:assert/strict";
import { scenario } from "../../support/scenario.ts";

scenario(
  "S074: each message starts one more path beside the task",
  `
    boundary m on Main: message=news non
    start -> Main -> end
    m -> AfterMessage -> end
  `,
  (w) => {
    const id = w.start("p");
    w.publish("news");
    w.publish("news");
    assert.deepEqual(w.tasks(), ["AfterMessage", "AfterMessage", "Main"]);
    assert.deepEqual(w.listening(), ["news"]);
    w.complete("Main");
    assert.deepEqual(w.listening(), []);
    w.completeAll("AfterMessage", "AfterMessage");
    assert.equal(w.status(id), "completed");
  },
);

for (const [first, second] of [["first", "second"], ["second", "first"]]) {
  scenario(
    `S075: messages in the order ${first}, ${second} on a receive task and its sub-process give the same`,
    `
      boundary m2 on Sub: message=second non
      start -> Sub -> Task2 -> end
      m2 -> Task1 -> end
      sub Sub
        receive r: message=third
        boundary m1 on r: message=first non
        end endT: terminate
        start1 -> r -> endT
        m1 -> InnerTask -> end1
    `,
    (w) => {
      const id = w.start("p");
      w.publish(first);
      w.publish(second);
      assert.deepEqual(w.tasks(), ["InnerTask", "Task1"]);
      w.publish("third");
      assert.deepEqual(w.tasks(), ["Task1", "Task2"]);
      assert.equal(w.count("InnerTask", "cancelled"), 1);
      assert.deepEqual(w.listening(), []);
      w.completeAll("Task1", "Task2");
      assert.equal(w.status(id), "completed");
    },
  );
}

const ON_ITEMS = `
  user Main: parallel=5
  boundary m1 on Main: message=message1
  boundary m2 on Main: message=message2
  start -> Main -> After -> end
  m1 -> AfterMessage1 -> end
  m2 -> AfterMessage2 -> end
`;

scenario("S077: an interrupting message ends all items and both subscriptions", ON_ITEMS, (w) => {
  w.start("p");
  assert.deepEqual(w.listening(), ["message1", "message2"]);
  w.publish("message1");
  assert.deepEqual([w.tasks(), w.listening()], [["AfterMessage1"], []]);
  assert.equal(w.count("Main", "cancelled"), 5);
});

scenario("S077: without a message both subscriptions stay until the last item", ON_ITEMS, (w) => {
  w.start("p");
  for (let i = 0; i < 4; i++) w.complete("Main");
  assert.deepEqual(w.listening(), ["message1", "message2"]);
  w.complete("Main");
  assert.deepEqual([w.tasks(), w.listening()], [["After"], []]);
});

scenario(
  "S084: parallel receive items subscribe one by one; each takes a message of its own",
  `
    receive r: message=news parallel=2
    start -> r -> end
  `,
  (w) => {
    const id = w.start("p");
    assert.equal(w.waitingFor("news").length, 2);
    w.publish("news");
    assert.equal(w.waitingFor("news").length, 1);
    assert.equal(w.status(id), "running");
    w.publish("news");
    assert.equal(w.status(id), "completed");
  },
);

scenario(
  "S085: sequential receive items subscribe again each time",
  `
    receive r: message=news sequential=2
    start -> r -> end
  `,
  (w) => {
    const id = w.start("p");
    const [first, none] = w.waitingFor("news");
    assert.equal(none, undefined);
    w.publish("news");
    const [second] = w.waitingFor("news");
    assert.notEqual(second.id, first.id);
    w.publish("news");
    assert.equal(w.status(id), "completed");
  },
);

scenario(
  "S088: a message start creates an instance with the payload as variables",
  `
    start startM: message=order
    startM -> A -> end
  `,
  (w) => {
    w.publish("order", "", { amount: 7 });
    const [id] = w.live.keys();
    assert.deepEqual(w.vars(id), { amount: 7 });
    assert.deepEqual(w.tasks(), ["A"]);
  },
);

scenario(
  "a message reaches the instance with its key, and only that",
  `
    catch m: message=paid@order
    start -> m -> A -> end
  `,
  (w) => {
    w.start("p", { order: "1" });
    const second = w.start("p", { order: 2 });
    w.publish("paid");
    assert.deepEqual(w.tasks(), [], "the empty key matches only empty keys");
    w.publish("paid", "2", { by: "card" });
    assert.deepEqual(w.tasks(), ["A"]);
    assert.deepEqual(w.vars(second), { order: 2, by: "card" });
  },
);

scenario(
  "a message is thrown with its payload to the other process; one that comes first waits",
  `
    process sender
      throw t: message=news
        <extensionElements><zeebe:ioMapping><zeebe:input source="=1 + 1" target="n"/></zeebe:ioMapping></extensionElements>
      start1 -> t -> end1
    process receiver
      catch m: message=news
      start2 -> Before -> m -> A -> end2
  `,
  (w) => {
    const receiver = w.start("receiver");
    const sender = w.start("sender");
    assert.equal(w.status(sender), "completed");
    assert.deepEqual(w.vars(sender), {}, "the payload is local to the throw");
    assert.equal(w.messages.length, 1);
    w.complete("Before");
    assert.deepEqual(w.tasks(), ["A"]);
    assert.deepEqual(w.vars(receiver), { n: 2 });
  },
);

scenario(
  "a send task publishes its message; with a job type it is a job",
  `
    send s1: message=news
    send s2: type=mailer
    throw t: message=news type=mailer
    start -> s1 -> s2 -> t -> A -> end
  `,
  (w) => {
    w.start("p");
    assert.deepEqual(w.messages.map((each) => each.name), ["news"]);
    w.handlers.set("mailer", ({ elementId }) => ({ variables: { [elementId]: true } }));
    w.advance(0);
    assert.deepEqual(w.tasks(), ["A"]);
    assert.deepEqual(w.vars([...w.live.keys()][0]), { s2: true, t: true });
  },
);

scenario(
  "a parallel multiple catch waits for all its events; their payloads come together",
  `
    catch m: message=a signal=b allOf
    start -> m -> A -> end
  `,
  (w) => {
    const id = w.start("p");
    w.publish("a", "", { x: 1 });
    assert.deepEqual(w.tasks(), []);
    w.signal("b", { y: 2 });
    assert.deepEqual(w.tasks(), ["A"]);
    assert.deepEqual(w.vars(id), { x: 1, y: 2 });
  },
);

scenario(
  "a parallel multiple boundary that does not interrupt starts afresh after firing",
  `
    boundary both on Main: message=a signal=b allOf non
    start -> Main -> end
    both -> H -> end
  `,
  (w) => {
    w.start("p");
    w.publish("a");
    w.publish("a");
    w.signal("b");
    assert.deepEqual(w.tasks(), ["H", "Main"]);
    w.signal("b");
    assert.deepEqual(w.tasks(), ["H", "Main"]);
    w.publish("a");
    assert.deepEqual(w.tasks(), ["H", "H", "Main"]);
  },
);

scenario(
  "a parallel multiple boundary event with a cycle timer opens once for each round of all its events",
  `
    boundary both on Main: message=a timer=R/PT1H allOf non
    start -> Main -> end
    both -> Beside -> end2
  `,
  (w) => {
    const id = w.start("p");
    w.hours(5);
    assert.deepEqual(w.tasks(), ["Main"], "the timer is remembered, and does not count on");
    w.publish("a");
    assert.deepEqual(w.tasks(), ["Beside", "Main"]);
    w.publish("a");
    assert.deepEqual(w.tasks(), ["Beside", "Main"]);
    w.hours(1);
    assert.deepEqual(w.tasks(), ["Beside", "Beside", "Main"]);
    w.completeAll("Beside", "Beside", "Main");
    assert.equal(w.status(id), "completed");
    assert.deepEqual(w.timers(), []);
  },
);

scenario(
  "a parallel multiple event whose timer is over does not open by its other events alone",
  `
    event H
      start startH: timer=PT1H message=a allOf non
      startH -> Beside -> endH
    start -> Main -> end
  `,
  (w) => {
    const id = w.start("p");
    w.publish("a");
    w.hours(1);
    assert.deepEqual(w.tasks(), ["Beside", "Main"]);
    w.publish("a");
    w.hours(9);
    assert.deepEqual(w.tasks(), ["Beside", "Main"]);
    w.completeAll("Beside", "Main");
    assert.equal(w.status(id), "completed");
  },
);

scenario(
  "a parallel multiple start: the first event reserves the instance, the others join it by equal key",
  `
    start both: message=a message=b allOf
    both -> A -> end
  `,
  (w) => {
    w.publish("a", "7", { x: 1 });
    assert.deepEqual(w.tasks(), []);
    w.publish("b", "8", { y: 1 });
    assert.equal(w.live.size, 2, "another key reserves an instance of its own");
    w.publish("b", "7", { y: 2 });
    assert.deepEqual(w.tasks(), ["A"]);
    const [first] = w.live.keys();
    assert.deepEqual(w.vars(first), { x: 1, y: 2 });
    w.complete("A");
    assert.equal(w.status(first), "completed");
  },
);

scenario(
  "a multiple catch goes on at the first of its events",
  `
    catch any: message=a signal=b timer=PT1H
    start -> any -> A -> end
  `,
  (w) => {
    w.start("p");
    w.signal("b");
    assert.deepEqual([w.tasks(), w.listening(), w.timers()], [["A"], [], []]);
  },
);

for (
  const [where, model] of [
    [
      "a catch event",
      `
      catch wait: message=paid@order
      start -> wait -> end
    `,
    ],
    [
      "a receive task",
      `
      receive wait: message=paid@order
      start -> wait -> end
    `,
    ],
    [
      "a boundary event",
      `
      user A
      boundary wait on A: message=paid@order
      start -> A -> end
      wait -> end2
    `,
    ],
    [
      "an event sub-process",
      `
      start -> A -> end
      event E
        start wait: message=paid@order
        wait -> end2
    `,
    ],
    [
      "an event-based gateway",
      `
      events g
      catch wait: message=paid@order
      catch late: timer=PT1H
      start -> g -> wait, late
      wait -> end
      late -> end2
    `,
    ],
  ]
) {
  scenario(
    `${where} whose correlation key is null is an incident, and takes no message without a key`,
    model,
    (w) => {
      const id = w.start("p");
      assert.deepEqual([...w.incidents.values()].map(({ kind }) => kind), ["expression"]);
      assert.deepEqual(w.waitingFor("paid"), []);
      w.publish("paid");
      assert.equal(w.status(id), "running");
      w.resolve([...w.incidents.keys()][0], { order: 7 });
      assert.equal(w.incidents.size, 0);
      assert.deepEqual(w.waitingFor("paid").map(({ key }) => key), ["7"]);
      w.publish("paid", "7");
      assert.equal(w.status(id), "completed");
    },
  );
}

scenario(
  "a message whose correlation key is null is not published",
  `
  throw tell: message=paid@order
  start -> tell -> end
`,
  (w) => {
    const id = w.start("p");
    assert.deepEqual([...w.incidents.values()].map(({ kind, elementId }) => [kind, elementId]), [[
      "expression",
      "tell",
    ]]);
    assert.equal(w.messages.length, 0);
    w.resolve([...w.incidents.keys()][0], { order: 7 });
    assert.deepEqual(w.messages.map(({ key }) => key), ["7"]);
    assert.equal(w.status(id), "completed");
  },
);
