/** Expressions, timers and JSON values: what the rest of the engine may use of this folder. */
export * from "./types.ts";
export * from "./compile.ts";
export { type Due, nextDue, parseTimer, type TimerSpec, type TimerState, type TimerType } from "./timer.ts";
export { type Duration, parseDurationMs } from "./iso.ts";
export type { CronSchedule } from "./cron.ts";
export { parseRetryPolicy } from "./retry.ts";
export { assertJson, cloneJson, MAX_JSON_DEPTH } from "./json.ts";
