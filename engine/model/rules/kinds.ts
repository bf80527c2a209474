/**
 * The kinds of BPMN element that rules speak of, by the local names of BPMN's XML schema.
 *
 * Inheritance of the metamodel is spelled out here once: a rule or a reference that wants "an activity"
 * takes any name in {@link ACTIVITIES}.
 */

/** Activities that hold flow nodes of their own. */
export const SUB_PROCESSES: readonly string[] = ["subProcess", "transaction", "adHocSubProcess"];

/** Activities that do one thing. */
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

/** Tasks, call activities and sub-processes. */
export const ACTIVITIES: readonly string[] = [...TASKS, "callActivity", ...SUB_PROCESSES];

/** Gateways of all kinds. */
export const GATEWAYS: readonly string[] = [
  "exclusiveGateway",
  "parallelGateway",
  "inclusiveGateway",
  "complexGateway",
  "eventBasedGateway",
];

/** Events that wait for something. */
export const CATCH_EVENTS: readonly string[] = ["startEvent", "intermediateCatchEvent", "boundaryEvent"];

/** Events that make something happen. */
export const THROW_EVENTS: readonly string[] = ["intermediateThrowEvent", "endEvent", "implicitThrowEvent"];

/** Events of all kinds. */
export const EVENTS: readonly string[] = [...CATCH_EVENTS, ...THROW_EVENTS];

/** What happens in a choreography. */
export const CHOREOGRAPHY_ACTIVITIES: readonly string[] = [
  "choreographyTask",
  "subChoreography",
  "callChoreography",
];

/** What a sequence flow may connect, choreographies included. */
export const FLOW_NODES: readonly string[] = [
  ...ACTIVITIES,
  ...GATEWAYS,
  ...EVENTS,
  ...CHOREOGRAPHY_ACTIVITIES,
];

/** What only informs the reader. */
export const ARTIFACTS: readonly string[] = ["association", "group", "textAnnotation"];

/** What an event waits for or throws. */
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

/** Tasks outside processes. */
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

/** Conversations of all kinds. */
export const CONVERSATION_NODES: readonly string[] = ["conversation", "subConversation", "callConversation"];

/** Collaborations of all kinds. */
export const COLLABORATIONS: readonly string[] = ["collaboration", "globalConversation", "choreography"];

/** What a message flow may connect (BPMN 2.0.2, 9.4). */
export const INTERACTION_NODES: readonly string[] = [
  "participant",
  ...CONVERSATION_NODES,
  ...ACTIVITIES,
  ...EVENTS,
];
