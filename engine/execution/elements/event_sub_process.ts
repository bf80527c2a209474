/**
 * Event sub-process (BPMN 2.0.2, 10.3.5.1): armed when its scope opens, started by its event
 * (`events/fire.ts`), never entered by a flow.
 */
import type { ScopeElement } from "../../model/types.ts";
import { occur } from "../events/fire.ts";
import { ModelError } from "../model_error.ts";
import { openScope } from "../scopes.ts";
import type { ElementBehavior } from "./behavior.ts";

export const eventSubProcess: ElementBehavior<ScopeElement> = {
  enter: (_w, _token, node) => {
    throw new ModelError(
      "start",
      `Cannot enter the event sub-process "${node.id}": only its event starts it`,
    );
  },
  // Once more, after its scope could not be opened: what the event brought is in the handler's variables.
  start: (w, token, node) => {
    if (token.returned) w.vars.writeAllLocal(token.id, token.returned);
    token.returned = undefined;
    if (node.trigger) occur(w, openScope(w, token, node), node.trigger, {});
  },
};
