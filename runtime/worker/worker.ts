/** A background worker: leases due jobs, runs their handlers, commits what comes of them. */
import { STATE_FORMAT } from "../../engine/mod.ts";
import { checkOptions } from "../arguments.ts";
import { Engine } from "../engine.ts";
import { ENGINE_JOB_TYPES, isEngineJob } from "../jobs/mod.ts";
import { messageOf } from "../log.ts";
import type { OldHistories } from "../retention.ts";
import { Runtime } from "../runtime.ts";
import type { Counts } from "../telemetry.ts";
import { Desk, leasedStates } from "./desk.ts";
import { JobRunner } from "./job_runner.ts";
import type { Drained, DrainOptions, WorkerCounters, WorkerHealth, WorkerOptions } from "./options.ts";
import { Waker } from "./waker.ts";

const CONCURRENCY = 64;
const CHAIN_MS = 50;
const LEASE_MS = 30_000;
const POLL_MS = 1_000;
const GRACE_MS = 10_000;
/** Jobs asked for at once. */
const BATCH = 256;
/** A full worker looks for jobs of the engine's own no more often than this, ms. */
const ENGINE_PAUSE_MS = 20;
/** A worker that has work, and whose last look saw all that was due, looks again no sooner than this, ms. */
const SEEN_PAUSE_MS = 50;
/** The first pause when jobs are due that this worker does not get. */
const FIRST_PAUSE_MS = 5;
const FIRST_BACKOFF_MS = 100;
const MAX_BACKOFF_MS = 5_000;
/** Handlers that were told to stop have this long to do so. */
const LAST_MS = 250;

/** Made by `createWorker`. */
export class Worker implements AsyncDisposable {
  /** An engine over the same store, with the same handlers: for starting, asking, deploying. */
  readonly engine: Engine;
  readonly #options: WorkerOptions;
  readonly #runtime: Runtime;
  readonly #runner: JobRunner;
  readonly #desk: Desk;
  readonly #waker = new Waker();
  /** Ended early by stopping only. */
  readonly #backoff = new Waker();
  readonly #types: readonly string[];
  readonly #counts = { leases: 0, emptyLeases: 0, leased: 0 };
  #status: WorkerHealth["status"] = "ready";
  #connected = true;
  #lastError: string | undefined;
  #lastLeaseAt: number | undefined;
  /** When the last lease was answered, on this process's monotonic clock. */
  #seenAt = 0;
  /** When a full worker looks again, on this process's monotonic clock. */
  #lookAt = 0;
  /** Jobs that a notification named. */
  #told: readonly string[] = [];
  /** The last lease left nothing that is due. */
  #nothingDue = false;
  /** The last lease asked for all kinds of jobs, and gave fewer than there was room for. */
  #seenAll = false;
  /** The last time round nothing was asked for: it was too early for another look. */
  #tooEarly = false;
  #loop: Promise<void> | undefined;
  #stopped: Promise<void> | undefined;
  readonly #unwatch: (() => void) | undefined;

  /** Use `createWorker`. */
  constructor(options: WorkerOptions) {
    this.#options = options;
    this.#runtime = new Runtime(options, options.name ?? `worker-${crypto.randomUUID()}`);
    this.#runtime.upkeep.old = oldHistories(options);
    this.engine = new Engine(this.#runtime, this.#runtime.tenant);
    this.#runner = new JobRunner(this.#runtime, positive(options.leaseMs ?? LEASE_MS, "leaseMs"));
    const wanted = options.types && new Set(options.types.map((type) => type.toLowerCase()));
    this.#types = [...this.#runtime.handlers.keys()].filter((type) => !wanted || wanted.has(type));
    const types = new Set(this.#types);
    const tenants = options.tenants && new Set(options.tenants);
    this.#desk = new Desk({
      runner: this.#runner,
      worker: this.#runtime.worker,
      concurrency: positive(options.concurrency ?? CONCURRENCY, "concurrency"),
      takes: (type, tenant) => (types.has(type) || isEngineJob(type)) && (tenants?.has(tenant) ?? true),
      handOn: options.handOn ?? true,
      chain: chained(options),
      chainMs: positive(options.chainMs ?? CHAIN_MS, "chainMs"),
      freed: () => this.#freed(),
      due: () => this.#waker.wake(),
    });
    this.#runtime.executor.handOns.receiver = this.#desk;
    this.#unwatch = this.#runtime.telemetry?.watch({
      counts: () => this.#countsByName(),
      lagMs: () => this.#lagMs(),
    });
    options.signal?.addEventListener("abort", () => this.stop(), { once: true });
    if (options.signal?.aborted) this.stop();
  }

  /** Begins to work; harmless when it does. */
  start(): void {
    if (this.#status !== "ready") return;
    this.#status = "running";
    this.#desk.open();
    this.#loop = this.#work();
  }

  /** Works until it is stopped. */
  async run(): Promise<void> {
    this.start();
    await this.#loop;
    await this.#stopped;
  }

  /**
   * Takes no new jobs, waits for those that run as long as `graceMs` allows, gives the rest back, and closes the
   * store unless `closeStore` is false. Harmless when repeated.
   */
  stop(): Promise<void> {
    return this.#stopped ??= this.#stop();
  }

  /** See {@link stop}. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  /** Does what is due now, then returns: for hosts where no process stays alive. */
  async drain(options: DrainOptions = {}): Promise<Drained> {
    if (this.#status !== "ready") throw new TypeError(`Cannot drain: the worker is ${this.#status}`);
    const until = performance.now() + (options.maxMs ?? Infinity);
    const before = this.#desk.done;
    let more = false;
    await this.#runtime.ready();
    this.#desk.open();
    for (;;) {
      // What ends while the lease is under way may open jobs that it cannot see: looked for once more.
      const idle = this.#desk.size === 0;
      const leased = await this.#lease();
      if (leased === 0 && idle && this.#desk.size === 0) break;
      if (performance.now() >= until) {
        more = true;
        break;
      }
      if (leased === 0 && this.#desk.size > 0) {
        await this.#waker.pause(Math.min(until - performance.now(), POLL_MS));
      }
    }
    this.#desk.closed = true;
    if (more) await this.#desk.release();
    await this.#desk.empty(this.#runner.leases.leaseMs);
    const { upkeep } = this.#runtime;
    upkeep.begin(until - performance.now());
    await upkeep.settled();
    return { jobs: this.#desk.done - before, more };
  }

  /** How the worker is now. */
  health(): WorkerHealth {
    return {
      status: this.#status,
      connected: this.#connected,
      lastError: this.#lastError,
      lastLeaseAt: this.#lastLeaseAt,
      running: this.#desk.slots.running,
      waiting: this.#desk.slots.waiting,
      committing: this.#desk.committing,
    };
  }

  /** What the worker has done since it was made. */
  counters(): WorkerCounters {
    const { completed, failed, bpmnErrors, incidents, dropped, engine } = this.#runner.counters;
    const { commits, units, conflicts, chained } = this.#runtime.executor.counters;
    return {
      ...this.#counts,
      handedOn: this.#desk.handedOn,
      chained,
      completed,
      failed,
      bpmnErrors,
      incidents,
      dropped,
      engineJobs: engine,
      commits,
      units,
      conflicts,
      lostLeases: this.#runner.leases.lost,
    };
  }

  async #work(): Promise<void> {
    let listening: AsyncDisposable | undefined;
    let failures = 0;
    let pauseMs = FIRST_PAUSE_MS;
    while (this.#status === "running") {
      try {
        listening ??= await this.#runtime.store.listen?.((jobIds = []) => {
          this.#told = jobIds;
          this.#waker.wake();
        });
        const leased = await this.#lease();
        failures = 0;
        if (leased > 0) {
          this.#runtime.upkeep.beginLate();
          pauseMs = FIRST_PAUSE_MS;
          if (!this.#seenAll) {
            // What was leased runs first: its follow-ups may fill the slots without another lease.
            await this.#waker.pause(0);
            continue;
          }
        } else this.#runtime.upkeep.begin();
        if (await this.#waker.pause(await this.#pauseMs(pauseMs))) pauseMs = FIRST_PAUSE_MS;
        else pauseMs = Math.min(pauseMs * 2, this.#pollMs);
      } catch (error) {
        this.#connected = false;
        this.#lastError = messageOf(error);
        this.#runtime.logger.log("error", "the store cannot be reached", { message: this.#lastError });
        // Back at work well before the leases that were lost meanwhile end.
        const most = Math.min(MAX_BACKOFF_MS, Math.max(FIRST_BACKOFF_MS, this.#runner.leases.leaseMs / 2));
        const backoff = Math.min(most, FIRST_BACKOFF_MS * 2 ** failures++);
        await this.#backoff.pause(backoff * (0.5 + Math.random() / 2));
      }
    }
    await listening?.[Symbol.asyncDispose]();
  }

  /** @returns How many jobs were leased. */
  async #lease(): Promise<number> {
    const { wanted: free, engineFree, size } = this.#desk;
    // Only who had nothing to do takes what it was told of without a look at the others, and looks next time: so they
    // are not passed over for ever.
    const told = size === 0 && this.#nothingDue ? this.#told : [];
    this.#told = [];
    this.#tooEarly = free <= 0 && (engineFree <= 0 || performance.now() < this.#lookAt);
    if (this.#tooEarly) {
      // What it was told of now waits for a slot.
      this.#seenAll = false;
      return 0;
    }
    const wants = engineFree > 0 ? ENGINE_JOB_TYPES.map((type) => ({ type, max: engineFree })) : [];
    if (free > 0) { for (const type of this.#types) wants.push({ type, max: free }); }
    const { store, time, cache } = this.#runtime;
    const max = Math.min(BATCH, free > 0 && engineFree > 0 ? Math.max(free, 1) : free + engineFree);
    const leased = await store.leaseJobs({
      worker: this.#runtime.worker,
      wants,
      max,
      leaseMs: this.#runner.leases.leaseMs,
      tenants: this.#options.tenants,
      told,
      cached: cache.recent(),
      format: STATE_FORMAT,
      at: time.override,
    });
    time.observe(leased.at);
    this.#connected = true;
    this.#lastLeaseAt = leased.at;
    this.#seenAt = performance.now();
    this.#counts.leases++;
    this.#counts.leased += leased.jobs.length;
    this.#seenAll = told.length === 0 && free > 0 && engineFree > 0 && leased.jobs.length < max;
    this.#nothingDue = this.#seenAll || leased.jobs.length === 0;
    if (leased.jobs.length === 0) this.#counts.emptyLeases++;
    for (const { instanceId } of leased.jobs) {
      const cached = instanceId === undefined ? undefined : cache.get(instanceId);
      if (cached) cached.handedOn = 0;
    }
    const more = leased.jobs.some(({ type }) => isEngineJob(type));
    this.#lookAt = more ? 0 : performance.now() + ENGINE_PAUSE_MS;
    this.#desk.accept(leased.jobs, leasedStates(leased.instances, leased.revisions));
    return leased.jobs.length;
  }

  /** There is room again: for more of what the last look saw, or for what nobody has told of. */
  #freed(): void {
    const early = performance.now() < this.#seenAt + SEEN_PAUSE_MS;
    if (!this.#seenAll || !early || this.#desk.size === 0) this.#waker.wake();
  }

  get #pollMs(): number {
    return this.#options.pollMs ?? POLL_MS;
  }

  /** Until the next timer, at most the poll interval. */
  async #pauseMs(least: number): Promise<number> {
    const { wanted: free, engineFree } = this.#desk;
    // Full: a slot that becomes free wakes us.
    if (free <= 0 && engineFree <= 0) return this.#pollMs;
    const untilLook = this.#lookAt - performance.now();
    if (free <= 0 && untilLook > 0 && this.#tooEarly) return Math.ceil(untilLook);
    const types = free > 0 ? [...ENGINE_JOB_TYPES, ...this.#types] : ENGINE_JOB_TYPES;
    const { store, time } = this.#runtime;
    await time.ready();
    const next = await store.nextDueAt(types, time.now() + this.#pollMs);
    if (next === undefined) return this.#pollMs;
    return Math.min(this.#pollMs, Math.max(least, next - time.now()));
  }

  async #stop(): Promise<void> {
    this.#status = "stopping";
    this.#desk.closed = true;
    this.#waker.wake();
    this.#backoff.wake();
    await this.#loop;
    await this.#desk.release();
    if (!await this.#desk.empty(this.#options.graceMs ?? GRACE_MS)) {
      const { leases } = this.#runner;
      leases.abortAll(new Error("The worker stops"));
      if (!await this.#desk.empty(LAST_MS)) await this.#desk.abandon(leases.all());
    }
    this.#unwatch?.();
    await this.#runtime.close();
    this.#status = "stopped";
  }

  /** For a tracing system: see `docs/observability.md`. */
  #countsByName(): Counts {
    const { leases, leased, handedOn, completed, lostLeases } = this.counters();
    return {
      "leases": leases,
      "jobs.leased": leased + handedOn,
      "jobs.completed": completed,
      "jobs.lost_leases": lostLeases,
      "retries": this.#runner.counters.retries,
    };
  }

  /** How long the oldest job that this worker would take has been due. */
  async #lagMs(): Promise<number> {
    const { store, time } = this.#runtime;
    await time.ready();
    const next = await store.nextDueAt([...ENGINE_JOB_TYPES, ...this.#types], time.now());
    if (next === undefined) return 0;
    return Math.max(0, time.now() - next);
  }
}

/** A misspelt option would silently do nothing, or promise less than was asked for. */
function chained({ chain = [], handOn }: WorkerOptions): ReadonlySet<string> {
  const keys: unknown = chain;
  if (!Array.isArray(keys) || !keys.every((key) => typeof key === "string" && key !== "")) {
    throw new TypeError("Cannot make a worker: chain must be a list of process keys");
  }
  if (keys.length > 0 && handOn === false) {
    throw new TypeError("Cannot make a worker: chain needs handOn, which is false");
  }
  return new Set(keys);
}

function oldHistories({ cleanup = {}, tenants }: WorkerOptions): OldHistories | undefined {
  if (cleanup === false) return undefined;
  checkOptions(cleanup, { defaultTtlMs: "duration" }, "cleanup");
  return { ...cleanup, tenants };
}

function positive(value: number, name: string): number {
  if (Number.isFinite(value) && value >= 1) return value;
  throw new RangeError(`Cannot make a worker: ${name} is ${value}`);
}
