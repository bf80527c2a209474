/**
 * The form rules' part of the severity table (`severity.ts` joins it with the reader's and the linker's).
 *
 * `error`: what the file says cannot run, or says two things at once. Most form rules are `standard`: the file
 * breaks the letter of BPMN 2.0.2 but leaves no doubt about what happens.
 */
import type { RuleInfo } from "../severity.ts";

const error = (description: string): RuleInfo => ({ severity: "error", description });
const warning = (description: string): RuleInfo => ({ severity: "warning", description });
const standard = (description: string): RuleInfo => ({ severity: "standard", description });

/** Severity and description of each form rule, by id. */
export const FORM_RULES: readonly (readonly [string, RuleInfo])[] = [
  // Sequence flows
  [
    "sequence-flow-no-artifact-target",
    error("A sequence flow does not end at an annotation, group or association"),
  ],
  [
    "sequence-flow-no-artifact-source",
    error("A sequence flow does not start at an annotation, group or association"),
  ],
  [
    "sequence-flow-node-source",
    error("A sequence flow starts at an activity, gateway or event, not at an event sub-process"),
  ],
  [
    "sequence-flow-node-target",
    error("A sequence flow ends at an activity, gateway or event, not at an event sub-process"),
  ],
  [
    "sequence-flow-listed",
    standard("The nodes at both ends list the sequence flow as `outgoing` and `incoming`"),
  ],
  [
    "sequence-flow-immediate",
    standard('A sequence flow of an executable process is not `isImmediate="false"`'),
  ],
  ["activity-single-conditional-flow", standard("An activity's only outgoing flow has no condition")],
  ["default-flow-source", error("A default flow starts at the node whose default it is")],
  ["sequence-flow-no-border", error("A sequence flow does not cross the border of a pool or sub-process")],
  // Processes
  ["process-public-executable", standard("A public process is not marked executable")],
  [
    "end-event-needs-start",
    standard("Where there is an end event, there is a start event or something else that starts"),
  ],
  ["start-event-needs-end", standard("Where there is a start event, there is an end event")],
  [
    "flow-node-incoming",
    standard("Where there is a start event, every activity and gateway has an incoming flow"),
  ],
  [
    "flow-node-outgoing",
    standard("Where there is an end event, every activity and gateway has an outgoing flow"),
  ],
  // Message flows
  [
    "message-flow-no-artifact-target",
    standard("A message flow does not end at an annotation, group or association"),
  ],
  [
    "message-flow-no-artifact-source",
    standard("A message flow does not start at an annotation, group or association"),
  ],
  [
    "message-flow-between-pools",
    standard("A message flow connects pools, activities or events of different pools"),
  ],
  ["message-flow-from-start-event", standard("No message flow comes from a start event")],
  [
    "message-flow-to-start-event",
    standard("A start event with an incoming message flow is a message start event"),
  ],
  ["message-flow-to-end-event", standard("No message flow leads to an end event")],
  [
    "message-flow-from-end-event",
    standard("An end event with an outgoing message flow is a message end event"),
  ],
  ["message-flow-to-throw-event", standard("No message flow leads to an intermediate throw event")],
  ["message-flow-from-catch-event", standard("No message flow comes from an intermediate catch event")],
  // Gateways
  ["gateway-converging", standard("A gateway marked as converging has at most one outgoing flow")],
  ["gateway-diverging", standard("A gateway marked as diverging has at most one incoming flow")],
  ["gateway-mixed", standard("A gateway marked as mixed has several incoming and several outgoing flows")],
  ["gateway-flows", standard("A gateway has several incoming or several outgoing flows")],
  ["event-gateway-two-flows", standard("An event-based gateway has two or more outgoing flows")],
  ["event-gateway-no-condition", standard("The flows out of an event-based gateway have no condition")],
  [
    "event-gateway-waits",
    error(
      "An event-based gateway leads only to receive tasks and message, signal, timer or conditional catch events",
    ),
  ],
  [
    "event-gateway-message-or-receive",
    standard("An event-based gateway leads to message events or to receive tasks, not to both"),
  ],
  [
    "event-gateway-receive-boundary",
    standard("A receive task after an event-based gateway has no boundary events"),
  ],
  ["event-gateway-only-way", standard("What follows an event-based gateway has no other incoming flow")],
  [
    "event-gateway-instantiating",
    error("An event-based gateway that starts the process has no incoming flow"),
  ],
  // Start events and event sub-processes
  ["event-sub-process-no-flows", error("An event sub-process has no incoming or outgoing sequence flows")],
  ["event-sub-process-one-start", error("An event sub-process has exactly one start event")],
  [
    "event-sub-process-trigger",
    error("The start event of an event sub-process has a trigger that is allowed there"),
  ],
  ["start-event-no-incoming", error("No sequence flow leads to a start event")],
  [
    "start-event-trigger",
    error("A process starts with a message, timer, conditional or signal, or without a trigger"),
  ],
  [
    "sub-process-start-none",
    error("The start event of a sub-process that is no event sub-process has no trigger"),
  ],
  [
    "start-event-outgoing",
    standard("A start event has an outgoing sequence flow, where there is an end event"),
  ],
  [
    "start-event-outgoing-implicit",
    standard("A start event has an outgoing sequence flow, where there is no end event"),
  ],
  ["start-event-listed", standard("A start event lists its flow as `outgoing`")],
  // End events
  ["end-event-no-outgoing", error("No sequence flow leaves an end event")],
  ["end-event-cancel", error("A cancel end event is inside a transaction")],
  [
    "end-event-incoming",
    standard("An end event has an incoming sequence flow, where there is a start event"),
  ],
  [
    "end-event-incoming-implicit",
    standard("An end event has an incoming sequence flow, where there is no start event"),
  ],
  ["end-event-trigger", error("An end event throws only what is allowed there")],
  // Boundary events and compensation
  [
    "boundary-event-trigger",
    error("A boundary event has a trigger that is allowed for its kind of boundary"),
  ],
  ["boundary-event-cancel", error("A cancel boundary event is attached to a transaction")],
  ["boundary-event-no-incoming", error("No sequence flow leads to a boundary event")],
  [
    "boundary-event-outgoing",
    standard("A boundary event other than compensation has an outgoing flow, where there is an end event"),
  ],
  [
    "boundary-event-outgoing-implicit",
    standard("A boundary event other than compensation has an outgoing flow, where there is no end event"),
  ],
  ["compensation-boundary-no-outgoing", standard("No sequence flow leaves a compensation boundary event")],
  ["compensation-boundary-handler", standard("A compensation boundary event is associated with an activity")],
  [
    "compensation-handler-marked",
    standard("The activity associated with a compensation boundary event is marked `isForCompensation`"),
  ],
  // Intermediate events and links
  [
    "intermediate-event-incoming",
    standard(
      "An intermediate event other than a link catch has an incoming flow, where there is a start event",
    ),
  ],
  [
    "intermediate-event-incoming-implicit",
    standard(
      "An intermediate event other than a link catch has an incoming flow, where there is no start event",
    ),
  ],
  [
    "intermediate-event-outgoing",
    standard(
      "An intermediate event other than a link throw has an outgoing flow, where there is an end event",
    ),
  ],
  [
    "intermediate-event-outgoing-implicit",
    standard(
      "An intermediate event other than a link throw has an outgoing flow, where there is no end event",
    ),
  ],
  ["intermediate-catch-no-compensation", error("An intermediate catch event does not wait for compensation")],
  ["intermediate-catch-trigger", error("An intermediate catch event has a trigger that is allowed there")],
  ["intermediate-throw-trigger", error("An intermediate throw event throws only what is allowed there")],
  ["link-no-through-flow", error("A link event has incoming or outgoing flows, not both")],
  ["link-paired", error("Every link throw has a catch, and both name each other if they name anything")],
  ["link-catch-source", standard("A link catch names at least one source")],
  ["link-throw-target", standard("A link throw names exactly one target")],
  ["link-same-level", error("A link stays within one process or sub-process")],
  // Event definitions and their data
  ["escalation-code", standard("An escalation that is thrown has a code")],
  ["message-event-message", standard("A message event of an executable process names its message")],
  ["message-event-operation", standard("A message event of an executable process names its operation")],
  ["throw-event-data-inputs", standard("A throw event with data inputs has one for each event definition")],
  [
    "event-data-type",
    standard("The data of an event has the type of its message, signal, error or escalation"),
  ],
  [
    "event-definition-shared",
    standard("An event definition inside a throw event is not used by another event"),
  ],
  // Expressions
  ["expression-formal", standard("Expressions of an executable process are formal")],
  [
    "conditional-event-formal",
    standard("A conditional event of an executable process has a formal condition"),
  ],
  ["expression-body", standard("A formal expression is not empty")],
  // Activities
  ["service-task-one-input-set", standard("A service task with an operation has exactly one input set")],
  ["service-task-one-output-set", standard("A service task with an operation has at most one output set")],
  ["send-task-one-input-set", standard("A send task with a message has at most one input set")],
  ["send-task-one-data-input", standard("A send task with a message has at most one data input")],
  ["send-task-message-type", standard("The data input of a send task has the type of its message")],
  ["receive-task-instantiating", error("A receive task that starts the process has no incoming flow")],
  ["receive-task-one-output-set", standard("A receive task with a message has at most one output set")],
  ["receive-task-one-data-output", standard("A receive task with a message has at most one data output")],
  ["receive-task-message-type", standard("The data output of a receive task has the type of its message")],
  ["script-format", standard("A script says what language it is in")],
  ["ad-hoc-activity", standard("An ad-hoc sub-process has at least one activity")],
  ["call-activity-data", standard("A call activity has the data inputs, outputs and sets of what it calls")],
  ["callable-service-binding", standard("What supports an interface binds at least one operation")],
  [
    "callable-binding-data",
    standard("A binding joins one input and one output to an operation of a supported interface"),
  ],
  ["called-process-none-start", standard("A called process has a start event without trigger")],
  [
    "multi-instance-count",
    standard("A multi-instance activity of an executable process has a cardinality or a collection"),
  ],
  ["multi-instance-data-input", standard("A multi-instance task loops over a data input of its own")],
  [
    "multi-instance-output-type",
    standard("The output item of a loop has the type of one item of its output collection"),
  ],
  [
    "multi-instance-input-type",
    standard("The input item of a loop has the type of one item of its collection"),
  ],
  // Data
  ["data-collection", standard("Data and its item definition agree about `isCollection`")],
  ["data-object-reference-name", standard("A data object reference with a state is named `Object [state]`")],
  ["sub-process-no-io-specification", standard("A sub-process has no `ioSpecification`")],
  ["data-input-in-set", standard("A data input is in at least one input set")],
  ["optional-input-listed", standard("An optional input is also an ordinary input of its set")],
  [
    "while-executing-input-listed",
    standard("An input used while executing is also an ordinary input of its set"),
  ],
  ["data-output-in-set", standard("A data output is in at least one output set")],
  ["optional-output-listed", standard("An optional output is also an ordinary output of its set")],
  [
    "while-executing-output-listed",
    standard("An output made while executing is also an ordinary output of its set"),
  ],
  // References
  [
    "reference-target",
    standard("Every reference names an element of the file of the kind that the specification asks for"),
  ],
  ["diagram-element", warning("Every shape and edge of a diagram stands for an element of the file")],
  ["called-element-kind", standard("A call activity names a process or global task, not another element")],
];
