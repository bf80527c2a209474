/**
 * Script task (BPMN 2.0.2, 10.3.3). FEEL runs here; JavaScript is asked of the runtime within the same unit, for
 * it has no side effects; formats that the host handles become jobs.
 */
import type { TaskElement } from "../../model/types.ts";
import { completeActivity, takeResults } from "../activities/complete.ts";
import { enterActivity, startActivity } from "../activities/enter.ts";
import { openTokenJob } from "../activities/jobs.ts";
import { evaluate } from "../evaluate.ts";
import type { Token } from "../state.ts";
import type { Work } from "../work.ts";
import type { ElementBehavior } from "./behavior.ts";

const JAVASCRIPT = new Set(["javascript", "js", "ecmascript", "application/javascript", "text/javascript"]);

export const scriptTask: ElementBehavior<TaskElement> = {
  enter: enterActivity,
  start: (w, token, node) => startActivity(w, token, node, () => startScript(w, token, node)),
};

function startScript(w: Work, token: Token, node: TaskElement): void {
  const script = node.script ?? { format: "", body: "" };
  if (script.expression) {
    takeScriptResult(w, token, node, evaluate(w, script.expression, token), {});
    return completeActivity(w, token, node);
  }
  const hosted = w.context.scriptFormats?.has(script.format) ?? false;
  if (hosted || w.context.scriptsAsJobs || node.asyncBefore || !JAVASCRIPT.has(script.format)) {
    return openTokenJob(w, token, {
      type: `script:${script.format}`,
      payload: JSON.stringify({ format: script.format, script: script.body }),
    });
  }
  token.wait = "script";
  w.scripts.push({
    token: token.id,
    elementId: node.id,
    format: script.format,
    body: script.body,
    variables: w.vars.visible(token),
  });
}

/** Writes what a script set by name and its result. */
export function takeScriptResult(
  w: Work,
  token: Token,
  node: TaskElement,
  result: unknown,
  variables: Readonly<Record<string, unknown>>,
): void {
  const values: Record<string, unknown> = { ...variables };
  const name = node.script?.resultVariable;
  if (name) values[name] = result ?? null;
  takeResults(w, token, node, values);
}
