/**
 * The compiled form of one executable BPMN process: frozen, linked, and free of XML.
 *
 * Names are BPMN's own (BPMN 2.0.2, chapter 10). Everything that the execution core needs at run time
 * is resolved here once, so that the hot path follows references and looks nothing up.
 *
 * Past 500 lines since it is one contract, read as a whole, and half of it is documentation.
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

/** BPMN's gateways. */
export type GatewayType =
  | "exclusiveGateway"
  | "parallelGateway"
  | "inclusiveGateway"
  | "complexGateway"
  | "eventBasedGateway";

/** Where an event stands. */
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
  /** As in the file. */
  readonly id: string;
  /** As drawn. */
  readonly name?: string;
  /** The node that the flow leaves. */
  readonly source: FlowNode;
  /** The node that the flow reaches. */
  readonly target: FlowNode;
  /** Absent: the flow is unconditional. */
  readonly condition?: Expression;
  /** True when `source.defaultFlow` is this flow. */
  readonly isDefault: boolean;
}

/** What every flow node has. */
export interface NodeBase {
  /** As in the file: what the state and the history name. */
  readonly id: string;
  /** What the node is. */
  readonly type: ElementType;
  /** As drawn. */
  readonly name?: string;
  /** Position of the start tag in the file, from 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  /** The scope that contains it; absent only on the process itself. */
  readonly parent?: ScopeElement;
  /** In the order of the `sequenceFlow` elements in the file (the specification gives no other order). */
  readonly incoming: readonly SequenceFlow[];
  /** In the order of the `sequenceFlow` elements in the file. */
  readonly outgoing: readonly SequenceFlow[];
  /** The flow that is taken when no condition of the others holds. */
  readonly defaultFlow?: SequenceFlow;
  /** True if any outgoing flow has a condition. Saves the hot path a scan. */
  readonly hasConditions: boolean;
  /** Dense number of the node within its process, in document order. For in-memory tables only: never stored. */
  readonly index: number;
  /** Documentation-like name/value pairs (`zeebe:properties`, `camunda:properties`). */
  readonly properties?: Readonly<Record<string, string>>;
  /** `camunda:asyncBefore` / `asyncAfter`: commit and go on by a job of the engine's own. */
  readonly asyncBefore?: boolean;
  /** Commit when the node ends, and go on by a job of the engine's own. */
  readonly asyncAfter?: boolean;
}

/** One value that moves between scopes when an activity or event starts or ends. */
export interface Mapping {
  /** Where the value goes: a variable name, then property names within it (`order.total`). */
  readonly target: readonly string[];
  /** Gives the value. */
  readonly source: Expression;
  /** The value is copied only if the source has one (BPMN data associations, 10.4.2). */
  readonly optional?: boolean;
  /** A missing value is an incident (required data input). */
  readonly required?: boolean;
  /**
   * Ids of data that is called by its name. A task's work may give an output's value under one of them, and a script
   * sees an input under all.
   */
  readonly aliases?: readonly string[];
}

/** Standard loop (BPMN 2.0.2, 10.3.8). */
export interface StandardLoop {
  /** Tells the two kinds of loops apart. */
  readonly kind: "standard";
  /** Repeats while true. Absent: only `maximum` ends the loop. */
  readonly condition?: Expression;
  /** Test the condition before the first round, too. */
  readonly testBefore: boolean;
  /** Rounds at most. */
  readonly maximum?: Expression;
}

/** Multi-instance (BPMN 2.0.2, 10.3.8). */
export interface MultiInstance {
  /** Tells the two kinds of loops apart. */
  readonly kind: "multiInstance";
  /** One item after the other, instead of all together. */
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
  /** Local variable of an item whose value is collected. */
  readonly outputItemName?: string;
  /** Ends the activity and cancels the rest once it is true. */
  readonly completionCondition?: Expression;
  /** 0 in BPMN and Camunda, 1 under `zeebe:`. */
  readonly firstCounter: 0 | 1;
  /** Whether and when completions throw an event to boundary events of this activity. */
  readonly behavior: "None" | "One" | "All" | "Complex";
  /** Thrown at each completion when `behavior` is `None`. Absent: a signal. */
  readonly noneEvent?: EventDefinition;
  /** Thrown at the first completion when `behavior` is `One`. Absent: a signal. */
  readonly oneEvent?: EventDefinition;
  /** Thrown at each completion where the condition holds when `behavior` is `Complex`. */
  readonly complex: readonly { readonly condition: Expression; readonly event: EventDefinition }[];
}

/** Fields that all activities have. */
export interface ActivityBase extends NodeBase {
  /** The activity's marker, if it has one. */
  readonly loop?: StandardLoop | MultiInstance;
  /** Events on the activity's border, in the order of the file. */
  readonly boundaryEvents: readonly BoundaryEvent[];
  /** Only run by compensation, never by flow. */
  readonly isForCompensation: boolean;
  /** The activity that undoes this one: the target of its compensation boundary event's association. */
  readonly compensationHandler?: Activity;
  /** True if completing this activity must be remembered, since something could compensate it. */
  readonly compensable: boolean;
  /** Tokens that are needed to start, over all incoming flows together. */
  readonly startQuantity: number;
  /** Tokens that are sent on each flow taken. */
  readonly completionQuantity: number;
  /** Copied into the activity's own scope when it starts. */
  readonly inputs: readonly Mapping[];
  /** Copied out when it ends. Empty: results go out by the scope rules. */
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
  /** Absent: the worker's policy. */
  readonly retry?: RetryPolicy | Expression;
  /** Static values for the handler (`zeebe:taskHeaders`). */
  readonly headers?: Readonly<Record<string, string>>;
  /** Higher first, 0 by default. */
  readonly priority?: Expression;
  /** The handler's single result goes to this variable instead of spreading its properties. */
  readonly resultVariable?: string;
}

/** What a script task runs (BPMN 2.0.2, 10.3.3). */
export interface ScriptSpec {
  /** MIME type or name as written, lower case; empty if the element gives none. */
  readonly format: string;
  /** The script, untrimmed. */
  readonly body: string;
  /** Present when the script is an expression of ours (FEEL or the small language): it runs inside the core. */
  readonly expression?: Expression;
  /** The script's result goes to this variable. */
  readonly resultVariable?: string;
}

/** Work for a person (BPMN 2.0.2, 10.3.3 User Task; `zeebe:`/`camunda:` attributes). */
export interface UserTaskSpec {
  /** Who works on it. */
  readonly assignee?: Expression;
  /** Who may claim it: a list, or names separated by commas. */
  readonly candidateUsers?: Expression;
  /** Groups whose members may claim it: a list, or names separated by commas. */
  readonly candidateGroups?: Expression;
  /** ISO 8601. */
  readonly dueDate?: Expression;
  /** ISO 8601. */
  readonly followUpDate?: Expression;
  /** A whole number. */
  readonly priority?: Expression;
  /** For the application that shows the form. */
  readonly formKey?: Expression;
}

/** Which process a call activity starts, and what goes in and out (BPMN 2.0.2, 10.3.6). */
export interface CallSpec {
  /** Key of a process, or id of a global task. A prefix is dropped. */
  readonly calledElement: Expression;
  /** Which version is started. */
  readonly binding: "latest" | "deployment" | "version" | "versionTag";
  /** With binding `version`: its number. */
  readonly version?: Expression;
  /** With binding `versionTag`. */
  readonly versionTag?: string;
  /** Business key of the child. */
  readonly businessKey?: Expression;
  /** Copy all variables that the call sees into the child. */
  readonly propagateAllIn: boolean;
  /** Copy all variables of the child back. */
  readonly propagateAllOut: boolean;
  /** Copied into the child, after `propagateAllIn`. */
  readonly in: readonly Mapping[];
  /** Copied back from the child, after `propagateAllOut`. */
  readonly out: readonly Mapping[];
}

/** A task (any of {@link TaskType}). Which specs are there depends on the type. */
export interface TaskElement extends ActivityBase {
  /** Which task it is. */
  readonly type: TaskType;
  /** Service and business-rule tasks; send tasks with a job type; script tasks of a format that runs as a job. */
  readonly job?: JobSpec;
  /** Script tasks that are not jobs. */
  readonly script?: ScriptSpec;
  /** User tasks. */
  readonly userTask?: UserTaskSpec;
  /** Call activities. */
  readonly call?: CallSpec;
  /** Receive tasks: what is waited for. Send tasks without a job: what is sent. */
  readonly message?: MessageEventDefinition;
  /** Receive task that starts the process (BPMN 2.0.2, 10.3.3). */
  readonly instantiate?: boolean;
}

/** A process or sub-process of any kind. */
export interface ScopeElement extends ActivityBase {
  /** Which scope it is. */
  readonly type: ScopeType;
  /** In the order of the file. */
  readonly nodes: readonly FlowNode[];
  /** None start events, or the nodes without incoming flow if the scope has no start event. */
  readonly startNodes: readonly FlowNode[];
  /** Those of `nodes` that are event sub-processes. */
  readonly eventSubProcesses: readonly ScopeElement[];
  /** Event sub-process only: the start event that triggers it. */
  readonly trigger?: StartEvent;
  /** Data objects, stores and properties that exist, unset, from the scope's start. */
  readonly dataNames: readonly string[];
  /** Ad-hoc sub-process only (BPMN 2.0.2, 10.3.5). */
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

/** A gateway (BPMN 2.0.2, 10.6). */
export interface Gateway extends NodeBase {
  /** Which gateway it is. */
  readonly type: GatewayType;
  /** Complex gateway. */
  readonly activationCondition?: Expression;
  /** Event-based gateway that starts the process. */
  readonly instantiate?: boolean;
  /** Event-based gateway: one event, or all of them. */
  readonly eventGatewayType?: "Exclusive" | "Parallel";
}

/** Fields that all events have. */
export interface EventBase extends NodeBase {
  /** Where the event stands. */
  readonly type: EventType;
  /** Empty: a none event. More than one: a multiple event. */
  readonly definitions: readonly EventDefinition[];
  /** All definitions must occur, instead of any. */
  readonly parallelMultiple: boolean;
  /** Throw events: payload. Catch events: which payload values are kept. Empty: all of them. */
  readonly inputs: readonly Mapping[];
  /** Catch events. Empty: the whole payload is written. */
  readonly outputs: readonly Mapping[];
  /** `camunda:initiator` of a start event. */
  readonly initiator?: string;
  /** A message throw or end event that names a job type is done by a handler. */
  readonly job?: JobSpec;
}

/** Start event (BPMN 2.0.2, 10.5.2). */
export interface StartEvent extends EventBase {
  /** Where the event stands. */
  readonly type: "startEvent";
  /** Event sub-process start: whether it cancels its scope. */
  readonly interrupting: boolean;
}
/** End event (BPMN 2.0.2, 10.5.3). */
export interface EndEvent extends EventBase {
  /** Where the event stands. */
  readonly type: "endEvent";
}
/** Intermediate event in the flow that waits (BPMN 2.0.2, 10.5.4). */
export interface IntermediateCatchEvent extends EventBase {
  /** Where the event stands. */
  readonly type: "intermediateCatchEvent";
}
/** Intermediate event in the flow that throws (BPMN 2.0.2, 10.5.4). */
export interface IntermediateThrowEvent extends EventBase {
  /** Where the event stands. */
  readonly type: "intermediateThrowEvent";
}
/** Intermediate event on the border of an activity (BPMN 2.0.2, 10.5.4). */
export interface BoundaryEvent extends EventBase {
  /** Where the event stands. */
  readonly type: "boundaryEvent";
  /** Whether it cancels its activity. */
  readonly interrupting: boolean;
  /** The activity whose event it is. */
  readonly attachedTo: Activity;
}

/** Any event. */
export type EventElement =
  | StartEvent
  | EndEvent
  | IntermediateCatchEvent
  | IntermediateThrowEvent
  | BoundaryEvent;
/** Any task, call activity or sub-process. */
export type Activity = TaskElement | ScopeElement;
/** Everything that a token can stand on. */
export type FlowNode = Activity | Gateway | EventElement;

/** What all event definitions have. */
export interface DefinitionBase {
  /** Position among the definitions of its event, from 0. Stored in the state. */
  readonly index: number;
  /** The event definition's own id, if it has one. */
  readonly id?: string;
}
/** A message (BPMN 2.0.2, 10.5.5). */
export interface MessageEventDefinition extends DefinitionBase {
  /** Tells the kinds apart. */
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
  /** Throw: how long the message is buffered. */
  readonly timeToLive?: Expression;
  /** Throw: makes publishing idempotent. */
  readonly messageId?: Expression;
  /** Throw: the process at the other end of the message flow, if one is drawn. */
  readonly targetProcess?: string;
}
/** A timer (BPMN 2.0.2, 10.5.5). */
export interface TimerEventDefinition extends DefinitionBase {
  /** Tells the kinds apart. */
  readonly kind: "timer";
  /** How `value` is read. */
  readonly timerType: "date" | "duration" | "cycle";
  /** ISO 8601, or a cron pattern for a cycle. */
  readonly value: Expression;
}
/** A signal (BPMN 2.0.2, 10.5.5). */
export interface SignalEventDefinition extends DefinitionBase {
  /** Tells the kinds apart. */
  readonly kind: "signal";
  /** The signal's name, else its id. */
  readonly name: Expression;
}
/** An error (BPMN 2.0.2, 10.5.5). */
export interface ErrorEventDefinition extends DefinitionBase {
  /** Tells the kinds apart. */
  readonly kind: "error";
  /** Absent on a catch: any error. */
  readonly code?: Expression;
  /** Catch: variable for the code. */
  readonly codeVariable?: string;
  /** Catch: variable for the message. */
  readonly messageVariable?: string;
}
/** An escalation (BPMN 2.0.2, 10.5.5). */
export interface EscalationEventDefinition extends DefinitionBase {
  /** Tells the kinds apart. */
  readonly kind: "escalation";
  /** Absent on a catch: any escalation. */
  readonly code?: Expression;
  /** Catch: variable for the code. */
  readonly codeVariable?: string;
}
/** A condition (BPMN 2.0.2, 10.5.5). */
export interface ConditionalEventDefinition extends DefinitionBase {
  /** Tells the kinds apart. */
  readonly kind: "conditional";
  /** Fires when it turns true. */
  readonly condition: Expression;
  /** `zeebe:conditionalFilter` / `camunda:variableName`: only changes of these are looked at. */
  readonly variableNames?: readonly string[];
}
/** A link between two places of one scope (BPMN 2.0.2, 10.5.5). */
export interface LinkEventDefinition extends DefinitionBase {
  /** Tells the kinds apart. */
  readonly kind: "link";
  /** Empty if the link is meant by reference only. */
  readonly name: string;
  /** Throw: the catch it jumps to. */
  readonly target?: IntermediateCatchEvent;
}
/** Compensation (BPMN 2.0.2, 10.5.5). */
export interface CompensateEventDefinition extends DefinitionBase {
  /** Tells the kinds apart. */
  readonly kind: "compensate";
  /** Throw: the one activity to compensate. Absent: all of the scope. */
  readonly activity?: Activity;
  /** Throw: whether the event ends only when the handlers have. */
  readonly waitForCompletion: boolean;
}
/** Cancels a transaction (BPMN 2.0.2, 10.5.5). */
export interface CancelEventDefinition extends DefinitionBase {
  /** Tells the kinds apart. */
  readonly kind: "cancel";
}
/** Ends a scope at once (BPMN 2.0.2, 10.5.5). */
export interface TerminateEventDefinition extends DefinitionBase {
  /** Tells the kinds apart. */
  readonly kind: "terminate";
}
/** Any event definition. */
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
  /** What has to occur. */
  readonly definition: EventDefinition;
}

/** One executable process. */
export interface ProcessModel {
  /** The process's id: the key of its definitions. */
  readonly id: string;
  /** As drawn. */
  readonly name?: string;
  /** The modeller's name for this version. */
  readonly versionTag?: string;
  /** Milliseconds that ended instances are kept, if the model says so. */
  readonly historyTimeToLiveMs?: number;
  /** The process as the outermost scope. */
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
  /** From 1. */
  readonly column: number;
  /** The element's id, or its nearest ancestor's that has one. */
  readonly elementId?: string;
  /** Of the problem that ends a rule's list, which has no more than 100: how many others were found and left out. */
  readonly more?: number;
}
