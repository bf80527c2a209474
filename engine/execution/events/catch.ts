/**
 * Who catches an error or escalation: from the innermost scope outwards, in each scope event sub-processes before
 * the boundary, and specific codes before catch-all (BPMN 2.0.2, 10.5.7 and 13.5.3).
 */
import type {
  BoundaryEvent,
  ErrorEventDefinition,
  EscalationEventDefinition,
  EventElement,
  ScopeElement,
} from "../../model/types.ts";
import { isRevived } from "../activities/compensation.ts";
import { text } from "../evaluate.ts";
import { IN, OWNER, type Scope, type Token } from "../state.ts";
import { isScopeElement, type Work } from "../work.ts";
import { fireBoundary, startEventSubProcess } from "./fire.ts";

/** What is thrown. */
export interface Thrown {
  readonly kind: "error" | "escalation";
  readonly code: string;
  readonly message?: string;
  readonly variables?: Readonly<Record<string, unknown>>;
}

type Catch =
  | { readonly scope: Scope; readonly handler: ScopeElement; readonly definition: Matching }
  | { readonly holder: Token; readonly event: BoundaryEvent; readonly definition: Matching };
type Matching = ErrorEventDefinition | EscalationEventDefinition;

/** @param own Whether the boundary of the throwing token's own activity is looked at. */
export function findCatch(w: Work, token: Token, thrown: Thrown, own: boolean): Catch | undefined {
  let from: Token = token;
  let boundary = own;
  for (;;) {
    if (boundary && from.item === undefined && !isRevived(from)) {
      const node = w.node(from);
      const hit = "boundaryEvents" in node && bestMatch(w, node.boundaryEvents, thrown, from);
      if (hit) return { holder: from, event: hit.event as BoundaryEvent, definition: hit.definition };
    }
    const scope: Scope | undefined = from[IN];
    if (!scope) return undefined;
    const element = w.scopeElement(scope);
    if (!scope.body && !scope.interrupted && isScopeElement(element)) {
      // Never back into the handler that the throw comes from.
      const handlers = element.eventSubProcesses.filter((handler) =>
        handler.trigger && handler.id !== from.el
      );
      const hit = bestMatch(w, handlers.map((handler) => handler.trigger!), thrown, scope);
      if (hit) return { scope, handler: hit.event.parent as ScopeElement, definition: hit.definition };
    }
    const owner: Token | undefined = scope[OWNER];
    if (!owner) return undefined;
    from = owner;
    boundary = true;
  }
}

function bestMatch(w: Work, events: readonly EventElement[], thrown: Thrown, place: Token | Scope) {
  let catchAll: { event: EventElement; definition: Matching } | undefined;
  for (const event of events) {
    for (const definition of event.definitions) {
      if (definition.kind !== thrown.kind) continue;
      const code = text(w, definition.code, place);
      if (code === undefined || code === "") catchAll ??= { event, definition };
      else if (code === thrown.code) return { event, definition };
    }
  }
  return catchAll;
}

/** Hands what was thrown to its catch. @returns Whether the catch interrupts. */
export function applyCatch(w: Work, caught: Catch, thrown: Thrown): boolean {
  const payload: Record<string, unknown> = { ...thrown.variables };
  const { definition } = caught;
  if (definition.codeVariable) payload[definition.codeVariable] = thrown.code;
  if (definition.kind === "error" && definition.messageVariable) {
    payload[definition.messageVariable] = thrown.message ?? null;
  }
  if ("handler" in caught) {
    startEventSubProcess(w, caught.scope, caught.handler, payload);
    return caught.handler.trigger!.interrupting;
  }
  fireBoundary(w, caught.holder, undefined, caught.event, payload);
  return caught.event.interrupting;
}
