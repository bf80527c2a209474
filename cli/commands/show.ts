import type { Job } from "../../storage/store.ts";
import type { Position } from "../../runtime/api.ts";
import { command } from "../command.ts";
import { formatDuration, formatTime, formatValue } from "../format.ts";
import { loadHandlers } from "../handler_module.ts";
import { jobColumns } from "../jobs_table.ts";
import { positionTable } from "../positions.ts";
import { statusText } from "../run_result.ts";
import type { Session } from "../session.ts";
import { printable } from "../text.ts";

/** A page of each section: more is said, not shown. */
const SHOWN = 50;

interface Flags {
  readonly handlers?: string;
}

/** Shows all there is to know about one instance. */
export const show = command<Flags>({
  name: "show",
  group: "Instances:",
  summary: "show an instance: status, tokens, variables, jobs, incidents, notes",
  details: "It says when a job waits for a handler that nobody seems to have.",
  arguments: [{ name: "<ID>", description: "the instance" }],
  options: [{
    flags: "--handlers <file>",
    description: "say which job types this module has no handler for",
  }],
  examples: [
    ["show 42 --db kv:orders.kv", "where it is and what it waits for"],
    ["show 42 --json --db kv:orders.kv", "the same, for programs"],
  ],
  async run(session, [id], { handlers }) {
    const module = handlers === undefined ? undefined : await loadHandlers(handlers);
    const engine = await session.engine(module);
    const instance = await engine.getInstance(id);
    const ended = instance.endedAt !== undefined;
    const [definition, positions, jobs, incidents, userTasks, calls, notes] = await Promise.all([
      engine.getDefinition(instance.definitionId),
      ended ? [] : engine.positions(id),
      engine.jobs.list({ instanceId: id, take: SHOWN }),
      engine.incidents.list({ instanceId: id, take: SHOWN }),
      engine.userTasks.list({ instanceId: id, take: SHOWN }),
      engine.instances({ parentId: id, take: SHOWN }),
      engine.notes(id),
    ]);
    const now = Date.now();
    const waiting = jobs.items.map((job) => ({ job, why: waitsForHandler(job, positions, now, handlers) }))
      .filter((entry): entry is { job: Job; why: string } => entry.why !== undefined);
    const result = {
      ...instance,
      definition,
      positions,
      jobs: jobs.items,
      incidents: incidents.items,
      userTasks: userTasks.items,
      calls: calls.items,
      notes,
      withoutHandler: waiting.map(({ job }) => ({ jobId: job.id, type: job.type, elementId: job.elementId })),
    };
    session.print(result, () => {
      const took = formatDuration((instance.endedAt ?? now) - instance.startedAt);
      const rows: [string, string][] = [
        ["Instance", id],
        ["Process", `${instance.key} v${instance.version}${definition.name ? `, ${definition.name}` : ""}`],
        ...(instance.businessKey === undefined
          ? []
          : [["Business key", instance.businessKey] as [string, string]]),
        [
          "Status",
          statusText(session, instance.status) + (instance.reason ? `: ${printable(instance.reason)}` : ""),
        ],
        ["Started", formatTime(instance.startedAt)],
        [
          ended ? "Ended" : "Running for",
          ended ? `${formatTime(instance.endedAt ?? 0)}, after ${took}` : took,
        ],
        ...(instance.parentId === undefined ? [] : [["Called by", instance.parentId] as [string, string]]),
      ];
      for (const [name, value] of rows) session.say(`${session.paint("bold", name.padEnd(14))}${value}`);
      if (positions.length > 0) {
        title(session, "Tokens");
        positionTable(session, positions, "  ");
      }
      title(session, "Variables");
      printVariables(session, instance.variables);
      if (jobs.items.length > 0) {
        title(session, "Jobs");
        session.table(jobs.items, jobColumns(session, now), "  ");
        more(session, jobs.next);
      }
      if (incidents.items.length > 0) {
        title(session, "Incidents");
        session.table(incidents.items, [
          { title: "ID", value: (i) => i.id },
          { title: "ELEMENT", value: (i) => i.elementId, shrinkTo: 12 },
          { title: "KIND", value: (i) => i.kind },
          { title: "SINCE", value: (i) => formatTime(i.createdAt) },
          { title: "MESSAGE", value: (i) => i.message, shrinkTo: 20 },
        ], "  ");
        more(session, incidents.next);
      }
      if (userTasks.items.length > 0) {
        title(session, "User tasks");
        session.table(userTasks.items, [
          { title: "ID", value: (t) => t.id },
          { title: "TASK", value: (t) => t.name ?? t.elementId, shrinkTo: 12 },
          { title: "ASSIGNEE", value: (t) => t.assignee, shrinkTo: 8 },
          { title: "SINCE", value: (t) => formatTime(t.createdAt) },
        ], "  ");
        more(session, userTasks.next);
      }
      if (calls.items.length > 0) {
        title(session, "Called instances");
        session.table(calls.items, [
          { title: "ID", value: (c) => c.id },
          { title: "PROCESS", value: (c) => `${c.key} v${c.version}`, shrinkTo: 12 },
          {
            title: "STATUS",
            value: (c) => c.status,
            style: (cell, c) => statusText(session, c.status, cell),
          },
        ], "  ");
        more(session, calls.next);
      }
      if (notes.length > 0) {
        title(session, "Notes");
        session.table(notes, [
          { title: "TIME", value: (n) => formatTime(n.createdAt) },
          { title: "KIND", value: (n) => n.kind },
          { title: "AUTHOR", value: (n) => n.author },
          { title: "TEXT", value: (n) => n.text, shrinkTo: 20 },
        ], "  ");
      }
      for (const { why } of waiting) session.say(`\n${session.paint("yellow", "note")}: ${printable(why)}`);
    });
  },
});

/** Says why a job may wait for ever, if it looks like it. */
function waitsForHandler(
  job: Job,
  positions: readonly Position[],
  now: number,
  handlers: string | undefined,
): string | undefined {
  if (job.type.startsWith("baton:") || job.dueAt === null || job.held !== undefined) return undefined;
  const known = handlers !== undefined && positions.find(({ jobId }) => jobId === job.id)?.handlerKnown;
  if (known) return undefined;
  if (handlers !== undefined) return `No handler for "${job.type}" in ${handlers}: job ${job.id} waits`;
  // Nobody ever took it although it is due: no worker runs that has a handler for it.
  if (job.leaseNo > 0 || job.dueAt > now) return undefined;
  return `No handler is known for "${job.type}": no worker has taken job ${job.id} in ` +
    `${formatDuration(now - Math.max(job.enqueuedAt, job.dueAt))}. It waits for a worker that has one`;
}

function printVariables(session: Session, variables: Readonly<Record<string, unknown>>): void {
  const names = Object.keys(variables);
  if (names.length === 0) session.say("  none");
  else {
    session.table(names, [
      { title: "NAME", value: (name) => name, shrinkTo: 16 },
      { title: "VALUE", value: (name) => formatValue(variables[name]), shrinkTo: 30 },
    ], "  ");
  }
}

function title(session: Session, text: string): void {
  session.say(`\n${session.paint("bold", text)}`);
}

function more(session: Session, next: string | undefined): void {
  if (next !== undefined) session.say(`  and more`);
}
