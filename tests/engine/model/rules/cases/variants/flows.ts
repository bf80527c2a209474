/**
 * Sequence flows and processes: nested, with prefixes and imports, across pools, and what only looks like
 * a breach. A list of independent cases: long, but without structure to split.
 */
import {
  accept,
  chain,
  CONDITION,
  flow,
  messageFlow,
  pools,
  process,
  reject,
  type RuleCase,
  SIMPLE,
  TIMER,
} from "../case.ts";
import { eventSub, listed, sub } from "./parts.ts";

export const flowVariants: readonly RuleCase[] = [
  reject(
    "EXT006",
    "a-t",
    "an annotation in a sub-process",
    process(sub(`<task id="a"/><textAnnotation id="t"/>${flow("a", "t")}`)),
  ),
  reject(
    "EXT006",
    "a-g",
    "a group, by prefix",
    process(`<task id="a"/><group id="g"/><sequenceFlow id="a-g" sourceRef="tns:a" targetRef="tns:g"/>`),
  ),
  accept(
    "EXT006",
    "an association to an annotation",
    process(`${SIMPLE}<textAnnotation id="t"/><association id="x" sourceRef="a" targetRef="t"/>`),
  ),
  accept(
    "EXT006",
    "a data object as target is another constraint",
    process(`<task id="a"/><dataObject id="d"/>${flow("a", "d")}`),
  ),
  reject(
    "EXT007",
    "t-a",
    "an annotation of a collaboration",
    `<collaboration id="C"><textAnnotation id="t"/></collaboration>${
      process(`<task id="a"/>${flow("t", "a")}`)
    }`,
  ),
  reject(
    "EXT007",
    "x-a",
    "an association",
    process(`<task id="a"/><association id="x" sourceRef="a" targetRef="a"/>${flow("x", "a")}`),
  ),
  accept(
    "EXT007",
    "source of an association",
    process(`${SIMPLE}<textAnnotation id="t"/><association id="x" sourceRef="t" targetRef="a"/>`),
  ),
  accept("EXT007", "a source that is nowhere", process(`<task id="a"/>${flow("nowhere", "a")}`)),
  reject(
    "EXT008",
    "m",
    "an annotation in the other pool",
    pools(messageFlow("a", "t")) + process('<task id="a"/>') + process('<textAnnotation id="t"/>', "Q"),
  ),
  reject(
    "EXT008",
    "m",
    "a group of the collaboration",
    pools(`<group id="g"/>${messageFlow("a", "g")}`) + process('<task id="a"/>'),
  ),
  accept("EXT008", "a pool", pools(messageFlow("a", "Pool2")) + process('<task id="a"/>')),
  accept(
    "EXT008",
    "an annotation as source",
    pools(messageFlow("t", "Pool2")) + process('<textAnnotation id="t"/>'),
  ),
  reject(
    "EXT009",
    "m",
    "an association",
    pools(`<association id="x" sourceRef="Pool1" targetRef="Pool2"/>${messageFlow("x", "Pool2")}`),
  ),
  reject(
    "EXT009",
    "m",
    "an annotation, by prefix",
    pools(messageFlow("tns:t", "tns:Pool2")) + process('<textAnnotation id="t"/>'),
  ),
  accept("EXT009", "a pool", pools(messageFlow("Pool1", "Pool2"))),
  accept(
    "EXT009",
    "an imported element",
    `<import importType="x" location="y" namespace="urn:test"/>${pools(messageFlow("tns:far", "Pool2"))}`,
  ),
  reject(
    "EXT021",
    "E-a",
    "an event sub-process in a sub-process",
    process(sub(`${eventSub("")}<task id="a"/>${flow("E", "a")}`)),
  ),
  reject("EXT021", "d-a", "a data object", process(`<dataObject id="d"/><task id="a"/>${flow("d", "a")}`)),
  accept(
    "EXT021",
    "a sub-process that says that no event triggers it",
    process(sub("", "S", 'triggeredByEvent="false"') + `<task id="a"/>${flow("S", "a")}`),
  ),
  accept(
    "EXT021",
    "call activities, transactions and boundary events",
    process(
      `<callActivity id="c"/><transaction id="t"/><boundaryEvent id="b" attachedToRef="t">${TIMER}</boundaryEvent><task id="a"/>${
        chain("c", "t", "a")
      }${flow("b", "a")}`,
    ),
  ),
  reject(
    "EXT022",
    "a-E",
    "an ad-hoc event sub-process",
    process(`<adHocSubProcess id="E" triggeredByEvent="1"/><task id="a"/>${flow("a", "E")}`),
  ),
  reject(
    "EXT022",
    "a-l",
    "a lane",
    process(`<laneSet><lane id="l"/></laneSet><task id="a"/>${flow("a", "l")}`),
  ),
  accept(
    "EXT022",
    "choreography tasks are no process",
    `<choreography id="C"><choreographyTask id="a"/><choreographyTask id="b"/>${
      flow("a", "b")
    }</choreography>${process("")}`,
  ),
  accept(
    "EXT022",
    "an event in a sub-process",
    process(sub(`<task id="a"/><endEvent id="e"/>${flow("a", "e")}`)),
  ),
  reject(
    "EXT023",
    "f",
    "listed as outgoing only",
    listed(
      '<task id="a"><outgoing>f</outgoing></task><task id="b"/><sequenceFlow id="f" sourceRef="a" targetRef="b"/>',
    ),
  ),
  reject(
    "EXT023",
    "f",
    "in a sub-process, another flow is listed",
    listed(
      sub(
        '<task id="a"><outgoing>f</outgoing></task><task id="b"><incoming>g</incoming></task><sequenceFlow id="f" sourceRef="a" targetRef="b"/>',
      ),
    ),
  ),
  accept(
    "EXT023",
    "listed with prefix and space",
    listed(
      '<task id="a"><outgoing> tns:f </outgoing></task><task id="b"><incoming>\n f </incoming></task><sequenceFlow id="f" sourceRef="a" targetRef="b"/>',
    ),
  ),
  accept(
    "EXT023",
    "a loop to itself",
    listed(
      '<task id="a"><incoming>f</incoming><outgoing>f</outgoing></task><sequenceFlow id="f" sourceRef="a" targetRef="a"/>',
    ),
  ),
  reject(
    "EXT024",
    "a-b",
    "in a sub-process, as 0",
    process(sub(`<task id="a"/><task id="b"/>${flow("a", "b", "", 'isImmediate="0"')}`)),
  ),
  reject(
    "EXT024",
    "a-b",
    "with a condition",
    process(`<task id="a"/><task id="b"/>${flow("a", "b", CONDITION, 'isImmediate="false"')}`),
  ),
  accept(
    "EXT024",
    "true",
    process(`<task id="a"/><task id="b"/>${flow("a", "b", "", 'isImmediate="true"')}`),
  ),
  accept(
    "EXT024",
    "a process that does not say that it is executable",
    `<process id="P"><task id="a"/><task id="b"/>${flow("a", "b", "", 'isImmediate="false"')}</process>`,
  ),
  reject(
    "EXT025",
    "c",
    "a call activity",
    process(`<callActivity id="c"/><task id="b"/>${flow("c", "b", CONDITION)}`),
  ),
  reject(
    "EXT025",
    "T",
    "a transaction in a sub-process",
    process(sub(`<transaction id="T"/><task id="b"/>${flow("T", "b", CONDITION)}`)),
  ),
  accept(
    "EXT025",
    "a gateway",
    process(`<exclusiveGateway id="c"/><task id="b"/>${flow("c", "b", CONDITION)}`),
  ),
  accept(
    "EXT025",
    "two conditional flows",
    process(
      `<task id="c"/><task id="b"/>${
        flow("c", "b", CONDITION)
      }<sequenceFlow id="g" sourceRef="c" targetRef="b">${CONDITION}</sequenceFlow>`,
    ),
  ),
  reject(
    "EXT026",
    "g",
    "an inclusive gateway, by prefix",
    process(
      `<inclusiveGateway id="g" default="tns:a-b"/><task id="a"/><task id="b"/>${chain("g", "a", "b")}`,
    ),
  ),
  reject(
    "EXT026",
    "S",
    "a flow inside the sub-process",
    process(sub(`<task id="a"/><task id="b"/>${flow("a", "b")}`, "S", 'default="a-b"')),
  ),
  accept(
    "EXT026",
    "its own flow, by prefix",
    process(`<complexGateway id="g" default="tns:g-a"/><task id="a"/>${flow("g", "a")}`),
  ),
  accept(
    "EXT026",
    "a default that is no flow is another constraint",
    process('<task id="a" default="b"/><task id="b"/>'),
  ),
  reject("EXT035", "P", "as 1", '<process id="P" processType="Public" isExecutable="1"/>'),
  reject(
    "EXT035",
    "Q",
    "the second process",
    process("") + '<process id="Q" isExecutable="true" processType="Public"/>',
  ),
  accept("EXT035", "public, not said to be executable", '<process id="P" processType="Public"/>'),
  accept(
    "EXT035",
    "private and none",
    '<process id="P" processType="Private" isExecutable="true"/><process id="Q" processType="None" isExecutable="true"/>',
  ),
  reject(
    "EXT097",
    "A",
    "a transaction",
    process(`${SIMPLE}<transaction id="A"><task id="x"/><endEvent id="y"/>${flow("x", "y")}</transaction>`),
  ),
  reject(
    "EXT097",
    "P",
    "a receive task that starts nothing",
    process(`<receiveTask id="x" instantiate="false"/><endEvent id="y"/>${flow("x", "y")}`),
  ),
  accept(
    "EXT097",
    "an instantiating receive task",
    process(`<receiveTask id="x" instantiate="true"/><endEvent id="y"/>${flow("x", "y")}`),
  ),
  accept("EXT097", "no end event here, but inside", process(sub(SIMPLE))),
  reject(
    "EXT105",
    "E",
    "an event sub-process",
    process(eventSub(`<startEvent id="x">${TIMER}</startEvent><task id="y"/>${flow("x", "y")}`)),
  ),
  reject(
    "EXT105",
    "P",
    "end events only inside",
    process(`<startEvent id="x"/>${sub('<startEvent id="u"/><endEvent id="v"/>')}${flow("x", "S")}`),
  ),
  accept("EXT105", "neither", process('<task id="x"/>')),
  accept("EXT105", "several ends", process(`${SIMPLE}<endEvent id="end2"/>${flow("a", "end2")}`)),
  reject(
    "EXT150",
    "b",
    "a gateway in an event sub-process",
    process(
      eventSub(
        `<startEvent id="x">${TIMER}</startEvent><endEvent id="y"/><parallelGateway id="b"/>${
          flow("x", "y")
        }${flow("b", "y")}`,
      ),
    ),
  ),
  reject("EXT150", "e", "an end event beside a start event", process(`${SIMPLE}<endEvent id="e"/>`)),
  reject(
    "EXT150",
    "t",
    "a throw event beside a start event",
    process(`${SIMPLE}<intermediateThrowEvent id="t"/>${flow("t", "end")}`),
  ),
  accept(
    "EXT150",
    "no start event",
    process(`<task id="a"/><endEvent id="e"/><intermediateThrowEvent id="t"/>${flow("a", "t")}`),
  ),
  accept(
    "EXT150",
    "start events only inside",
    process(
      `<task id="b"/>${sub(SIMPLE)}<exclusiveGateway id="g"/>${flow("b", "S")}`,
    ),
  ),
  accept(
    "EXT150",
    "boundary events, handlers and event sub-processes",
    process(
      `${SIMPLE}<boundaryEvent id="b" attachedToRef="a">${TIMER}</boundaryEvent>${
        flow("b", "end")
      }<task id="h" isForCompensation="true"/>${eventSub("")}`,
    ),
  ),
  reject(
    "EXT151",
    "b",
    "a boundary event",
    process(`${SIMPLE}<boundaryEvent id="b" attachedToRef="a">${TIMER}</boundaryEvent>`),
  ),
  reject(
    "EXT151",
    "c",
    "a call activity in a sub-process",
    process(
      sub(`<startEvent id="x"/><endEvent id="y"/><callActivity id="c"/>${chain("x", "y")}${flow("x", "c")}`),
    ),
  ),
  accept(
    "EXT151",
    "no end event",
    process(
      `<startEvent id="s"/><task id="a"/><boundaryEvent id="b" attachedToRef="a">${TIMER}</boundaryEvent><intermediateThrowEvent id="t"/>${
        chain("s", "a", "t")
      }`,
    ),
  ),
  accept(
    "EXT151",
    "a compensation boundary event and a link",
    process(
      `${SIMPLE}<boundaryEvent id="b" attachedToRef="a"><compensateEventDefinition/></boundaryEvent><intermediateThrowEvent id="l"><linkEventDefinition name="L"/></intermediateThrowEvent>${
        flow("a", "l")
      }`,
    ),
  ),
  reject(
    "EXT152",
    "a-b",
    "between a sub-process of one pool and another pool",
    pools("") + process(sub('<task id="a"/>') + flow("a", "b")) + process('<task id="b"/>', "Q"),
  ),
  reject(
    "EXT152",
    "a-b",
    "from a boundary event",
    pools("") + process(`<task id="t"/><boundaryEvent id="a" attachedToRef="t">${TIMER}</boundaryEvent>`) +
      process(`<task id="b"/>${flow("a", "b")}`, "Q"),
  ),
  accept(
    "EXT152",
    "between lanes",
    process(
      `<laneSet><lane id="l1"><flowNodeRef>start</flowNodeRef></lane><lane id="l2"><flowNodeRef>a</flowNodeRef></lane></laneSet>${SIMPLE}`,
    ),
  ),
  accept(
    "EXT152",
    "two pools, each with its own",
    pools(messageFlow("a", "b")) + process(SIMPLE) + process('<task id="b"/>', "Q"),
  ),
];
