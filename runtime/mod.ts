/** The engine that users hold, and what it takes and gives. */
export * from "./api.ts";
export { createEngine, Engine, type VersionOptions } from "./engine.ts";
export { RejectedError, VariablesSizeError } from "./errors.ts";
export * from "./handler.ts";
export { IncidentsApi } from "./incidents.ts";
export {
  type ClaimedJob,
  type ClaimOptions,
  type CompleteOptions,
  type EnqueueOptions,
  type FailJobOptions,
  type JobClaim,
  JobsApi,
  type ThrowErrorOptions,
} from "./jobs_api.ts";
export { consoleLogger, type LogFormat, silentLogger } from "./log.ts";
export * from "./options.ts";
export { type SimulationTarget } from "./simulate.ts";
export { UserTasksApi } from "./user_tasks.ts";
