/** The beginning of an activity: quantities, asynchronous entry, boundary events, inputs. */
import type { Activity } from "../../model/types.ts";
import { applyMappings } from "../evaluate.ts";
import { arm } from "../events/subscribe.ts";
import type { Token } from "../state.ts";
import type { Work } from "../work.ts";
import { startLoop } from "./loops.ts";

/** Phase 1 of every activity: arms what can interrupt it. It starts in phase 3, if it survives the throws. */
export function enterActivity(w: Work, token: Token, node: Activity): void {
  if (token.item === undefined) {
    if (node.startQuantity > 1 && token.phase !== "async" && !gather(w, token, node)) return;
    if (node.asyncBefore && token.phase !== "async") return enterLater(w, token, node);
    for (const event of node.boundaryEvents) arm(w, token, token, event);
  }
  w.starts.push(token);
}

/** Counts tokens over all incoming flows together (BPMN 2.0.2, 13.3.2, StartQuantity). */
function gather(w: Work, token: Token, node: Activity): boolean {
  const scope = w.scopeOf(token);
  const waiting = scope.tokens.filter((other) => other.el === node.id && other.wait === "quantity");
  if (waiting.length + 1 < node.startQuantity) {
    token.wait = "quantity";
    return false;
  }
  for (const other of waiting.slice(0, node.startQuantity - 1)) w.remove(other);
  return true;
}

function enterLater(w: Work, token: Token, node: Activity): void {
  token.wait = "job";
  token.phase = "async";
  const job = w.openJob({
    type: "baton:continue",
    class: 0,
    dueAt: w.at,
    instanceId: w.instance.id,
    elementId: node.id,
  });
  w.setJob(token, job);
}

/** Scripts may know what fills a data input by its id. */
function nameInputs(w: Work, token: Token, node: Activity): void {
  const own = w.vars.own(token.id);
  for (const { target: [name], aliases } of node.inputs) {
    if (!own || !Object.hasOwn(own, name)) continue;
    for (const alias of aliases ?? []) w.vars.writeLocal(token.id, alias, own[name]);
  }
}

/**
 * Phase 3: the activity starts.
 *
 * @param begin The element's own start.
 */
export function startActivity(w: Work, token: Token, node: Activity, begin: () => void): void {
  if (node.loop && token.item === undefined) return startLoop(w, token, node, node.loop);
  // A second try after an incident finds the inputs of the first: they are evaluated anew.
  if (node.inputs.length) {
    applyMappings(w, node.inputs, token, token, token.id);
    if (node.type === "scriptTask") nameInputs(w, token, node);
  }
  w.begin(token);
  begin();
}
