/**
 * KPIs of long histories beside a plain GROUP BY over the same steps.
 *
 * @module
 */
import type pg from "pg";
import { PostgresStore } from "../../storage/postgres.ts";
import type { KpiQuery } from "../../storage/store.ts";
import { type BenchCase, type BenchContext, type Row, row } from "../case.ts";
import { makeHistory } from "../data.ts";
import { type BenchPostgres, openBenchPostgres } from "../postgres.ts";

const DAY = 86_400_000;
const ELEMENTS = 50, DAYS = 90;
const LIMIT_MS = 200;
const GROUPINGS = ["process", "process-element", "element"] as const;

const kpis: BenchCase = {
  name: "kpis",
  large: true,
  async run(context) {
    if (!context.quick) return await measure(context, 1_000_000);
    return await measure(context, 100_000);
  },
};

/** Also the body of `kpis_large.ts`. */
export async function measure(context: BenchContext, steps: number): Promise<readonly Row[]> {
  await using database = await openBenchPostgres();
  await using store = await PostgresStore.open(database.url, { maxConnections: 2 });
  context.log(`KPIs: making ${steps} steps`);
  const began = performance.now();
  const instances = steps / ELEMENTS;
  await makeHistory(database.pool, { schema: "baton", instances, steps: ELEMENTS, days: DAYS, processes: 1 });
  const madeMs = performance.now() - began;
  context.log("KPIs: summing up");
  await store.rebuildKpis();
  await database.pool.query("vacuum analyze baton.kpi_sums");
  const summedMs = performance.now() - began - madeMs;
  const rows: Row[] = [];
  const name = `PostgreSQL: KPIs of ${steps.toLocaleString("en")} steps`;
  const configuration =
    `${DAYS} days, ${ELEMENTS} elements, one process, slowest grouping, medians; made in ${
      (madeMs / 1_000).toFixed(1)
    } s, summed up in ${(summedMs / 1_000).toFixed(1)} s; ${database.configuration}`;
  const now = Date.now();
  const times: readonly (readonly [string, KpiQuery])[] = [
    ["since ever", {}],
    ["30 days, whole hours", { from: hour(now - 30 * DAY), to: hour(now) }],
    ["30 days to the millisecond", { from: now - 30 * DAY - 1_234_567, to: now - DAY / 3 }],
  ];
  for (const [what, time] of times) {
    const found: number[] = [];
    const plain: number[] = [];
    for (const groupBy of GROUPINGS) {
      found.push(await median(context.quick ? 5 : 15, () => store.kpis({ ...time, groupBy })));
      plain.push(await median(1, () => groupOf(database.pool, groupBy, time)));
    }
    const value = Math.max(...found);
    rows.push(
      row({
        case: `${name}, ${what}`,
        value,
        unit: "ms",
        peer: { name: "the limit", value: LIMIT_MS },
        atMost: 1,
        configuration: `${
          GROUPINGS.map((each, i) => `${each} ${found[i].toFixed(1)} ms`).join(", ")
        }; ${configuration}`,
      }),
      row({
        case: `${name}, ${what}`,
        value,
        unit: "ms",
        peer: { name: "a plain GROUP BY", value: Math.max(...plain) },
        configuration,
      }),
    );
  }
  await check(store, database);
  return rows;
}

/** What is quick must also be right. */
async function check(store: PostgresStore, { pool }: BenchPostgres): Promise<void> {
  const counted = (await store.kpis({ groupBy: "element" })).reduce((sum, { count }) => sum + count, 0);
  const { rows } = await pool.query("select count(*)::int as steps from baton.steps");
  if (rows[0].steps !== counted) throw new Error(`KPIs count ${counted} steps of ${rows[0].steps}`);
}

function hour(at: number): number {
  return Math.floor(at / 3_600_000) * 3_600_000;
}

async function groupOf(pool: pg.Pool, groupBy: KpiQuery["groupBy"], time: KpiQuery): Promise<void> {
  const columns = { "process": "i.key", "process-element": "i.key, s.element_id", "element": "s.element_id" };
  const ms = (alias: string) => `extract(epoch from ${alias}.ended_at - ${alias}.started_at) * 1000`;
  const alias = groupBy === "process" ? "i" : "s";
  const from = groupBy === "process"
    ? "baton.instances i"
    : "baton.steps s join baton.instances i on i.id = s.instance_id";
  await pool.query(
    `select ${
      columns[groupBy ?? "process-element"]
    }, count(*), count(*) filter (where ${alias}.status = 'failed'),
       avg(${ms(alias)}), min(${ms(alias)}), max(${ms(alias)}),
       percentile_cont(array[0.5, 0.95, 0.99]) within group (order by ${ms(alias)})
     from ${from}
     where i.tenant = 'default' and ${alias}.ended_at >= coalesce(to_timestamp($1::float8 / 1000), '-infinity')
       and ${alias}.ended_at < coalesce(to_timestamp($2::float8 / 1000), 'infinity')
     group by ${columns[groupBy ?? "process-element"]}`,
    [time.from ?? null, time.to ?? null],
  );
}

async function median(times: number, work: () => Promise<unknown>): Promise<number> {
  if (times > 1) await work();
  const measured: number[] = [];
  for (let i = 0; i < times; i++) {
    const began = performance.now();
    await work();
    measured.push(performance.now() - began);
  }
  return measured.sort((a, b) => a - b)[measured.length >> 1];
}

export default kpis;
