/** The sandbox for JavaScript in script tasks. */
export * from "./errors.ts";
export {
  createScriptSandbox,
  type Script,
  type ScriptPlace,
  type ScriptResult,
  type ScriptSandbox,
  type ScriptSandboxOptions,
} from "./sandbox.ts";
