/**
 * Baton: a BPMN 2.0 engine for Deno.
 *
 * Stores are modules of their own (`@baton/bpmn/memory`, `/kv`, `/postgres`), so that an app loads only what it
 * uses; the worker is `@baton/bpmn/worker`.
 *
 * @module
 */
export * from "./runtime/mod.ts";
export {
  BpmnValidationError,
  type Command,
  formatProblems,
  lint,
  type Problem,
  type ProcessModel,
  type Severity,
  type Step,
  type StepStatus,
} from "./engine/mod.ts";
export {
  ConflictError,
  DEFAULT_TENANT,
  type Definition,
  type DefinitionQuery,
  type Incident,
  type IncidentQuery,
  type InstanceQuery,
  type InstanceRecord,
  type InstanceStatus,
  type Job,
  type JobQuery,
  type Kpi,
  type KpiQuery,
  LeaseLostError,
  type Note,
  type NoteKind,
  NotFoundError,
  type Page,
  type SqlTransaction,
  type Store,
  type StoredInstance,
  StoreError,
  type UserTask,
  type UserTaskChange,
  type UserTaskQuery,
} from "./storage/store.ts";
