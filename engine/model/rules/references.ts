/**
 * The rule that references lead to an element of the kind that the specification asks for.
 *
 * What refers to what is a table, by the XML schema of BPMN 2.0.2. References that leave BPMN (types of an XML
 * schema, implementations, whatever a relationship connects) are not in it.
 */
import { BPMN_DIAGRAM_NAMESPACE, isBpmn } from "../document.ts";
import {
  ACTIVITIES,
  CALLABLE_ELEMENTS,
  CHOREOGRAPHY_ACTIVITIES,
  COLLABORATIONS,
  CONVERSATION_NODES,
  EVENT_DEFINITIONS,
  EVENTS,
  FLOW_NODES,
  INTERACTION_NODES,
  ITEM_AWARE_ELEMENTS,
} from "./kinds.ts";
import type { ModelIndex } from "./model_index.ts";
import { attribute, label, type Rule } from "./rule.ts";

/** The kinds of element that a reference may lead to. */
interface Expected {
  /** In words, for the message. */
  readonly what: string;
  /** Local names; empty: any BPMN element. */
  readonly kinds: readonly string[];
  /** A type of another language may be named instead. */
  readonly outside?: boolean;
}

/** One reference: the element that has it, and the attribute (`@`) or child element that holds it. */
type Row = readonly [owners: readonly string[], reference: string, expected: Expected];

const one = (kind: string): Expected => ({ what: `a ${kind}`, kinds: [kind] });
const group = (what: string, kinds: readonly string[]): Expected => ({ what, kinds });

const ANYTHING = group("an element", []);
const FLOW_NODE = group("an activity, gateway or event", FLOW_NODES);
const INTERACTION_NODE = group("a pool, activity or event", INTERACTION_NODES);
const ITEM_AWARE = group("a data element", ITEM_AWARE_ELEMENTS);
const EVENT_DEFINITION = group("an event definition", EVENT_DEFINITIONS);
const ACTIVITY = group("an activity", ACTIVITIES);
const SEQUENCE_FLOW = one("sequenceFlow");
const MESSAGE = one("message");
const OPERATION = one("operation");
const ITEM_DEFINITION = one("itemDefinition");
const TYPE: Expected = { ...ITEM_DEFINITION, outside: true };
const PARTICIPANT = one("participant");
const MESSAGE_FLOW = one("messageFlow");
const INTERFACE = one("interface");

const FORMAL_EXPRESSIONS = [
  "activationCondition",
  "completionCondition",
  "condition",
  "conditionExpression",
  "dataPath",
  "expression",
  "formalExpression",
  "from",
  "loopCardinality",
  "loopCondition",
  "messagePath",
  "timeCycle",
  "timeDate",
  "timeDuration",
  "to",
  "transformation",
];

const FLOW_ELEMENTS = [
  ...FLOW_NODES,
  "sequenceFlow",
  "dataObject",
  "dataObjectReference",
  "dataStoreReference",
];

const ROWS: readonly Row[] = [
  // Flows and associations.
  [["sequenceFlow"], "@sourceRef", FLOW_NODE],
  [["sequenceFlow"], "@targetRef", FLOW_NODE],
  [["messageFlow", "conversationLink"], "@sourceRef", INTERACTION_NODE],
  [["messageFlow", "conversationLink"], "@targetRef", INTERACTION_NODE],
  [["messageFlow"], "@messageRef", MESSAGE],
  [["association"], "@sourceRef", ANYTHING],
  [["association"], "@targetRef", ANYTHING],
  [FLOW_NODES, "incoming", SEQUENCE_FLOW],
  [FLOW_NODES, "outgoing", SEQUENCE_FLOW],
  [[...ACTIVITIES, "exclusiveGateway", "inclusiveGateway", "complexGateway"], "@default", SEQUENCE_FLOW],
  [[...FLOW_ELEMENTS], "categoryValueRef", one("categoryValue")],
  [["group"], "@categoryValueRef", one("categoryValue")],
  [["lane"], "flowNodeRef", FLOW_NODE],
  [["lane"], "@partitionElementRef", ANYTHING],
  // Collaborations, conversations, choreographies.
  [["participant"], "@processRef", one("process")],
  [["participant"], "interfaceRef", INTERFACE],
  [["participant"], "endPointRef", one("endPoint")],
  [["partnerEntity", "partnerRole"], "participantRef", PARTICIPANT],
  [[...CONVERSATION_NODES, ...CHOREOGRAPHY_ACTIVITIES], "participantRef", PARTICIPANT],
  [[...CONVERSATION_NODES, "choreographyTask"], "messageFlowRef", MESSAGE_FLOW],
  [[...CHOREOGRAPHY_ACTIVITIES, "globalChoreographyTask"], "@initiatingParticipantRef", PARTICIPANT],
  [["participantAssociation"], "innerParticipantRef", PARTICIPANT],
  [["participantAssociation"], "outerParticipantRef", PARTICIPANT],
  [["messageFlowAssociation"], "@innerMessageFlowRef", MESSAGE_FLOW],
  [["messageFlowAssociation"], "@outerMessageFlowRef", MESSAGE_FLOW],
  [["conversationAssociation"], "@innerConversationNodeRef", group("a conversation", CONVERSATION_NODES)],
  [["conversationAssociation"], "@outerConversationNodeRef", group("a conversation", CONVERSATION_NODES)],
  [["callConversation"], "@calledCollaborationRef", group("a collaboration", COLLABORATIONS)],
  [
    ["callChoreography"],
    "@calledChoreographyRef",
    group("a choreography", ["choreography", "globalChoreographyTask"]),
  ],
  [COLLABORATIONS, "choreographyRef", group("a choreography", ["choreography", "globalChoreographyTask"])],
  [["process"], "@definitionalCollaborationRef", group("a collaboration", COLLABORATIONS)],
  [["process"], "supports", one("process")],
  // Correlation.
  [["correlationKey"], "correlationPropertyRef", one("correlationProperty")],
  [["correlationPropertyBinding"], "@correlationPropertyRef", one("correlationProperty")],
  [["correlationPropertyRetrievalExpression"], "@messageRef", MESSAGE],
  [["correlationSubscription"], "@correlationKeyRef", one("correlationKey")],
  // Services.
  [["serviceTask", "sendTask", "receiveTask"], "@operationRef", OPERATION],
  [["sendTask", "receiveTask"], "@messageRef", MESSAGE],
  [["operation"], "inMessageRef", MESSAGE],
  [["operation"], "outMessageRef", MESSAGE],
  [["operation"], "errorRef", one("error")],
  [CALLABLE_ELEMENTS, "supportedInterfaceRef", INTERFACE],
  [["ioBinding"], "@operationRef", OPERATION],
  [["ioBinding"], "@inputDataRef", group("a data input", ["inputSet", "dataInput"])],
  [["ioBinding"], "@outputDataRef", group("a data output", ["outputSet", "dataOutput"])],
  [["resourceRole", "performer", "humanPerformer", "potentialOwner"], "resourceRef", one("resource")],
  [["resourceParameterBinding"], "@parameterRef", one("resourceParameter")],
  // Events.
  [[...EVENTS, "event"], "eventDefinitionRef", EVENT_DEFINITION],
  [["boundaryEvent"], "@attachedToRef", ACTIVITY],
  [["messageEventDefinition"], "@messageRef", MESSAGE],
  [["messageEventDefinition"], "operationRef", OPERATION],
  [["signalEventDefinition"], "@signalRef", one("signal")],
  [["errorEventDefinition"], "@errorRef", one("error")],
  [["escalationEventDefinition"], "@escalationRef", one("escalation")],
  [["compensateEventDefinition"], "@activityRef", ACTIVITY],
  [["linkEventDefinition"], "source", one("linkEventDefinition")],
  [["linkEventDefinition"], "target", one("linkEventDefinition")],
  [["multiInstanceLoopCharacteristics"], "@oneBehaviorEventRef", EVENT_DEFINITION],
  [["multiInstanceLoopCharacteristics"], "@noneBehaviorEventRef", EVENT_DEFINITION],
  // Types, which may be of another language.
  [FORMAL_EXPRESSIONS, "@evaluatesToTypeRef", TYPE],
  [["resourceParameter", "correlationProperty"], "@type", TYPE],
  // Data.
  [["message"], "@itemRef", ITEM_DEFINITION],
  [["signal", "error", "escalation"], "@structureRef", ITEM_DEFINITION],
  [ITEM_AWARE_ELEMENTS, "@itemSubjectRef", ITEM_DEFINITION],
  [["dataObjectReference"], "@dataObjectRef", one("dataObject")],
  [["dataStoreReference"], "@dataStoreRef", one("dataStore")],
  [["dataInputAssociation", "dataOutputAssociation"], "sourceRef", ITEM_AWARE],
  [["dataInputAssociation", "dataOutputAssociation"], "targetRef", ITEM_AWARE],
  [["inputSet"], "dataInputRefs", one("dataInput")],
  [["inputSet"], "optionalInputRefs", one("dataInput")],
  [["inputSet"], "whileExecutingInputRefs", one("dataInput")],
  [["inputSet"], "outputSetRefs", one("outputSet")],
  [["outputSet"], "dataOutputRefs", one("dataOutput")],
  [["outputSet"], "optionalOutputRefs", one("dataOutput")],
  [["outputSet"], "whileExecutingOutputRefs", one("dataOutput")],
  [["outputSet"], "inputSetRefs", one("inputSet")],
  [["multiInstanceLoopCharacteristics"], "loopDataInputRef", ITEM_AWARE],
  [["multiInstanceLoopCharacteristics"], "loopDataOutputRef", ITEM_AWARE],
];

/** By owner, and then by reference. */
const TABLE = new Map<string, Map<string, Expected>>();
for (const [owners, reference, expected] of ROWS) {
  for (const owner of owners) {
    const references = TABLE.get(owner) ?? new Map<string, Expected>();
    TABLE.set(owner, references.set(reference, expected));
  }
}

/** The same for attributes alone, by their names. */
const ATTRIBUTES: ReadonlyMap<string, ReadonlyMap<string, Expected>> = new Map(
  [...TABLE].map(([owner, references]) => [
    owner,
    new Map(
      [...references].flatMap(([name, expected]) => name[0] === "@" ? [[name.slice(1), expected]] : []),
    ),
  ]),
);

/** True if a reference is plainly to something that is no element of BPMN: `xsd:string`, `java:Order`. */
function isOutside(reference: string, model: ModelIndex): boolean {
  const colon = reference.indexOf(":");
  const target = model.document.root.attributes.get("targetNamespace")?.trim();
  return colon > 0 && model.document.namespaceOf(reference.slice(0, colon)) !== target;
}

/** Says what is wrong with a reference; undefined if nothing is. */
function fault(reference: string, expected: Expected, model: ModelIndex): string | undefined {
  const target = model.document.resolve(reference);
  if (!target) {
    if (model.isImported(reference) || (expected.outside && isOutside(reference, model))) return undefined;
    return `names "${reference}", which is not in this file: name ${expected.what} of the file`;
  }
  if (isBpmn(target, ...expected.kinds)) return undefined;
  return `names the ${label(target)}: name ${expected.what}`;
}

const references: Rule = {
  id: "reference-target",
  covers: ["REF"],
  check(model, report): void {
    for (const element of model.document.elements) {
      if (!isBpmn(element)) continue;
      const attributes = ATTRIBUTES.get(element.name);
      for (const [name, value] of attributes ? element.attributes : []) {
        const expected = attributes?.get(name);
        const problem = expected && fault(value.trim(), expected, model);
        if (problem) report(element, `The ${name} of the ${label(element)} ${problem}`);
      }
      const parent = element.parent;
      const expected = parent && isBpmn(parent) ? TABLE.get(parent.name)?.get(element.name) : undefined;
      const problem = expected && fault(element.text.trim(), expected, model);
      if (parent && problem) report(element, `The ${element.name} of the ${label(parent)} ${problem}`);
    }
  },
};

/** What a call activity calls may be deployed apart; only what is found here and cannot be called is wrong. */
const calledElement: Rule = {
  id: "called-element-kind",
  covers: ["REF"],
  check(model, report): void {
    for (const call of model.all("callActivity")) {
      const target = model.refer(call, "calledElement");
      if (!target || isBpmn(target, ...CALLABLE_ELEMENTS)) continue;
      report(
        call,
        `The calledElement of the ${label(call)} names the ${label(target)}: name a process or global task`,
      );
    }
  },
};

/** A drawing of nothing: what it stood for was removed, or is in an imported file. */
const diagramElement: Rule = {
  id: "diagram-element",
  covers: [],
  check(model, report): void {
    for (const shape of model.document.elements) {
      if (shape.uri !== BPMN_DIAGRAM_NAMESPACE) continue;
      const reference = attribute(shape, "bpmnElement");
      if (reference === undefined || model.document.resolve(reference) || model.isImported(reference)) {
        continue;
      }
      report(shape, `The <${shape.name}> draws "${reference}", which is not in this file: remove it`);
    }
  },
};

/** Rules about references. */
export const referenceRules: readonly Rule[] = [references, calledElement, diagramElement];
