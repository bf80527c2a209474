/**
 * The compiled form of one executable BPMN process: frozen, linked, and free of XML.
 *
 * Names are BPMN's own (BPMN 2.0.2, chapter 10). Everything that the execution core needs at run time
 * is resolved here once, so that the hot path follows references and looks nothing up.
 */
import type { Expression } from "../expression/types.ts";

/** The scope-like elements: they own flow nodes and variables. */
export type ScopeType = "process" | "subProcess" | "eventSubProcess" | "transaction" | "adHocSubProcess";

/** The activities that hold no flow nodes of their own. */
export type TaskType =
  | "task"
  | "manualTask"
  | "serviceTask"
  | "sendTask"
  | "receiveTask"
  | "userTask"
  | "scriptTask"
  | "businessRuleTask"
  | "callActivity";

export type GatewayType =
  | "exclusiveGateway"
  | "parallelGateway"
  | "inclusiveGateway"
  | "complexGateway"
  | "eventBasedGateway";

export type EventType =
  | "startEvent"
  | "endEvent"
  | "intermediateCatchEvent"
  | "intermediateThrowEvent"
  | "boundaryEvent";

/** BPMN's name of a flow node's kind. `eventSubProcess` stands for a `subProcess` with `triggeredByEvent`. */
export type ElementType = ScopeType | TaskType | GatewayType | EventType;

/** One arrow of the diagram (BPMN 2.0.2, 8.4.13). */
export interface SequenceFlow {
  readonly id: string;
  readonly name?: string;
  readonly source: FlowNode;
  readonly target: FlowNode;
  /** Absent: the flow is unconditional. */
  readonly condition?: Expression;
  /** True when `source.defaultFlow` is this flow. */
  readonly isDefault: boolean;
}

/** What every flow node has. */
export interface NodeBase {
  readonly id: string;
  readonly type: ElementType;
  readonly name?: string;
  /** Position of the start tag in the file, from 1. */
  readonly line: number;
  readonly column: number;
  /** The scope that contains it; absent only on the process itself. */
  readonly parent?: ScopeElement;
  /** In the order of the `sequenceFlow` elements in the file (the specification gives no other order). */
  readonly incoming: readonly SequenceFlow[];
  readonly outgoing: readonly SequenceFlow[];
  readonly defaultFlow?: SequenceFlow;
  /** True if any outgoing flow has a condition. Saves the hot path a scan. */
  readonly hasConditions: boolean;
  /** Dense number of the node within its process, in document order. For in-memory tables only: never stored. */
  readonly index: number;
  /** Documentation-like name/value pairs (`zeebe:properties`, `camunda:properties`). */
  readonly properties?: Readonly<Record<string, string>>;
  /** `camunda:asyncBefore` / `asyncAfter`: commit and go on by a job of the engine's own. */
  readonly asyncBefore?: boolean;
  readonly asyncAfter?: boolean;
}

/** One value that moves between scopes when an activity or event starts or ends. */
export interface Mapping {
  /** Where the value goes: a variable name, then property names within it (`order.total`). */
  readonly target: readonly string[];
  readonly source: Expression;
  /** The value is copied only if the source has one (BPMN data associations, 10.4.2). */
  readonly optional?: boolean;
  /** A missing value is an incident (required data input). */
  readonly required?: boolean;
}

/** Standard loop (BPMN 2.0.2, 10.3.8). */
export interface StandardLoop {
  readonly kind: "standard";
  /** Repeats while true. Absent: only `maximum` ends the loop. */
  readonly condition?: Expression;
  readonly testBefore: boolean;
  readonly maximum?: Expression;
}

/** Multi-instance (BPMN 2.0.2, 10.3.8). */
export interface MultiInstance {
  readonly kind: "multiInstance";
  readonly sequential: boolean;
  /** Exactly one of `cardinality` and `collection` is there. */
  readonly cardinality?: Expression;
  /** Gives the array (or other list) whose items are worked on. */
  readonly collection?: Expression;
  /** Local variable that holds the item. */
  readonly itemName?: string;
  /** The variable that receives the outputs in the order of the items. */
  readonly outputCollection?: string;
  /** The value of one item that is collected; absent: the local variable `outputItemName`. */
  readonly outputElement?: Expression;
  readonly outputItemName?: string;
  readonly completionCondition?: Expression;
  /** 0 in BPMN and Camunda, 1 under `zeebe:`. */
  readonly firstCounter: 0 | 1;
  /** Whether and when completions throw an event to boundary events of this activity. */
  readonly behavior: "None" | "One" | "All" | "Complex";
  readonly noneEvent?: EventDefinition;
  readonly oneEvent?: EventDefinition;
  readonly complex: readonly { readonly condition: Expression; readonly event: EventDefinition }[];
}

/** Fields that all activities have. */
export interface ActivityBase extends NodeBase {
  readonly loop?: StandardLoop | MultiInstance;
  readonly boundaryEvents: readonly BoundaryEvent[];
  /** Only run by compensation, never by flow. */
  readonly isForCompensation: boolean;
  /** The activity that undoes this one: the target of its compensation boundary event's association. */
  readonly compensationHandler?: Activity;
  /** True if completing this activity must be remembered, since something could compensate it. */
  readonly compensable: boolean;
  readonly startQuantity: number;
  readonly completionQuantity: number;
  readonly inputs: readonly Mapping[];
  readonly outputs: readonly Mapping[];
}

/** How often and how soon a failed job is tried again. */
export interface RetryPolicy {
  /** Retries after the first attempt. */
  readonly retries: number;
  /** Milliseconds before each retry; the last one repeats. Absent: the worker's backoff. */
  readonly delaysMs?: readonly number[];
}

/** Work that a handler outside the engine does. */
export interface JobSpec {
  /** The job type as written; stores and workers compare it without regard to case. */
  readonly type: Expression;
  readonly retry?: RetryPolicy | Expression;
  /** Static values for the handler (`zeebe:taskHeaders`). */
  readonly headers?: Readonly<Record<string, string>>;
  /** Higher first, 0 by default. */
  readonly priority?: Expression;
  /** The handler's single result goes to this variable instead of spreading its properties. */
  readonly resultVariable?: string;
}

export interface ScriptSpec {
  /** MIME type or name as written, lower case; empty if the element gives none. */
  readonly format: string;
  readonly body: string;
  /** Present when the script is an expression of ours (FEEL or the small language): it runs inside the core. */
  readonly expression?: Expression;
  readonly resultVariable?: string;
}

/** Work for a person (BPMN 2.0.2, 10.3.3 User Task; `zeebe:`/`camunda:` attributes). */
export interface UserTaskSpec {
  readonly assignee?: Expression;
  readonly candidateUsers?: Expression;
  readonly candidateGroups?: Expression;
  readonly dueDate?: Expression;
  readonly followUpDate?: Expression;
  readonly priority?: Expression;
  readonly formKey?: Expression;
}

/** Which process a call activity starts, and what goes in and out (BPMN 2.0.2, 10.3.6). */
export interface CallSpec {
  readonly calledElement: Expression;
  readonly binding: "latest" | "deployment" | "version" | "versionTag";
  readonly version?: Expression;
  readonly versionTag?: string;
  readonly businessKey?: Expression;
  /** Copy all variables that the call sees into the child. */
  readonly propagateAllIn: boolean;
  /** Copy all variables of the child back. */
  readonly propagateAllOut: boolean;
  readonly in: readonly Mapping[];
  readonly out: readonly Mapping[];
}

/** A task (any of {@link TaskType}). Which specs are there depends on the type. */
export interface TaskElement extends ActivityBase {
  readonly type: TaskType;
  /** Service and business-rule tasks; send tasks with a job type; script tasks of a format that runs as a job. */
  readonly job?: JobSpec;
  readonly script?: ScriptSpec;
  readonly userTask?: UserTaskSpec;
  readonly call?: CallSpec;
  /** Receive tasks: what is waited for. Send tasks without a job: what is sent. */
  readonly message?: MessageEventDefinition;
  /** Receive task that starts the process (BPMN 2.0.2, 10.3.3). */
  readonly instantiate?: boolean;
}

/** A process or sub-process of any kind. */
export interface ScopeElement extends ActivityBase {
  readonly type: ScopeType;
  readonly nodes: readonly FlowNode[];
  /** None start events, or the nodes without incoming flow if the scope has no start event. */
  readonly startNodes: readonly FlowNode[];
  readonly eventSubProcesses: readonly ScopeElement[];
  /** Event sub-process only: the start event that triggers it. */
  readonly trigger?: StartEvent;
  /** Data objects, stores and properties that exist, unset, from the scope's start. */
  readonly dataNames: readonly string[];
  readonly adHoc?: {
    readonly ordering: "Parallel" | "Sequential";
    readonly completionCondition?: Expression;
    readonly cancelRemainingInstances: boolean;
    /** List of element ids to start instead of all those without incoming flow. */
    readonly activeElements?: Expression;
    readonly outputCollection?: string;
    readonly outputElement?: Expression;
  };
  /** True if any event in this scope or below is conditional: variable changes are then watched. */
  readonly hasConditionalEvents: boolean;
}

export interface Gateway extends NodeBase {
  readonly type: GatewayType;
  /** Complex gateway. */
  readonly activationCondition?: Expression;
  /** Event-based gateway that starts the process. */
  readonly instantiate?: boolean;
  readonly eventGatewayType?: "Exclusive" | "Parallel";
}

/** Fields that all events have. */
export interface EventBase extends NodeBase {
  readonly type: EventType;
  /** Empty: a none event. More than one: a multiple event. */
  readonly definitions: readonly EventDefinition[];
  /** All definitions must occur, instead of any. */
  readonly parallelMultiple: boolean;
  /** Throw events: payload. Catch events: which payload values are kept. Empty: all of them. */
  readonly inputs: readonly Mapping[];
  readonly outputs: readonly Mapping[];
  /** `camunda:initiator` of a start event. */
  readonly initiator?: string;
  /** A message throw or end event that names a job type is done by a handler. */
  readonly job?: JobSpec;
}

export interface StartEvent extends EventBase {
  readonly type: "startEvent";
  /** Event sub-process start: whether it cancels its scope. */
  readonly interrupting: boolean;
}
export interface EndEvent extends EventBase {
  readonly type: "endEvent";
}
export interface IntermediateCatchEvent extends EventBase {
  readonly type: "intermediateCatchEvent";
}
export interface IntermediateThrowEvent extends EventBase {
  readonly type: "intermediateThrowEvent";
}
export interface BoundaryEvent extends EventBase {
  readonly type: "boundaryEvent";
  readonly interrupting: boolean;
  readonly attachedTo: Activity;
}

export type EventElement =
  | StartEvent
  | EndEvent
  | IntermediateCatchEvent
  | IntermediateThrowEvent
  | BoundaryEvent;
export type Activity = TaskElement | ScopeElement;
export type FlowNode = Activity | Gateway | EventElement;

interface DefinitionBase {
  /** Position among the definitions of its event, from 0. Stored in the state. */
  readonly index: number;
  /** The event definition's own id, if it has one. */
  readonly id?: string;
}
export interface MessageEventDefinition extends DefinitionBase {
  readonly kind: "message";
  /** The message's name, else its id. */
  readonly name: Expression;
  /** Correlation key: evaluated in the catching instance, or in the throwing one. Absent: the empty key. */
  readonly key?: Expression;
  /**
   * BPMN correlation: the key of a *received* message comes from its payload by retrieval expressions.
   * Used by throws, starts and `publish` without an explicit key.
   */
  readonly retrieval?: Expression;
  readonly timeToLive?: Expression;
  readonly messageId?: Expression;
  /** Throw: the process at the other end of the message flow, if one is drawn. */
  readonly targetProcess?: string;
}
export interface TimerEventDefinition extends DefinitionBase {
  readonly kind: "timer";
  readonly timerType: "date" | "duration" | "cycle";
  readonly value: Expression;
}
export interface SignalEventDefinition extends DefinitionBase {
  readonly kind: "signal";
  readonly name: Expression;
}
export interface ErrorEventDefinition extends DefinitionBase {
  readonly kind: "error";
  /** Absent on a catch: any error. */
  readonly code?: Expression;
  readonly codeVariable?: string;
  readonly messageVariable?: string;
}
export interface EscalationEventDefinition extends DefinitionBase {
  readonly kind: "escalation";
  readonly code?: Expression;
  readonly codeVariable?: string;
}
export interface ConditionalEventDefinition extends DefinitionBase {
  readonly kind: "conditional";
  readonly condition: Expression;
  /** `zeebe:conditionalFilter` / `camunda:variableName`: only changes of these are looked at. */
  readonly variableNames?: readonly string[];
}
export interface LinkEventDefinition extends DefinitionBase {
  readonly kind: "link";
  readonly name: string;
  /** Throw: the catch it jumps to. */
  readonly target?: IntermediateCatchEvent;
}
export interface CompensateEventDefinition extends DefinitionBase {
  readonly kind: "compensate";
  /** Throw: the one activity to compensate. Absent: all of the scope. */
  readonly activity?: Activity;
  readonly waitForCompletion: boolean;
}
export interface CancelEventDefinition extends DefinitionBase {
  readonly kind: "cancel";
}
export interface TerminateEventDefinition extends DefinitionBase {
  readonly kind: "terminate";
}
export type EventDefinition =
  | MessageEventDefinition
  | TimerEventDefinition
  | SignalEventDefinition
  | ErrorEventDefinition
  | EscalationEventDefinition
  | ConditionalEventDefinition
  | LinkEventDefinition
  | CompensateEventDefinition
  | CancelEventDefinition
  | TerminateEventDefinition;

/** An event (or receive task) through which a new instance can start. */
export interface StartTrigger {
  /** Start event, instantiating receive task, or catch behind an instantiating event gateway. */
  readonly element: FlowNode;
  /** The instantiating event gateway in front of it, if any. */
  readonly gateway?: Gateway;
  readonly definition: EventDefinition;
}

/** One executable process. */
export interface ProcessModel {
  readonly id: string;
  readonly name?: string;
  readonly versionTag?: string;
  /** Milliseconds that ended instances are kept, if the model says so. */
  readonly historyTimeToLiveMs?: number;
  readonly root: ScopeElement;
  /** Every flow node of the process at any depth, and the process itself, by id. */
  readonly elements: ReadonlyMap<string, FlowNode>;
  /** All callable ids of the same file: called elements found here need no look-up by key. */
  readonly siblings: readonly string[];
  /** Message, signal, timer and conditional starts. */
  readonly startTriggers: readonly StartTrigger[];
}

/** How bad a {@link Problem} is: see `docs/validation.md`. */
export type Severity = "error" | "standard" | "warning";

/** One thing that is wrong with a BPMN file. */
export interface Problem {
  /** Stable id of the rule, kebab case: `sequence-flow-target`. */
  readonly rule: string;
  /** `error`: deploy is refused. `standard`: against a form rule, but its meaning is clear. `warning`: for information. */
  readonly severity: Severity;
  /** Plain English: what is wrong and what to do. No final period. */
  readonly message: string;
  /** From 1. */
  readonly line: number;
  readonly column: number;
  /** The element's id, or its nearest ancestor's that has one. */
  readonly elementId?: string;
}
