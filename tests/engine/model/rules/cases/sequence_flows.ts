import { accept, chain, CONDITION, flow, process, reject, type RuleCase, SIMPLE, TIMER } from "./case.ts";

const NOTE = '<textAnnotation id="note"><text>x</text></textAnnotation>';
const EVENT_SUB_PROCESS =
  `<subProcess id="sub" triggeredByEvent="true"><startEvent id="s2">${TIMER}</startEvent>
  <endEvent id="e2"/>${chain("s2", "e2")}</subProcess>`;

export const sequenceFlowCases: readonly RuleCase[] = [
  reject("EXT006", "a-note", "ends at an annotation", process(`<task id="a"/>${NOTE}${flow("a", "note")}`)),
  reject("EXT006", "a-g", "ends at a group", process(`<task id="a"/><group id="g"/>${flow("a", "g")}`)),
  accept("EXT006", "ends at a task", process(SIMPLE)),
  reject("EXT007", "note-a", "starts at an annotation", process(`<task id="a"/>${NOTE}${flow("note", "a")}`)),
  reject(
    "EXT007",
    "as-a",
    "starts at an association",
    process(
      `<task id="a"/>${NOTE}<association id="as" sourceRef="note" targetRef="a"/>${flow("as", "a")}`,
    ),
  ),
  accept("EXT007", "starts at a start event", process(SIMPLE)),

  reject(
    "EXT021",
    "sub-a",
    "event sub-process",
    process(`<task id="a"/>${EVENT_SUB_PROCESS}${flow("sub", "a")}`),
  ),
  reject(
    "EXT021",
    "d-a",
    "a data object",
    process(`<task id="a"/><dataObject id="d"/>${flow("d", "a")}`),
  ),
  accept(
    "EXT021",
    "sub-process, gateway and events",
    process(
      `<startEvent id="s"/><subProcess id="sub"/><exclusiveGateway id="g"/><callActivity id="c"/><endEvent id="e"/>
      ${chain("s", "sub", "g", "c", "e")}`,
    ),
  ),
  reject(
    "EXT022",
    "a-sub",
    "event sub-process",
    process(`<task id="a"/>${EVENT_SUB_PROCESS}${flow("a", "sub")}`),
  ),
  accept(
    "EXT022",
    "transaction and ad-hoc sub-process",
    process(`<task id="a"/><transaction id="t"/><adHocSubProcess id="h"/>${chain("a", "t", "h")}`),
  ),

  reject(
    "EXT023",
    "f",
    "the target lists another flow",
    process(
      `<startEvent id="s"><outgoing>f</outgoing></startEvent><endEvent id="e"><incoming>g</incoming></endEvent>
      <sequenceFlow id="f" sourceRef="s" targetRef="e"/>`,
    ),
  ),
  reject(
    "EXT023",
    "f",
    "the source lists nothing",
    process(`<startEvent id="s"/><endEvent id="e"><incoming>f</incoming></endEvent>
      <sequenceFlow id="f" sourceRef="s" targetRef="e"/>`),
  ),
  accept(
    "EXT023",
    "both list it, one with a prefix",
    process(
      `<startEvent id="s"><outgoing>f</outgoing></startEvent><endEvent id="e"><incoming> tns:f </incoming></endEvent>
      <sequenceFlow id="f" sourceRef="s" targetRef="e"/>`,
    ),
  ),
  reject(
    "EXT024",
    "s-e",
    "not immediate in an executable process",
    process(`<startEvent id="s"/><endEvent id="e"/>${flow("s", "e", "", 'isImmediate="false"')}`),
  ),
  accept(
    "EXT024",
    "not immediate in a drawing",
    `<process id="P"><startEvent id="s"/><endEvent id="e"/>${
      flow("s", "e", "", 'isImmediate="false"')
    }</process>`,
  ),
  accept(
    "EXT024",
    "immediate",
    process(`<startEvent id="s"/><endEvent id="e"/>${flow("s", "e", "", 'isImmediate="true"')}`),
  ),
  reject(
    "EXT025",
    "a",
    "the only flow of a sub-process has a condition",
    process(`<subProcess id="a"/><endEvent id="e"/>${flow("a", "e", CONDITION)}`),
  ),
  accept(
    "EXT025",
    "a second flow beside it",
    process(
      `<task id="a"/><endEvent id="e"/><endEvent id="f"/>${flow("a", "e", CONDITION)}${flow("a", "f")}`,
    ),
  ),
  accept(
    "EXT025",
    "the only flow of a gateway",
    process(`<exclusiveGateway id="g"/><endEvent id="e"/>${flow("g", "e", CONDITION)}`),
  ),
  reject(
    "EXT026",
    "g",
    "the default flow of another node",
    process(
      `<task id="a"/><exclusiveGateway id="g" default="a-g"/><endEvent id="e"/>${chain("a", "g", "e")}`,
    ),
  ),
  accept(
    "EXT026",
    "an own flow",
    process(`<task id="a" default="a-e"/><endEvent id="e"/>${chain("a", "e")}`),
  ),
  reject(
    "EXT152",
    "start-b",
    "into a sub-process",
    process(`<startEvent id="start"/><subProcess id="sub"><task id="b"/></subProcess>${flow("start", "b")}`),
  ),
  reject(
    "EXT152",
    "a-b",
    "into another process",
    process(`<task id="a"/>${flow("a", "b")}`) + process('<task id="b"/>', "Q"),
  ),
  accept(
    "EXT152",
    "inside a sub-process and to its edge",
    process(
      `<startEvent id="s"/><subProcess id="sub"><task id="a"/><task id="b"/>${flow("a", "b")}</subProcess>
      ${flow("s", "sub")}`,
    ),
  ),
];
