/**
 * Baton: a BPMN 2.0 engine for Deno.
 *
 * Stores are modules of their own (`@baton/bpmn/memory`, `/kv`, `/postgres`), so that an app loads only what it
 * uses; the worker is `@baton/bpmn/worker`.
 *
 * @module
 */
export * from "./runtime/mod.ts";
export type {
  Activity,
  ActivityBase,
  ArmedEvent,
  Attempt,
  BoundaryEvent,
  CallSpec,
  CancelEventDefinition,
  CompensateEventDefinition,
  ConditionalEventDefinition,
  DefinitionBase,
  ElementType,
  EndEvent,
  ErrorEventDefinition,
  EscalationEventDefinition,
  EvaluationContext,
  EventBase,
  EventDefinition,
  EventElement,
  EventType,
  Expression,
  FlowNode,
  Gateway,
  GatewayType,
  IncidentKind,
  IntermediateCatchEvent,
  IntermediateThrowEvent,
  JobClass,
  JobSpec,
  LinkEventDefinition,
  Mapping,
  MessageEventDefinition,
  MultiInstance,
  NewIncident,
  NewJob,
  NewSubscription,
  NewUserTask,
  NodeBase,
  ParseOptions,
  Position as TokenPosition,
  Problem,
  ProcessModel,
  RetryPolicy,
  ScopeElement,
  ScopeType,
  ScriptSpec,
  SequenceFlow,
  Severity,
  SignalEventDefinition,
  StandardLoop,
  StartEvent,
  StartTrigger,
  Step,
  StepStatus,
  TaskElement,
  TaskType,
  TerminateEventDefinition,
  TimerEventDefinition,
  UserTaskSpec,
  Wait,
} from "./engine/mod.ts";
export { BpmnValidationError, formatProblems, lint } from "./engine/mod.ts";
export type * from "./storage/store.ts";
export { ConflictError, DEFAULT_TENANT, LeaseLostError, NotFoundError, StoreError } from "./storage/store.ts";
