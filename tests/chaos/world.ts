/** What a scenario has in its hands: a server, workers in processes of their own, and load. */
import assert from "node:assert/strict";
import pg from "pg";
import type { Store } from "../../storage/store.ts";
import { PostgresStore } from "../../storage/postgres.ts";
import type { CuttingProxy } from "../support/cutting_proxy.ts";
import { OwnPostgres, type OwnPostgresOptions } from "../support/own_postgres.ts";
import { sql } from "../support/postgres_sql.ts";
import { startProgram, type TestProcess } from "../support/processes.ts";
import { type Random, seeded } from "../support/random.ts";
import { checkEngine, checkKpis, checkPostgres, type Found, jobsLeft } from "./checks.ts";
import { Load } from "./load.ts";

const PROGRAM = new URL("./programs/chaos_worker.ts", import.meta.url);
/** How long work may take to come to its end when chaos is over. */
const END_MS = 120_000;

/** How large a run is. */
export interface Size {
  /** How long chaos lasts, at least one round. */
  readonly seconds: number;
  readonly workers: number;
  readonly leaseMs: number;
  /** The stores' `timeoutMs`. */
  readonly timeoutMs: number;
  readonly seed: number;
  /** Rounds at most. */
  readonly rounds?: number;
  /** Instances that run at once, about. Default 40. */
  readonly running?: number;
  /** Whether work must go on within two leases. A busy machine may not manage that. */
  readonly inTime?: boolean;
  log(text: string): void;
}

/** One way to make trouble. */
export interface Scenario {
  readonly name: string;
  /** One line. */
  readonly what: string;
  /** Why it cannot run here; absent: it can. */
  skip?(): Promise<string | undefined>;
  run(size: Size): Promise<Report>;
}

/** What a scenario did. */
export interface Report {
  readonly faults: number;
  readonly found: Found;
  /** How long each time until work went on, ms. */
  readonly backMs: readonly number[];
  /** Jobs that had lost their worker three times; a person said that they were not to blame. */
  readonly resolved: number;
}

/** How a world is made. */
export interface WorldOptions {
  readonly size: Size;
  readonly server?: OwnPostgresOptions;
  /** A proxy between the workers and the server. */
  proxy?(url: string): CuttingProxy;
  /** The driver goes through it, too: it leads to another server later. */
  readonly driverThroughProxy?: boolean;
  /** Before the workers start: another role, other settings. */
  prepare?(url: string): Promise<void>;
  /** Where workers connect to, of the server's or the proxy's address. Default: the same. */
  place?(url: string): string;
}

/** Workers under load. */
export class World implements AsyncDisposable {
  readonly size: Size;
  readonly random: Random;
  readonly workers: TestProcess[] = [];
  readonly #stack = new AsyncDisposableStack();
  server!: OwnPostgres;
  proxy!: CuttingProxy;
  load!: Load;
  #store!: Store;
  /** Where the driver itself reads and starts; absent without a server. */
  url: string | undefined;
  #place!: string;
  #notes!: string;
  #watching: pg.Client | undefined;
  faults = 0;
  resolved = 0;
  readonly backMs: number[] = [];

  private constructor(size: Size) {
    this.size = size;
    this.random = seeded(size.seed);
  }

  /** A world on PostgreSQL. */
  static async open(options: WorldOptions): Promise<World> {
    const world = new World(options.size);
    try {
      await world.#open(options);
    } catch (error) {
      await world[Symbol.asyncDispose]();
      throw error;
    }
    return world;
  }

  /** A world on a store of another kind, that several processes may open. */
  static async on(store: Store, place: string, size: Size): Promise<World> {
    const world = new World(size);
    try {
      world.#store = store;
      world.#place = place;
      await world.#begin();
    } catch (error) {
      await world[Symbol.asyncDispose]();
      throw error;
    }
    return world;
  }

  async #open({ size, server, proxy, driverThroughProxy, prepare, place }: WorldOptions): Promise<void> {
    this.server = this.#stack.use(await OwnPostgres.start(server));
    const { url } = this.server;
    this.url = url;
    await sql(url, "create table public.payments (instance_id bigint not null, element_id text not null)");
    this.#place = url;
    if (proxy) {
      this.proxy = this.#stack.use(proxy(url));
      this.#place = this.proxy.url;
    }
    if (driverThroughProxy) this.url = this.#place;
    const store = await PostgresStore.open(this.url, { maxConnections: 4, timeoutMs: size.timeoutMs });
    this.#store = this.#stack.use(store);
    await prepare?.(url);
    if (place) this.#place = place(this.#place);
    await this.#begin();
  }

  async #begin(): Promise<void> {
    this.#notes = await Deno.makeTempFile({ prefix: "baton_chaos_" });
    this.#stack.defer(() => Deno.remove(this.#notes));
    this.load = await Load.open(this.#store, this.random, this.size.running);
    this.#stack.defer(async () => {
      for (const worker of this.workers) await worker[Symbol.asyncDispose]();
    });
    const started = Array.from({ length: this.size.workers }, () => this.startWorker());
    for (const each of await Promise.allSettled(started)) {
      if (each.status === "rejected") throw each.reason;
      this.workers.push(each.value);
    }
    this.#stack.defer(() => this.load.abandon());
    this.load.begin();
  }

  /** Starts a worker's process. */
  startWorker(): Promise<TestProcess> {
    const { leaseMs, timeoutMs } = this.size;
    return startProgram(PROGRAM, [this.#place, this.#notes, String(leaseMs), String(timeoutMs)]);
  }

  /**
   * Makes trouble until time is up, and each time waits until a task has been done since.
   *
   * @param fault Returns when it is over; what it returns is what it did.
   * @param rounds At most.
   */
  async trouble(fault: (round: number) => Promise<string>, rounds: number = Infinity): Promise<void> {
    const until = performance.now() + this.size.seconds * 1_000;
    for (let round = 0; round < Math.min(rounds, this.size.rounds ?? Infinity); round++) {
      if (round > 0 && performance.now() >= until) break;
      await this.workGoesOn();
      const what = await fault(round);
      this.faults++;
      const backMs = await this.workGoesOn();
      this.backMs.push(backMs);
      this.size.log(`${what}: back at work after ${Math.round(backMs)} ms`);
    }
  }

  /** Waits until tasks that workers do have ended since now. @returns How long it took, ms. */
  async workGoesOn(): Promise<number> {
    const since = performance.now();
    const before = await this.#tasksDone();
    let polls = 0;
    while (await this.#tasksDone() === before) {
      if (performance.now() - since > END_MS) {
        throw new Error(`no work is done for ${END_MS} ms${this.#said()}`);
      }
      await pause(20);
      if (++polls % 10 === 0) await this.#resolveLost();
    }
    return performance.now() - since;
  }

  /** Lets all that was started come to its end, stops the workers, and checks. */
  async end(): Promise<Report> {
    await this.load.stop();
    await this.#untilAllEnded();
    for (const worker of this.workers.splice(0)) await worker.stop();
    const { load } = this;
    const found = this.url === undefined
      ? await checkEngine(load.engine, load.expected, this.#notes)
      : await checkPostgres(this.url, load.expected, this.#notes);
    await checkKpis(load.engine, load.expected);
    const { faults, backMs, resolved, size } = this;
    if (size.inTime) {
      const late = backMs.filter((ms) => ms > 2 * size.leaseMs);
      assert.deepEqual(late, [], `work goes on within two leases of ${size.leaseMs} ms`);
    }
    return { faults, found, backMs, resolved };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopWatching();
    await this.#stack.disposeAsync();
  }

  async #tasksDone(until: number = performance.now() + END_MS): Promise<number> {
    if (this.url === undefined) {
      return (await Deno.readTextFile(this.#notes)).length;
    }
    try {
      // One connection for all the times that this is asked.
      if (!this.#watching) {
        this.#watching = new pg.Client({ connectionString: this.url, query_timeout: this.size.timeoutMs });
        this.#watching.on("error", () => {}); // its query rejects, too
        await this.#watching.connect();
      }
      const { rows } = await this.#watching.query(
        "select count(*)::int as n from baton.steps where element_type = 'serviceTask'",
      );
      return Number(rows[0].n);
    } catch (error) {
      // The server is away, and a count of tasks can wait for it.
      if (performance.now() > until) throw error;
      this.#stopWatching();
      await pause(50);
      return await this.#tasksDone(until);
    }
  }

  #stopWatching(): void {
    this.#watching?.end().catch(() => {}); // it may not have begun
    this.#watching = undefined;
  }

  async #untilAllEnded(): Promise<void> {
    const until = performance.now() + END_MS;
    const { engine } = this.load;
    for (;;) {
      await this.#resolveLost();
      const { items } = await engine.instances({ statuses: ["running"], take: 5 });
      // A job that was done may be there until its lease is over, for nobody heard of its end.
      const jobs = await jobsLeft(engine);
      if (items.length === 0 && jobs.length === 0) return;
      if (performance.now() > until) {
        throw new Error(
          `instances still run after ${END_MS} ms: ${
            JSON.stringify({ items, jobs: jobs.slice(0, 5) })
          }${this.#said()}`,
        );
      }
      await pause(100);
    }
  }

  /** A job that lost three workers waits for a person: here the person says that the workers were to blame. */
  async #resolveLost(): Promise<void> {
    const { incidents } = this.load.engine;
    let items;
    try {
      ({ items } = await incidents.list());
      for (const { id, instanceId, kind, message, elementId } of items) {
        if (kind !== "worker-lost") {
          throw new AssertionError(`${kind} at ${elementId}: ${message}${this.#said()}`);
        }
        await incidents.resolve({ id, instanceId });
        this.resolved++;
      }
    } catch (error) {
      if (error instanceof AssertionError) throw error;
      await pause(100); // the store is away
    }
  }

  #said(): string {
    return this.workers.map((worker, index) => `\n--- worker ${index}\n${worker.said}`).join("");
  }
}

class AssertionError extends Error {
  override name = "AssertionError";
}

/** Waits. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
