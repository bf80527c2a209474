/** Where tokens stand and what they wait for, in words. */
import type { Position } from "../runtime/api.ts";
import { formatTime } from "./format.ts";
import type { Session } from "./session.ts";

/** What a position waits for, in words. */
export function waitText(position: Position): string {
  const { waitsFor, jobType, jobHeld, events } = position;
  const armed = events.map((event) => {
    const name = event.name === undefined ? "" : ` "${event.name}"`;
    const due = event.dueAt === undefined ? "" : ` at ${formatTime(event.dueAt)}`;
    return `${event.kind}${name}${due}`;
  }).join(", ");
  const also = armed === "" ? "" : `; also ${armed}`;
  switch (waitsFor) {
    case "ready":
    case "manual":
      return `the next step${also}`;
    case "job":
      return `${jobHeld === undefined ? "job" : `job, held: ${jobHeld};`} "${jobType ?? "?"}"${also}`;
    case "user":
      return `a person: task ${position.userTaskId ?? "?"}${also}`;
    case "child":
      return `the called instance ${position.childId ?? "that is being started"}${also}`;
    case "incident":
      return `a person: incident ${position.incidentId ?? ""}`.trimEnd() + also;
    case "join":
    case "inclusive":
    case "complex":
      return `other tokens (${position.count} here)${also}`;
    case "event":
      return armed || "an event";
    case "answer":
      return `its caller, about an error${also}`;
    case "scope":
      return `what is inside${also}`;
    default:
      return `${waitsFor}${also}`;
  }
}

/** Prints positions as a table. */
export function positionTable(session: Session, positions: readonly Position[], indent = ""): void {
  session.table(positions, [
    { title: "ELEMENT", value: (p) => [...p.scopes, p.elementId].join("/"), shrinkTo: 16 },
    { title: "NAME", optional: true, value: (p) => p.name, shrinkTo: 10 },
    { title: "TYPE", value: (p) => p.elementType },
    ...(positions.some((p) => p.item !== undefined)
      ? [{ title: "ITEM", value: (p: Position) => p.item, align: "right" as const }]
      : []),
    { title: "TOKEN", value: (p) => p.token, align: "right" },
    { title: "WAITS FOR", value: waitText, shrinkTo: 20 },
  ], indent);
}
