/** Placeholder */
import type { ScriptSandbox } from "./runtime.ts";
import type { ScriptLimits } from "./options.ts";
export function openScriptRunner(_l?: ScriptLimits): Promise<ScriptSandbox> {
  throw new Error("x");
}
