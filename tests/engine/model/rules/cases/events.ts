import { accept, chain, drawing, process, reject, type RuleCase, SIMPLE, TIMER } from "./case.ts";

/** An event definition of a kind without anything in it. */
function trigger(kind: string): string {
  return `<${kind}EventDefinition/>`;
}

function eventSubProcess(start: string, attributes = ""): string {
  return process(
    `${SIMPLE}<subProcess id="sub" triggeredByEvent="true"><startEvent id="s" ${attributes}>${start}</startEvent>
    <endEvent id="e"/>${chain("s", "e")}</subProcess>`,
  );
}

function subProcess(kind: string, start: string): string {
  return process(`${SIMPLE}<${kind} id="sub"><startEvent id="s">${start}</startEvent><endEvent id="e"/>
    ${chain("s", "e")}</${kind}>`);
}

function startEvent(definition: string): string {
  return drawing(`<startEvent id="s">${definition}</startEvent><endEvent id="e"/>${chain("s", "e")}`);
}

function endEvent(definition: string): string {
  return drawing(`<startEvent id="s"/><endEvent id="e">${definition}</endEvent>${chain("s", "e")}`);
}

function boundary(definition: string, attributes = "", host = '<task id="host"/>'): string {
  return drawing(
    `${host}<boundaryEvent id="b" attachedToRef="host" ${attributes}>${definition}</boundaryEvent>
    <endEvent id="e"/>${chain("b", "e")}`,
  );
}

function intermediate(kind: "Catch" | "Throw", definition: string): string {
  return drawing(
    `<startEvent id="s"/><intermediate${kind}Event id="i">${definition}</intermediate${kind}Event>
    <endEvent id="e"/>${chain("s", "i", "e")}`,
  );
}

const EVENT_SUB_PROCESS = eventSubProcess(TIMER);

const startCases: readonly RuleCase[] = [
  reject(
    "EXT057",
    "sub",
    "a flow from it",
    process(`<subProcess id="sub" triggeredByEvent="true"/><endEvent id="e"/>${chain("sub", "e")}`),
  ),
  reject(
    "EXT057",
    "sub",
    "a flow that only it lists",
    process('<subProcess id="sub" triggeredByEvent="true"><incoming>f</incoming></subProcess>'),
  ),
  accept("EXT057", "none", EVENT_SUB_PROCESS),
  reject("EXT058", "sub", "no start event", process('<subProcess id="sub" triggeredByEvent="true"/>')),
  reject(
    "EXT058",
    "sub",
    "two start events",
    process(`<subProcess id="sub" triggeredByEvent="true"><startEvent id="s">${TIMER}</startEvent>
      <startEvent id="t">${TIMER}</startEvent></subProcess>`),
  ),
  accept("EXT058", "one start event", EVENT_SUB_PROCESS),
  accept(
    "EXT058",
    "an ordinary sub-process with two",
    process(`<subProcess id="sub"><startEvent id="s"/><startEvent id="t"/></subProcess>`),
  ),
  reject("EXT059", "s", "no trigger", eventSubProcess("")),
  ...["cancel", "link", "terminate"].map((kind) =>
    reject("EXT059", "s", kind, eventSubProcess(trigger(kind)))
  ),
  ...["error", "compensate"].flatMap((kind) => [
    reject(
      "EXT059",
      "s",
      `non-interrupting ${kind}`,
      eventSubProcess(trigger(kind), 'isInterrupting="false"'),
    ),
    accept("EXT059", `interrupting ${kind}`, eventSubProcess(trigger(kind))),
  ]),
  ...["message", "timer", "escalation", "conditional", "signal"].map((kind) =>
    accept("EXT059", `non-interrupting ${kind}`, eventSubProcess(trigger(kind), 'isInterrupting="false"'))
  ),

  reject("EXT096", "start", "a flow back to it", process(SIMPLE + chain("a", "start"))),
  accept("EXT096", "none", process(SIMPLE)),
  ...["cancel", "compensate", "error", "escalation", "link", "terminate"].map((kind) =>
    reject("EXT098", "s", kind, startEvent(trigger(kind)))
  ),
  reject("EXT098", "s", "one wrong of two", startEvent(trigger("timer") + trigger("error"))),
  reject(
    "EXT098",
    "s",
    "by reference",
    '<errorEventDefinition id="def"/>' + startEvent("<eventDefinitionRef>def</eventDefinitionRef>"),
  ),
  ...["message", "timer", "conditional", "signal"].map((kind) =>
    accept("EXT098", kind, startEvent(trigger(kind)))
  ),
  accept("EXT098", "none", startEvent("")),
  accept("EXT098", "an error in an event sub-process", eventSubProcess(trigger("error"))),
  ...["subProcess", "transaction"].flatMap((kind) => [
    reject("EXT100", "s", `a timer in a ${kind}`, subProcess(kind, TIMER)),
    accept("EXT100", `none in a ${kind}`, subProcess(kind, "")),
  ]),
  accept("EXT100", "an event sub-process", EVENT_SUB_PROCESS),
  reject("EXT101", "s", "nothing follows", process('<startEvent id="s"/>')),
  reject("EXT101", "start", "it lists nothing", process(SIMPLE)),
  accept(
    "EXT101",
    "it lists its flow",
    process(`<startEvent id="s"><outgoing>s-e</outgoing></startEvent><endEvent id="e"/>${chain("s", "e")}`),
  ),
];

const endCases: readonly RuleCase[] = [
  reject("EXT104", "end", "a flow from it", process(SIMPLE + chain("end", "a"))),
  accept("EXT104", "none", process(SIMPLE)),
  reject("EXT106", "e", "in a process", endEvent(trigger("cancel"))),
  reject(
    "EXT106",
    "e",
    "in a sub-process",
    process(`<subProcess id="sub"><endEvent id="e">${trigger("cancel")}</endEvent></subProcess>`),
  ),
  accept(
    "EXT106",
    "in a transaction",
    process(`<transaction id="t"><endEvent id="e">${trigger("cancel")}</endEvent></transaction>`),
  ),
  reject("EXT107", "e", "nothing leads to it", process('<endEvent id="e"/>')),
  reject(
    "EXT107",
    "e",
    "it does not list what leads to it, though others list theirs",
    process(`<startEvent id="s"><outgoing>s-e</outgoing></startEvent><endEvent id="e"/>${chain("s", "e")}`),
  ),
  accept("EXT107", "a file without such lists", process(SIMPLE)),
  ...["conditional", "link", "timer"].map((kind) => reject("EXT146", "e", kind, endEvent(trigger(kind)))),
  reject(
    "EXT146",
    "e",
    "by reference",
    '<timerEventDefinition id="def"/>' + endEvent("<eventDefinitionRef>def</eventDefinitionRef>"),
  ),
  ...["message", "escalation", "error", "cancel", "compensate", "signal", "terminate"].map((kind) =>
    accept("EXT146", kind, endEvent(trigger(kind)))
  ),
  accept("EXT146", "multiple", endEvent(trigger("message") + trigger("signal"))),
];

const boundaryCases: readonly RuleCase[] = [
  ...["link", "terminate"].flatMap((kind) => [
    reject("EXT110", "b", `interrupting ${kind}`, boundary(trigger(kind))),
    reject("EXT110", "b", `non-interrupting ${kind}`, boundary(trigger(kind), 'cancelActivity="false"')),
  ]),
  reject("EXT110", "b", "no trigger", boundary("")),
  reject("EXT110", "b", "no trigger, non-interrupting", boundary("", 'cancelActivity="false"')),
  ...["cancel", "compensate", "error"].flatMap((kind) => [
    reject("EXT110", "b", `non-interrupting ${kind}`, boundary(trigger(kind), 'cancelActivity="false"')),
    accept("EXT110", `interrupting ${kind}`, boundary(trigger(kind), 'cancelActivity="true"')),
  ]),
  ...["message", "timer", "escalation", "conditional", "signal"].map((kind) =>
    accept("EXT110", `non-interrupting ${kind}`, boundary(trigger(kind), 'cancelActivity="false"'))
  ),
  reject("EXT111", "b", "on a task", boundary(trigger("cancel"))),
  accept("EXT111", "on a transaction", boundary(trigger("cancel"), "", '<transaction id="host"/>')),
  accept("EXT111", "an error on a task", boundary(trigger("error"))),
  reject(
    "EXT112",
    "b",
    "a flow to it",
    process(
      `${SIMPLE}<boundaryEvent id="b" attachedToRef="a">${TIMER}</boundaryEvent>${
        chain("start", "b", "end")
      }`,
    ),
  ),
  accept("EXT112", "none", boundary(TIMER)),
  reject(
    "EXT113",
    "b",
    "no flow from it",
    process(`<task id="a"/><boundaryEvent id="b" attachedToRef="a">${TIMER}</boundaryEvent>`),
  ),
  accept("EXT113", "a flow from it", boundary(TIMER)),
  accept(
    "EXT113",
    "compensation",
    process(`<task id="a"/><boundaryEvent id="b" attachedToRef="a">${trigger("compensate")}</boundaryEvent>`),
  ),
  reject("EXT114", "b", "a flow from it", boundary(trigger("compensate"))),
  accept("EXT114", "an error with a flow", boundary(trigger("error"))),
];

const intermediateCases: readonly RuleCase[] = [
  ...["Catch", "Throw"].flatMap((kind) => [
    reject(
      "EXT115",
      "i",
      `${kind} event that nothing leads to`,
      process(`<intermediate${kind}Event id="i"/><task id="a"/>${chain("i", "a")}`),
    ),
    reject(
      "EXT116",
      "i",
      `${kind} event that nothing follows`,
      process(`<intermediate${kind}Event id="i"/><task id="a"/>${chain("a", "i")}`),
    ),
  ]),
  accept("EXT115", "in the flow", intermediate("Catch", TIMER)),
  accept(
    "EXT115",
    "a link catch",
    process(
      `<intermediateCatchEvent id="i">${trigger("link")}</intermediateCatchEvent><task id="a"/>${
        chain("i", "a")
      }`,
    ),
  ),
  accept("EXT116", "in the flow", intermediate("Throw", "")),
  accept(
    "EXT116",
    "a link throw",
    process(
      `<intermediateThrowEvent id="i">${trigger("link")}</intermediateThrowEvent><task id="a"/>${
        chain("a", "i")
      }`,
    ),
  ),
  reject("EXT122", "i", "compensation", intermediate("Catch", trigger("compensate"))),
  accept("EXT122", "a throw", intermediate("Throw", trigger("compensate"))),
  accept("EXT122", "a signal", intermediate("Catch", trigger("signal"))),
  ...["cancel", "compensate", "error", "escalation", "terminate"].map((kind) =>
    reject("EXT148", "i", kind, intermediate("Catch", trigger(kind)))
  ),
  reject("EXT148", "i", "no trigger", intermediate("Catch", "")),
  reject("EXT148", "i", "one wrong of two", intermediate("Catch", trigger("signal") + trigger("error"))),
  ...["message", "timer", "conditional", "link", "signal"].map((kind) =>
    accept("EXT148", kind, intermediate("Catch", trigger(kind)))
  ),
  ...["cancel", "conditional", "error", "terminate", "timer"].map((kind) =>
    reject("EXT149", "i", kind, intermediate("Throw", trigger(kind)))
  ),
  ...["message", "escalation", "compensate", "link", "signal"].map((kind) =>
    accept("EXT149", kind, intermediate("Throw", trigger(kind)))
  ),
  accept("EXT149", "none", intermediate("Throw", "")),
];

const COMPENSATED = `<task id="a"/><boundaryEvent id="b" attachedToRef="a">${
  trigger("compensate")
}</boundaryEvent>`;
const ASSOCIATION = '<association id="as" sourceRef="b" targetRef="h"/>';

const compensationCases: readonly RuleCase[] = [
  reject("EXT143", "b", "no association", process(COMPENSATED)),
  reject(
    "EXT143",
    "b",
    "an association with a note",
    process(`${COMPENSATED}${ASSOCIATION}<textAnnotation id="h"/>`),
  ),
  accept(
    "EXT143",
    "a handler",
    process(`${COMPENSATED}${ASSOCIATION}<task id="h" isForCompensation="true"/>`),
  ),
  reject("EXT144", "b", "a task without the mark", process(`${COMPENSATED}${ASSOCIATION}<task id="h"/>`)),
  reject("EXT144", "b", "an event", process(`${COMPENSATED}${ASSOCIATION}<endEvent id="h"/>`)),
  accept(
    "EXT144",
    "a sub-process with the mark",
    process(`${COMPENSATED}${ASSOCIATION}<subProcess id="h" isForCompensation="true"/>`),
  ),
];

export const eventCases: readonly RuleCase[] = [
  ...startCases,
  ...endCases,
  ...boundaryCases,
  ...intermediateCases,
  ...compensationCases,
];
