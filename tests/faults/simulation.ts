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
import type {
  DeployRequest,
  JobUpdate,
  JobUpdateResult,
  Leased,
  Store,
  Unit,
  UnitResult,
} from "../../storage/store.ts";
import { createWorker, type Worker } from "../../worker.ts";
import { FaultError } from "../support/fault_store.ts";
import { type Random, seeded } from "../support/random.ts";
import { VirtualTime } from "../support/virtual_time.ts";
import { SimulationChecks } from "./simulation_checks.ts";
import { FILES, simulationHandlers, STARTED } from "./simulation_processes.ts";

const LEASE_MS = 30_000;
const POLL_MS = 20 * 60_000;
const WORKERS = 3;
/** What the scheduler decides while there is chaos. */
const DECISIONS = 250;
const MAX_ACTIONS = 14;
const MAX_CRASHES = 2;
const MAX_CALM = 20_000;
const KEYS = ["k1", "k2"];
const CHAINED = [...STARTED, "child"];

/** A call on its way to the store. */
interface Call {
  readonly method: string;
  readonly process: Process;
  /** Carries it out and answers; the fault takes the answer's place. */
  run(fault?: "before" | "during"): Promise<void>;
}

interface Process {
  readonly name: string;
  readonly worker: Worker;
  alive: boolean;
}

interface Running {
  readonly id: string;
  readonly status: string;
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
  return { requests, engine };
}

/** What a run was, for those who count. */
export interface SimulationResult {
  readonly commits: number;
  readonly instances: number;
  /** Every call in the order in which the store saw it. */
  readonly trace: readonly string[];
}

/** Runs one seed. @throws {AssertionError} If anything does not hold. */
export async function simulate(seed: number): Promise<SimulationResult> {
  const random = seeded(seed);
  using time = new VirtualTime(random);
  return await new Simulation(time, random).run();
}

class Simulation {
  readonly #time: VirtualTime;
  readonly #random: Random;
  readonly #store: MemoryStore;
  readonly #checks: SimulationChecks;
  readonly #calls: Call[] = [];
  readonly #trace: string[] = [];
  readonly #unexpected: unknown[] = [];
  #processes: Process[] = [];
  #chaos = true;
  #actions = 0;
  #started = 0;
  #crashes = 0;
  /** What users wait for, and where. */
  readonly #acting = new Map<Promise<unknown>, Process>();

  constructor(time: VirtualTime, random: Random) {
    this.#time = time;
    this.#random = random;
    this.#store = new MemoryStore({ clock: () => time.now() });
    this.#checks = new SimulationChecks(this.#store);
  }

  async run(): Promise<SimulationResult> {
    await this.#store.reserveIds(DEPLOY_IDS);
    for (const request of REQUESTS) await this.#store.deploy(request);
    for (let n = 0; n < WORKERS; n++) await this.#spawn(n);
    for (const { worker } of this.#processes) worker.start();
    for (let n = 0; n < DECISIONS; n++) {
      await this.#time.settle();
      await this.#decide();
      this.#expectNothing();
    }
    this.#chaos = false;
    await this.#calm();
    await this.#checks.atRest();
    const { items } = await this.#store.listInstances({ take: 1_000 });
    return { commits: this.#checks.commits, instances: items.length, trace: this.#trace };
  }

  // ------------------------------------------------------------ processes and their calls

  async #spawn(n: number): Promise<void> {
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
      concurrency: 2,
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
      const run = async (fault?: "before" | "during"): Promise<void> => {
        this.#trace.push(
          `${this.#time.now()} ${process.name} ${method} ${fault ?? ""}`,
        );
        let answer: unknown;
        if (fault !== "before") {
          answer = await work.apply(this.#store, given);
          if (method === "commit") await this.#checks.committed(given[0] as Unit[], answer as UnitResult[]);
          if (method === "updateJobs") {
            this.#checks.updated(given[0] as JobUpdate[], answer as JobUpdateResult[]);
          }
          if (method === "leaseJobs") this.#checks.leased(answer as Leased);
        }
        if (!process.alive) return;
        if (fault) reject(new FaultError(`${method}: the connection broke`));
        else resolve(answer);
      };
      if (process.alive) this.#calls.push({ method, process, run });
    });
  }

  // ------------------------------------------------------------ chaos

  async #decide(): Promise<void> {
    const random = this.#random;
    const chance = random.next() * 100;
    if (chance < 8 && this.#actions < MAX_ACTIONS) return await this.#act();
    if (chance < 9 && this.#crashes < MAX_CRASHES) return await this.#crash();
    if (chance < 22 || this.#calls.length === 0) {
      const ms = random.pick([1, 100, 1_000, LEASE_MS / 3, LEASE_MS, 61_000]);
      return await this.#time.advance(random.below(ms) + 1);
    }
    const [call] = this.#calls.splice(random.below(this.#calls.length), 1);
    const fault = random.next() < 0.03 ? random.pick(["before", "during"] as const) : undefined;
    await call.run(fault);
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
    await this.#spawn(WORKERS + this.#crashes);
    this.#processes.at(-1)?.worker.start();
  }

  async #act(): Promise<void> {
    this.#actions++;
    const random = this.#random;
    const process = random.pick(this.#processes);
    const { engine } = process.worker;
    const key = random.pick(KEYS);
    const running = (await this.#store.listInstances({ statuses: ["running", "suspended"] })).items;
    const id = running.length > 0 ? random.pick(running).id : undefined;
    const [task] = (await this.#store.listUserTasks()).items;
    const n = this.#started++;
    const variables = {
      order: key,
      pay: random.next() < 0.5,
      stop: false,
      list: [1, 2, 3].slice(random.below(3)),
    };
    const start = (): Promise<unknown> =>
      engine.start(random.pick(STARTED), { variables, businessKey: `b-${n}` });
    const publish = (): Promise<unknown> =>
      engine.publishMessage("go", {
        key,
        messageId: `m-${n % 3}`,
        timeToLiveMs: random.pick([0, 60_000, 600_000]),
      });
    const others: (() => Promise<unknown>)[] = [
      publish,
      publish,
      () => engine.correlateMessage("go", { key }),
      () => engine.broadcastSignal("alarm"),
      () => engine.incidents.resolve({}),
    ];
    if (task) others.push(() => engine.userTasks.complete(task.id));
    if (id) {
      others.push(
        async () => {
          const mark = `mark-${n}`;
          await engine.setVariables(id, {
            pay: random.next() < 0.5,
            stop: random.next() < 0.5,
            [mark]: true,
          });
          this.#checks.answered(id, mark);
        },
        () => engine.cancel(id, "chance"),
        () => engine.suspend(id),
        () => engine.resume(id),
        () => engine.retry(id),
      );
    }
    this.#watch(random.next() < 0.5 ? start() : random.pick(others)(), process);
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
    const { engine } = process.worker;
    const does = (action: Promise<unknown>) => this.#watch(action, process);
    for (const { id, status } of running) if (status === "suspended") does(engine.resume(id));
    for (const { id } of (await this.#store.listUserTasks()).items) does(engine.userTasks.complete(id));
    for (const { id, instanceId } of (await this.#store.listIncidents()).items) {
      does(engine.incidents.resolve({ id, instanceId }));
    }
    const waiting = (await this.#store.findSubscriptions({ tenant: "default", kind: "message" })).items;
    for (const { name, key, instanceId } of waiting) {
      if (instanceId !== undefined) does(engine.correlateMessage(name, { key, instanceId }));
    }
    return this.#acting.size > 0;
  }
}
