/**
 * A fleet of workers over one store, without real time, real chance or real concurrency: a seed decides which of
 * the calls under way reaches the store next, whether its answer arrives, how much time passes, who dies, and what
 * users do meanwhile. The same seed gives the same run.
 */
import assert from "node:assert/strict";
import {
  ConflictError,
  createEngine,
  type Engine,
  NotFoundError,
  RejectedError,
  silentLogger,
} from "../../mod.ts";
import { MemoryStore } from "../../storage/memory.ts";
import type { DeployRequest, Store, Unit } from "../../storage/store.ts";
import { createWorker, type Worker } from "../../worker.ts";
import { FaultError } from "../support/fault_store.ts";
import { type Random, seeded } from "../support/random.ts";
import { VirtualTime } from "../support/virtual_time.ts";
import { SimulationChecks } from "./simulation_checks.ts";
import { FILES, NEXT_FILES, simulationHandlers, STARTED } from "./simulation_processes.ts";
import { chooseAction, helpOut, type Running } from "./simulation_users.ts";

const LEASE_MS = 30_000;
const POLL_MS = 20 * 60_000;
/** Few workers meet each other in other ways than many. */
const FLEETS = [1, 2, 3, 3, 3, 5];
/** What the scheduler decides while there is chaos. */
const DECISIONS = 250;
const MAX_ACTIONS = 14;
const MAX_CRASHES = 2;
const MAX_LEAVING = 2;
const MAX_CALM = 20_000;
const CHAINED = [...STARTED, "child"];

/** In an answer's place: the call does nothing, does its work, or does a part of it. */
type Fault = "before" | "during" | "part";
const FAULTS: readonly Fault[] = ["before", "during", "part"];

/** A call on its way to the store. */
interface Call {
  readonly method: string;
  readonly process: Process;
  /** What it consists of: of a commit, a part may stand. */
  readonly units: number;
  /** Carries it out and answers; the fault takes the answer's place. */
  run(fault?: Fault): Promise<void>;
}

interface Process {
  readonly name: string;
  readonly worker: Worker;
  alive: boolean;
}

/** Ids that the definitions have. */
const DEPLOY_IDS = 16_384;
/**
 * What deploying the files asks of a store: the same for every run. The engine stays, so that its models do: workers
 * still load what they run, but no run compiles it again.
 */
const { requests: REQUESTS } = await deployFiles();

async function deployFiles(): Promise<{ requests: readonly DeployRequest[]; engine: Engine }> {
  const requests: DeployRequest[] = [];
  const store = new MemoryStore();
  const deploy = store.deploy.bind(store);
  store.deploy = (request) => {
    requests.push(request);
    return deploy(request);
  };
  const engine = await createEngine({ store, logger: silentLogger });
  for (const file of FILES) await engine.deploy(file);
  const first = [...requests];
  for (const file of NEXT_FILES) await engine.deploy(file);
  return { requests: first, engine };
}

/** What a run was, for those who count. */
export interface SimulationResult {
  readonly commits: number;
  readonly instances: number;
  /** Calls that the store saw. */
  readonly calls: number;
  /** Every instance with its steps. */
  readonly histories: string;
}

/** What a run may be asked for. */
export interface SimulationOptions {
  /** Makes the store one that breaks its promises: to see that a run finds out. */
  readonly broken?: (store: MemoryStore, random: Random) => void;
  /** Gets every call in the order in which the store sees it. */
  readonly trace?: string[];
}

/** Runs one seed. @throws {Error} If anything does not hold. */
export async function simulate(seed: number, options: SimulationOptions = {}): Promise<SimulationResult> {
  const random = seeded(seed);
  using time = new VirtualTime(random);
  return await new Simulation(time, random, options).run();
}

class Simulation {
  readonly #time: VirtualTime;
  readonly #random: Random;
  readonly #store: MemoryStore;
  readonly #checks: SimulationChecks;
  readonly #calls: Call[] = [];
  readonly #trace: string[] | undefined;
  #called = 0;
  readonly #unexpected: unknown[] = [];
  #processes: Process[] = [];
  #chaos = true;
  #actions = 0;
  #spawned = 0;
  #crashes = 0;
  #leaving = 0;
  /** What users wait for, and where. */
  readonly #acting = new Map<Promise<unknown>, Process>();

  constructor(time: VirtualTime, random: Random, { broken, trace }: SimulationOptions) {
    this.#time = time;
    this.#random = random;
    this.#trace = trace;
    this.#store = new MemoryStore({ clock: () => time.now() });
    // Its own chance: the fleet does the same as over a store that keeps its promises, up to where it notices.
    broken?.(this.#store, seeded(1));
    this.#checks = new SimulationChecks(this.#store);
  }

  async run(): Promise<SimulationResult> {
    await this.#store.reserveIds(DEPLOY_IDS);
    for (const request of REQUESTS) await this.#store.deploy(request);
    const workers = this.#random.pick(FLEETS);
    for (let n = 0; n < workers; n++) await this.#spawn();
    for (const { worker } of this.#processes) worker.start();
    for (let n = 0; n < DECISIONS; n++) {
      await this.#time.settle();
      await this.#decide();
      this.#expectNothing();
    }
    this.#chaos = false;
    await this.#checks.all();
    await this.#calm();
    await this.#checks.atRest();
    const { commits, instances, histories } = this.#checks;
    return { commits, instances, calls: this.#called, histories };
  }

  // ------------------------------------------------------------ processes and their calls

  async #spawn(): Promise<void> {
    const n = this.#spawned++;
    const process: { readonly name: string; worker?: Worker; alive: boolean } = {
      name: `worker-${n}`,
      alive: true,
    };
    const worker = await createWorker({
      store: this.#storeOf(process as Process),
      closeStore: false,
      migrate: false,
      logger: silentLogger,
      name: process.name,
      leaseMs: LEASE_MS,
      pollMs: POLL_MS,
      concurrency: this.#random.pick([1, 2, 2, 8]),
      // Every other one lets steps commit together.
      chain: n % 2 === 0 ? CHAINED : [],
      handlers: simulationHandlers(this.#random, () => this.#chaos, LEASE_MS),
    });
    process.worker = worker;
    this.#processes.push(process as Process);
  }

  #storeOf(process: Process): Store {
    return new Proxy<Store>(this.#store, {
      get: (target, name) => {
        const value = Reflect.get(target, name, target);
        if (typeof value !== "function") return value;
        // Asked when a worker is made, before there is any chaos.
        if (name === "stateFormat") return value.bind(target);
        if (name === "listen" || name === "notify") {
          return (...given: unknown[]) => {
            // A notification may be lost: it is only a hint.
            const lost = name === "notify" && this.#chaos && this.#random.next() < 0.2;
            return lost ? undefined : value.apply(target, given);
          };
        }
        return (...given: unknown[]) => this.#call(process, String(name), given, value);
      },
    });
  }

  #call(
    process: Process,
    method: string,
    given: unknown[],
    work: (...given: unknown[]) => Promise<unknown>,
  ): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const run = async (fault?: Fault): Promise<void> => {
        this.#called++;
        this.#trace?.push(`${this.#time.now()} ${process.name} ${method} ${fault ?? ""}`);
        if (fault === "part") given = [(given[0] as Unit[]).slice(0, -1), ...given.slice(1)];
        let answer: unknown;
        if (fault !== "before") {
          answer = await work.apply(this.#store, given);
          await this.#checks.answer(method, given[0], answer);
        }
        if (!process.alive) return;
        if (fault) reject(new FaultError(`${method}: the connection broke`));
        else resolve(answer);
      };
      const units = method === "commit" ? (given[0] as Unit[]).length : 1;
      if (process.alive) this.#calls.push({ method, process, units, run });
    });
  }

  // ------------------------------------------------------------ chaos

  async #decide(): Promise<void> {
    const random = this.#random;
    const chance = random.next() * 100;
    if (chance < 8 && this.#actions < MAX_ACTIONS) return await this.#act();
    if (chance < 9 && this.#crashes < MAX_CRASHES) return await this.#crash();
    if (chance < 9.5 && this.#leaving < MAX_LEAVING) return await this.#leave();
    if (chance < 22 || this.#calls.length === 0) {
      const ms = random.pick([1, 100, 1_000, LEASE_MS / 3, LEASE_MS, 61_000]);
      return await this.#time.advance(random.below(ms) + 1);
    }
    const [call] = this.#calls.splice(random.below(this.#calls.length), 1);
    const fault = random.next() < 0.03 ? random.pick(FAULTS) : undefined;
    await call.run(fault === "part" && call.units < 2 ? "during" : fault);
  }

  async #crash(): Promise<void> {
    const victim = this.#random.pick(this.#processes);
    this.#crashes++;
    victim.alive = false;
    // What it has sent may arrive or not.
    for (const call of this.#calls.filter((each) => each.process === victim)) {
      this.#calls.splice(this.#calls.indexOf(call), 1);
      if (this.#random.next() < 0.5) await call.run();
    }
    this.#processes = this.#processes.filter((each) => each !== victim);
    for (const [action, process] of this.#acting) if (process === victim) this.#acting.delete(action);
    await this.#replaced();
  }

  /** One stops as it should, while another takes its place. */
  async #leave(): Promise<void> {
    const leaving = this.#random.pick(this.#processes);
    this.#leaving++;
    this.#processes = this.#processes.filter((each) => each !== leaving);
    this.#watch(leaving.worker.stop(), leaving);
    await this.#replaced();
  }

  async #replaced(): Promise<void> {
    await this.#spawn();
    this.#processes.at(-1)?.worker.start();
  }

  async #act(): Promise<void> {
    const process = this.#random.pick(this.#processes);
    const n = this.#actions++;
    const { engine } = process.worker;
    const act = await chooseAction({
      engine,
      n,
      store: this.#store,
      random: this.#random,
      checks: this.#checks,
    });
    this.#watch(act(), process);
  }

  #expectNothing(): void {
    if (this.#unexpected.length > 0) {
      throw new Error("a user heard what none should", { cause: this.#unexpected[0] });
    }
  }

  /** A user hears that it was too late, not there, or that the store broke: nothing else. */
  #watch(action: Promise<unknown>, process: Process): void {
    this.#acting.set(action, process);
    const over = () => void this.#acting.delete(action);
    action.then(over, (error) => {
      over();
      const known = error instanceof RejectedError || error instanceof NotFoundError ||
        error instanceof ConflictError || error instanceof FaultError;
      if (!known) this.#unexpected.push(error);
    });
  }

  // ------------------------------------------------------------ calm

  /** No faults any more, and people do what they are asked to, until nothing is left to do. */
  async #calm(): Promise<void> {
    for (let n = 0; n < MAX_CALM; n++) {
      await this.#time.settle();
      this.#expectNothing();
      const call = this.#calls.shift();
      if (call) {
        await call.run();
        continue;
      }
      const running = await this.#running();
      if (running.length === 0 && await this.#noJobs()) return;
      if (await this.#help(running)) continue;
      const next = this.#time.nextTimerAt;
      if (next === undefined) break;
      await this.#time.advance(Math.max(0, next - this.#time.now()));
    }
    const left = { running: await this.#running(), jobs: (await this.#store.listJobs()).items };
    assert.fail(`it does not come to rest: ${JSON.stringify(left)}`);
  }

  async #running(): Promise<readonly Running[]> {
    return (await this.#store.listInstances({ statuses: ["running", "suspended"], take: 1_000 })).items;
  }

  async #noJobs(): Promise<boolean> {
    return (await this.#store.listJobs({ take: 1 })).items.length === 0;
  }

  /** @returns Whether there was something to do. */
  async #help(running: readonly Running[]): Promise<boolean> {
    if (this.#acting.size > 0) return false;
    const [process] = this.#processes;
    const actions = await helpOut(process.worker.engine, this.#store, running);
    for (const act of actions) this.#watch(act(), process);
    return actions.length > 0;
  }
}
