/**
 * Events and their definitions: nested, with prefixes and imports, across pools, and what only looks like
 * a breach. A list of independent cases: long, but without structure to split.
 */
import {
  accept,
  chain,
  drawing,
  flow,
  messageFlow,
  pools,
  process,
  reject,
  type RuleCase,
  SIMPLE,
  TIMER,
} from "../case.ts";
import {
  catches,
  conditional,
  eventSub,
  FAR,
  far,
  IMPORT,
  listed,
  MESSAGE,
  ref,
  SIGNAL,
  sub,
  throws,
} from "./parts.ts";

const FORMAL = 'xsi:type="tFormalExpression"';
export const eventVariants: readonly RuleCase[] = [
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
