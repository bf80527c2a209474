/** Jobs as rows of a table. */
import type { Job } from "../storage/store.ts";
import { formatDuration } from "./format.ts";
import type { Session } from "./session.ts";
import type { Column } from "./table.ts";

/** In what state a job is, in words. */
export function jobState(job: Job, now: number): string {
  if (job.dueAt === null) return job.held === undefined ? "held" : `held: ${job.held}`;
  if (job.worker !== undefined && job.dueAt > now) {
    return `at work, ${formatDuration(job.dueAt - now)} of lease left`;
  }
  if (job.dueAt > now) return `due in ${formatDuration(job.dueAt - now)}`;
  return job.worker === undefined ? `due since ${formatDuration(now - job.dueAt)}` : "lease over";
}

/** Columns for jobs. @param now Milliseconds since 1970 UTC. */
export function jobColumns(session: Session, now: number): Column<Job>[] {
  return [
    { title: "ID", value: (j) => j.id },
    { title: "TYPE", value: (j) => j.type, shrinkTo: 14 },
    { title: "ELEMENT", value: (j) => j.elementId, shrinkTo: 12 },
    {
      title: "STATE",
      value: (j) => jobState(j, now),
      style: (cell, j) => j.dueAt === null ? session.paint("yellow", cell) : cell,
      shrinkTo: 14,
    },
    { title: "FAILURES", value: (j) => failures(j), align: "right" },
    { title: "WORKER", optional: true, value: (j) => j.worker, shrinkTo: 8 },
    { title: "LAST ERROR", value: (j) => j.attempts.at(-1)?.message, shrinkTo: 14 },
  ];
}

function failures(job: Job): string | undefined {
  const retries = job.retries === undefined ? "" : ` of ${job.retries + 1}`;
  const lost = job.lostLeases === 0 ? "" : `, ${job.lostLeases} lost`;
  return job.failures === 0 && lost === "" ? undefined : `${job.failures}${retries}${lost}`;
}
