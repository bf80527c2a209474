/**
 * Worker processes on schemas of their own, one after the other: what the cases that compare one with several share.
 *
 * @module
 */
import type { Engine } from "../mod.ts";
import { createEngine } from "../mod.ts";
import { PostgresStore } from "../storage/postgres.ts";
import type { WorkerCounters } from "../worker.ts";
import type { BenchPostgres } from "./postgres.ts";
import { spawnWorker, type WorkerProcess, type WorkerRun } from "./spawn_worker.ts";

/** Processes that stay, so that each compiles the code once. */
export class Fleet implements AsyncDisposable {
  readonly #database: BenchPostgres;
  readonly #processes: readonly WorkerProcess[];
  #schemas = 0;
  #turn = 0;

  /** @param size How many processes. */
  constructor(database: BenchPostgres, size: number) {
    this.#database = database;
    this.#processes = Array.from({ length: size }, spawnWorker);
  }

  /**
   * Opens a new schema for some of the processes. The processes take turns: none is always the one that works alone.
   *
   * @param prepare Makes what is to be there before they begin; the tables are analyzed after that.
   */
  async open(
    workers: number,
    run: Pick<WorkerRun, "handlers" | "maxHandlerMs">,
    prepare: (engine: Engine) => Promise<void>,
  ): Promise<Crew> {
    const { url, pool } = this.#database;
    const schema = `fleet_${this.#schemas++}`;
    const store = await PostgresStore.open(url, { schema });
    const engine = await createEngine({ store, closeStore: false });
    await prepare(engine);
    await pool.query("analyze");
    // What was written before is not to be flushed to disk in the middle of what is measured.
    await pool.query("checkpoint");
    const first = this.#turn++;
    const size = this.#processes.length;
    const processes = Array.from({ length: workers }, (_, i) => this.#processes[(first + i) % size]);
    await Promise.all(processes.map((each) => each.open({ ...run, url, schema })));
    return {
      store,
      engine,
      go: async () => void await Promise.all(processes.map((each) => each.go())),
      count: async () => sumOf(await Promise.all(processes.map((each) => each.count()))),
      async end() {
        const counters = sumOf(await Promise.all(processes.map((each) => each.end())));
        await engine[Symbol.asyncDispose]();
        await store[Symbol.asyncDispose]();
        // Nothing is left to vacuum, to analyze or to flush while the next ones work.
        await pool.query(`drop schema ${schema} cascade`);
        return counters;
      },
    };
  }

  /** Ends the processes. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const each of this.#processes) await each[Symbol.asyncDispose]();
  }
}

/** Some processes on one schema. */
export interface Crew {
  readonly store: PostgresStore;
  readonly engine: Engine;
  /** They begin to work. */
  go(): Promise<void>;
  /** What they have done so far, together. */
  count(): Promise<WorkerCounters>;
  /** They stop, and the schema is dropped. @returns What they have done, together. */
  end(): Promise<WorkerCounters>;
}

/** @returns What several workers have done together. */
export function sumOf(all: readonly WorkerCounters[]): WorkerCounters {
  const total = { ...all[0] };
  for (const each of all.slice(1)) {
    for (const name of Object.keys(total) as (keyof WorkerCounters)[]) total[name] += each[name];
  }
  return total;
}
