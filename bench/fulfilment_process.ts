/**
 * Order fulfilment in a process of its own: `fulfilment_process.ts '{ … }'` with {@link FulfilmentRun} as JSON. Prints
 * a `Fulfilment`.
 *
 * @module
 */
import pg from "pg";
import { MemoryStore } from "../storage/memory.ts";
import { PostgresStore } from "../storage/postgres.ts";
import type { Store } from "../storage/store.ts";
import {
  type Fulfilment,
  type FulfilmentOptions,
  HANDLERS,
  KEY,
  runBacklog,
  runStream,
  WRITING_HANDLERS,
} from "./fulfilment.ts";

/** What to measure. */
export interface FulfilmentRun {
  /** A PostgreSQL database and an unused schema in it; absent: the memory store. */
  readonly database?: { readonly url: string; readonly schema: string };
  /** Orders that wait, or that are started meanwhile. */
  readonly kind: "backlog" | "stream";
  readonly instances: number;
  /** Orders before the measurement, in a store of their own, so that the code is compiled. */
  readonly warm: number;
  /** Each handler returns a variable. */
  readonly writing?: boolean;
  /** Steps of an order commit together. */
  readonly chain?: boolean;
}

const wanted: FulfilmentRun = JSON.parse(Deno.args[0]);
const run = wanted.kind === "backlog" ? runBacklog : runStream;
const options: Omit<FulfilmentOptions, "instances"> = {
  worker: { handlers: wanted.writing ? WRITING_HANDLERS : HANDLERS, chain: wanted.chain ? [KEY] : [] },
  prepared,
};

async function open(suffix: string): Promise<Store> {
  const { database } = wanted;
  if (!database) return new MemoryStore();
  return await PostgresStore.open(database.url, { schema: database.schema + suffix });
}

/**
 * As for the peers: a table that was filled at once has no statistics yet, and what was written is not to be flushed
 * to disk in the middle of what is measured.
 */
async function prepared(): Promise<void> {
  if (!wanted.database || wanted.kind === "stream") return;
  const client = new pg.Client({ connectionString: wanted.database.url });
  await client.connect();
  await client.query("analyze");
  await client.query("checkpoint");
  await client.end();
}

async function measure(suffix: string, instances: number): Promise<Fulfilment> {
  await using store = await open(suffix);
  return await run(store, { ...options, instances });
}

await measure("_warm", wanted.warm);
const result = await measure("", wanted.instances);
console.log(JSON.stringify(result));
