/** Wrong data in unusual places is an incident that can be resolved, and nothing is lost or done twice. */
import assert from "node:assert/strict";
import { refused, scenario } from "../../support/scenario.ts";

scenario(
  "a process whose event sub-process cannot be armed: an incident before anything runs",
  `
    start -> A -> end
    event Handler
      start startH: timer="=delay"
      startH -> H
  `,
  (w) => {
    const id = w.start("p", { delay: "soon" });
    assert.deepEqual(w.problems(), ["timer start"]);
    assert.deepEqual([w.tasks(), w.timers()], [[], []]);
    w.resolve([...w.incidents.keys()][0], { delay: "still wrong" });
    assert.deepEqual([w.tasks(), w.problems()], [[], ["timer start"]]);
    w.resolve([...w.incidents.keys()][0], { delay: "PT1H" });
    assert.deepEqual([w.tasks(), w.timers(), w.problems()], [["A"], ["startH 1h"], []]);
    w.complete("A");
    assert.equal(w.status(id), "completed");
  },
);

scenario(
  "also when a message started it: its payload is kept",
  `
    start startM: message=m
    startM -> A -> end
    event Handler
      start startH: timer="=delay"
      startH -> H
  `,
  (w) => {
    w.publish("m", "", { x: 1 });
    const [id] = w.live.keys();
    assert.deepEqual(w.problems(), ["timer startM"]);
    w.resolve([...w.incidents.keys()][0], { delay: "PT1H" });
    assert.deepEqual([w.tasks(), w.timers()], [["A"], ["startH 1h"]]);
    assert.deepEqual(w.vars(id), { delay: "PT1H", x: 1 });
  },
);

scenario(
  "a sub-process whose event sub-process cannot be armed leaves no half-armed listeners",
  `
    start -> Sub -> end
    sub Sub
      start1 -> A -> end1
      event First
        start startF: message=m
        startF -> F
      event Second
        start startS: timer="=delay"
        startS -> S
  `,
  (w) => {
    const id = w.start("p");
    assert.equal(w.problems().length, 1);
    assert.deepEqual([w.tasks(), w.listening()], [[], []]);
    w.resolve([...w.incidents.keys()][0], { delay: "PT1H" });
    assert.deepEqual([w.tasks(), w.listening(), w.timers()], [["A"], ["m"], ["startS 1h"]]);
    w.complete("A");
    assert.equal(w.status(id), "completed");
  },
);

scenario(
  "a handler whose own event sub-process cannot be armed is an incident at the handler",
  `
    start -> A -> end
    event Handler
      start startH: message=m non
      startH -> H -> endH
      event Nested
        start startN: timer="=delay"
        startN -> N -> endN
  `,
  (w) => {
    const id = w.start("p");
    w.publish("m", "", { y: 1 });
    assert.equal(w.problems().length, 1);
    assert.deepEqual(w.tasks(), ["A"]);
    w.resolve([...w.incidents.keys()][0], { delay: "PT1H" });
    assert.deepEqual([w.tasks(), w.timers()], [["A", "H"], ["startN 1h"]]);
    w.completeAll("H", "A");
    assert.equal(w.status(id), "completed");
  },
);

scenario(
  "a cycle is what it was when it was armed: later changes of its variable do not break it",
  `
    boundary each on A: non
      <timerEventDefinition><timeCycle>=cycle</timeCycle></timerEventDefinition>
    start -> A -> end
    each -> H -> end
  `,
  (w) => {
    const id = w.start("p", { cycle: "R/PT1H" });
    w.setVariables(id, { cycle: "nonsense" });
    w.hours(2);
    assert.deepEqual(w.tasks(), ["A", "H", "H"]);
  },
);

scenario(
  "an ad-hoc list that names no activity is an incident, and the list can be corrected",
  `
    start -> Sub -> After -> end
    adhoc Sub
      <extensionElements><zeebe:adHoc activeElementsCollection="=chosen"/></extensionElements>
      user A
      event Handler
        start startH: message=m non
        startH -> H
  `,
  (w) => {
    w.start("p", { chosen: ["X"] });
    assert.deepEqual([w.problems(), w.listening()], [["expression Sub"], []]);
    w.resolve([...w.incidents.keys()][0], { chosen: ["A"] });
    assert.deepEqual([w.tasks(), w.listening()], [["A"], ["m"]]);
    w.complete("A");
    assert.deepEqual(w.tasks(), ["After"]);
  },
);

scenario(
  "a completion condition that cannot be decided is tested again when its incident is resolved",
  `
    user Work: sequential=5 until="enough"
    start -> Work -> After -> end
  `,
  (w) => {
    w.start("p");
    w.complete("Work");
    assert.deepEqual([w.tasks(), w.problems()], [[], ["expression Work"]]);
    w.resolve([...w.incidents.keys()][0], { enough: true });
    assert.deepEqual([w.tasks(), w.problems()], [["After"], []]);
    assert.equal(w.count("Work"), 1);
  },
);

scenario(
  "several items may end while the condition cannot be decided: one incident, closed when it can",
  `
    user Work: parallel=4 until="enough"
    start -> Work -> After -> end
  `,
  (w) => {
    const id = w.start("p");
    w.completeAll("Work", "Work");
    assert.deepEqual(w.problems(), ["expression Work"]);
    w.setVariables(id, { enough: false });
    w.complete("Work");
    assert.deepEqual(w.problems(), []);
    w.complete("Work", { enough: true });
    assert.deepEqual(w.tasks(), ["After"]);
  },
);

scenario(
  "an event sub-process that is armed may bring something to do: not stuck",
  `
    user Work: startQuantity=2
    start -> Work -> end
    event Handler
      start startH: message=h
      startH -> H
  `,
  (w) => {
    const id = w.start("p");
    assert.deepEqual(w.problems(), []);
    w.publish("h");
    w.complete("H");
    assert.equal(w.status(id), "completed");
  },
);

scenario(
  "a stuck incident goes away with its token, which a person completes by hand",
  `
    user Work: startQuantity=2
    start -> Work -> end
  `,
  (w) => {
    const id = w.start("p");
    assert.deepEqual(w.problems(), ["stuck Work"]);
    w.send(id, { kind: "completeElement", token: w.tokenAt(id, "Work").id });
    assert.deepEqual([w.problems(), w.status(id)], [[], "completed"]);
  },
);

scenario(
  "two branches of a grandchild escalate at once: each gets its answer",
  `
    process p
      call child: calls=c
      boundary e on child: escalation=E non
      task h
      start -> child -> end
      e -> h
    process c
      call grandchild: calls=g
      start1 -> grandchild -> end1
    process g
      parallel fork
      throw t1: escalation=E
      throw t2: escalation=E
      throw t3: escalation=Other
      start2 -> fork -> t1 -> A -> end2
      fork -> t2 -> B -> end2
      fork -> t3 -> C -> end2
  `,
  (w) => {
    const id = w.start("p");
    assert.deepEqual(w.tasks(), ["A", "B", "C"]);
    assert.equal(w.count("h"), 2);
    w.completeAll("A", "B", "C");
    assert.equal(w.status(id), "completed");
  },
);

scenario(
  "two branches of a grandchild fail at once: the second is asked after the first",
  `
    process p
      call child: calls=c
      start -> child -> end
    process c
      call grandchild: calls=g
      start1 -> grandchild -> end1
    process g
      parallel fork
      service a: type=work
      service b: type=work
      start2 -> fork -> a -> end2
      fork -> b -> end2
  `,
  (w) => {
    w.handlers.set("work", () => ({ error: "E" }));
    w.start("p");
    assert.deepEqual(w.problems(), ["unhandled-error a", "unhandled-error b"]);
  },
);

scenario(
  "a person's error or escalation in a called instance is asked of the caller; the task stays open if it goes on",
  `
    process p
      call child: calls=c
      boundary e on child: escalation=E non
      boundary x on child: error=X
      start -> child -> end
      e -> OnEscalation -> end
      x -> OnError -> end
    process c
      start1 -> B -> end1
  `,
  (w) => {
    w.start("p");
    const child = [...w.live.keys()][1];
    const [taskId] = w.userTasks.keys();
    const say = (throws: "error" | "escalation", code: string) => {
      const { rejection } = w.send(child, { kind: "throwFromUserTask", taskId, throws, code });
      w.advance(0);
      return rejection?.code;
    };
    assert.equal(say("escalation", "E"), undefined);
    assert.deepEqual(w.tasks(), ["B", "OnEscalation"]);
    assert.equal(say("escalation", "unknown"), undefined);
    assert.deepEqual(w.tasks(), ["B", "OnEscalation"]);
    assert.equal(w.tokenAt(child, "B").wait, "user");
    say("error", "unknown");
    assert.deepEqual(w.problems(), ["unhandled-error B"]);
    w.resolve([...w.incidents.keys()][0]);
    assert.deepEqual(w.tasks(), ["B", "OnEscalation"]);
    say("error", "X");
    assert.deepEqual(w.tasks(), ["OnError", "OnEscalation"]);
  },
);

scenario(
  "two compensations in one throw event: it waits for both, in whatever order they end",
  `
    throw t: compensate=A compensate=B
    undo user UndoA of A
    undo user UndoB of B
    start -> A -> B -> t -> After -> end
  `,
  (w) => {
    w.start("p");
    w.completeAll("A", "B");
    const order: string[] = [];
    while (!w.tasks().includes("After")) {
      const last = w.tasks().at(-1)!;
      order.push(last);
      w.complete(last);
    }
    assert.deepEqual(order.toSorted(), ["UndoA", "UndoB"]);
    assert.deepEqual(w.tasks(), ["After"]);
  },
);

scenario(
  "a multiple throw with a job and a compensation waits for each in turn and throws all",
  `
    throw t: message=news compensate signal=s type=mailer
    undo user UndoA of A
    catch c: signal=s
    parallel fork
    start -> fork -> A -> t -> After -> end
    fork -> c -> C -> end
  `,
  (w) => {
    w.start("p");
    w.complete("A");
    assert.deepEqual(w.tasks(), []);
    w.handlers.set("mailer", () => ({ variables: {} }));
    w.advance(0);
    assert.deepEqual(w.tasks(), ["C", "UndoA"]);
    w.complete("UndoA");
    assert.deepEqual(w.tasks(), ["After", "C"]);
    assert.equal(w.count("t"), 1);
  },
);

scenario(
  "terminate comes last, whatever else the end event throws",
  `
    parallel fork
    end endT: terminate message=news
    start -> fork -> A -> endT
    fork -> B -> end
  `,
  (w) => {
    const id = w.start("p");
    w.complete("A");
    assert.equal(w.status(id), "completed");
    assert.deepEqual(w.messages.map((message) => message.name), ["news"]);
  },
);

scenario(
  "what was thrown before an incident in the same event is not thrown again",
  `
    <signal id="sig" name="=name"/>
    process p
      throw t: message=news
        <signalEventDefinition signalRef="sig"/>
      start -> t -> A -> end
  `,
  (w) => {
    w.start("p", { name: ["no", "text"] });
    assert.deepEqual(w.problems(), ["expression t"]);
    w.resolve([...w.incidents.keys()][0], { name: "x" });
    assert.deepEqual(w.tasks(), ["A"]);
    assert.equal(w.messages.length, 1);
  },
);

scenario(
  "a compensation that is cancelled with its throw ends its handlers, too",
  `
    start -> Sub -> end
    sub Sub
      undo user UndoA of A
      start1 -> A -> B -> end1
      event Handler
        start startH: message=m non
        parallel fork
        throw t: compensate
        end endT: terminate
        startH -> fork -> t -> endH
        fork -> Stop -> endT
  `,
  (w) => {
    const id = w.start("p");
    w.complete("A");
    w.publish("m");
    assert.deepEqual(w.tasks(), ["B", "Stop", "UndoA"]);
    w.complete("Stop");
    assert.deepEqual(w.tasks(), ["B"]);
    w.complete("B");
    assert.equal(w.status(id), "completed");
  },
);

refused(
  "an error that would have to wait for another event is refused",
  `
    boundary both on A: error=E message=m allOf
    start -> A -> end
    both -> B -> end
  `,
  "event-definition-position",
);

scenario(
  "who starts an instance goes to the variable that the start event names",
  `
    start start1: camunda:initiator=by
    start1 -> A -> end
  `,
  (w) => {
    const id = w.start("p", {}, { startedBy: "kermit" });
    assert.deepEqual(w.vars(id), { by: "kermit" });
    assert.deepEqual(w.vars(w.start("p")), {});
  },
);

scenario(
  "a multi-instance behaviour may throw an escalation, a message or an error to its boundary",
  `
    <escalationEventDefinition id="esc" escalationRef="escalation_E"/>
    process p
      user Work
        <multiInstanceLoopCharacteristics behavior="None" noneBehaviorEventRef="esc"><loopCardinality>2</loopCardinality></multiInstanceLoopCharacteristics>
      boundary e on Work: escalation=E non
      boundary other on Work: escalation=F non
      boundary s on Work: signal=done non
      task h
      task o
      start -> Work -> end
      e -> h
      other, s -> o
  `,
  (w) => {
    w.start("p");
    w.completeAll("Work", "Work");
    assert.deepEqual([w.count("h"), w.count("o")], [2, 0]);
  },
);
