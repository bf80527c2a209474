/** Files with as many parts per byte as their kind allows: where what is kept of each part may be large beside it. */

const OPEN =
  `<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" ` +
  `xmlns:camunda="http://camunda.org/schema/1.0/bpmn" xmlns:d="http://www.omg.org/spec/BPMN/20100524/DI" ` +
  `xmlns:c="http://www.omg.org/spec/DD/20100524/DC" xmlns:i="http://www.omg.org/spec/DD/20100524/DI" targetNamespace="t">`;

const PROCESS = `<process id="p" isExecutable="true"><startEvent id="s"/>`;

/** Within the process, beside it, and short names for the parts. */
const inside = (parts: string): string => `${OPEN}${PROCESS}${parts}</process></definitions>`;
const beside = (parts: string): string => `${OPEN}${PROCESS}</process>${parts}</definitions>`;
// From three letters on: no part is called as those that stand there already.
const short = (i: number): string => (i + 1_296).toString(36);

function times(n: number, part: (id: string, i: number) => string): string {
  const parts: string[] = [];
  for (let i = 0; i < n; i++) parts.push(part(short(i), i));
  return parts.join("");
}

/** What is repeated within the process; `$` is a short name of its own for each. */
const INSIDE: Readonly<Record<string, string>> = {
  "tasks": `<task id="$"/>`,
  "service tasks": `<serviceTask id="$"/>`,
  "user tasks": `<userTask id="$" camunda:assignee="$"/>`,
  "script tasks": `<scriptTask id="$" scriptFormat="juel"><script>$</script></scriptTask>`,
  "FEEL script tasks": `<scriptTask id="$" scriptFormat="feel"><script>x$</script></scriptTask>`,
  "receive tasks": `<receiveTask id="$"/>`,
  "call activities": `<callActivity id="$" calledElement="$"/>`,
  "gateways": `<parallelGateway id="$"/>`,
  "event-based gateways": `<eventBasedGateway id="$"/>`,
  "start events": `<startEvent id="$"/>`,
  "end events": `<endEvent id="$"/>`,
  "error end events": `<endEvent id="$"><errorEventDefinition/></endEvent>`,
  "catch events": `<intermediateCatchEvent id="$"><signalEventDefinition/></intermediateCatchEvent>`,
  "timers":
    `<startEvent id="$"><timerEventDefinition><timeDate>$</timeDate></timerEventDefinition></startEvent>`,
  "boundary events": `<boundaryEvent id="$" attachedToRef="s"/>`,
  "sub-processes": `<subProcess id="$"/>`,
  "nested sub-processes": `<subProcess id="$"><subProcess id="$a"><task id="$b"/></subProcess></subProcess>`,
  "event sub-processes, empty": `<subProcess id="$" triggeredByEvent="1"/>`,
  "ad-hoc sub-processes": `<adHocSubProcess id="$"/>`,
  "multi-instance tasks":
    `<task id="$"><multiInstanceLoopCharacteristics><loopCardinality>$</loopCardinality></multiInstanceLoopCharacteristics></task>`,
  "loops": `<task id="$"><standardLoopCharacteristics/></task>`,
  "flows to itself": `<task id="$"/><sequenceFlow id="$f" sourceRef="$" targetRef="$"/>`,
  "flows of one node": `<sequenceFlow id="$" sourceRef="s" targetRef="s"/>`,
  "flows from the start": `<task id="$"/><sequenceFlow id="$f" sourceRef="s" targetRef="$"/>`,
  "flows with conditions":
    `<task id="$"/><sequenceFlow id="$f" sourceRef="$" targetRef="$"><conditionExpression>x$</conditionExpression></sequenceFlow>`,
  "associations": `<association id="$" sourceRef="s" targetRef="s"/>`,
  "lane sets": `<laneSet><lane><flowNodeRef>s</flowNodeRef></lane></laneSet>`,
  "text annotations": `<textAnnotation><text>$</text></textAnnotation>`,
  "documentation": `<documentation>$</documentation>`,
  "properties": `<property id="$"/>`,
  "properties without ids": `<property/>`,
  "data objects": `<dataObject id="$"/>`,
  "references to data": `<dataObjectReference id="$" dataObjectRef="s"/>`,
  "data inputs of tasks": `<task id="$"><ioSpecification><dataInput id="$a"/></ioSpecification></task>`,
  "groups": `<group id="$"/>`,
  "candidates": `<potentialOwner/>`,
  "unknown elements": `<a/>`,
  "elements of no namespace": `<a xmlns="$"/>`,
  "camunda properties":
    `<task id="$"><extensionElements><camunda:properties><camunda:property name="$"/></camunda:properties></extensionElements></task>`,
  "execution listeners":
    `<task id="$"><extensionElements><camunda:executionListener/></extensionElements></task>`,
  "zeebe jobs":
    `<serviceTask id="$"><extensionElements><zeebe:taskDefinition type="$"/></extensionElements></serviceTask>`,
  "ids of 300 characters": `<task id="$${"x".repeat(300)}"/>`,
  "ids of 20 characters": `<task id="$${"y".repeat(20)}"/>`,
  "names of 300 characters": `<task id="$" name="${"x".repeat(300)}"/>`,
  "ids and names of two letters": `<task id="$" name="$"/>`,
  "flows with ids of 20 characters": `<task id="$${"y".repeat(20)}"/><sequenceFlow id="$${
    "z".repeat(20)
  }" sourceRef="$${"y".repeat(20)}" targetRef="$${"y".repeat(20)}"/>`,
  "unknown attributes": `<task id="$" $="" a$="" b$="" c$="" d$="" e$="" f$="" g$="" h$="" j$=""/>`,
  "attributes of many elements": `<task id="$" a="" b="" c="" d="" e="" f="" g="" h="" j="" k=""/>`,
};

/** What is repeated beside the process. */
const BESIDE: Readonly<Record<string, string>> = {
  "messages": `<message id="$"/>`,
  "signals": `<signal id="$" name="$"/>`,
  "errors": `<error id="$"/>`,
  "item definitions": `<itemDefinition id="$"/>`,
  "data stores": `<dataStore id="$"/>`,
  "resources": `<resource id="$"/>`,
  "interfaces": `<interface id="$"><operation id="$o"/></interface>`,
  "correlation properties": `<correlationProperty id="$"/>`,
  "categories": `<category><categoryValue id="$"/></category>`,
  "imports": `<import/>`,
  "relationships": `<relationship/>`,
  "global tasks": `<globalTask id="$"/>`,
  "global script tasks":
    `<globalScriptTask id="$" scriptLanguage="feel"><script>$</script></globalScriptTask>`,
  "global user tasks": `<globalUserTask id="$"/>`,
  "empty processes": `<process id="$"/>`,
  "executable processes": `<process id="$" isExecutable="1"/>`,
  "processes that can start": `<process id="$" isExecutable="1"><startEvent id="$s"/></process>`,
  "processes without ids": `<process/>`,
  "participants": `<collaboration><participant id="$" processRef="p"/></collaboration>`,
  "message flows": `<collaboration><messageFlow sourceRef="s" targetRef="p"/></collaboration>`,
  "events that are defined beside": `<signalEventDefinition id="$"/>`,
  "extension elements": `<extensionElements><a/></extensionElements>`,
  "shapes": `<d:BPMNShape bpmnElement="s"><c:Bounds x="1" y="1" width="1" height="1"/></d:BPMNShape>`,
  "shapes of nothing": `<d:BPMNShape bpmnElement="no"/>`,
  "way points": `<d:BPMNEdge><i:waypoint x="1" y="1"/><i:waypoint x="2" y="2"/></d:BPMNEdge>`,
};

const each = (frame: (parts: string) => string, part: string) => (n: number): string =>
  frame(times(n, (id) => part.replaceAll("$", id)));

/** A file of n parts, by what they are. */
export const DENSE_SHAPES: Readonly<Record<string, (n: number) => string>> = {
  ...Object.fromEntries(Object.entries(INSIDE).map(([name, part]) => [`dense: ${name}`, each(inside, part)])),
  ...Object.fromEntries(Object.entries(BESIDE).map(([name, part]) => [`dense: ${name}`, each(beside, part)])),
  "dense: one element in another": (n) =>
    beside(
      `<extensionElements>${
        times(n / 100, () => "<a>".repeat(100) + "</a>".repeat(100))
      }</extensionElements>`,
    ),
  "dense: lanes in one set": (n) => inside(`<laneSet>${times(n, (id) => `<lane id="${id}"/>`)}</laneSet>`),
  "dense: ways of one edge": (n) =>
    beside(`<d:BPMNEdge>${times(n, () => `<i:waypoint x="1" y="1"/>`)}</d:BPMNEdge>`),
  "dense: text in pieces": (n) =>
    inside(`<documentation>${times(n, (id) => `${id}<!---->`)}</documentation>`),
  "dense: references in pieces": (n) => inside(`<documentation>${times(n, () => `a&amp;`)}</documentation>`),
  "dense: lines": (n) => inside(times(n, () => `\n<a\n/>`)),
  "dense: tags that never end": (n) => inside(times(n, () => `<a>`)),
  "dense: attributes": (n) =>
    inside(
      times(n / 500, (id) => `<task id="${id}" ${times(500, (a) => `${a}="" `)}/>`),
    ),
  "dense: attributes with values": (n) =>
    inside(times(n / 500, (id) => `<task id="${id}" ${times(500, (a) => `_${a}="${id}${a}" `)}/>`)),
  "dense: attributes of many names": (n) =>
    inside(times(n / 500, (id) => `<task id="${id}" ${times(500, (a) => `_${id}-${a}="" `)}/>`)),
  "dense: namespaces": (n) => inside(times(n, (id) => `<a xmlns:n${id}="n"/>`)),
};
