import { accept, chain, drawing, process, reject, type RuleCase, SIMPLE } from "./case.ts";

/** A process that starts, does what the event `i` does, and ends. */
function via(event: string, wrap = process): string {
  return wrap(`<startEvent id="s"/>${event}<endEvent id="e"/>${chain("s", "i", "e")}`);
}

function thrown(definition: string, wrap = process): string {
  return via(`<intermediateThrowEvent id="i">${definition}</intermediateThrowEvent>`, wrap);
}

function caught(definition: string, wrap = process): string {
  return via(`<intermediateCatchEvent id="i">${definition}</intermediateCatchEvent>`, wrap);
}

function ended(definition: string): string {
  return process(`<startEvent id="s"/><endEvent id="e">${definition}</endEvent>${chain("s", "e")}`);
}

function conditional(condition: string): string {
  return `<conditionalEventDefinition id="def">${condition}</conditionalEventDefinition>`;
}

const REFERENCE = "<eventDefinitionRef>def</eventDefinitionRef>";
const ESCALATION = '<escalationEventDefinition id="def" escalationRef="esc"/>';
const WITH_CODE = '<escalation id="esc" escalationCode="E1"/>';
const WITHOUT_CODE = '<escalation id="esc" name="Escalation"/>';

const contentCases: readonly RuleCase[] = [
  reject("EXT011", "def", "thrown", WITHOUT_CODE + thrown(ESCALATION)),
  reject("EXT011", "def", "at an end, by reference", WITHOUT_CODE + ESCALATION + ended(REFERENCE)),
  reject("EXT011", "def", "no escalation at all", ended('<escalationEventDefinition id="def"/>')),
  accept("EXT011", "with a code", WITH_CODE + thrown(ESCALATION) + ended(REFERENCE)),
  accept(
    "EXT011",
    "caught without a code",
    WITHOUT_CODE +
      process(`<task id="a"/><boundaryEvent id="b" attachedToRef="a">${ESCALATION}</boundaryEvent>`),
  ),

  reject(
    "EXT012",
    "f",
    "a condition",
    process(
      '<task id="a"/><task id="b"/><sequenceFlow id="f" sourceRef="a" targetRef="b">' +
        "<conditionExpression>if it rains</conditionExpression></sequenceFlow>",
    ),
  ),
  reject(
    "EXT012",
    "x",
    "a loop's cardinality that says that it is no formal expression",
    process(
      '<task id="a"><multiInstanceLoopCharacteristics>' +
        '<loopCardinality id="x" xsi:type="tExpression">some</loopCardinality></multiInstanceLoopCharacteristics></task>',
    ),
  ),
  reject(
    "EXT012",
    "x",
    "a timer by reference",
    '<timerEventDefinition id="def"><timeDuration id="x">a while</timeDuration></timerEventDefinition>' +
      caught(REFERENCE),
  ),
  reject(
    "EXT012",
    "x",
    "who does a task",
    process(
      '<userTask id="a"><potentialOwner><resourceAssignmentExpression>' +
        '<expression id="x">the boss</expression></resourceAssignmentExpression></potentialOwner></userTask>',
    ),
  ),
  reject(
    "EXT012",
    "def",
    "the condition of an event",
    caught(conditional("<condition>it rains</condition>")),
  ),
  accept(
    "EXT012",
    "formal ones",
    process(
      `<task id="a"><standardLoopCharacteristics><loopCondition xsi:type="tFormalExpression">x</loopCondition>
      </standardLoopCharacteristics></task><userTask id="b"><potentialOwner><resourceAssignmentExpression>
      <formalExpression>x</formalExpression></resourceAssignmentExpression></potentialOwner></userTask>`,
    ),
  ),
  accept(
    "EXT012",
    "a drawing",
    drawing(
      '<task id="a"><standardLoopCharacteristics><loopCondition>until done</loopCondition>' +
        "</standardLoopCharacteristics></task>",
    ),
  ),
  reject(
    "EXT013",
    "x",
    "an empty cycle",
    caught(
      '<timerEventDefinition><timeCycle id="x" xsi:type="tFormalExpression"> </timeCycle></timerEventDefinition>',
    ),
  ),
  reject(
    "EXT013",
    "x",
    "an empty path, which is always formal",
    `<message id="m"/><correlationProperty id="p"><correlationPropertyRetrievalExpression messageRef="m">
      <messagePath id="x"/></correlationPropertyRetrievalExpression></correlationProperty>`,
  ),
  reject(
    "EXT013",
    "x",
    "an empty transformation",
    process('<task id="a"><dataInputAssociation><transformation id="x"/></dataInputAssociation></task>'),
  ),
  accept(
    "EXT013",
    "text",
    caught(conditional('<condition xsi:type="tFormalExpression"><![CDATA[x]]></condition>')),
  ),
  accept("EXT013", "an empty natural-language expression", caught(conditional("<condition/>"))),

  reject("EXT123", "def", "natural language", caught(conditional("<condition>it rains</condition>"))),
  reject("EXT123", "def", "empty", caught(conditional("<condition/>"))),
  reject("EXT123", "def", "none", caught(conditional(""))),
  accept("EXT123", "formal", caught(conditional('<condition xsi:type="tFormalExpression">x</condition>'))),
  accept("EXT123", "a drawing", caught(conditional("<condition>it rains</condition>"), drawing)),

  reject("EXT127", "def", "a catch event", caught('<messageEventDefinition id="def"/>')),
  reject(
    "EXT127",
    "def",
    "an end event by reference",
    '<messageEventDefinition id="def"/>' + ended(REFERENCE),
  ),
  accept("EXT127", "a message", '<message id="m"/>' + caught('<messageEventDefinition messageRef="m"/>')),
  accept("EXT127", "a drawing", caught("<messageEventDefinition/>", drawing)),
  reject(
    "EXT128",
    "def",
    "a throw event",
    '<message id="m"/>' + thrown('<messageEventDefinition id="def" messageRef="m"/>'),
  ),
  accept(
    "EXT128",
    "an operation",
    thrown("<messageEventDefinition><operationRef>op</operationRef></messageEventDefinition>"),
  ),
  accept("EXT128", "a drawing", thrown("<messageEventDefinition/>", drawing)),
];

const ITEMS =
  `<itemDefinition id="text" structureRef="xsd:string"/><itemDefinition id="text2" structureRef="xsd:string"/>
  <itemDefinition id="number" structureRef="xsd:int"/>`;
const SIGNAL = '<signal id="sig" structureRef="text"/>';
const MESSAGE = '<message id="msg" itemRef="number"/>';
const SIGNAL_DEFINITION = '<signalEventDefinition signalRef="sig"/>';
const MESSAGE_DEFINITION = '<messageEventDefinition messageRef="msg"/>';

function data(kind: "dataInput" | "dataOutput", id: string, type: string): string {
  return `<${kind} id="${id}" itemSubjectRef="${type}"/>`;
}

const payloadCases: readonly RuleCase[] = [
  reject(
    "EXT093",
    "i",
    "two definitions, one input",
    thrown(data("dataInput", "d", "text") + SIGNAL_DEFINITION + MESSAGE_DEFINITION),
  ),
  accept(
    "EXT093",
    "two and two",
    thrown(
      data("dataInput", "d", "text") + data("dataInput", "d2", "text") + SIGNAL_DEFINITION +
        MESSAGE_DEFINITION,
    ),
  ),
  accept("EXT093", "no data", thrown(SIGNAL_DEFINITION + MESSAGE_DEFINITION)),
  reject(
    "EXT094",
    "e",
    "thrown",
    ITEMS + SIGNAL + ended(data("dataInput", "d", "number") + SIGNAL_DEFINITION),
  ),
  reject(
    "EXT094",
    "i",
    "caught",
    ITEMS + SIGNAL + caught(data("dataOutput", "d", "number") + SIGNAL_DEFINITION),
  ),
  reject(
    "EXT094",
    "i",
    "the second of two",
    ITEMS + SIGNAL + MESSAGE +
      thrown(
        data("dataInput", "d", "text") + data("dataInput", "d2", "text") + SIGNAL_DEFINITION +
          MESSAGE_DEFINITION,
      ),
  ),
  accept(
    "EXT094",
    "another definition of the same structure",
    ITEMS + SIGNAL + ended(data("dataInput", "d", "text2") + SIGNAL_DEFINITION),
  ),
  accept(
    "EXT094",
    "a signal without a type",
    ITEMS + '<signal id="sig"/>' + ended(data("dataInput", "d", "text") + SIGNAL_DEFINITION),
  ),
  reject(
    "EXT095",
    "e",
    "a throw event's own definition",
    process(
      `<startEvent id="s"/><intermediateThrowEvent id="i"><signalEventDefinition id="def"/></intermediateThrowEvent>
      <endEvent id="e">${REFERENCE}</endEvent>${chain("s", "i", "e")}`,
    ),
  ),
  accept(
    "EXT095",
    "a shared definition at the top",
    '<signalEventDefinition id="def"/>' + caught(REFERENCE) + process(SIMPLE, "Q"),
  ),
];

export const definitionCases: readonly RuleCase[] = [...contentCases, ...payloadCases];
