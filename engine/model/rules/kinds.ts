/**
 * The kinds of BPMN element that rules speak of, by the local names of BPMN's XML schema.
 *
 * Inheritance of the metamodel is spelled out here once: a rule or a reference that wants "an activity"
 * takes any name in {@link ACTIVITIES}.
 */

export const SUB_PROCESSES: readonly string[] = ["subProcess", "transaction", "adHocSubProcess"];

export const TASKS: readonly string[] = [
  "task",
  "serviceTask",
  "sendTask",
  "receiveTask",
  "userTask",
  "manualTask",
  "scriptTask",
  "businessRuleTask",
];

export const ACTIVITIES: readonly string[] = [...TASKS, "callActivity", ...SUB_PROCESSES];

export const GATEWAYS: readonly string[] = [
  "exclusiveGateway",
  "parallelGateway",
  "inclusiveGateway",
  "complexGateway",
  "eventBasedGateway",
];

export const CATCH_EVENTS: readonly string[] = ["startEvent", "intermediateCatchEvent", "boundaryEvent"];

export const THROW_EVENTS: readonly string[] = ["intermediateThrowEvent", "endEvent", "implicitThrowEvent"];

export const EVENTS: readonly string[] = [...CATCH_EVENTS, ...THROW_EVENTS];

export const CHOREOGRAPHY_ACTIVITIES: readonly string[] = [
  "choreographyTask",
  "subChoreography",
  "callChoreography",
];

export const FLOW_NODES: readonly string[] = [
  ...ACTIVITIES,
  ...GATEWAYS,
  ...EVENTS,
  ...CHOREOGRAPHY_ACTIVITIES,
];

export const ARTIFACTS: readonly string[] = ["association", "group", "textAnnotation"];

export const EVENT_DEFINITIONS: readonly string[] = [
  "messageEventDefinition",
  "timerEventDefinition",
  "signalEventDefinition",
  "errorEventDefinition",
  "escalationEventDefinition",
  "conditionalEventDefinition",
  "linkEventDefinition",
  "compensateEventDefinition",
  "cancelEventDefinition",
  "terminateEventDefinition",
];

export const GLOBAL_TASKS: readonly string[] = [
  "globalTask",
  "globalUserTask",
  "globalManualTask",
  "globalScriptTask",
  "globalBusinessRuleTask",
];

/** What a call activity can call. */
export const CALLABLE_ELEMENTS: readonly string[] = ["process", ...GLOBAL_TASKS];

/** Elements that hold or stand for a data item (BPMN 2.0.2, 10.4.1 Item-Aware Elements). */
export const ITEM_AWARE_ELEMENTS: readonly string[] = [
  "dataObject",
  "dataObjectReference",
  "dataStore",
  "dataStoreReference",
  "dataInput",
  "dataOutput",
  "inputDataItem",
  "outputDataItem",
  "property",
];

export const CONVERSATION_NODES: readonly string[] = ["conversation", "subConversation", "callConversation"];

export const COLLABORATIONS: readonly string[] = ["collaboration", "globalConversation", "choreography"];

/** What a message flow may connect (BPMN 2.0.2, 9.4). */
export const INTERACTION_NODES: readonly string[] = [
  "participant",
  ...CONVERSATION_NODES,
  ...ACTIVITIES,
  ...EVENTS,
];
