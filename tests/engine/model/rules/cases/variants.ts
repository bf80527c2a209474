/** Further files for every constraint: nested, with prefixes and imports, across pools, and what only looks like a breach. */
import {
  accept,
  chain,
  CONDITION,
  drawing,
  flow,
  messageFlow,
  pools,
  process,
  reject,
  type RuleCase,
  SIMPLE,
  TIMER,
} from "./case.ts";

const sub = (content: string, id = "S", attributes = "") =>
  `<subProcess id="${id}" ${attributes}>${content}</subProcess>`;
const eventSub = (content: string, id = "E") => sub(content, id, 'triggeredByEvent="true"');
const io = (content: string) => `<ioSpecification>${content}</ioSpecification>`;
const IMPORT =
  '<import importType="http://www.omg.org/spec/BPMN/20100524/MODEL" location="o.bpmn" namespace="urn:o"/>';
/** A reference into the imported file. */
const far = (name: string) => `o:${name}`;
const FAR = 'xmlns:o="urn:o"';
const MESSAGE =
  '<messageEventDefinition id="md" messageRef="m1" ><operationRef>op</operationRef></messageEventDefinition>';
const SIGNAL = '<signalEventDefinition id="sd" signalRef="sig"/>';
const ref = (id: string) => `<eventDefinitionRef>${id}</eventDefinitionRef>`;
const listed = (nodes: string) => `<process id="P" isExecutable="true">${nodes}</process>`;

/** Sequence flows and processes. */
const flowVariants: readonly RuleCase[] = [
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
    `<choreography id="C"><choreographyTask id="a"/><choreographyTask id="b"/></choreography>${process("")}`,
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

/** Message flows. */
const messageVariants: readonly RuleCase[] = [
  reject(
    "EXT031",
    "m",
    "between sub-process and task of one process",
    pools(messageFlow("S", "a")) + process(`${sub("")}<task id="a"/>`),
  ),
  reject("EXT031", "m", "to its own pool", pools(messageFlow("a", "Pool1")) + process('<task id="a"/>')),
  reject("EXT031", "m", "a pool to itself", pools(messageFlow("Pool1", "tns:Pool1"))),
  reject(
    "EXT031",
    "m",
    "a gateway",
    pools(messageFlow("g", "Pool2")) + process('<exclusiveGateway id="g"/>'),
  ),
  accept(
    "EXT031",
    "pools without processes",
    '<collaboration id="C"><participant id="A"/><participant id="B"/><messageFlow id="m" sourceRef="A" targetRef="B"/></collaboration>',
  ),
  accept(
    "EXT031",
    "to a black box",
    `<collaboration id="C"><participant id="A" processRef="P"/><participant id="B"/>${
      messageFlow("a", "B")
    }</collaboration>${process('<task id="a"/>')}`,
  ),
  accept(
    "EXT031",
    "to a pool of an imported process",
    IMPORT +
      `<collaboration id="C" ${FAR}><participant id="A" processRef="P"/><participant id="B" processRef="${
        far("Q")
      }"/>${messageFlow("a", "B")}</collaboration>${process('<task id="a"/>')}`,
  ),
  reject(
    "EXT102",
    "s",
    "of a sub-process",
    pools(messageFlow("s", "Pool2")) + process(sub('<startEvent id="s"/>')),
  ),
  reject(
    "EXT102",
    "s",
    "a message start event, by prefix",
    pools(messageFlow("tns:s", "Pool2")) + process(`<startEvent id="s">${MESSAGE}</startEvent>`),
  ),
  accept(
    "EXT102",
    "the target",
    pools(messageFlow("Pool2", "s")) + process(`<startEvent id="s">${MESSAGE}</startEvent>`),
  ),
  accept(
    "EXT102",
    "an end event",
    pools(messageFlow("e", "Pool2")) + process(`<endEvent id="e">${MESSAGE}</endEvent>`),
  ),
  reject(
    "EXT103",
    "s",
    "a timer start event",
    pools(messageFlow("Pool2", "s")) + process(`<startEvent id="s">${TIMER}</startEvent>`),
  ),
  reject(
    "EXT103",
    "s",
    "by reference to a signal",
    pools(messageFlow("Pool2", "s")) + SIGNAL + process(`<startEvent id="s">${ref("sd")}</startEvent>`),
  ),
  accept(
    "EXT103",
    "multiple, one of them a message",
    pools(messageFlow("Pool2", "s")) + MESSAGE +
      process(`<startEvent id="s">${TIMER}${ref("tns:md")}</startEvent>`),
  ),
  accept(
    "EXT103",
    "an imported definition",
    IMPORT + pools(messageFlow("Pool2", "s")) +
      process(`<startEvent id="s"><eventDefinitionRef ${FAR}>${far("md")}</eventDefinitionRef></startEvent>`),
  ),
  reject(
    "EXT108",
    "e",
    "of a sub-process",
    pools(messageFlow("Pool2", "e")) + process(sub('<endEvent id="e"/>')),
  ),
  reject(
    "EXT108",
    "e",
    "a message end event",
    pools(messageFlow("Pool2", "e")) + process(`<endEvent id="e">${MESSAGE}</endEvent>`),
  ),
  accept(
    "EXT108",
    "the source",
    pools(messageFlow("e", "Pool2")) + process(`<endEvent id="e">${MESSAGE}</endEvent>`),
  ),
  accept("EXT108", "a task", pools(messageFlow("Pool2", "a")) + process(SIMPLE)),
  reject(
    "EXT109",
    "e",
    "a terminate end event",
    pools(messageFlow("e", "Pool2")) + process('<endEvent id="e"><terminateEventDefinition/></endEvent>'),
  ),
  reject(
    "EXT109",
    "e",
    "without definition, in a transaction",
    pools(messageFlow("e", "Pool2")) + process('<transaction id="T"><endEvent id="e"/></transaction>'),
  ),
  accept(
    "EXT109",
    "by reference",
    pools(messageFlow("e", "Pool2")) + MESSAGE + process(`<endEvent id="e">${ref("md")}</endEvent>`),
  ),
  accept(
    "EXT109",
    "one of several",
    pools(messageFlow("e", "Pool2")) + process(`<endEvent id="e">${SIGNAL}${MESSAGE}</endEvent>`),
  ),
  reject(
    "EXT119",
    "t",
    "in a sub-process",
    pools(messageFlow("Pool2", "t")) +
      process(sub(`<intermediateThrowEvent id="t">${MESSAGE}</intermediateThrowEvent>`)),
  ),
  reject(
    "EXT119",
    "c",
    "from a catch",
    pools(messageFlow("c", "Pool2")) +
      process(`<intermediateCatchEvent id="c">${MESSAGE}</intermediateCatchEvent>`),
  ),
  accept(
    "EXT119",
    "from a throw",
    pools(messageFlow("t", "Pool2")) +
      process(`<intermediateThrowEvent id="t">${MESSAGE}</intermediateThrowEvent>`),
  ),
  accept(
    "EXT119",
    "to a boundary event",
    pools(messageFlow("Pool2", "b")) +
      process(`${SIMPLE}<boundaryEvent id="b" attachedToRef="a">${MESSAGE}</boundaryEvent>`),
  ),
];

const conditional = (content: string) =>
  `<conditionalEventDefinition id="cd">${content}</conditionalEventDefinition>`;
const FORMAL = 'xsi:type="tFormalExpression"';
const catches = (content: string, wrap = process) =>
  wrap(`<intermediateCatchEvent id="c">${content}</intermediateCatchEvent>`);
const throws = (content: string, wrap = process) =>
  wrap(`<intermediateThrowEvent id="t">${content}</intermediateThrowEvent>`);

/** Events and their definitions. */
const eventVariants: readonly RuleCase[] = [
  reject(
    "EXT011",
    "x",
    "an empty code, in a sub-process",
    '<escalation id="esc" escalationCode=" "/>' +
      process(sub('<endEvent id="e"><escalationEventDefinition id="x" escalationRef="tns:esc"/></endEvent>')),
  ),
  reject(
    "EXT011",
    "x",
    "one of several definitions",
    '<escalation id="esc"/>' + throws(`${SIGNAL}<escalationEventDefinition id="x" escalationRef="esc"/>`),
  ),
  accept(
    "EXT011",
    "an imported escalation",
    IMPORT + throws(`<escalationEventDefinition id="x" ${FAR} escalationRef="${far("esc")}"/>`),
  ),
  accept(
    "EXT011",
    "a start event without reference",
    process(eventSub('<startEvent id="s"><escalationEventDefinition/></startEvent>')),
  ),
  reject(
    "EXT012",
    "x",
    "an assignment",
    process(
      '<task id="a"><dataInputAssociation><targetRef>b</targetRef><assignment><from id="x">some</from><to xsi:type="tFormalExpression">b</to></assignment></dataInputAssociation></task>',
    ),
  ),
  reject(
    "EXT012",
    "x",
    "an activation condition",
    process(
      '<complexGateway id="g"><activationCondition id="x">when it suits</activationCondition></complexGateway>',
    ),
  ),
  accept(
    "EXT012",
    "not said to be executable",
    `<process id="P">${'<complexGateway id="g"><activationCondition id="x">when it suits</activationCondition></complexGateway>'}</process>`,
  ),
  accept(
    "EXT012",
    "formal with another prefix",
    process(
      '<complexGateway xmlns:b="http://www.omg.org/spec/BPMN/20100524/MODEL" id="g"><activationCondition id="x" xsi:type="b:tFormalExpression">a</activationCondition></complexGateway>',
    ),
  ),
  reject(
    "EXT013",
    "x",
    "a completion condition",
    process(
      `<adHocSubProcess id="A"><completionCondition id="x" ${FORMAL}> </completionCondition></adHocSubProcess>`,
    ),
  ),
  reject(
    "EXT013",
    "x",
    "a data path of a subscription",
    process(
      '<correlationSubscription id="k"><correlationPropertyBinding><dataPath id="x"/></correlationPropertyBinding></correlationSubscription>',
    ),
  ),
  accept(
    "EXT013",
    "in a section of characters",
    process(
      `<adHocSubProcess id="A"><completionCondition id="x" ${FORMAL}><![CDATA[ a < b ]]></completionCondition></adHocSubProcess>`,
    ),
  ),
  accept(
    "EXT013",
    "an empty natural expression",
    process('<adHocSubProcess id="A"><completionCondition id="x"/></adHocSubProcess>'),
  ),
  reject("EXT059", "x", "no definition, in a sub-process", process(sub(eventSub('<startEvent id="x"/>')))),
  reject(
    "EXT059",
    "x",
    "an error that does not interrupt, by reference",
    '<errorEventDefinition id="ed"/>' +
      process(eventSub(`<startEvent id="x" isInterrupting="0">${ref("ed")}</startEvent>`)),
  ),
  accept(
    "EXT059",
    "a timer that does not interrupt",
    process(eventSub(`<startEvent id="x" isInterrupting="false">${TIMER}</startEvent>`)),
  ),
  accept("EXT059", "a plain sub-process", process(sub('<startEvent id="x"/>'))),
  accept("EXT059", "several", process(eventSub(`<startEvent id="x">${MESSAGE}${SIGNAL}</startEvent>`))),
  reject(
    "EXT057",
    "E",
    "only listed as incoming",
    process(`<subProcess id="E" triggeredByEvent="true"><incoming>f</incoming></subProcess>`),
  ),
  reject(
    "EXT057",
    "E",
    "outgoing, inside another",
    process(eventSub(`${eventSub("", "E")}<task id="a"/>${flow("E", "a")}`, "O")),
  ),
  accept(
    "EXT057",
    "flows inside",
    process(eventSub(`<startEvent id="s">${TIMER}</startEvent><task id="a"/>${flow("s", "a")}`)),
  ),
  accept("EXT057", "a sub-process", process(`${sub("")}<task id="a"/>${flow("S", "a")}`)),
  reject(
    "EXT058",
    "E",
    "two",
    process(eventSub(`<startEvent id="s">${TIMER}</startEvent><startEvent id="s2">${TIMER}</startEvent>`)),
  ),
  reject("EXT058", "E", "only in a sub-process of it", process(eventSub(sub(`<startEvent id="s"/>`)))),
  accept(
    "EXT058",
    "one, and one inside",
    process(eventSub(`<startEvent id="s">${TIMER}</startEvent>${sub('<startEvent id="s2"/>')}`)),
  ),
  accept("EXT058", "a plain sub-process with two", process(sub('<startEvent id="s"/><startEvent id="s2"/>'))),
  reject(
    "EXT093",
    "t",
    "two definitions by reference",
    MESSAGE + SIGNAL + throws(`<dataInput id="i"/>${ref("md")}${ref("sd")}`),
  ),
  reject(
    "EXT093",
    "t",
    "three definitions, two inputs",
    throws(`<dataInput id="i"/><dataInput id="j"/>${MESSAGE}${SIGNAL}<escalationEventDefinition/>`),
  ),
  accept("EXT093", "none at all", throws(MESSAGE + SIGNAL)),
  accept("EXT093", "one each", throws(`<dataInput id="i"/><dataInput id="j"/>${MESSAGE}${SIGNAL}`)),
  reject(
    "EXT094",
    "c",
    "a signal that is caught",
    '<itemDefinition id="A" structureRef="a"/><itemDefinition id="B" structureRef="b"/><signal id="sig" structureRef="A"/>' +
      catches(`<dataOutput id="o" itemSubjectRef="B"/>${SIGNAL}`),
  ),
  reject(
    "EXT094",
    "t",
    "the second of two",
    '<itemDefinition id="A" structureRef="a"/><itemDefinition id="B" structureRef="b"/><message id="m1" itemRef="A"/><signal id="sig" structureRef="B"/>' +
      throws(
        `<dataInput id="i" itemSubjectRef="A"/><dataInput id="j" itemSubjectRef="A"/>${MESSAGE}${SIGNAL}`,
      ),
  ),
  accept(
    "EXT094",
    "equal structures",
    '<itemDefinition id="A" structureRef="a"/><itemDefinition id="B" structureRef="a"/><signal id="sig" structureRef="A"/>' +
      catches(`<dataOutput id="o" itemSubjectRef="tns:B"/>${SIGNAL}`),
  ),
  accept(
    "EXT094",
    "imported types",
    IMPORT + `<signal id="sig" ${FAR} structureRef="${far("A")}"/>` +
      catches(`<dataOutput id="o" ${FAR} itemSubjectRef="${far("B")}"/>${SIGNAL}`),
  ),
  reject(
    "EXT095",
    "c",
    "in another process",
    throws(SIGNAL) + drawing(`<intermediateCatchEvent id="c">${ref("sd")}</intermediateCatchEvent>`, "Q"),
  ),
  reject(
    "EXT095",
    "a",
    "as the event of a loop",
    process(
      `<endEvent id="e">${SIGNAL}</endEvent><task id="a"><multiInstanceLoopCharacteristics behavior="None" noneBehaviorEventRef="sd"><loopCardinality>1</loopCardinality></multiInstanceLoopCharacteristics></task>`,
    ),
  ),
  accept(
    "EXT095",
    "a definition of a catch event",
    catches(SIGNAL) + drawing(`<endEvent id="e">${ref("sd")}</endEvent>`, "Q"),
  ),
  accept(
    "EXT095",
    "a definition of its own, used by two",
    SIGNAL +
      process(
        `<endEvent id="e">${ref("sd")}</endEvent><intermediateThrowEvent id="t">${
          ref("sd")
        }</intermediateThrowEvent>`,
      ),
  ),
  reject(
    "EXT096",
    "s",
    "in a sub-process",
    process(sub(`<startEvent id="s"/><task id="a"/>${chain("s", "a", "s")}`)),
  ),
  reject("EXT096", "s", "only listed", process('<startEvent id="s"><incoming>f</incoming></startEvent>')),
  accept("EXT096", "outgoing only", process(SIMPLE)),
  accept(
    "EXT096",
    "a message flow",
    pools(messageFlow("Pool2", "s")) + process(`<startEvent id="s">${MESSAGE}</startEvent>`),
  ),
  reject(
    "EXT098",
    "s",
    "an error by reference",
    '<errorEventDefinition id="ed"/>' + process(`<startEvent id="s">${ref("tns:ed")}</startEvent>`),
  ),
  reject(
    "EXT098",
    "s",
    "a cancel among others, parallel",
    process(`<startEvent id="s" parallelMultiple="true">${SIGNAL}<cancelEventDefinition/></startEvent>`),
  ),
  accept(
    "EXT098",
    "an error in an event sub-process",
    process(eventSub('<startEvent id="s"><errorEventDefinition/></startEvent>')),
  ),
  accept(
    "EXT098",
    "all four",
    process(`<startEvent id="s">${SIGNAL}${MESSAGE}${TIMER}${conditional("<condition/>")}</startEvent>`),
  ),
  reject(
    "EXT100",
    "s",
    "in an ad-hoc sub-process",
    process(`<adHocSubProcess id="A"><startEvent id="s">${TIMER}</startEvent></adHocSubProcess>`),
  ),
  reject(
    "EXT100",
    "s",
    "a reference that leads nowhere",
    process(sub(`<startEvent id="s">${ref("x")}</startEvent>`)),
  ),
  accept("EXT100", "of the process", process(`<startEvent id="s">${TIMER}</startEvent>`)),
  accept(
    "EXT100",
    "an event sub-process in a sub-process",
    process(sub(eventSub(`<startEvent id="s">${TIMER}</startEvent>`))),
  ),
  reject(
    "EXT101",
    "s",
    "nothing follows, in an event sub-process",
    process(eventSub(`<startEvent id="s">${TIMER}</startEvent>`)),
  ),
  reject(
    "EXT101",
    "s",
    "a flow that it does not list",
    listed(
      '<startEvent id="s"/><task id="a"><incoming>f</incoming></task><sequenceFlow id="f" sourceRef="s" targetRef="a"/>',
    ),
  ),
  accept(
    "EXT101",
    "listed",
    listed(
      '<startEvent id="s"><outgoing>f</outgoing></startEvent><task id="a"><incoming>f</incoming></task><sequenceFlow id="f" sourceRef="s" targetRef="a"/>',
    ),
  ),
  accept(
    "EXT101",
    "several, listed with prefix",
    listed(
      '<startEvent id="s"><outgoing>tns:f</outgoing><outgoing>tns:g</outgoing></startEvent><task id="a"/><sequenceFlow id="f" sourceRef="s" targetRef="a"/><sequenceFlow id="g" sourceRef="s" targetRef="a"/>',
    ),
  ),
  reject(
    "EXT104",
    "e",
    "in a sub-process",
    process(sub(`<endEvent id="e"/><task id="a"/>${flow("e", "a")}`)),
  ),
  reject("EXT104", "e", "only listed", process('<endEvent id="e"><outgoing>f</outgoing></endEvent>')),
  accept("EXT104", "incoming only", process(SIMPLE)),
  accept(
    "EXT104",
    "a throw event",
    process(`<intermediateThrowEvent id="e"/><task id="a"/>${flow("e", "a")}`),
  ),
  reject(
    "EXT106",
    "e",
    "by reference, in an event sub-process",
    '<cancelEventDefinition id="x"/>' + process(eventSub(`<endEvent id="e">${ref("x")}</endEvent>`)),
  ),
  reject(
    "EXT106",
    "e",
    "one of several",
    process(`<endEvent id="e">${SIGNAL}<cancelEventDefinition/></endEvent>`),
  ),
  accept(
    "EXT106",
    "in a transaction, by reference",
    '<cancelEventDefinition id="x"/>' +
      process(`<transaction id="T"><endEvent id="e">${ref("x")}</endEvent></transaction>`),
  ),
  accept("EXT106", "an error end event", process('<endEvent id="e"><errorEventDefinition/></endEvent>')),
  reject("EXT107", "e", "in a sub-process without start event", process(sub('<endEvent id="e"/>'))),
  reject(
    "EXT107",
    "e",
    "a terminate end event",
    process('<endEvent id="e"><terminateEventDefinition/></endEvent>'),
  ),
  accept(
    "EXT107",
    "from a boundary event",
    process(
      `<task id="a"/><boundaryEvent id="b" attachedToRef="a">${TIMER}</boundaryEvent><endEvent id="e"/>${
        flow("b", "e")
      }`,
    ),
  ),
  accept("EXT107", "a start event without outgoing flow", process('<startEvent id="e"/>')),
  reject(
    "EXT110",
    "b",
    "a link by reference",
    '<linkEventDefinition id="x" name="l"/>' +
      process(`<task id="a"/><boundaryEvent id="b" attachedToRef="a">${ref("x")}</boundaryEvent>`),
  ),
  reject(
    "EXT110",
    "b",
    "one of several, not interrupting",
    process(
      `<task id="a"/><boundaryEvent id="b" attachedToRef="a" cancelActivity="0">${SIGNAL}<errorEventDefinition/></boundaryEvent>`,
    ),
  ),
  accept(
    "EXT110",
    "several",
    process(
      `<task id="a"/><boundaryEvent id="b" attachedToRef="a">${SIGNAL}<errorEventDefinition/></boundaryEvent>`,
    ),
  ),
  accept(
    "EXT110",
    "an escalation that does not interrupt",
    process(
      '<task id="a"/><boundaryEvent id="b" attachedToRef="a" cancelActivity="false"><escalationEventDefinition/></boundaryEvent>',
    ),
  ),
  reject(
    "EXT111",
    "b",
    "on a sub-process in a transaction",
    process(
      `<transaction id="T">${
        sub("")
      }<boundaryEvent id="b" attachedToRef="S"><cancelEventDefinition/></boundaryEvent></transaction>`,
    ),
  ),
  reject(
    "EXT111",
    "b",
    "by reference, on a task",
    '<cancelEventDefinition id="x"/>' +
      process(`<task id="a"/><boundaryEvent id="b" attachedToRef="tns:a">${ref("x")}</boundaryEvent>`),
  ),
  accept(
    "EXT111",
    "on a transaction, by prefix",
    process(
      '<transaction id="T"/><boundaryEvent id="b" attachedToRef="tns:T"><cancelEventDefinition/></boundaryEvent>',
    ),
  ),
  accept(
    "EXT111",
    "an error on a task",
    process('<task id="a"/><boundaryEvent id="b" attachedToRef="a"><errorEventDefinition/></boundaryEvent>'),
  ),
  reject(
    "EXT112",
    "b",
    "only listed",
    process(
      `<task id="a"/><boundaryEvent id="b" attachedToRef="a"><incoming>f</incoming>${TIMER}</boundaryEvent>`,
    ),
  ),
  reject(
    "EXT112",
    "b",
    "a compensation boundary event",
    process(
      `<task id="a"/><boundaryEvent id="b" attachedToRef="a"><compensateEventDefinition/></boundaryEvent>${
        flow("a", "b")
      }`,
    ),
  ),
  accept(
    "EXT112",
    "outgoing",
    process(
      `<task id="a"/><boundaryEvent id="b" attachedToRef="a">${TIMER}</boundaryEvent>${flow("b", "a")}`,
    ),
  ),
  accept(
    "EXT112",
    "a message flow",
    pools(messageFlow("Pool2", "b")) +
      process(
        `<task id="a"/><boundaryEvent id="b" attachedToRef="a">${MESSAGE}</boundaryEvent>${flow("b", "a")}`,
      ),
  ),
  reject(
    "EXT113",
    "b",
    "where there is no end event",
    process(`<task id="a"/><boundaryEvent id="b" attachedToRef="a">${TIMER}</boundaryEvent>`),
  ),
  reject(
    "EXT113",
    "b",
    "where there is one",
    process(
      `${SIMPLE}<boundaryEvent id="b" attachedToRef="a" cancelActivity="false">${TIMER}</boundaryEvent>`,
    ),
  ),
  accept(
    "EXT113",
    "compensation",
    process(
      '<task id="a"/><boundaryEvent id="b" attachedToRef="a"><compensateEventDefinition/></boundaryEvent>',
    ),
  ),
  accept(
    "EXT113",
    "compensation by reference",
    '<compensateEventDefinition id="x"/>' +
      process(`<task id="a"/><boundaryEvent id="b" attachedToRef="a">${ref("x")}</boundaryEvent>`),
  ),
  reject(
    "EXT114",
    "b",
    "by reference",
    '<compensateEventDefinition id="x"/>' +
      process(
        `<task id="a"/><boundaryEvent id="b" attachedToRef="a">${ref("x")}</boundaryEvent>${flow("b", "a")}`,
      ),
  ),
  reject(
    "EXT114",
    "b",
    "only listed",
    process(
      '<task id="a"/><boundaryEvent id="b" attachedToRef="a"><outgoing>f</outgoing><compensateEventDefinition/></boundaryEvent>',
    ),
  ),
  accept(
    "EXT114",
    "a timer",
    process(
      `<task id="a"/><boundaryEvent id="b" attachedToRef="a">${TIMER}</boundaryEvent>${flow("b", "a")}`,
    ),
  ),
  accept(
    "EXT114",
    "a compensation throw",
    process(
      `<intermediateThrowEvent id="b"><compensateEventDefinition/></intermediateThrowEvent><task id="a"/>${
        flow("b", "a")
      }`,
    ),
  ),
  reject(
    "EXT115",
    "t",
    "a link throw",
    process('<intermediateThrowEvent id="t"><linkEventDefinition name="L"/></intermediateThrowEvent>'),
  ),
  reject(
    "EXT115",
    "c",
    "in a sub-process with a start event",
    process(
      sub(`${SIMPLE}<intermediateCatchEvent id="c">${TIMER}</intermediateCatchEvent>${flow("c", "end")}`),
    ),
  ),
  accept(
    "EXT115",
    "a link catch by reference",
    '<linkEventDefinition id="x" name="L"/>' +
      process(
        `<intermediateCatchEvent id="c">${ref("x")}</intermediateCatchEvent><task id="a"/>${flow("c", "a")}`,
      ),
  ),
  accept(
    "EXT115",
    "after a gateway",
    process(
      `<eventBasedGateway id="g"/><intermediateCatchEvent id="c">${TIMER}</intermediateCatchEvent>${
        flow("g", "c")
      }`,
    ),
  ),
  reject(
    "EXT116",
    "c",
    "a link catch",
    process('<intermediateCatchEvent id="c"><linkEventDefinition name="L"/></intermediateCatchEvent>'),
  ),
  reject(
    "EXT116",
    "t",
    "without end event, in a sub-process",
    process(sub(`<task id="a"/><intermediateThrowEvent id="t"/>${flow("a", "t")}`)),
  ),
  accept(
    "EXT116",
    "a link throw by reference",
    '<linkEventDefinition id="x" name="L"/>' +
      process(
        `<task id="a"/><intermediateThrowEvent id="t">${ref("x")}</intermediateThrowEvent>${flow("a", "t")}`,
      ),
  ),
  accept(
    "EXT116",
    "two ways out",
    process(`<intermediateThrowEvent id="t"/><task id="a"/><task id="b"/>${flow("t", "a")}${flow("t", "b")}`),
  ),
  reject("EXT122", "c", "by reference", '<compensateEventDefinition id="x"/>' + catches(ref("x"))),
  reject(
    "EXT122",
    "c",
    "one of several, in a sub-process",
    process(
      sub(`<intermediateCatchEvent id="c">${SIGNAL}<compensateEventDefinition/></intermediateCatchEvent>`),
    ),
  ),
  accept("EXT122", "a throw", throws("<compensateEventDefinition/>")),
  accept(
    "EXT122",
    "a boundary event",
    process(
      '<task id="a"/><boundaryEvent id="b" attachedToRef="a"><compensateEventDefinition/></boundaryEvent>',
    ),
  ),
  reject(
    "EXT123",
    "cd",
    "of an event sub-process, natural",
    process(eventSub(`<startEvent id="s">${conditional("<condition>it rains</condition>")}</startEvent>`)),
  ),
  reject("EXT123", "cd", "missing, by reference", conditional("") + catches(ref("cd"))),
  accept(
    "EXT123",
    "used by a drawing only",
    conditional("<condition>it rains</condition>") + catches(ref("cd"), drawing),
  ),
  accept(
    "EXT123",
    "formal with another prefix",
    catches(
      `<conditionalEventDefinition id="cd" xmlns:q="http://www.omg.org/spec/BPMN/20100524/MODEL"><condition xsi:type="q:tFormalExpression">a</condition></conditionalEventDefinition>`,
    ),
  ),
  reject(
    "EXT127",
    "md",
    "by reference, in a sub-process",
    '<messageEventDefinition id="md"/>' +
      process(sub(`<startEvent id="s"/><endEvent id="e">${ref("md")}</endEvent>`)),
  ),
  reject("EXT127", "md", "one of several", catches(`${SIGNAL}<messageEventDefinition id="md"/>`)),
  accept(
    "EXT127",
    "an imported message",
    IMPORT + catches(`<messageEventDefinition id="md" ${FAR} messageRef="${far("m")}"/>`),
  ),
  accept("EXT127", "a definition that nothing uses", '<messageEventDefinition id="md"/>' + process(SIMPLE)),
  reject(
    "EXT128",
    "md",
    "by reference",
    '<messageEventDefinition id="md" messageRef="m1"/>' + catches(ref("md")),
  ),
  reject(
    "EXT128",
    "md",
    "a start event",
    process('<startEvent id="s"><messageEventDefinition id="md" messageRef="m1"/></startEvent>'),
  ),
  accept(
    "EXT128",
    "an imported operation",
    IMPORT +
      catches(
        `<messageEventDefinition id="md" messageRef="m1"><operationRef ${FAR}>${
          far("op")
        }</operationRef></messageEventDefinition>`,
      ),
  ),
  accept("EXT128", "a drawing", catches('<messageEventDefinition id="md" messageRef="m1"/>', drawing)),
  reject(
    "EXT146",
    "e",
    "a condition among others",
    process(`<endEvent id="e">${SIGNAL}${conditional("<condition/>")}</endEvent>`),
  ),
  reject(
    "EXT146",
    "e",
    "a link by reference",
    '<linkEventDefinition id="x" name="L"/>' + process(sub(`<endEvent id="e">${ref("x")}</endEvent>`)),
  ),
  accept(
    "EXT146",
    "all that may be thrown",
    process(
      `<transaction id="T"><endEvent id="e">${SIGNAL}${MESSAGE}<errorEventDefinition/><escalationEventDefinition/><cancelEventDefinition/><compensateEventDefinition/><terminateEventDefinition/></endEvent></transaction>`,
    ),
  ),
  accept("EXT146", "none", process(SIMPLE)),
  reject("EXT148", "c", "an error by reference", '<errorEventDefinition id="x"/>' + catches(ref("x"))),
  reject("EXT148", "c", "none, in a sub-process", process(sub('<intermediateCatchEvent id="c"/>'))),
  accept("EXT148", "several", catches(`${SIGNAL}${MESSAGE}${TIMER}${conditional("<condition/>")}`)),
  accept(
    "EXT148",
    "an imported definition",
    IMPORT + catches(`<eventDefinitionRef ${FAR}>${far("x")}</eventDefinitionRef>`),
  ),
  reject("EXT149", "t", "an error by reference", '<errorEventDefinition id="x"/>' + throws(ref("x"))),
  reject("EXT149", "t", "a timer among others", throws(SIGNAL + TIMER)),
  accept(
    "EXT149",
    "several",
    throws(`${SIGNAL}${MESSAGE}<escalationEventDefinition/><compensateEventDefinition/>`),
  ),
  accept("EXT149", "none", throws("")),
];

const link = (id: string, content = "") =>
  `<linkEventDefinition id="${id}" name="L">${content}</linkEventDefinition>`;
const target = (id: string) => `<target>${id}</target>`;
const source = (id: string) => `<source>${id}</source>`;

/** Links, gateways, compensation. */
const nodeVariants: readonly RuleCase[] = [
  reject(
    "EXT017",
    "g",
    "an inclusive gateway in a sub-process",
    process(
      sub(
        `<inclusiveGateway id="g" gatewayDirection="Converging"/><task id="a"/><task id="b"/>${
          flow("g", "a")
        }${flow("g", "b")}`,
      ),
    ),
  ),
  reject(
    "EXT017",
    "g",
    "only listed",
    process(
      '<complexGateway id="g" gatewayDirection="Converging"><outgoing>a</outgoing><outgoing>b</outgoing></complexGateway>',
    ),
  ),
  accept(
    "EXT017",
    "unspecified",
    process(
      `<inclusiveGateway id="g" gatewayDirection="Unspecified"/><task id="a"/><task id="b"/>${
        flow("g", "a")
      }${flow("g", "b")}`,
    ),
  ),
  accept(
    "EXT017",
    "one flow listed twice",
    process(
      '<complexGateway id="g" gatewayDirection="Converging"><outgoing>a</outgoing><outgoing>tns:a</outgoing></complexGateway>',
    ),
  ),
  reject(
    "EXT018",
    "g",
    "a complex gateway",
    process(
      `<complexGateway id="g" gatewayDirection="Diverging"/><task id="a"/><task id="b"/>${flow("a", "g")}${
        flow("b", "g")
      }`,
    ),
  ),
  reject(
    "EXT018",
    "g",
    "an event-based gateway",
    process(
      `<eventBasedGateway id="g" gatewayDirection="Diverging"/><task id="a"/><task id="b"/>${flow("a", "g")}${
        flow("b", "g")
      }`,
    ),
  ),
  accept(
    "EXT018",
    "no direction",
    process(`<complexGateway id="g"/><task id="a"/><task id="b"/>${flow("a", "g")}${flow("b", "g")}`),
  ),
  accept(
    "EXT018",
    "none incoming",
    process(
      `<parallelGateway id="g" gatewayDirection="Diverging"/><task id="a"/><task id="b"/>${flow("g", "a")}${
        flow("g", "b")
      }`,
    ),
  ),
  reject("EXT019", "g", "no flows", process('<exclusiveGateway id="g" gatewayDirection="Mixed"/>')),
  reject(
    "EXT019",
    "g",
    "two in, one out, in a sub-process",
    process(
      sub(
        `<inclusiveGateway id="g" gatewayDirection="Mixed"/><task id="a"/><task id="b"/>${flow("a", "g")}${
          flow("b", "g")
        }${flow("g", "a")}`,
      ),
    ),
  ),
  accept(
    "EXT019",
    "several flows between the same nodes",
    process(
      `<inclusiveGateway id="g" gatewayDirection="Mixed"/><task id="a"/>${flow("a", "g")}${
        flow("g", "a")
      }<sequenceFlow id="f" sourceRef="a" targetRef="g"/><sequenceFlow id="h" sourceRef="g" targetRef="a"/>`,
    ),
  ),
  accept("EXT019", "not mixed", process('<exclusiveGateway id="g"/>')),
  reject(
    "EXT117",
    "t",
    "by reference",
    link("x") +
      process(
        `<task id="a"/><intermediateThrowEvent id="t">${ref("x")}</intermediateThrowEvent>${
          chain("a", "t", "a")
        }`,
      ),
  ),
  reject(
    "EXT117",
    "c",
    "a catch in a sub-process",
    process(
      sub(
        `<task id="a"/><intermediateCatchEvent id="c">${link("x")}</intermediateCatchEvent>${
          chain("a", "c", "a")
        }`,
      ),
    ),
  ),
  accept(
    "EXT117",
    "one side each",
    process(
      `<task id="a"/><intermediateThrowEvent id="t">${
        link("x")
      }</intermediateThrowEvent><intermediateCatchEvent id="c">${
        link("y")
      }</intermediateCatchEvent><task id="b"/>${flow("a", "t")}${flow("c", "b")}`,
    ),
  ),
  accept(
    "EXT117",
    "a signal with both",
    process(
      `<task id="a"/><intermediateThrowEvent id="t">${SIGNAL}</intermediateThrowEvent>${
        chain("a", "t", "a")
      }`,
    ),
  ),
  reject(
    "EXT118",
    "t",
    "another name",
    process(
      `<intermediateThrowEvent id="t"><linkEventDefinition name="A"/></intermediateThrowEvent><intermediateCatchEvent id="c"><linkEventDefinition name="B"/></intermediateCatchEvent>`,
    ),
  ),
  reject(
    "EXT118",
    "t",
    "its target is a throw",
    process(
      `<intermediateThrowEvent id="t">${
        link("x", target("y"))
      }</intermediateThrowEvent><intermediateThrowEvent id="u">${link("y")}</intermediateThrowEvent>`,
    ),
  ),
  accept(
    "EXT118",
    "by reference and prefix",
    link("x", target("tns:y")) + link("y", source("tns:x")) +
      process(
        `<intermediateThrowEvent id="t">${ref("x")}</intermediateThrowEvent><intermediateCatchEvent id="c">${
          ref("y")
        }</intermediateCatchEvent>`,
      ),
  ),
  accept(
    "EXT118",
    "two sources, one target",
    process(
      `<intermediateThrowEvent id="t">${
        link("x", target("y"))
      }</intermediateThrowEvent><intermediateThrowEvent id="u">${
        link("z", target("y"))
      }</intermediateThrowEvent><intermediateCatchEvent id="c">${
        link("y", source("x") + source("z"))
      }</intermediateCatchEvent>`,
    ),
  ),
  reject("EXT124", "y", "by reference", link("y") + catches(ref("y"))),
  reject(
    "EXT124",
    "y",
    "a target instead",
    process(sub(`<intermediateCatchEvent id="c">${link("y", target("x"))}</intermediateCatchEvent>`)),
  ),
  accept("EXT124", "two sources", catches(link("y", source("a") + source("b")))),
  accept("EXT124", "a throw", throws(link("y"))),
  reject("EXT125", "x", "two", throws(link("x", target("a") + target("b")))),
  reject("EXT125", "x", "a source instead, by reference", link("x", source("a")) + throws(ref("x"))),
  accept("EXT125", "one", throws(link("x", target("a")))),
  accept("EXT125", "a catch", catches(link("x", source("a")))),
  reject(
    "EXT126",
    "t",
    "another process, by name",
    throws(link("x")) + drawing(`<intermediateCatchEvent id="c">${link("y")}</intermediateCatchEvent>`, "Q"),
  ),
  reject(
    "EXT126",
    "t",
    "from an event sub-process to its process",
    process(
      `${
        eventSub(`<intermediateThrowEvent id="t">${link("x", target("y"))}</intermediateThrowEvent>`)
      }<intermediateCatchEvent id="c">${link("y", source("x"))}</intermediateCatchEvent>`,
    ),
  ),
  accept(
    "EXT126",
    "in one sub-process",
    process(
      sub(
        `<intermediateThrowEvent id="t">${link("x")}</intermediateThrowEvent><intermediateCatchEvent id="c">${
          link("y")
        }</intermediateCatchEvent>`,
      ),
    ),
  ),
  accept(
    "EXT126",
    "the same name in two processes",
    process(
      `<intermediateThrowEvent id="t">${link("x")}</intermediateThrowEvent><intermediateCatchEvent id="c">${
        link("y")
      }</intermediateCatchEvent>`,
    ) +
      drawing(
        `<intermediateThrowEvent id="t2">${
          link("x2")
        }</intermediateThrowEvent><intermediateCatchEvent id="c2">${link("y2")}</intermediateCatchEvent>`,
        "Q",
      ),
  ),
  reject(
    "EXT135",
    "g",
    "one in, one out, in a sub-process",
    process(sub(`<task id="a"/><exclusiveGateway id="g"/><task id="b"/>${chain("a", "g", "b")}`)),
  ),
  reject("EXT135", "g", "an event-based gateway alone", process('<eventBasedGateway id="g"/>')),
  accept(
    "EXT135",
    "two in, none out",
    process(`<task id="a"/><task id="b"/><parallelGateway id="g"/>${flow("a", "g")}${flow("b", "g")}`),
  ),
  accept(
    "EXT135",
    "none in, two out",
    process(`<task id="a"/><task id="b"/><parallelGateway id="g"/>${flow("g", "a")}${flow("g", "b")}`),
  ),
  reject(
    "EXT136",
    "g",
    "none, and it starts the process",
    process('<eventBasedGateway id="g" instantiate="true"/>'),
  ),
  reject(
    "EXT136",
    "g",
    "one, in a sub-process",
    process(sub(`<eventBasedGateway id="g"/><receiveTask id="r"/>${flow("g", "r")}`)),
  ),
  accept(
    "EXT136",
    "three",
    process(
      `<eventBasedGateway id="g"/><receiveTask id="r"/><receiveTask id="q"/><receiveTask id="u"/>${
        flow("g", "r")
      }${flow("g", "q")}${flow("g", "u")}`,
    ),
  ),
  accept(
    "EXT136",
    "an exclusive gateway with one",
    process(`<exclusiveGateway id="g"/><receiveTask id="r"/>${flow("g", "r")}`),
  ),
  reject(
    "EXT137",
    "g-r",
    "natural",
    process(
      `<eventBasedGateway id="g"/><receiveTask id="r"/>${
        flow("g", "r", "<conditionExpression>x</conditionExpression>")
      }`,
    ),
  ),
  reject(
    "EXT137",
    "g-r",
    "empty, in a drawing",
    drawing(`<eventBasedGateway id="g"/><receiveTask id="r"/>${flow("g", "r", "<conditionExpression/>")}`),
  ),
  accept(
    "EXT137",
    "into the gateway",
    process(
      `<task id="a"/><task id="b"/><eventBasedGateway id="g"/>${flow("a", "g", CONDITION)}${flow("a", "b")}`,
    ),
  ),
  accept(
    "EXT137",
    "another gateway",
    process(`<inclusiveGateway id="g"/><task id="a"/>${flow("g", "a", CONDITION)}`),
  ),
  reject(
    "EXT138",
    "x",
    "a link",
    process(
      `<eventBasedGateway id="g"/><intermediateCatchEvent id="x">${link("l")}</intermediateCatchEvent>${
        flow("g", "x")
      }`,
    ),
  ),
  reject(
    "EXT138",
    "x",
    "an exclusive gateway",
    process(`<eventBasedGateway id="g"/><exclusiveGateway id="x"/>${flow("g", "x")}`),
  ),
  reject(
    "EXT138",
    "x",
    "a throw event in a sub-process",
    process(
      sub(
        `<eventBasedGateway id="g"/><intermediateThrowEvent id="x">${SIGNAL}</intermediateThrowEvent>${
          flow("g", "x")
        }`,
      ),
    ),
  ),
  accept(
    "EXT138",
    "by reference",
    SIGNAL +
      process(
        `<eventBasedGateway id="g"/><intermediateCatchEvent id="x">${ref("sd")}</intermediateCatchEvent>${
          flow("g", "x")
        }`,
      ),
  ),
  accept(
    "EXT138",
    "multiple",
    process(
      `<eventBasedGateway id="g"/><intermediateCatchEvent id="x">${SIGNAL}${TIMER}</intermediateCatchEvent>${
        flow("g", "x")
      }`,
    ),
  ),
  reject(
    "EXT139",
    "g",
    "a message by reference",
    MESSAGE +
      process(
        `<eventBasedGateway id="g"/><intermediateCatchEvent id="x">${
          ref("md")
        }</intermediateCatchEvent><receiveTask id="r"/>${flow("g", "x")}${flow("g", "r")}`,
      ),
  ),
  reject(
    "EXT139",
    "g",
    "a multiple event with a message",
    process(
      `<eventBasedGateway id="g" instantiate="true"/><intermediateCatchEvent id="x">${SIGNAL}${MESSAGE}</intermediateCatchEvent><receiveTask id="r"/>${
        flow("g", "x")
      }${flow("g", "r")}`,
    ),
  ),
  accept(
    "EXT139",
    "a signal and a receive task",
    process(
      `<eventBasedGateway id="g"/><intermediateCatchEvent id="x">${SIGNAL}</intermediateCatchEvent><receiveTask id="r"/>${
        flow("g", "x")
      }${flow("g", "r")}`,
    ),
  ),
  accept(
    "EXT139",
    "two gateways",
    process(
      `<eventBasedGateway id="g"/><eventBasedGateway id="h"/><intermediateCatchEvent id="x">${MESSAGE}</intermediateCatchEvent><receiveTask id="r"/>${
        flow("g", "x")
      }${flow("h", "r")}`,
    ),
  ),
  reject(
    "EXT140",
    "r",
    "by prefix",
    process(
      `<eventBasedGateway id="g"/><receiveTask id="r"/><boundaryEvent id="b" attachedToRef="tns:r">${TIMER}</boundaryEvent>${
        flow("g", "r")
      }`,
    ),
  ),
  reject(
    "EXT140",
    "r",
    "a compensation boundary event",
    process(
      sub(
        `<eventBasedGateway id="g"/><receiveTask id="r"/><boundaryEvent id="b" attachedToRef="r"><compensateEventDefinition/></boundaryEvent>${
          flow("g", "r")
        }`,
      ),
    ),
  ),
  accept(
    "EXT140",
    "a receive task elsewhere",
    process(`<receiveTask id="r"/><boundaryEvent id="b" attachedToRef="r">${TIMER}</boundaryEvent>`),
  ),
  accept("EXT140", "none", process(`<eventBasedGateway id="g"/><receiveTask id="r"/>${flow("g", "r")}`)),
  reject(
    "EXT141",
    "r",
    "twice from the gateway",
    process(
      `<eventBasedGateway id="g"/><receiveTask id="r"/>${
        flow("g", "r")
      }<sequenceFlow id="f" sourceRef="g" targetRef="r"/>`,
    ),
  ),
  reject(
    "EXT141",
    "x",
    "an event, from a task",
    process(
      sub(
        `<task id="a"/><eventBasedGateway id="g"/><intermediateCatchEvent id="x">${TIMER}</intermediateCatchEvent>${
          flow("g", "x")
        }${flow("a", "x")}`,
      ),
    ),
  ),
  accept(
    "EXT141",
    "after what follows",
    process(`<eventBasedGateway id="g"/><receiveTask id="r"/><task id="a"/>${chain("g", "r", "a", "a")}`),
  ),
  accept(
    "EXT141",
    "an exclusive gateway",
    process(`<exclusiveGateway id="g"/><task id="a"/>${chain("g", "a", "a")}`),
  ),
  reject(
    "EXT142",
    "g",
    "as 1, only listed",
    process('<eventBasedGateway id="g" instantiate="1"><incoming>f</incoming></eventBasedGateway>'),
  ),
  reject(
    "EXT142",
    "g",
    "parallel",
    process(
      `<startEvent id="s"/><eventBasedGateway id="g" instantiate="true" eventGatewayType="Parallel"/>${
        flow("s", "g")
      }`,
    ),
  ),
  accept(
    "EXT142",
    "instantiate false",
    process(`<startEvent id="s"/><eventBasedGateway id="g" instantiate="false"/>${flow("s", "g")}`),
  ),
  accept("EXT142", "no incoming flow", process('<eventBasedGateway id="g" instantiate="true"/>')),
  reject(
    "EXT143",
    "b",
    "an association to an annotation",
    process(
      '<task id="a"/><boundaryEvent id="b" attachedToRef="a"><compensateEventDefinition/></boundaryEvent><textAnnotation id="n"/><association id="x" sourceRef="b" targetRef="n"/>',
    ),
  ),
  reject(
    "EXT143",
    "b",
    "by reference, without any",
    '<compensateEventDefinition id="x"/>' +
      process(sub(`<task id="a"/><boundaryEvent id="b" attachedToRef="a">${ref("x")}</boundaryEvent>`)),
  ),
  accept(
    "EXT143",
    "the other way round, by prefix",
    process(
      '<task id="a"/><task id="h" isForCompensation="true"/><boundaryEvent id="b" attachedToRef="a"><compensateEventDefinition/></boundaryEvent><association id="x" sourceRef="tns:h" targetRef="tns:b"/>',
    ),
  ),
  accept(
    "EXT143",
    "a timer",
    process(`<task id="a"/><boundaryEvent id="b" attachedToRef="a">${TIMER}</boundaryEvent>`),
  ),
  reject(
    "EXT144",
    "b",
    "a sub-process that is not marked",
    process(
      `<task id="a"/>${
        sub("")
      }<boundaryEvent id="b" attachedToRef="a"><compensateEventDefinition/></boundaryEvent><association id="x" sourceRef="b" targetRef="S"/>`,
    ),
  ),
  reject(
    "EXT144",
    "b",
    "a gateway",
    process(
      '<task id="a"/><parallelGateway id="h"/><boundaryEvent id="b" attachedToRef="a"><compensateEventDefinition/></boundaryEvent><association id="x" sourceRef="b" targetRef="h"/>',
    ),
  ),
  accept(
    "EXT144",
    "a marked sub-process and a note",
    process(
      `<task id="a"/>${
        sub("", "S", 'isForCompensation="1"')
      }<boundaryEvent id="b" attachedToRef="a"><compensateEventDefinition/></boundaryEvent><association id="x" sourceRef="b" targetRef="S"/><textAnnotation id="n"/><association id="y" sourceRef="n" targetRef="b"/>`,
    ),
  ),
  accept(
    "EXT144",
    "a note at an activity",
    process(`<task id="a"/><textAnnotation id="n"/><association id="y" sourceRef="n" targetRef="a"/>`),
  ),
];

const loop = (content: string, task = "task", before = "") =>
  process(
    `<${task} id="a">${before}<multiInstanceLoopCharacteristics>${content}</multiInstanceLoopCharacteristics></${task}>`,
  );
const TYPES =
  '<itemDefinition id="One" structureRef="x"/><itemDefinition id="Many" structureRef="x" isCollection="true"/><itemDefinition id="Other" structureRef="y"/>';
const CALLED = process(
  io(
    '<dataInput id="ci" itemSubjectRef="One"/><inputSet><dataInputRefs>ci</dataInputRefs></inputSet><outputSet/>',
  ) + '<startEvent id="cs"/>',
  "Q",
);
const call = (content: string, called = "Q") =>
  process(`<callActivity id="c" calledElement="${called}">${content}</callActivity>`);
const SERVICE =
  '<message id="in" itemRef="One"/><message id="out" itemRef="One"/><interface id="I" name="i"><operation id="op" name="o"><inMessageRef>in</inMessageRef><outMessageRef>out</outMessageRef></operation></interface>';
const served = (binding: string, name = "globalTask") =>
  `<${name} id="G"><supportedInterfaceRef>I</supportedInterfaceRef>${
    io(
      '<dataInput id="gi" itemSubjectRef="One"/><dataOutput id="go" itemSubjectRef="One"/><inputSet id="is"><dataInputRefs>gi</dataInputRefs></inputSet><outputSet id="os"><dataOutputRefs>go</dataOutputRefs></outputSet>',
    )
  }${binding}</${name}>`;

/** Activities and data. */
const dataVariants: readonly RuleCase[] = [
  reject(
    "EXT020",
    "d",
    "a data object in a sub-process, by prefix",
    TYPES + process(sub('<dataObject id="d" itemSubjectRef="tns:Many"/>')),
  ),
  reject(
    "EXT020",
    "d",
    "an output of an event",
    TYPES + catches(`<dataOutput id="d" isCollection="true" itemSubjectRef="One"/>${TIMER}`),
  ),
  accept("EXT020", "no type", process('<dataObject id="d" isCollection="true"/>')),
  accept(
    "EXT020",
    "an imported type",
    IMPORT + process(`<dataObject id="d" ${FAR} isCollection="true" itemSubjectRef="${far("Many")}"/>`),
  ),
  reject("EXT042", "s", "none", process('<serviceTask id="s" operationRef="op"/>')),
  reject(
    "EXT042",
    "s",
    "two, in a sub-process",
    process(
      sub(`<serviceTask id="s" operationRef="op">${io("<inputSet/><inputSet/><outputSet/>")}</serviceTask>`),
    ),
  ),
  accept(
    "EXT042",
    "one",
    process(`<serviceTask id="s" operationRef="op">${io("<inputSet/><outputSet/>")}</serviceTask>`),
  ),
  accept(
    "EXT042",
    "no operation",
    process(`<serviceTask id="s">${io("<inputSet/><inputSet/><outputSet/>")}</serviceTask>`),
  ),
  reject(
    "EXT043",
    "s",
    "three",
    process(
      `<serviceTask id="s" operationRef="op">${
        io("<inputSet/><outputSet/><outputSet/><outputSet/>")
      }</serviceTask>`,
    ),
  ),
  reject(
    "EXT043",
    "s",
    "in a transaction",
    process(
      `<transaction id="T"><serviceTask id="s" operationRef="op">${
        io("<inputSet/><outputSet/><outputSet/>")
      }</serviceTask></transaction>`,
    ),
  ),
  accept("EXT043", "none", process('<serviceTask id="s" operationRef="op"/>')),
  accept(
    "EXT043",
    "a user task",
    process(`<userTask id="s">${io("<inputSet/><outputSet/><outputSet/>")}</userTask>`),
  ),
  reject(
    "EXT046",
    "s",
    "an imported message",
    IMPORT +
      process(
        `<sendTask id="s" ${FAR} messageRef="${far("m")}">${
          io("<inputSet/><inputSet/><outputSet/>")
        }</sendTask>`,
      ),
  ),
  reject(
    "EXT046",
    "s",
    "in a sub-process",
    process(sub(`<sendTask id="s" messageRef="m">${io("<inputSet/><inputSet/><outputSet/>")}</sendTask>`)),
  ),
  accept(
    "EXT046",
    "no message",
    process(`<sendTask id="s">${io("<inputSet/><inputSet/><outputSet/>")}</sendTask>`),
  ),
  accept("EXT046", "none", process('<sendTask id="s" messageRef="m"/>')),
  reject(
    "EXT047",
    "s",
    "three",
    process(
      `<sendTask id="s" messageRef="m">${
        io('<dataInput id="x"/><dataInput id="y"/><dataInput id="z"/><inputSet/><outputSet/>')
      }</sendTask>`,
    ),
  ),
  reject(
    "EXT047",
    "s",
    "in a sub-process",
    process(
      sub(
        `<sendTask id="s" messageRef="m">${
          io('<dataInput id="x"/><dataInput id="y"/><inputSet/><outputSet/>')
        }</sendTask>`,
      ),
    ),
  ),
  accept(
    "EXT047",
    "one, and outputs",
    process(
      `<sendTask id="s" messageRef="m">${
        io('<dataInput id="x"/><dataOutput id="y"/><dataOutput id="z"/><inputSet/><outputSet/>')
      }</sendTask>`,
    ),
  ),
  accept(
    "EXT047",
    "no message",
    process(
      `<sendTask id="s">${io('<dataInput id="x"/><dataInput id="y"/><inputSet/><outputSet/>')}</sendTask>`,
    ),
  ),
  reject(
    "EXT048",
    "s",
    "an input without type",
    `${TYPES}<message id="m" itemRef="One"/>` +
      process(
        `<sendTask id="s" messageRef="tns:m">${io('<dataInput id="x"/><inputSet/><outputSet/>')}</sendTask>`,
      ),
  ),
  reject(
    "EXT048",
    "s",
    "a collection of it",
    `${TYPES}<message id="m" itemRef="One"/>` +
      process(
        `<sendTask id="s" messageRef="m">${
          io('<dataInput id="x" itemSubjectRef="Many"/><inputSet/><outputSet/>')
        }</sendTask>`,
      ),
  ),
  accept(
    "EXT048",
    "neither has a type",
    '<message id="m"/>' +
      process(
        `<sendTask id="s" messageRef="m">${io('<dataInput id="x"/><inputSet/><outputSet/>')}</sendTask>`,
      ),
  ),
  accept(
    "EXT048",
    "no input",
    `${TYPES}<message id="m" itemRef="One"/>` + process('<sendTask id="s" messageRef="m"/>'),
  ),
  reject(
    "EXT049",
    "r",
    "as 1, only listed",
    process('<receiveTask id="r" instantiate="1"><incoming>f</incoming></receiveTask>'),
  ),
  reject(
    "EXT049",
    "r",
    "after a start event",
    process(`<startEvent id="s"/><receiveTask id="r" instantiate="true"/>${flow("s", "r")}`),
  ),
  accept(
    "EXT049",
    "does not instantiate",
    process(`<startEvent id="s"/><receiveTask id="r" instantiate="0"/>${flow("s", "r")}`),
  ),
  accept(
    "EXT049",
    "outgoing",
    process(`<receiveTask id="r" instantiate="true"/><task id="a"/>${flow("r", "a")}`),
  ),
  reject(
    "EXT050",
    "r",
    "two, in a sub-process",
    process(
      sub(`<receiveTask id="r" messageRef="m">${io("<inputSet/><outputSet/><outputSet/>")}</receiveTask>`),
    ),
  ),
  reject(
    "EXT050",
    "r",
    "an instantiating one",
    process(
      `<receiveTask id="r" instantiate="true" messageRef="m">${
        io("<inputSet/><outputSet/><outputSet/>")
      }</receiveTask>`,
    ),
  ),
  accept(
    "EXT050",
    "two input sets",
    process(`<receiveTask id="r" messageRef="m">${io("<inputSet/><inputSet/><outputSet/>")}</receiveTask>`),
  ),
  accept(
    "EXT050",
    "no message",
    process(`<receiveTask id="r">${io("<inputSet/><outputSet/><outputSet/>")}</receiveTask>`),
  ),
  reject(
    "EXT051",
    "r",
    "in a sub-process",
    process(
      sub(
        `<receiveTask id="r" messageRef="m">${
          io('<dataOutput id="x"/><dataOutput id="y"/><inputSet/><outputSet/>')
        }</receiveTask>`,
      ),
    ),
  ),
  reject(
    "EXT051",
    "r",
    "three",
    process(
      `<receiveTask id="r" messageRef="m">${
        io('<dataOutput id="x"/><dataOutput id="y"/><dataOutput id="z"/><inputSet/><outputSet/>')
      }</receiveTask>`,
    ),
  ),
  accept(
    "EXT051",
    "one",
    process(
      `<receiveTask id="r" messageRef="m">${io('<dataOutput id="x"/><inputSet/><outputSet/>')}</receiveTask>`,
    ),
  ),
  accept(
    "EXT051",
    "a send task",
    process(
      `<sendTask id="r" messageRef="m">${
        io('<dataOutput id="x"/><dataOutput id="y"/><inputSet/><outputSet/>')
      }</sendTask>`,
    ),
  ),
  reject(
    "EXT052",
    "r",
    "another type",
    `${TYPES}<message id="m" itemRef="One"/>` +
      process(
        sub(
          `<receiveTask id="r" messageRef="m">${
            io('<dataOutput id="x" itemSubjectRef="Other"/><inputSet/><outputSet/>')
          }</receiveTask>`,
        ),
      ),
  ),
  reject(
    "EXT052",
    "r",
    "an output without type",
    `${TYPES}<message id="m" itemRef="One"/>` +
      process(
        `<receiveTask id="r" messageRef="m">${
          io('<dataOutput id="x"/><inputSet/><outputSet/>')
        }</receiveTask>`,
      ),
  ),
  accept(
    "EXT052",
    "an imported message",
    IMPORT +
      process(
        `<receiveTask id="r" ${FAR} messageRef="${far("m")}">${
          io('<dataOutput id="x"/><inputSet/><outputSet/>')
        }</receiveTask>`,
      ),
  ),
  accept(
    "EXT052",
    "the same type, by prefix",
    `${TYPES}<message id="m" itemRef="One"/>` +
      process(
        `<receiveTask id="r" messageRef="m">${
          io('<dataOutput id="x" itemSubjectRef="tns:One"/><inputSet/><outputSet/>')
        }</receiveTask>`,
      ),
  ),
  reject(
    "EXT053",
    "s",
    "an empty format",
    process('<scriptTask id="s" scriptFormat=""><script>x</script></scriptTask>'),
  ),
  reject(
    "EXT053",
    "G",
    "a global script task",
    '<globalScriptTask id="G"><script>x</script></globalScriptTask>',
  ),
  accept(
    "EXT053",
    "a global script task with language",
    '<globalScriptTask id="G" scriptLanguage="text/x"><script>x</script></globalScriptTask>',
  ),
  accept("EXT053", "no script", process('<scriptTask id="s"/>')),
  reject(
    "EXT061",
    "A",
    "only events and gateways",
    process(
      '<adHocSubProcess id="A"><intermediateThrowEvent id="t"/><parallelGateway id="g"/></adHocSubProcess>',
    ),
  ),
  reject("EXT061", "A", "inside a sub-process", process(sub('<adHocSubProcess id="A"/>'))),
  accept(
    "EXT061",
    "a call activity",
    process('<adHocSubProcess id="A"><callActivity id="c"/></adHocSubProcess>'),
  ),
  accept("EXT061", "a plain sub-process without", process(sub(""))),
  reject("EXT063", "c", "nothing where an input is wanted", TYPES + CALLED + call("")),
  reject(
    "EXT063",
    "c",
    "an output more, by prefix",
    TYPES + CALLED +
      call(
        io('<dataInput id="i" itemSubjectRef="One"/><dataOutput id="o"/><inputSet/><outputSet/>'),
        "tns:Q",
      ),
  ),
  accept(
    "EXT063",
    "the same",
    TYPES + CALLED +
      call(
        io(
          '<dataInput id="i" itemSubjectRef="One"/><inputSet><dataInputRefs>i</dataInputRefs></inputSet><outputSet/>',
        ),
      ),
  ),
  accept(
    "EXT063",
    "an imported process",
    IMPORT +
      `<process id="P" isExecutable="true"><callActivity id="c" ${FAR} calledElement="${far("Q")}">${
        io('<dataInput id="i"/><inputSet/><outputSet/>')
      }</callActivity></process>`,
  ),
  reject("EXT064", "G", "a global user task", SERVICE + served("", "globalUserTask")),
  reject(
    "EXT064",
    "P",
    "an imported interface",
    IMPORT + `<process id="P"><supportedInterfaceRef ${FAR}>${far("I")}</supportedInterfaceRef></process>`,
  ),
  accept(
    "EXT064",
    "a binding",
    TYPES + SERVICE + served('<ioBinding id="b" operationRef="op" inputDataRef="gi" outputDataRef="go"/>'),
  ),
  accept("EXT064", "no interface", '<globalTask id="G"/>'),
  reject(
    "EXT065",
    "b",
    "no output",
    TYPES + SERVICE + served('<ioBinding id="b" operationRef="op" inputDataRef="gi"/>'),
  ),
  reject(
    "EXT065",
    "b",
    "an output as input",
    TYPES + SERVICE + served('<ioBinding id="b" operationRef="op" inputDataRef="go" outputDataRef="gi"/>'),
  ),
  reject(
    "EXT065",
    "b",
    "an operation of another interface",
    `${TYPES}${SERVICE}<interface id="J" name="j"><operation id="op2" name="o"><inMessageRef>in</inMessageRef></operation></interface>` +
      served('<ioBinding id="b" operationRef="op2" inputDataRef="gi" outputDataRef="go"/>'),
  ),
  accept(
    "EXT065",
    "sets",
    TYPES + SERVICE +
      served('<ioBinding id="b" operationRef="tns:op" inputDataRef="is" outputDataRef="os"/>'),
  ),
  accept(
    "EXT065",
    "an imported operation",
    TYPES + IMPORT +
      served(`<ioBinding id="b" ${FAR} operationRef="${far("op")}" inputDataRef="gi" outputDataRef="go"/>`),
  ),
  reject(
    "EXT067",
    "S",
    "a sub-process",
    process('<subProcess id="S"><multiInstanceLoopCharacteristics/></subProcess>'),
  ),
  reject("EXT067", "a", "only an item", loop('<inputDataItem id="i"/>')),
  accept("EXT067", "a drawing", drawing('<task id="a"><multiInstanceLoopCharacteristics/></task>')),
  accept("EXT067", "a collection", loop("<loopDataInputRef>x</loopDataInputRef>", "callActivity")),
  reject(
    "EXT068",
    "a",
    "a data object",
    process(
      '<dataObject id="d"/><userTask id="a"><multiInstanceLoopCharacteristics><loopDataInputRef>d</loopDataInputRef></multiInstanceLoopCharacteristics></userTask>',
    ),
  ),
  reject(
    "EXT068",
    "a",
    "its output",
    loop("<loopDataInputRef>o</loopDataInputRef>", "task", io('<dataOutput id="o"/><inputSet/><outputSet/>')),
  ),
  accept(
    "EXT068",
    "its input, by prefix",
    loop(
      "<loopDataInputRef>tns:i</loopDataInputRef>",
      "task",
      io('<dataInput id="i"/><inputSet/><outputSet/>'),
    ),
  ),
  accept(
    "EXT068",
    "a sub-process over a data object",
    process(
      '<dataObject id="d"/><subProcess id="S"><multiInstanceLoopCharacteristics><loopDataInputRef>d</loopDataInputRef></multiInstanceLoopCharacteristics></subProcess>',
    ),
  ),
  reject(
    "EXT069",
    "a",
    "another structure",
    TYPES +
      loop(
        '<loopCardinality>1</loopCardinality><loopDataOutputRef>o</loopDataOutputRef><outputDataItem id="x" itemSubjectRef="Other"/>',
        "task",
        io('<dataOutput id="o" isCollection="true" itemSubjectRef="Many"/><inputSet/><outputSet/>'),
      ),
  ),
  reject(
    "EXT069",
    "a",
    "an item that is a collection",
    TYPES +
      loop(
        '<loopCardinality>1</loopCardinality><loopDataOutputRef>tns:o</loopDataOutputRef><outputDataItem id="x" itemSubjectRef="Many"/>',
        "task",
        io('<dataOutput id="o" isCollection="true" itemSubjectRef="Many"/><inputSet/><outputSet/>'),
      ),
  ),
  accept(
    "EXT069",
    "one of many",
    TYPES +
      loop(
        '<loopCardinality>1</loopCardinality><loopDataOutputRef>o</loopDataOutputRef><outputDataItem id="x" itemSubjectRef="One"/>',
        "task",
        io('<dataOutput id="o" isCollection="true" itemSubjectRef="Many"/><inputSet/><outputSet/>'),
      ),
  ),
  accept(
    "EXT069",
    "no types",
    loop(
      '<loopCardinality>1</loopCardinality><loopDataOutputRef>o</loopDataOutputRef><outputDataItem id="x"/>',
      "task",
      io('<dataOutput id="o"/><inputSet/><outputSet/>'),
    ),
  ),
  reject(
    "EXT070",
    "a",
    "no collection",
    TYPES +
      loop(
        '<loopDataInputRef>i</loopDataInputRef><inputDataItem id="x" itemSubjectRef="One"/>',
        "task",
        io('<dataInput id="i" itemSubjectRef="One"/><inputSet/><outputSet/>'),
      ),
  ),
  reject(
    "EXT070",
    "S",
    "a sub-process over a data object",
    TYPES +
      process(
        '<dataObject id="d" isCollection="true" itemSubjectRef="Many"/><subProcess id="S"><multiInstanceLoopCharacteristics><loopDataInputRef>d</loopDataInputRef><inputDataItem id="x" itemSubjectRef="Other"/></multiInstanceLoopCharacteristics></subProcess>',
      ),
  ),
  accept(
    "EXT070",
    "by a data object reference",
    TYPES +
      process(
        '<dataObject id="d" isCollection="true" itemSubjectRef="Many"/><dataObjectReference id="r" dataObjectRef="d"/><subProcess id="S"><multiInstanceLoopCharacteristics><loopDataInputRef>r</loopDataInputRef><inputDataItem id="x" itemSubjectRef="One"/></multiInstanceLoopCharacteristics></subProcess>',
      ),
  ),
  accept(
    "EXT070",
    "imported types",
    IMPORT +
      loop(
        `<loopDataInputRef>i</loopDataInputRef><inputDataItem id="x" ${FAR} itemSubjectRef="${far("One")}"/>`,
        "task",
        io(`<dataInput id="i" ${FAR} itemSubjectRef="${far("Many")}"/><inputSet/><outputSet/>`),
      ),
  ),
  reject(
    "EXT076",
    "r",
    "no space, in a sub-process",
    process(
      `<dataObject id="d" name="Order"/>${
        sub(
          '<dataObjectReference id="r" name="Order[new]" dataObjectRef="d"><dataState name="new"/></dataObjectReference>',
        )
      }`,
    ),
  ),
  reject(
    "EXT076",
    "r",
    "no brackets",
    process(
      '<dataObject id="d" name="Order"/><dataObjectReference id="r" name="Order new" dataObjectRef="tns:d"><dataState name="new"/></dataObjectReference>',
    ),
  ),
  accept(
    "EXT076",
    "no state",
    process(
      '<dataObject id="d" name="Order"/><dataObjectReference id="r" name="The order" dataObjectRef="d"/>',
    ),
  ),
  accept(
    "EXT076",
    "as it should be, by prefix",
    process(
      '<dataObject id="d" name="Order"/><dataObjectReference id="r" name="Order [new]" dataObjectRef="tns:d"><dataState name="new"/></dataObjectReference>',
    ),
  ),
  reject(
    "EXT079",
    "T",
    "a transaction",
    process(`<transaction id="T">${io("<inputSet/><outputSet/>")}</transaction>`),
  ),
  reject("EXT079", "E", "an event sub-process", process(eventSub(io("<inputSet/><outputSet/>")))),
  accept("EXT079", "a task inside", process(sub(`<task id="a">${io("<inputSet/><outputSet/>")}</task>`))),
  accept(
    "EXT079",
    "a process and a call",
    process(
      `${io("<inputSet/><outputSet/>")}<callActivity id="c">${io("<inputSet/><outputSet/>")}</callActivity>`,
    ),
  ),
  reject("EXT084", "x", "of a process", process(io('<dataInput id="x"/><inputSet/><outputSet/>'))),
  reject(
    "EXT084",
    "x",
    "listed only in a set of another task",
    process(
      `<task id="a">${io('<dataInput id="x"/><inputSet/><outputSet/>')}</task><task id="b">${
        io("<inputSet><dataInputRefs>x</dataInputRefs></inputSet><outputSet/>")
      }</task>`,
    ),
  ),
  accept(
    "EXT084",
    "the second set",
    process(
      `<task id="a">${
        io('<dataInput id="x"/><inputSet/><inputSet><dataInputRefs>x</dataInputRefs></inputSet><outputSet/>')
      }</task>`,
    ),
  ),
  accept(
    "EXT084",
    "an item of a loop",
    loop('<loopDataInputRef>y</loopDataInputRef><inputDataItem id="x"/>'),
  ),
  reject(
    "EXT085",
    "a",
    "of a task",
    process(
      `<task id="a">${
        io('<dataInput id="x"/><inputSet><optionalInputRefs>x</optionalInputRefs></inputSet><outputSet/>')
      }</task>`,
    ),
  ),
  reject(
    "EXT085",
    "s",
    "listed in another set",
    process(
      io(
        '<dataInput id="x"/><inputSet id="r"><dataInputRefs>x</dataInputRefs></inputSet><inputSet id="s"><optionalInputRefs>x</optionalInputRefs></inputSet><outputSet/>',
      ),
    ),
  ),
  accept(
    "EXT085",
    "both",
    process(
      io(
        '<dataInput id="x"/><inputSet><dataInputRefs>x</dataInputRefs><optionalInputRefs> x </optionalInputRefs></inputSet><outputSet/>',
      ),
    ),
  ),
  accept("EXT085", "none", process(io("<inputSet/><outputSet/>"))),
  reject(
    "EXT086",
    "a",
    "of a task",
    process(
      `<task id="a">${
        io(
          '<dataInput id="x"/><inputSet><whileExecutingInputRefs>x</whileExecutingInputRefs></inputSet><outputSet/>',
        )
      }</task>`,
    ),
  ),
  reject(
    "EXT086",
    "G",
    "of a global task",
    `<globalTask id="G">${
      io(
        '<dataInput id="x"/><dataInput id="y"/><inputSet><dataInputRefs>y</dataInputRefs><whileExecutingInputRefs>x</whileExecutingInputRefs></inputSet><outputSet/>',
      )
    }</globalTask>`,
  ),
  accept(
    "EXT086",
    "both",
    process(
      io(
        '<dataInput id="x"/><inputSet><dataInputRefs>x</dataInputRefs><whileExecutingInputRefs>x</whileExecutingInputRefs></inputSet><outputSet/>',
      ),
    ),
  ),
  accept(
    "EXT086",
    "only optional is another constraint",
    process(
      io('<dataInput id="x"/><inputSet><optionalInputRefs>x</optionalInputRefs></inputSet><outputSet/>'),
    ),
  ),
  reject("EXT088", "x", "of a catch event", catches(`<dataOutput id="x"/>${TIMER}<outputSet/>`)),
  reject(
    "EXT088",
    "x",
    "only optional",
    process(
      io('<dataOutput id="x"/><inputSet/><outputSet><optionalOutputRefs>x</optionalOutputRefs></outputSet>'),
    ),
  ),
  accept(
    "EXT088",
    "listed",
    catches(`<dataOutput id="x"/><outputSet><dataOutputRefs>x</dataOutputRefs></outputSet>${TIMER}`),
  ),
  accept("EXT088", "an item of a loop", loop('<loopCardinality>1</loopCardinality><outputDataItem id="x"/>')),
  reject(
    "EXT089",
    "a",
    "of a task in a sub-process",
    process(
      sub(
        `<task id="a">${
          io(
            '<dataOutput id="x"/><inputSet/><outputSet><optionalOutputRefs>x</optionalOutputRefs></outputSet>',
          )
        }</task>`,
      ),
    ),
  ),
  reject(
    "EXT089",
    "s",
    "another is listed",
    process(
      io(
        '<dataOutput id="x"/><dataOutput id="y"/><inputSet/><outputSet id="s"><dataOutputRefs>y</dataOutputRefs><optionalOutputRefs>x</optionalOutputRefs></outputSet>',
      ),
    ),
  ),
  accept(
    "EXT089",
    "both",
    process(
      io(
        '<dataOutput id="x"/><inputSet/><outputSet><dataOutputRefs>x</dataOutputRefs><optionalOutputRefs>x</optionalOutputRefs></outputSet>',
      ),
    ),
  ),
  accept(
    "EXT089",
    "only while executing is another constraint",
    process(
      io(
        '<dataOutput id="x"/><inputSet/><outputSet><whileExecutingOutputRefs>x</whileExecutingOutputRefs></outputSet>',
      ),
    ),
  ),
  reject(
    "EXT090",
    "G",
    "of a global task",
    `<globalTask id="G">${
      io(
        '<dataOutput id="x"/><inputSet/><outputSet><whileExecutingOutputRefs>x</whileExecutingOutputRefs></outputSet>',
      )
    }</globalTask>`,
  ),
  reject(
    "EXT090",
    "c",
    "of a call activity",
    process(
      `<callActivity id="c">${
        io(
          '<dataOutput id="x"/><inputSet/><outputSet><whileExecutingOutputRefs>x</whileExecutingOutputRefs></outputSet>',
        )
      }</callActivity>`,
    ),
  ),
  accept(
    "EXT090",
    "both",
    process(
      io(
        '<dataOutput id="x"/><inputSet/><outputSet><dataOutputRefs>x</dataOutputRefs><whileExecutingOutputRefs>x</whileExecutingOutputRefs></outputSet>',
      ),
    ),
  ),
  accept(
    "EXT090",
    "only optional is another constraint",
    process(
      io('<dataOutput id="x"/><inputSet/><outputSet><optionalOutputRefs>x</optionalOutputRefs></outputSet>'),
    ),
  ),
  reject(
    "EXT099",
    "c",
    "only a message start event",
    process(`<startEvent id="s">${MESSAGE}</startEvent>`, "Q") + call(""),
  ),
  reject(
    "EXT099",
    "c",
    "only inside, by prefix, in a sub-process",
    process(sub('<startEvent id="s"/>'), "Q") +
      process(sub('<callActivity id="c" calledElement="tns:Q"/>', "S2"), "P"),
  ),
  accept(
    "EXT099",
    "one of two",
    process(`<startEvent id="s">${MESSAGE}</startEvent><startEvent id="s2"/>`, "Q") + call(""),
  ),
  accept("EXT099", "a global task", '<globalTask id="Q"/>' + call("")),
];

const unresolved = (id: string, what: string, xml: string) => reject("REF", id, what, xml);

/** References. */
const referenceVariants: readonly RuleCase[] = [
  unresolved(
    "f",
    "a prefix that stands for the file itself, beside an import",
    IMPORT + process('<task id="a"/><sequenceFlow id="f" sourceRef="a" targetRef="tns:b"/>'),
  ),
  unresolved(
    "c",
    "a prefix that is not imported",
    IMPORT +
      catches('<signalEventDefinition id="sd" xmlns:z="urn:z" signalRef="z:s"/>').replace(
        '<signalEventDefinition id="sd"',
        "<signalEventDefinition",
      ),
  ),
  unresolved(
    "f",
    "an undeclared prefix",
    IMPORT + process('<task id="a"/><sequenceFlow id="f" sourceRef="a" targetRef="q:b"/>'),
  ),
  unresolved(
    "x",
    "the type of an expression",
    process(
      '<task id="a"/><task id="b"/><sequenceFlow id="f" sourceRef="a" targetRef="b"><conditionExpression id="x" xsi:type="tFormalExpression" evaluatesToTypeRef="a">c</conditionExpression></sequenceFlow>',
    ),
  ),
  unresolved(
    "rp",
    "the type of a resource parameter",
    '<resource id="r" name="r"><resourceParameter id="rp" type="r"/></resource>',
  ),
  unresolved(
    "ev",
    "the event of a loop",
    loop(
      '<loopCardinality>1</loopCardinality><complexBehaviorDefinition><condition>x</condition><event id="ev"><eventDefinitionRef>a</eventDefinitionRef></event></complexBehaviorDefinition>',
    ),
  ),
  unresolved(
    "pe",
    "a partner entity",
    '<partnerEntity id="pe" name="x"><participantRef>P</participantRef></partnerEntity>' + process(""),
  ),
  unresolved(
    "ct",
    "a choreography task",
    '<choreography id="C"><choreographyTask id="ct" name="x" initiatingParticipantRef="C"><participantRef>C</participantRef><messageFlowRef>C</messageFlowRef></choreographyTask></choreography>',
  ),
  unresolved(
    "cc",
    "a called choreography",
    '<choreography id="C"><callChoreography id="cc" calledChoreographyRef="P"/></choreography>' + process(""),
  ),
  unresolved(
    "cl",
    "a conversation link",
    '<collaboration id="C"><participant id="A"/><conversation id="k"/><conversationLink id="cl" sourceRef="A" targetRef="nowhere"/></collaboration>',
  ),
  unresolved(
    "pa",
    "an association of participants",
    '<collaboration id="C"><participantAssociation id="pa"><innerParticipantRef>C</innerParticipantRef><outerParticipantRef>C</outerParticipantRef></participantAssociation></collaboration>',
  ),
  unresolved(
    "P",
    "what a process supports",
    `<process id="P"><supports>a</supports><task id="a"/></process>`,
  ),
  unresolved(
    "d",
    "a data object reference to a store",
    '<dataStore id="ds"/>' + process('<dataObjectReference id="d" dataObjectRef="ds"/>'),
  ),
  unresolved(
    "cs",
    "a correlation subscription",
    process('<correlationSubscription id="cs" correlationKeyRef="P"/>'),
  ),
  unresolved("g", "a group", process('<group id="g" categoryValueRef="P"/>')),
  unresolved(
    "b",
    "a boundary event on a gateway",
    process(`<exclusiveGateway id="x"/><boundaryEvent id="b" attachedToRef="x">${TIMER}</boundaryEvent>`),
  ),
  unresolved(
    "l",
    "a lane",
    process('<laneSet><lane id="l"><flowNodeRef>f</flowNodeRef></lane></laneSet><dataObject id="f"/>'),
  ),
  unresolved(
    "o",
    "an operation",
    '<interface id="i" name="i"><operation id="o" name="o"><inMessageRef>i</inMessageRef><errorRef>i</errorRef></operation></interface>',
  ),
  unresolved(
    "h",
    "who does a task",
    process(
      '<userTask id="u"><humanPerformer id="h"><resourceRef>u</resourceRef></humanPerformer></userTask>',
    ),
  ),
  unresolved("c", "a call to a task", process('<task id="t"/><callActivity id="c" calledElement="tns:t"/>')),
  accept(
    "REF",
    "into an imported file, of every kind",
    IMPORT +
      `<collaboration id="C" ${FAR}><participant id="A" processRef="o:P"/><messageFlow id="m" sourceRef="A" targetRef="o:x" messageRef="o:m"/></collaboration><process id="P" ${FAR} definitionalCollaborationRef="o:C"><supports>o:Q</supports><userTask id="u"><potentialOwner><resourceRef>o:r</resourceRef></potentialOwner></userTask><callActivity id="c" calledElement="o:Q"/><endEvent id="e"><eventDefinitionRef>o:d</eventDefinitionRef></endEvent></process>`,
  ),
  accept(
    "REF",
    "an import that does not say its namespace",
    '<import importType="x" location="y"/>' + catches(`<signalEventDefinition ${FAR} signalRef="o:s"/>`),
  ),
  accept(
    "REF",
    "types of a schema",
    process(
      '<task id="a"/><task id="b"/><sequenceFlow id="f" sourceRef="a" targetRef="b"><conditionExpression xsi:type="tFormalExpression" evaluatesToTypeRef="xsd:boolean">c</conditionExpression></sequenceFlow>',
    ) + '<itemDefinition id="i" structureRef="xsd:string"/>',
  ),
  accept(
    "REF",
    "by the file's own prefix",
    process('<task id="a"/><task id="b"/><sequenceFlow id="f" sourceRef="tns:a" targetRef="tns:b"/>'),
  ),
  accept(
    "REF",
    "conversations and choreographies",
    '<collaboration id="C"><participant id="A"/><participant id="B"/><messageFlow id="m" sourceRef="A" targetRef="B"/><conversation id="k"><participantRef>A</participantRef><participantRef>B</participantRef><messageFlowRef>m</messageFlowRef></conversation><conversationLink id="cl" sourceRef="A" targetRef="k"/><callConversation id="cc" calledCollaborationRef="G"/></collaboration><globalConversation id="G"/><choreography id="H"><participant id="A2"/><participant id="B2"/><startEvent id="s"/><choreographyTask id="ct" initiatingParticipantRef="A2"><participantRef>A2</participantRef><participantRef>B2</participantRef></choreographyTask><sequenceFlow id="f" sourceRef="s" targetRef="ct"/></choreography>',
  ),
  accept(
    "REF",
    "a drawing of nothing",
    process("") +
      '<BPMNDiagram xmlns="http://www.omg.org/spec/BPMN/20100524/DI"><BPMNPlane bpmnElement="P">' +
      '<BPMNShape id="shape" bpmnElement="gone"/></BPMNPlane></BPMNDiagram>',
  ),
  accept(
    "REF",
    "a process that is called and deployed elsewhere",
    process('<callActivity id="c" calledElement="elsewhere"/>'),
  ),
];

/** Further cases for every constraint. */
export const variants: readonly RuleCase[] = [
  ...flowVariants,
  ...messageVariants,
  ...eventVariants,
  ...nodeVariants,
  ...dataVariants,
  ...referenceVariants,
];
