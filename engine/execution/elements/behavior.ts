/** What a kind of BPMN element does. */
import type {
  BoundaryEvent,
  ElementType,
  EndEvent,
  Gateway,
  GatewayType,
  IntermediateCatchEvent,
  IntermediateThrowEvent,
  ScopeElement,
  ScopeType,
  StartEvent,
  TaskElement,
  TaskType,
} from "../../model/types.ts";
import type { Token } from "../state.ts";
import type { Work } from "../work.ts";

/** The model's form of an element type. */
export type NodeOf<K extends ElementType> = K extends TaskType ? TaskElement
  : K extends ScopeType ? ScopeElement
  : K extends GatewayType ? Gateway
  : K extends "startEvent" ? StartEvent
  : K extends "endEvent" ? EndEvent
  : K extends "intermediateCatchEvent" ? IntermediateCatchEvent
  : K extends "intermediateThrowEvent" ? IntermediateThrowEvent
  : BoundaryEvent;

/** The behaviour of one element type; see `waves.ts` for the phases. */
export interface ElementBehavior<N> {
  /** Phase 1: a token arrives. Gateways act, catch events listen, activities arm what can interrupt them. */
  enter(w: Work, token: Token, node: N): void;
  /** Phase 2: throw and end events that queued their token in `w.throws`. */
  throw?(w: Work, token: Token, node: N): void;
  /** Phase 3: activities that queued their token in `w.starts`. */
  start?(w: Work, token: Token, node: N): void;
}
