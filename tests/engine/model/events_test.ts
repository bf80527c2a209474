import assert from "node:assert/strict";
import {
  EVENT_POSITIONS,
  type EventPosition,
  type Trigger,
} from "../../../engine/model/link/event_positions.ts";
import type {
  BoundaryEvent,
  EventElement,
  IntermediateThrowEvent,
  StartEvent,
} from "../../../engine/model/types.ts";
import { compile, flows, node, problems, rules, value } from "./support.ts";

const ROOT =
  `<message id="m" name="Order placed"/><signal id="g" name="Alert"/><error id="e" errorCode="E-1"/>
  <escalation id="x" escalationCode="X-1"/>`;

const DEFINITIONS: Record<Trigger, string> = {
  none: "",
  message: `<messageEventDefinition messageRef="m"/>`,
  timer: `<timerEventDefinition><timeDuration>PT5M</timeDuration></timerEventDefinition>`,
  signal: `<signalEventDefinition signalRef="g"/>`,
  error: `<errorEventDefinition errorRef="e"/>`,
  escalation: `<escalationEventDefinition escalationRef="x"/>`,
  conditional: `<conditionalEventDefinition><condition>a > 1</condition></conditionalEventDefinition>`,
  link: `<linkEventDefinition name="l"/>`,
  compensate: `<compensateEventDefinition/>`,
  cancel: `<cancelEventDefinition/>`,
  terminate: `<terminateEventDefinition/>`,
};

const START = `<startEvent id="start"/>`;
const TASK = `<transaction id="task"/>`;
const POSITIONS: Record<EventPosition, (definition: string) => string> = {
  "top-level start": (d) => `<startEvent id="event">${d}</startEvent>`,
  "sub-process start": (d) =>
    `${START}<subProcess id="sub"><startEvent id="event">${d}</startEvent></subProcess>`,
  "event sub-process start, interrupting": (d) =>
    `${START}<subProcess id="sub" triggeredByEvent="true"><startEvent id="event">${d}</startEvent></subProcess>`,
  "event sub-process start, non-interrupting": (d) =>
    `${START}<subProcess id="sub" triggeredByEvent="true"><startEvent id="event" isInterrupting="false">${d}</startEvent></subProcess>`,
  "intermediate catch": (d) => `${START}<intermediateCatchEvent id="event">${d}</intermediateCatchEvent>`,
  "boundary, interrupting": (d) =>
    `${START}${TASK}<boundaryEvent id="event" attachedToRef="task">${d}</boundaryEvent><task id="undo" isForCompensation="true"/>${
      d.includes("compensate") ? `<association id="as" sourceRef="event" targetRef="undo"/>` : ""
    }`,
  "boundary, non-interrupting": (d) =>
    `${START}${TASK}<boundaryEvent id="event" cancelActivity="false" attachedToRef="task">${d}</boundaryEvent>
    <task id="undo" isForCompensation="true"/><association id="as" sourceRef="event" targetRef="undo"/>`,
  "intermediate throw": (d) =>
    `${START}<intermediateThrowEvent id="event">${d}</intermediateThrowEvent>
    <intermediateCatchEvent id="l">${DEFINITIONS.link}</intermediateCatchEvent>`,
  "end": (d) =>
    d.includes("cancel")
      ? `${START}<transaction id="tx"><endEvent id="event">${d}</endEvent></transaction>
        <boundaryEvent id="b" attachedToRef="tx">${DEFINITIONS.cancel}</boundaryEvent>`
      : `${START}<endEvent id="event">${d}</endEvent>`,
};

for (const position of Object.keys(POSITIONS) as EventPosition[]) {
  Deno.test(`an event as ${position} may have what the table says, nothing else`, () => {
    for (const trigger of Object.keys(DEFINITIONS) as Trigger[]) {
      const found = rules(POSITIONS[position](DEFINITIONS[trigger]), ROOT);
      const expected = EVENT_POSITIONS[position].includes(trigger) ? [] : ["event-definition-position event"];
      assert.deepEqual(found, expected, trigger);
    }
  });
}

Deno.test("events have the definitions of references and their own, in order", () => {
  const model = compile(
    `<startEvent id="s"/><task id="t"/><boundaryEvent id="b" attachedToRef="t" parallelMultiple="true">
    <eventDefinitionRef>tns:shared</eventDefinitionRef>${DEFINITIONS.message}</boundaryEvent>`,
    `${ROOT}<signalEventDefinition id="shared" signalRef="g"/>`,
  );
  const event = node<BoundaryEvent>(model, "b");
  assert.deepEqual(event.definitions.map((d) => [d.kind, d.index, d.id]), [["signal", 0, "shared"], [
    "message",
    1,
    undefined,
  ]]);
  assert.equal(event.parallelMultiple, true);
  assert.equal(event.interrupting, true);
  assert.equal(event.attachedTo.id, "t");
  assert.deepEqual(event.attachedTo.boundaryEvents, [event]);
});

Deno.test("names come before ids, codes before ids", () => {
  const model = compile(
    `<startEvent id="s"/><intermediateThrowEvent id="a">${DEFINITIONS.signal}</intermediateThrowEvent>
    <intermediateThrowEvent id="b"><signalEventDefinition signalRef="plain"/></intermediateThrowEvent>
    <endEvent id="c">${DEFINITIONS.error}</endEvent><endEvent id="d"><escalationEventDefinition escalationRef="plainx"/></endEvent>`,
    `${ROOT}<signal id="plain"/><escalation id="plainx"/>`,
  );
  const definition = (id: string) =>
    node<EventElement>(model, id).definitions[0] as unknown as Record<string, never>;
  assert.equal(value(definition("a").name), "Alert");
  assert.equal(value(definition("b").name), "plain");
  assert.equal(value(definition("c").code), "E-1");
  assert.equal(value(definition("d").code), "plainx");
});

Deno.test("start triggers list events, instantiating receive tasks and gateways", () => {
  const model = compile(
    `<startEvent id="none"/><startEvent id="s">${DEFINITIONS.message}${DEFINITIONS.signal}</startEvent>
    <receiveTask id="r" instantiate="true" messageRef="m"/>
    <eventBasedGateway id="g1" instantiate="true" eventGatewayType="Parallel"/>${flows("g1->c", "g1->r2")}
    <intermediateCatchEvent id="c">${DEFINITIONS.signal}</intermediateCatchEvent><receiveTask id="r2" messageRef="m"/>`,
    ROOT,
  );
  assert.deepEqual(model.startTriggers.map((t) => [t.element.id, t.gateway?.id, t.definition.kind]), [
    ["s", undefined, "message"],
    ["s", undefined, "signal"],
    ["r", undefined, "message"],
    ["c", "g1", "signal"],
    ["r2", "g1", "message"],
  ]);
  assert.deepEqual(model.root.startNodes.map((n) => n.id), ["none"]);
});

Deno.test("incomplete definitions and broken references are refused", () => {
  const catching = (d: string) =>
    `<startEvent id="s"/><intermediateCatchEvent id="c">${d}</intermediateCatchEvent>`;
  const cases: [string, string][] = [
    [`<messageEventDefinition/>`, "event-definition-incomplete c"],
    [`<messageEventDefinition messageRef="none"/>`, "unknown-reference c"],
    [`<messageEventDefinition messageRef="g"/>`, "unknown-reference c"],
    [`<signalEventDefinition/>`, "event-definition-incomplete c"],
    [`<conditionalEventDefinition/>`, "event-definition-incomplete c"],
    [
      `<conditionalEventDefinition><condition>a &gt;</condition></conditionalEventDefinition>`,
      "bad-expression c",
    ],
    [`<timerEventDefinition/>`, "bad-timer c"],
    [`<timerEventDefinition><timeDuration>soon</timeDuration></timerEventDefinition>`, "bad-timer c"],
    [`<eventDefinitionRef>none</eventDefinitionRef>`, "unknown-reference c"],
  ];
  for (const [definition, problem] of cases) {
    assert.deepEqual(rules(catching(definition), ROOT), [problem], definition);
  }
  const computed = `<timerEventDefinition><timeDuration>\${delay}</timeDuration></timerEventDefinition>`;
  assert.deepEqual(rules(catching(computed)), []);
});

Deno.test("conditional events are known to their scopes", () => {
  const model = compile(
    `<startEvent id="s"/><subProcess id="a"><task id="t"/><boundaryEvent id="b" attachedToRef="t">${DEFINITIONS.conditional}</boundaryEvent></subProcess><subProcess id="c"/>`,
  );
  assert.equal(model.root.hasConditionalEvents, true);
  assert.deepEqual(
    ["a", "c"].map((id) =>
      "hasConditionalEvents" in node(model, id) &&
      node<StartEvent & { hasConditionalEvents: boolean }>(model, id).hasConditionalEvents
    ),
    [true, false],
  );
});

Deno.test("a boundary event belongs to an activity of its scope", () => {
  const boundary = (to: string) =>
    `<startEvent id="s"/><subProcess id="sub"><task id="in"/></subProcess><boundaryEvent id="b" attachedToRef="${to}">${DEFINITIONS.timer}</boundaryEvent>`;
  for (const to of ["", "none", "s", "in", "p"]) {
    assert.deepEqual(rules(boundary(to)), ["boundary-attachment b"], to);
  }
  assert.deepEqual(rules(boundary("sub")), []);
});

Deno.test("messages of throws know the process at the other end of their flow", () => {
  const model = compile(
    `<startEvent id="s"/><intermediateThrowEvent id="t">${DEFINITIONS.message}</intermediateThrowEvent><sendTask id="send"/>`,
    `${ROOT}<process id="q" isExecutable="true"><startEvent id="qs">${DEFINITIONS.message}</startEvent></process>
    <collaboration id="c"><participant id="pp" processRef="p"/><participant id="pq" processRef="q"/>
    <messageFlow id="m1" sourceRef="t" targetRef="pq"/><messageFlow id="m2" sourceRef="send" targetRef="qs" messageRef="m"/></collaboration>`,
  );
  const [definition] = node<IntermediateThrowEvent>(model, "t").definitions;
  assert.ok(definition.kind === "message");
  assert.equal(definition.targetProcess, "q");
  const send = node(model, "send");
  assert.ok(send.type === "sendTask" && send.message);
  assert.deepEqual([value(send.message.name), send.message.targetProcess], ["Order placed", "q"]);
  assert.deepEqual(problems(`<startEvent id="s"/><sendTask id="send"/>`).map((p) => p.rule), [
    "message-missing",
  ]);
});
