import { accept, chain, CONDITION, flow, process, reject, type RuleCase, TIMER } from "./case.ts";

const KINDS = ["exclusiveGateway", "parallelGateway", "inclusiveGateway", "complexGateway"];

/** A gateway `g` of a kind and direction with tasks before and after it. */
function gateway(kind: string, direction: string, before: number, after: number): string {
  const tasks = (name: string, count: number) => Array.from({ length: count }, (_, i) => `${name}${i}`);
  const all = [...tasks("in", before), ...tasks("out", after)];
  return process(
    `<${kind} id="g" gatewayDirection="${direction}"/>` + all.map((id) => `<task id="${id}"/>`).join("") +
      tasks("in", before).map((id) => flow(id, "g")).join("") +
      tasks("out", after).map((id) => flow("g", id)).join(""),
  );
}

/** An event-based gateway `g` that leads to the given elements, each with the id `t1`, `t2`, … */
function choice(targets: readonly string[], more = "", attributes = ""): string {
  const ids = targets.map((_, i) => `t${i + 1}`);
  return process(
    `<startEvent id="s"/><eventBasedGateway id="g" ${attributes}/>${targets.join("")}${more}` +
      ids.map((id) => flow("g", id)).join(""),
  );
}

function caught(id: string, definition: string): string {
  return `<intermediateCatchEvent id="${id}">${definition}</intermediateCatchEvent>`;
}

const WAIT = caught("t1", TIMER);
const MESSAGE = caught("t2", "<messageEventDefinition/>");
const RECEIVE = '<receiveTask id="t2"/>';

export const gatewayCases: readonly RuleCase[] = [
  ...KINDS.flatMap((kind) => [
    reject("EXT017", "g", `${kind} that splits`, gateway(kind, "Converging", 1, 2)),
    accept("EXT017", `${kind} that joins`, gateway(kind, "Converging", 2, 1)),
    reject("EXT018", "g", `${kind} that joins`, gateway(kind, "Diverging", 2, 1)),
    accept("EXT018", `${kind} that splits`, gateway(kind, "Diverging", 1, 2)),
    reject("EXT019", "g", `${kind} that only splits`, gateway(kind, "Mixed", 1, 2)),
    reject("EXT019", "g", `${kind} that only joins`, gateway(kind, "Mixed", 2, 1)),
    accept("EXT019", `${kind} that does both`, gateway(kind, "Mixed", 2, 2)),
    reject("EXT135", "g", `${kind} with one flow on each side`, gateway(kind, "Unspecified", 1, 1)),
    accept("EXT135", `${kind} that starts with two flows`, gateway(kind, "Unspecified", 0, 2)),
  ]),
  accept("EXT019", "unspecified", gateway("exclusiveGateway", "Unspecified", 1, 2)),
  reject(
    "EXT135",
    "g",
    "flows that its list repeats",
    `<process id="P"><exclusiveGateway id="g"><incoming>a-g</incoming>
    <incoming>a-g</incoming></exclusiveGateway><task id="a"/>${flow("a", "g")}</process>`,
  ),

  reject("EXT136", "g", "one flow", choice([WAIT])),
  accept("EXT136", "two flows", choice([WAIT, MESSAGE])),
  reject(
    "EXT137",
    "g-t1",
    "a condition",
    process(`<eventBasedGateway id="g"/>${WAIT}${MESSAGE}${flow("g", "t1", CONDITION)}${flow("g", "t2")}`),
  ),
  accept("EXT137", "no condition", choice([WAIT, MESSAGE])),
  reject("EXT138", "t2", "a user task", choice([WAIT, '<userTask id="t2"/>'])),
  reject("EXT138", "t2", "a throw event", choice([WAIT, '<intermediateThrowEvent id="t2"/>'])),
  reject("EXT138", "t2", "an event without trigger", choice([WAIT, caught("t2", "")])),
  reject(
    "EXT138",
    "t2",
    "a multiple event with a link among its triggers",
    choice([WAIT, caught("t2", '<signalEventDefinition/><linkEventDefinition name="x"/>')]),
  ),
  accept("EXT138", "a receive task", choice([WAIT, RECEIVE])),
  accept(
    "EXT138",
    "a multiple event",
    choice([
      WAIT,
      caught("t2", "<signalEventDefinition/><conditionalEventDefinition/><messageEventDefinition/>"),
    ]),
  ),
  reject(
    "EXT139",
    "g",
    "message event and receive task",
    choice([caught("t1", "<messageEventDefinition/>"), RECEIVE]),
  ),
  accept("EXT139", "timer and receive task", choice([WAIT, RECEIVE])),
  accept("EXT139", "timer and message", choice([WAIT, MESSAGE])),
  reject(
    "EXT140",
    "t2",
    "a boundary event on the receive task",
    choice([WAIT, RECEIVE], `<boundaryEvent id="b" attachedToRef="t2">${TIMER}</boundaryEvent>`),
  ),
  accept("EXT140", "none", choice([WAIT, RECEIVE])),
  reject("EXT141", "t2", "another way to the receive task", choice([WAIT, RECEIVE], flow("s", "t2"))),
  accept("EXT141", "the only way", choice([WAIT, RECEIVE], flow("s", "g"))),
  reject("EXT142", "g", "a flow to it", choice([WAIT, MESSAGE], flow("s", "g"), 'instantiate="true"')),
  accept("EXT142", "no flow to it", choice([WAIT, MESSAGE], "", 'instantiate="true"')),
  accept("EXT142", "not instantiating", choice([WAIT, MESSAGE], chain("s", "g"))),
];
