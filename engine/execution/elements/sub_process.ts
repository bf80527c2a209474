/** Embedded sub-process (BPMN 2.0.2, 10.3.5): a scope of its own, begun at its none start event. */
import type { ScopeElement } from "../../model/types.ts";
import { enterActivity, startActivity } from "../activities/enter.ts";
import { enterStartNodes, openScope } from "../scopes.ts";
import type { ElementBehavior } from "./behavior.ts";

export const subProcess: ElementBehavior<ScopeElement> = {
  enter: enterActivity,
  start: (w, token, node) =>
    startActivity(w, token, node, () => enterStartNodes(w, openScope(w, token, node), node)),
};
