/**
 * Steps of one handler chain that commit together: opt-in per process, see `WorkerOptions.chain`.
 *
 * A unit whose jobs all go to handlers of this worker is not sent at once. The handlers get their jobs, the
 * instance goes on in memory with what they answer, and one unit is made of it all. A job that such a unit both
 * opens and finishes is never written.
 *
 * A chain ends, and its unit is sent, when nothing of it is left to run; when something comes that others must
 * know of, or that comes from outside; when a handler needs its job in the store; after `WorkerOptions.chainMs`. Handlers
 * that still run then hold jobs that the unit opens, leased, as if they had been handed on.
 *
 * If the unit is refused, the commands whose jobs are in the store go back to their box and run alone; what the
 * chain's own handlers answered is void, and they run again.
 */
import type { ProcessModel } from "../engine/mod.ts";
import { type Linked, LinkedList } from "../collections/linked_list.ts";
import { LeaseLostError, type NewJob } from "../storage/store.ts";
import type { Box, Pending } from "./box.ts";
import type { Folding } from "./fold.ts";
import type { HandOns } from "./hand_on.ts";
import type { IdAllocator } from "./ids.ts";
import type { Live } from "./instance_cache.ts";
import type { StoreTime } from "./store_time.ts";
import type { WorkItem } from "./work_item.ts";

/** Commands in one chain, at most. */
const MAX_COMMANDS = 64;

/** Where a chain is. */
type Phase = "open" | "closing" | "flying" | "stands" | "refused";

/** One instance that is ahead of the store. */
export class Chain implements Linked<Chain> {
  readonly box: Box;
  readonly live: Live;
  readonly model: ProcessModel;
  readonly folding: Folding<Pending>;
  /** On this process's monotonic clock. */
  readonly until: number;
  /** Jobs that handlers have and that are in no store: those of the unit that have a lease. Few, as {@link done}. */
  readonly given: NewJob[] = [];
  /** Ids of jobs that were opened here and are done. */
  readonly done: string[] = [];
  /** Scripts of the last command, which must be answered first. */
  scripts: Promise<void> | undefined;
  phase: Phase = "open";
  before: Chain | undefined;
  after: Chain | undefined;
  readonly #close: (chain: Chain) => void;
  #ended: PromiseWithResolvers<void> | undefined;

  constructor(
    box: Box,
    live: Live,
    model: ProcessModel,
    folding: Folding<Pending>,
    chainMs: number,
    close: (chain: Chain) => void,
  ) {
    this.box = box;
    this.live = live;
    this.model = model;
    this.folding = folding;
    this.until = performance.now() + chainMs;
    this.#close = close;
  }

  /** Whether the chain's instance may be read: its unit has not been made yet. */
  get open(): boolean {
    return this.phase === "open" || this.phase === "closing";
  }

  /** Sends the unit. Kept when the store has it. @throws {LeaseLostError} If it was refused. */
  async commit(jobId: string): Promise<void> {
    if (this.phase === "open") this.#close(this);
    if (this.phase !== "stands" && this.phase !== "refused") {
      this.#ended ??= Promise.withResolvers<void>();
      await this.#ended.promise;
    }
    if (this.phase === "refused") throw voidResult(jobId);
  }

  /** The store has answered. */
  end(phase: "stands" | "refused"): void {
    this.phase = phase;
    this.#ended?.resolve();
  }
}

/** What chains need of the executor. */
export interface ChainsOptions {
  readonly handOns: HandOns;
  readonly ids: IdAllocator;
  readonly time: StoreTime;
  /** The chain is over: its unit is to be made and sent. */
  closed(chain: Chain): void;
  /** A command cannot be run: whose fault it is shows when they run one by one. */
  failed(chain: Chain): void;
}

export class Chains {
  readonly #options: ChainsOptions;
  readonly #open = new LinkedList<Chain>();
  readonly #close = (chain: Chain): void => this.close(chain);
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: ChainsOptions) {
    this.#options = options;
  }

  /** Whether a unit of these commands may wait for what its jobs' handlers answer. */
  wants(box: Box, live: Live, chosen: readonly Pending[]): boolean {
    const { receiver } = this.#options.handOns;
    return receiver !== undefined && receiver.chains(live.key) && !box.single && live.status === "running" &&
      !live.instance.state.manual &&
      // What was refused goes on step by step, so that it does go on.
      chosen.every(({ item, repeats, fresh }) => repeats === 0 && !fresh && isLink(item));
  }

  /** @returns Whether the box now waits for the handlers; if not, the unit is to be sent. */
  begin(box: Box, live: Live, model: ProcessModel, folding: Folding<Pending>): boolean {
    const chain = new Chain(box, live, model, folding, this.#chainMs, this.#close);
    const jobs = this.#reserve(chain);
    if (!jobs) return false;
    box.chain = chain;
    this.#open.add(chain);
    this.#watch();
    this.#give(chain, jobs);
    return true;
  }

  /** @returns Whether the command has become part of the box's chain. */
  join(box: Box, pending: Pending): boolean {
    const { chain } = box;
    if (!chain?.open || chain.scripts || !isLink(pending.item)) return false;
    const { folding } = chain;
    const { ids, time } = this.#options;
    if (folding.accepted.length >= MAX_COMMANDS || !ids.ready) return false;
    // It has ended right now: the clock need not be read again.
    const { since } = pending;
    if (!time.knownAt(since)) return false;
    const jobId = pending.item.lease?.jobId ?? "";
    try {
      folding.at = Math.max(time.now(since), folding.at);
      const scripts = folding.run(pending);
      if (scripts) chain.scripts = folding.runScripts(scripts);
    } catch {
      this.#options.failed(chain); // the same error comes again, and is told, when the command runs alone
      return false;
    }
    // A command that was refused goes back to the box with the unit.
    if (folding.refused) this.close(chain);
    else {
      const place = chain.given.findIndex(({ id }) => id === jobId);
      if (place >= 0) {
        chain.given.splice(place, 1);
        chain.done.push(jobId);
      }
    }
    this.#settle(chain);
    this.#goOn(chain);
    return true;
  }

  /** Makes the box's unit ready to be sent. */
  close(chain: Chain): void {
    if (chain.phase !== "open") return;
    chain.phase = "closing";
    this.#open.remove(chain);
    const { scripts } = chain;
    if (!scripts) return this.#options.closed(chain);
    scripts.then(
      () => {
        this.#settle(chain);
        this.#options.closed(chain);
      },
      () => this.#options.failed(chain),
    );
  }

  /** Ends all chains. */
  closeAll(): void {
    for (const chain of this.#open) this.close(chain);
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** A chain cannot go on: its handlers' answers are void. @returns The commands whose jobs are in the store. */
  refuse(chain: Chain): Pending[] {
    this.#open.remove(chain);
    const outside: Pending[] = [];
    for (const pending of chain.folding.accepted) {
      const id = pending.item.lease?.jobId ?? "";
      if (chain.done.includes(id)) pending.reject(voidResult(id));
      else outside.push(pending);
    }
    chain.end("refused");
    this.#lose(chain, chain.given.map(({ id }) => id));
    return outside;
  }

  /** Jobs that the core has taken back: their handlers run for nothing, the instance has gone another way. */
  #settle(chain: Chain): void {
    const { given, done } = chain;
    const open = chain.folding.effects.openJobs.filter(({ lease }) => lease !== undefined);
    if (open.length === given.length) return;
    const left = new Set(open);
    const lost = given.filter((job) => !left.has(job)).map(({ id }) => id);
    given.splice(0, given.length, ...open);
    done.push(...lost);
    this.#lose(chain, lost);
  }

  #goOn(chain: Chain): void {
    if (chain.phase !== "open") return;
    const jobs = this.#reserve(chain);
    if (!jobs) return this.close(chain);
    this.#give(chain, jobs);
    if (chain.given.length === 0) this.close(chain);
  }

  /** @returns The new jobs of the unit, if all of them go to handlers here and nobody else waits for it. */
  #reserve(chain: Chain): NewJob[] | undefined {
    const { folding, live } = chain;
    const { effects } = folding;
    if (chain.scripts || folding.status !== "running" || !onlySteps(effects)) return undefined;
    const { handOns } = this.#options;
    const { openJobs } = effects;
    const reserved: NewJob[] = [];
    const mayGoOn = openJobs.every((job) => {
      // Given already.
      if (job.lease) return true;
      if (job.dueAt !== null && job.dueAt > folding.at + this.#chainMs && !job.held) return true;
      const lease = handOns.lease(job, live, folding.at);
      if (lease) reserved.push({ ...job, lease });
      return lease !== undefined;
    });
    const nothing = reserved.length === 0 && chain.given.length === 0;
    if (mayGoOn && !nothing) {
      let next = 0;
      for (let i = 0; next < reserved.length; i++) {
        if (openJobs[i].id === reserved[next].id) openJobs[i] = reserved[next++];
      }
      return reserved;
    }
    if (reserved.length > 0) handOns.receiver?.giveBack(reserved);
    return undefined;
  }

  #give(chain: Chain, jobs: readonly NewJob[]): void {
    if (jobs.length === 0) return;
    chain.given.push(...jobs);
    this.#options.handOns.give(jobs, chain);
  }

  #lose(chain: Chain, ids: readonly string[]): void {
    if (ids.length > 0) this.#options.handOns.receiver?.lost(ids, chain);
  }

  /** How far an instance is ahead of the store, at most. */
  get #chainMs(): number {
    return this.#options.handOns.receiver?.chainMs ?? 0;
  }

  #watch(): void {
    if (this.#timer !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      const now = performance.now();
      for (const chain of this.#open) {
        if (chain.until > now + 1) break;
        this.close(chain);
      }
      if (this.#open.first) this.#watch();
    }, this.#chainMs);
  }
}

/** The end of a leased job, as a worker tells it. */
function isLink({ command, lease, keepJob, maxWaves, create, tenant }: WorkItem): boolean {
  return command.kind === "completeJob" && lease !== undefined && keepJob === undefined &&
    maxWaves === undefined && create === undefined && tenant === undefined;
}

/** Whatever else a unit writes is for others, who are not kept waiting. */
function onlySteps(effects: Chain["folding"]["effects"]): boolean {
  return effects.openSubscriptions.length === 0 && effects.closeSubscriptions.length === 0 &&
    effects.openUserTasks.length === 0 && effects.closeUserTasks.length === 0 &&
    effects.openIncidents.length === 0 && effects.closeIncidents.length === 0 &&
    effects.retryJobs.length === 0 && effects.holdJobs.length === 0;
}

function voidResult(jobId: string): LeaseLostError {
  return new LeaseLostError(
    `Cannot finish job "${jobId}": the chain of steps that it belongs to was not written`,
  );
}
