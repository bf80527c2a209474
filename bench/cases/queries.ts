/**
 * Pages of instances and whole histories: as quick among a million instances as among ten thousand.
 *
 * @module
 */
import { PostgresStore } from "../../storage/postgres.ts";
import type { InstanceQuery } from "../../storage/store.ts";
import { type BenchCase, type BenchContext, type Row, row } from "../case.ts";
import { makeHistory } from "../data.ts";
import { openBenchPostgres } from "../postgres.ts";

const FEW = 10_000;
const STEPS = 8, DAYS = 90, PROCESSES = 5;
const TENANT = "default";

/** Each is asked of both stores in turn. */
const READS: readonly {
  readonly name: string;
  readonly read: (store: PostgresStore, instances: number, n: number) => Promise<number>;
}[] = [
  { name: "first page", read: (store) => page(store, {}) },
  { name: "page in the middle, by cursor", read: (store) => page(store, {}, true) },
  { name: "page of one process", read: (store) => page(store, { key: "process-3" }) },
  { name: "page of one process in the middle", read: (store) => page(store, { key: "process-3" }, true) },
  { name: "page of failed ones", read: (store) => page(store, { statuses: ["failed"] }) },
  {
    name: "page of failed and running ones in the middle",
    read: (store) => page(store, { statuses: ["failed", "running"] }, true),
  },
  {
    // As many as there are among few: a page that holds more takes longer.
    name: "10 suspended ones, one in a thousand",
    read: (store) => page(store, { statuses: ["suspended"], take: FEW / 1_000 }),
  },
  {
    name: "page of suspended and failed ones",
    read: (store) => page(store, { statuses: ["suspended", "failed"] }),
  },
  {
    name: "one by business key",
    read: (store, instances, n) => page(store, { businessKey: `order-${1 + n * 7919 % instances}` }),
  },
  {
    name: "one by a searchable variable",
    read: (store, instances, n) =>
      page(store, { variables: [{ name: "order", value: 1 + n * 7919 % instances }] }),
  },
  {
    name: "one by two variables, the first one of many",
    read: (store, instances, n) => {
      const order = 1 + n * 7919 % instances;
      return page(store, {
        variables: [{ name: "region", value: order % 50 }, { name: "order", value: order }],
      });
    },
  },
  {
    name: "page by a variable of many",
    read: (store) => page(store, { variables: [{ name: "region", value: 7 }] }),
  },
  {
    name: "history of one",
    read: async (store, instances, n) => (await store.listSteps(String(1 + n * 7919 % instances))).length,
  },
];

/** Where the middle begins, by store and query: a cursor is what a reader would have come by. */
const cursors = new WeakMap<PostgresStore, Map<string, string>>();

async function page(store: PostgresStore, query: InstanceQuery, middle = false): Promise<number> {
  const all = { tenant: TENANT, ...query };
  if (!middle) return (await store.listInstances(all)).items.length;
  let known = cursors.get(store);
  if (!known) cursors.set(store, known = new Map());
  const name = JSON.stringify(query);
  let cursor = known.get(name);
  if (cursor === undefined) {
    const before = Date.now() - DAYS / 2 * 86_400_000;
    cursor = (await store.listInstances({ ...all, startedTo: before, take: 1 })).next;
    if (cursor === undefined) throw new Error(`Cannot find the middle of ${name}`);
    known.set(name, cursor);
  }
  return (await store.listInstances({ ...all, cursor })).items.length;
}

const queries: BenchCase = {
  name: "queries",
  large: true,
  async run(context) {
    const many = context.quick ? 100_000 : 1_000_000;
    await using database = await openBenchPostgres();
    const stores: PostgresStore[] = [];
    try {
      for (const instances of [FEW, many]) {
        context.log(`queries: making ${instances} instances`);
        const schema = `queries_${instances}`;
        stores.push(await PostgresStore.open(database.url, { schema, maxConnections: 1 }));
        await makeHistory(database.pool, {
          schema,
          instances,
          steps: STEPS,
          days: DAYS,
          processes: PROCESSES,
        });
      }
      return await compare(context, stores, many, database.configuration);
    } finally {
      for (const store of stores) await store[Symbol.asyncDispose]();
    }
  },
};

async function compare(
  context: BenchContext,
  stores: readonly PostgresStore[],
  many: number,
  server: string,
): Promise<readonly Row[]> {
  const times = context.quick ? 60 : 300;
  const rows: Row[] = [];
  for (const { name, read } of READS) {
    const measured: number[][] = [[], []];
    for (let n = 0; n < times; n++) {
      // Each is the first one as often: whoever comes second found the process slower by a third.
      for (const i of n % 2 === 0 ? [0, 1] : [1, 0]) {
        const store = stores[i];
        const began = performance.now();
        const found = await read(store, [FEW, many][i], n);
        // The first ones meet cold caches.
        if (n >= times / 5) measured[i].push(performance.now() - began);
        if (found === 0) throw new Error(`Cannot measure "${name}": nothing was found`);
      }
    }
    const [few, value] = measured.map((each) => each.sort((a, b) => a - b)[each.length >> 1]);
    rows.push(row({
      case: `PostgreSQL: ${name}, ${many.toLocaleString("en")} instances`,
      value,
      unit: "ms",
      peer: { name: `with ${FEW.toLocaleString("en")}`, value: few },
      atMost: 1.5,
      configuration: `pages of 100, histories of ${STEPS} steps, medians of ${times}, in turn; ${server}`,
    }));
  }
  return rows;
}

export default queries;
