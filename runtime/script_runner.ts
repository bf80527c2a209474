/** JavaScript of script tasks: the sandbox's words in those of the core. */
import type { ScriptDoneCommand, ScriptRequest } from "../engine/mod.ts";
import type { ScriptLimits } from "./options.ts";
import { createScriptSandbox, ScriptBpmnError, ScriptError, ScriptLimitError } from "./scripts/mod.ts";

/** Runs the scripts that transitions ask for. */
export interface ScriptRunner extends AsyncDisposable {
  run(request: ScriptRequest, at: number, instanceId: string): Promise<ScriptDoneCommand["outcome"]>;
}

/** Opens a sandbox; nothing is loaded before the first script. */
export function openScriptRunner({ timeMs, memoryBytes }: ScriptLimits = {}): ScriptRunner {
  const sandbox = createScriptSandbox({ timeoutMs: timeMs, memoryBytes });
  return {
    async run(request, at, instanceId) {
      const { elementId, variables } = request;
      try {
        const { result, set } = await sandbox.run(request, variables, { at, instanceId, elementId });
        return { ok: true, result, variables: set };
      } catch (error) {
        if (error instanceof ScriptLimitError) {
          return { ok: false, incident: "script-limit", message: error.message };
        }
        if (error instanceof ScriptBpmnError) {
          return { ok: false, errorCode: error.bpmnErrorCode, message: error.message };
        }
        if (error instanceof ScriptError) return { ok: false, incident: "script", message: error.message };
        throw error;
      }
    },
    [Symbol.asyncDispose]: () => sandbox[Symbol.asyncDispose](),
  };
}
