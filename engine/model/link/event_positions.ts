/** Which event definitions are allowed where: one table (BPMN 2.0.2, 10.5, tables 10.84, 10.86, 10.88 to 10.91). */
import type { EventDefinition, EventElement } from "../types.ts";

/** What stands in the table: a kind of definition, or `none` for an event without any. */
export type Trigger = EventDefinition["kind"] | "none";

/** Where an event stands. */
export type EventPosition =
  | "top-level start"
  | "sub-process start"
  | "event sub-process start, interrupting"
  | "event sub-process start, non-interrupting"
  | "intermediate catch"
  | "boundary, interrupting"
  | "boundary, non-interrupting"
  | "intermediate throw"
  | "end";

/** The table. A multiple event may hold any of its row's definitions except a link. */
export const EVENT_POSITIONS: Readonly<Record<EventPosition, readonly Trigger[]>> = {
  "top-level start": ["none", "message", "timer", "conditional", "signal"],
  "sub-process start": ["none"],
  "event sub-process start, interrupting": [
    "message",
    "timer",
    "error",
    "escalation",
    "compensate",
    "conditional",
    "signal",
  ],
  "event sub-process start, non-interrupting": ["message", "timer", "escalation", "conditional", "signal"],
  "intermediate catch": ["message", "timer", "conditional", "link", "signal"],
  "boundary, interrupting": [
    "message",
    "timer",
    "error",
    "escalation",
    "cancel",
    "compensate",
    "conditional",
    "signal",
  ],
  "boundary, non-interrupting": ["message", "timer", "escalation", "conditional", "signal"],
  "intermediate throw": ["none", "message", "escalation", "link", "compensate", "signal"],
  "end": ["none", "message", "error", "escalation", "cancel", "compensate", "signal", "terminate"],
};

/** Finds the row of the table for an event. */
export function positionOf(event: EventElement): EventPosition {
  switch (event.type) {
    case "startEvent":
      if (event.parent?.type === "process") return "top-level start";
      if (event.parent?.type !== "eventSubProcess") return "sub-process start";
      return event.interrupting
        ? "event sub-process start, interrupting"
        : "event sub-process start, non-interrupting";
    case "boundaryEvent":
      return event.interrupting ? "boundary, interrupting" : "boundary, non-interrupting";
    case "intermediateCatchEvent":
      return "intermediate catch";
    case "intermediateThrowEvent":
      return "intermediate throw";
    case "endEvent":
      return "end";
  }
}

/** Tells whether an event waits for its triggers, rather than throwing them. */
export function isCatch(event: EventElement): boolean {
  return event.type !== "endEvent" && event.type !== "intermediateThrowEvent";
}
