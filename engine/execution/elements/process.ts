/** The process itself is the outermost scope: `commands/life.ts` starts it, no token ever stands on it. */
import type { ScopeElement } from "../../model/types.ts";
import { ModelError } from "../model_error.ts";
import type { ElementBehavior } from "./behavior.ts";

export const process: ElementBehavior<ScopeElement> = {
  enter: (_w, _token, node) => {
    throw new ModelError("start", `Cannot enter the process "${node.id}" by a flow`);
  },
};
