/**
 * The pure core: BPMN files to models, commands to effects. No clock, no I/O, no randomness.
 *
 * @module
 */
export type * from "./model/types.ts";
export * from "./expression/types.ts";
export * from "./execution/effects.ts";
export type * from "./execution/command.ts";
export type * from "./execution/payloads.ts";
export * from "./execution/state.ts";
