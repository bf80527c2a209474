/** What running an instance in this process left behind. */
import type { Engine } from "../runtime/engine.ts";
import type { RunResult } from "../runtime/api.ts";
import { EXIT, type ExitCode } from "./exit_codes.ts";
import { count } from "./format.ts";
import { positionTable } from "./positions.ts";
import type { Session } from "./session.ts";

/** Prints it. @returns 1 if the instance failed or something needs a person. */
export async function printRunResult(
  session: Session,
  engine: Engine,
  id: string,
  result: RunResult,
): Promise<ExitCode> {
  const incidents = (await engine.incidents.list({ instanceId: id })).items;
  session.print({ id, ...result, incidents }, () => {
    session.say(`Instance ${id} is ${statusText(session, result.status)}`);
    if (result.positions.length > 0) positionTable(session, result.positions);
    for (const incident of incidents) {
      session.say(
        `${session.paint("red", "incident")} ${incident.elementId}: ${incident.message} [${incident.kind}]`,
      );
    }
    for (const { jobType, handlerKnown, elementId } of result.positions) {
      if (jobType === undefined || jobType.startsWith("baton:") || handlerKnown) continue;
      session.say(`${session.paint("yellow", "note")}: No handler for "${jobType}" here: ${elementId} waits`);
    }
    if (incidents.length > 0) session.say(`${count(incidents.length, "incident")}; retry ${id} tries again`);
  });
  return result.status === "failed" || incidents.length > 0 ? EXIT.failed : EXIT.ok;
}

/** A status in its colour. */
export function statusText(session: Session, status: string, text = status): string {
  switch (status) {
    case "completed":
      return session.paint("green", text);
    case "failed":
      return session.paint("red", text);
    case "cancelled":
    case "suspended":
      return session.paint("yellow", text);
    case "running":
    case "started":
      return session.paint("cyan", text);
    default:
      return text;
  }
}
