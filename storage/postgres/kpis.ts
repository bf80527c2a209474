/**
 * KPIs and retention on PostgreSQL.
 *
 * Each commit adds what ended in it to `kpi_deltas`. {@link sumUpKpis} moves that into sums of hours, days and
 * months, one statement a move, so that each end is in exactly one place for whoever looks.
 */
import { textArray } from "./arrays.ts";
import { KpiGroups } from "../kpi/groups.ts";
import { coverOf, PERIODS, type Range } from "../kpi/periods.ts";
import type { SummaryValue } from "../kpi/summary.ts";
import { int8Array } from "./arrays.ts";
import type { Database, Row, Runner } from "./client.ts";
import { instanceOf, textOf } from "./rows.ts";
import type { InstanceRecord, Kpi, KpiQuery } from "../store.ts";

/** Most deltas that one statement moves. */
const MOVED = 20_000;
/** The years 1 to 9999: PostgreSQL has no time as far away as JavaScript's last one. */
const FIRST_MS = -62_135_596_800_000, LAST_MS = 253_402_300_800_000;

/** Answers a query; its definition id is one. */
export async function readKpis(runner: Runner, query: KpiQuery): Promise<readonly Kpi[]> {
  const { tenant, key, definitionId, groupBy } = query;
  const processes = groupBy === "process";
  const elementId = processes ? undefined : query.elementId;
  const cover = coverOf(query.from, query.to);
  const groups = new KpiGroups(query);
  const add = (rows: readonly Row[]) => {
    for (const row of rows) groups.merge(textOf(row.key) ?? "", textOf(row.element_id) ?? "", summaryOf(row));
  };
  for (const hours of cover.hours) {
    const ranges: (Range & { readonly period: string })[] = [{ ...hours, period: "open" }];
    for (const period of PERIODS) for (const range of cover[period]) ranges.push({ ...range, period });
    add(
      await runner.run("kpis", [
        tenant,
        key,
        definitionId,
        elementId,
        processes,
        textArray(ranges.map(({ period }) => period)),
        int8Array(ranges.map(({ from }) => bounded(from))),
        int8Array(ranges.map(({ to }) => bounded(to))),
        bounded(hours.from),
        bounded(hours.to),
      ]),
    );
  }
  for (const rest of cover.rest) {
    const params = [bounded(rest.from), bounded(rest.to)];
    add(
      processes
        ? await runner.run("kpis_of_processes", [tenant, key, definitionId, ...params])
        : await runner.run("kpis_of_elements", [tenant, key, definitionId, elementId, ...params]),
    );
  }
  return groups.rows();
}

function bounded(ms: number): number {
  return Math.min(LAST_MS, Math.max(FIRST_MS, Math.ceil(ms)));
}

function summaryOf(row: Row): SummaryValue {
  return {
    count: Number(row.count),
    failures: Number(row.failures),
    sumMs: Number(row.sum_ms),
    minMs: Number(row.min_ms),
    maxMs: Number(row.max_ms),
    durations: String(row.durations),
    counts: String(row.counts),
  };
}

/** Moves what commits have left into the sums, unless another process does so now. */
export async function sumUpKpis(database: Database): Promise<void> {
  let moved = MOVED;
  while (moved >= MOVED) {
    moved = await database.transaction(async (connection) => {
      const [{ locked }] = await database.runOn(connection, "lock_kpis", [false]);
      if (locked !== "t") return 0;
      const [row] = await database.runOn(connection, "sum_up_kpis", [MOVED]);
      await database.runOn(connection, "roll_up_kpis", []);
      return Number(row.moved);
    });
  }
  // The next lease or commit of an idle process gets this connection: it need not be set up then.
  await database.withConnection(() => Promise.resolve(), "generic");
}

/** Counts anew what history holds. */
export async function rebuildKpis(database: Database): Promise<void> {
  await database.transaction(async (connection) => {
    await database.runOn(connection, "lock_kpis", [true]);
    await database.runOn(connection, "rebuild_kpis", []);
  }, "set local lock_timeout = 0; set local work_mem = '256MB'");
}

/** Batches of instances whose time is over. What cannot be deleted is not looked at again. */
export async function* expiredInstances(
  runner: Runner,
  definitionId: string,
  before: number,
  batch: number,
): AsyncGenerator<InstanceRecord[]> {
  const limit = bounded(before);
  let last: InstanceRecord | undefined;
  for (;;) {
    const params = [definitionId, limit, last?.startedAt, last?.id, batch];
    const found = (await runner.run("expired_instances", params)).map((row) => instanceOf(row));
    if (found.length > 0) yield found;
    if (found.length < batch) return;
    last = found[found.length - 1];
  }
}
