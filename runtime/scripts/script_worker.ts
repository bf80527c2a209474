/** The thread in which scripts run, so that one which does not end can be ended. Started by `sandbox.ts`. */
import { loadQuickJs, runInQuickJs, type ScriptRun } from "./quickjs.ts";

/** The part of a worker's global scope that is used here. */
interface Scope {
  onmessage: ((event: MessageEvent<ScriptRun>) => void) | null;
  postMessage(message: unknown): void;
}

const scope = globalThis as unknown as Scope;
const quickJs = await loadQuickJs();
// The interpreter is compiled as it is used: the first script would pay for that with its time.
runInQuickJs(quickJs, {
  input: { body: "", variables: {}, at: 0, seed: 0 },
  timeoutMs: 10_000,
  memoryBytes: 16 * 1024 * 1024,
});
scope.onmessage = ({ data }) => scope.postMessage(runInQuickJs(quickJs, data));
scope.postMessage("ready");
