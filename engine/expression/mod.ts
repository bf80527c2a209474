/** Expressions, timers and JSON values: what the rest of the engine may use of this folder. */
export * from "./types.ts";
export * from "./compile.ts";
