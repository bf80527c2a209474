import type { Kpi, KpiQuery } from "../../storage/store.ts";
import { command } from "../command.ts";
import { formatDuration } from "../format.ts";
import { pointInTime } from "../input.ts";
import type { Session } from "../session.ts";

const GROUPS = ["process", "process-element", "element"] as const;

interface Flags {
  readonly by?: (typeof GROUPS)[number];
  readonly key?: string;
  readonly definition?: string;
  readonly element?: string;
  readonly from?: number;
  readonly to?: number;
  readonly rebuild?: boolean;
}

/** Shows durations and failures. */
export const kpi = command<Flags>({
  name: "kpi",
  group: "Operations:",
  summary: "show durations and failures of processes and elements",
  options: [
    { flags: "--by <group>", description: "one row per (default: process-element)", choices: GROUPS },
    { flags: "--key <key>", description: "only this process" },
    { flags: "--definition <id>", description: "only this version of a process" },
    { flags: "--element <id>", description: "only this element" },
    {
      flags: "--from <time>",
      description: "ended then or later: ISO time, or 2h for two hours ago",
      parse: pointInTime,
    },
    { flags: "--to <time>", description: "ended before", parse: pointInTime },
    { flags: "--rebuild", description: "first count anew all that the history of all tenants holds" },
  ],
  examples: [
    ["kpi --db kv:orders.kv", "each element of each process"],
    ["kpi --rebuild --db kv:orders.kv", "after steps were changed by hand"],
    ["kpi --by process --from 24h --db kv:orders.kv", "whole instances of the last day"],
  ],
  async run(session, _args, { by, key, definition, element, from, to, rebuild }) {
    const engine = await session.engine();
    if (rebuild) await engine.rebuildKpis();
    const query: Omit<KpiQuery, "tenant"> = {
      ...(by !== undefined && { groupBy: by }),
      ...(key !== undefined && { key }),
      ...(definition !== undefined && { definitionId: definition }),
      ...(element !== undefined && { elementId: element }),
      ...(from !== undefined && { from }),
      ...(to !== undefined && { to }),
    };
    const rows = await engine.kpis(query);
    session.print({ items: rows }, () => {
      if (rows.length === 0) session.say("Nothing has ended yet");
      else kpiTable(session, rows);
    });
  },
});

/** Prints KPIs as a table. */
export function kpiTable(session: Session, rows: readonly Kpi[]): void {
  const ms = (pick: (row: Kpi) => number) => (row: Kpi): string => formatDuration(pick(row));
  session.table(rows, [
    ...(rows.some((r) => r.key !== undefined)
      ? [{ title: "PROCESS", value: (r: Kpi) => r.key, shrinkTo: 12 }]
      : []),
    ...(rows.some((r) => r.elementId !== undefined)
      ? [{ title: "ELEMENT", value: (r: Kpi) => r.elementId, shrinkTo: 12 }]
      : []),
    { title: "COUNT", value: (r) => r.count, align: "right" },
    {
      title: "FAILED",
      value: (r) => r.failures,
      align: "right",
      style: (cell, r) => r.failures > 0 ? session.paint("red", cell) : cell,
    },
    { title: "AVERAGE", value: ms((r) => r.averageMs), align: "right" },
    { title: "MIN", optional: true, value: ms((r) => r.minMs), align: "right" },
    { title: "P50", value: ms((r) => r.p50Ms), align: "right" },
    { title: "P95", optional: true, value: ms((r) => r.p95Ms), align: "right" },
    { title: "P99", optional: true, value: ms((r) => r.p99Ms), align: "right" },
    { title: "MAX", value: ms((r) => r.maxMs), align: "right" },
  ]);
}
