/**
 * The pipeline through which everything happens: load, transition, commit.
 *
 * Work for one instance waits in its box; one unit of an instance is on its way at a time, and all that waits
 * meanwhile is folded into the next. Units of many instances go in one commit. While commits are under way the
 * next batch gathers; when none is, it goes at the end of the current turn of the event loop.
 *
 * What a commit may answer, and what follows: `committed`; `conflict` or `busy`: load again, run the commands
 * again; `lease-lost`: again without those; `duplicate`, `rejected`: told to the caller; `unknown`: the same unit
 * with the same ids is sent again.
 */
import type { Effects } from "../engine/mod.ts";
import { TurnoverMap } from "../collections/turnover_map.ts";
import { NotFoundError, type Store, StoreError, type Unit, type UnitResult } from "../storage/store.ts";
import { type Box, choose, type Flight, newBox, type Pending } from "./box.ts";
import { type Chain, Chains } from "./chain.ts";
import type { Crowds } from "./crowd.ts";
import { RejectedError, VariablesSizeError } from "./errors.ts";
import { type Fold, fold, type FoldEnvironment, type Folding, OutOfIdsError } from "./fold.ts";
import { HandOns } from "./hand_on.ts";
import { type InstanceCache, type Live, liveBytes } from "./instance_cache.ts";
import { loadBoxes } from "./load_boxes.ts";
import type { ModelCache } from "./models.ts";
import { settleFailure } from "./settle.ts";
import type { StoreTime } from "./store_time.ts";
import type { Done, WorkItem } from "./work_item.ts";

/** What the executor works with. */
export interface ExecutorOptions {
  readonly store: Store;
  readonly time: StoreTime;
  readonly models: ModelCache;
  readonly cache: InstanceCache;
  readonly environment: FoldEnvironment;
  /** Instances that many write at once. */
  readonly crowds?: Crowds;
  /** Units in one commit call. Default 512. */
  readonly maxUnits?: number;
  /** Commit calls at once. */
  readonly maxFlights?: number;
}

const MAX_UNITS = 512;
/** With so many outcomes the next unit of a crowd waits no longer: it opens about as many items. */
const GATHERED = 400;

export class Executor {
  readonly options: ExecutorOptions;
  /** Jobs that go from one commit straight to the handler. */
  readonly handOns: HandOns = new HandOns();
  /** Steps of one handler chain that commit together. */
  readonly #chains: Chains;
  /** Told of every unit that stands. */
  readonly committed: Set<(unit: Unit) => void> = new Set();
  /** How often units had to be run again, and how many stood. */
  readonly counters = { commits: 0, units: 0, conflicts: 0, busy: 0, unknown: 0, chained: 0 };
  readonly #boxes = new TurnoverMap<string, Box>();
  #ready: Box[] = [];
  #flights = 0;
  #scheduled = false;
  #idle: (() => void)[] = [];

  constructor(options: ExecutorOptions) {
    this.options = options;
    this.#chains = new Chains({
      handOns: this.handOns,
      ids: options.environment.ids,
      time: options.time,
      closed: ({ box }) => {
        this.#ready.push(box);
        this.#schedule();
      },
      failed: (chain) => this.#chainFailed(chain),
    });
  }

  /**
   * Does one thing to one instance. Work for one instance is done in the order in which it was asked for.
   *
   * @throws {RejectedError} If the instance's state does not allow it.
   * @throws {LeaseLostError} If the job is not held any more.
   * @throws {DuplicateError} If what it creates or takes is taken.
   * @throws {NotFoundError} If there is no such instance.
   */
  execute(item: WorkItem): Promise<Done> {
    return new Promise((resolve, reject) =>
      this.submit({ item, since: performance.now(), resolve, reject, repeats: 0, fresh: false })
    );
  }

  /** The same for whoever wants to be told without a promise: in the midst of a commit, so not much may be done then. */
  submit(pending: Pending): void {
    const { item } = pending;
    const box = this.#boxes.get(item.instanceId);
    if (!box) return this.#open(pending);
    if (box.chain && this.#chains.join(box, pending)) return;
    box.queue.push(pending);
    // Whoever comes from outside is not kept waiting.
    if (box.chain) this.#chains.close(box.chain);
    // Nor does a person wait until a crowd has gathered.
    if (box.gathering && (!item.lease || box.queue.length >= GATHERED)) this.#gathered(box);
    else if (!box.busy && box.queue.length === 1) this.#queue(box);
  }

  /** Whether there is work for an instance that has not been committed. */
  busy(instanceId: string): boolean {
    return this.#boxes.has(instanceId);
  }

  /** Whether the cached instance may be ahead of the store. Work that only waits has not changed it. */
  ahead(instanceId: string): boolean {
    return this.#boxes.get(instanceId)?.busy ?? false;
  }

  /** Waits until the unit that is under way for an instance has come to an end. */
  quiet(instanceId: string): Promise<void> {
    const box = this.#boxes.get(instanceId);
    if (box?.chain) this.#chains.close(box.chain);
    return box ? new Promise((resolve) => (box.waiting ??= []).push(resolve)) : Promise.resolve();
  }

  /** Waits until nothing is on its way. */
  async settled(): Promise<void> {
    this.#chains.closeAll();
    while (this.#boxes.size > 0) await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  /** Sends what waits for more of its chain. */
  endChains(): void {
    this.#chains.closeAll();
  }

  /** Work that has not been committed yet. */
  get waiting(): number {
    return this.#boxes.size;
  }

  #open(pending: Pending): void {
    const { instanceId: id } = pending.item;
    const box = newBox(id, pending);
    this.#boxes.set(id, box);
    this.#queue(box);
  }

  /** The box's next unit may go, at once or when more of a crowd has gathered. */
  #queue(box: Box): void {
    const waitMs = this.options.crowds?.waits(box.id) ?? 0;
    if (waitMs > 0 && box.queue.length < GATHERED && box.queue.every(({ item }) => item.lease)) {
      box.gathering = setTimeout(() => this.#gathered(box), waitMs);
      return;
    }
    this.#ready.push(box);
    this.#schedule();
  }

  #gathered(box: Box): void {
    clearTimeout(box.gathering);
    box.gathering = undefined;
    this.#ready.push(box);
    this.#schedule();
  }

  #schedule(): void {
    if (this.#scheduled || !this.#mayFly) return;
    this.#scheduled = true;
    // At the end of the turn: all handlers that ended in it share a commit.
    setImmediate(() => {
      this.#scheduled = false;
      this.#pump();
    });
  }

  /** While two are on their way, the next gathers until it is full: few large commits cost less than many small. */
  get #mayFly(): boolean {
    const waiting = this.#ready.length;
    const most = this.options.maxFlights ?? (this.options.store.kind === "postgres" ? 3 : 1);
    return waiting > 0 && this.#flights < (waiting >= this.#maxUnits ? most : Math.min(2, most));
  }

  get #maxUnits(): number {
    return this.options.maxUnits ?? MAX_UNITS;
  }

  #pump(): void {
    while (this.#mayFly) {
      const boxes = this.#ready.splice(0, this.#maxUnits);
      for (const box of boxes) box.busy = true;
      this.#flights++;
      this.#fly(boxes).finally(() => {
        this.#flights--;
        this.#schedule();
      });
    }
  }

  async #fly(all: readonly Box[]): Promise<void> {
    const flights: Flight[] = [];
    const boxes = all.filter(({ chain }) => {
      if (chain) this.#finishChain(chain, flights);
      return !chain;
    });
    let lives: Map<string, Live | Error>;
    try {
      lives = await loadBoxes(boxes, this.options);
    } catch (error) {
      // The store could not be read, the commands have changed nothing.
      for (const box of boxes) this.#unreadable(box, error as Error);
      return await this.#commit(flights);
    }
    for (const box of boxes) {
      const entry = lives.get(box.id);
      if (entry === undefined) {
        this.#failAll(box, new NotFoundError(`Cannot find instance "${box.id}": there is none`));
      } else if (entry instanceof Error) this.#failAll(box, entry);
      else this.#fold(box, entry, flights);
    }
    await this.#commit(flights);
  }

  #unreadable(box: Box, error: Error): void {
    const lasting = error instanceof StoreError ||
      box.queue.every((pending) => settleFailure.givesUp(pending));
    if (lasting) return this.#failAll(box, error);
    for (const pending of box.queue) pending.repeats++;
    settleFailure.pause(box.queue[0].repeats).then(() => this.#leave(box));
  }

  #fold(box: Box, live: Live, flights: Flight[]): void {
    const { cache, models, time, environment } = this.options;
    const chosen = choose(box, live);
    if (chosen.length === 0) return this.#leave(box);
    const compiled = models.peek(live.definitionId);
    try {
      if (!compiled) throw new NotFoundError(`Cannot find definition "${live.definitionId}": there is none`);
      const measured = chosen.some((pending) => pending.measured);
      const place = { live, model: compiled.model, at: Math.max(time.now(), live.startedAt), measured };
      const wait = this.#chains.wants(box, live, chosen)
        ? (folding: Folding<Pending>) => this.#chains.begin(box, live, compiled.model, folding)
        : undefined;
      const folded = fold(place, chosen, environment, wait);
      if (!folded) return;
      if (folded instanceof Promise) {
        // Scripts are running: the others do not wait for them.
        folded.then(
          (done) => {
            const own: Flight[] = [];
            this.#checked(box, live, done, own);
            return this.#commit(own);
          },
          (error) => this.#foldFailed(box, live, chosen, error),
        );
      } else this.#checked(box, live, folded, flights);
    } catch (error) {
      cache.delete(live.id, live);
      this.#foldFailed(box, live, chosen, error as Error);
    }
  }

  /** Makes the unit of a chain. */
  #finishChain(chain: Chain, flights: Flight[]): void {
    const { box, live } = chain;
    try {
      const folded = chain.folding.finish(chain.done);
      chain.phase = "flying";
      box.chain = undefined;
      this.#checked(box, live, folded, flights, chain);
    } catch {
      this.#chainFailed(chain); // and is told when its steps run one by one
    }
  }

  /** Some command of a chain cannot be written: what came from the store's jobs is tried again, each by itself. */
  #chainFailed(chain: Chain): void {
    const { box, live } = chain;
    const place = this.#ready.indexOf(box);
    if (place >= 0) this.#ready.splice(place, 1);
    this.options.cache.delete(live.id, live);
    box.chain = undefined;
    box.single = true;
    box.queue.unshift(...this.#chains.refuse(chain));
    this.#leave(box);
  }

  /** Answers what was refused, and adds the unit to the flights if there is one. */
  #checked(box: Box, live: Live, folded: Fold<Pending>, flights: Flight[], chain?: Chain): void {
    if (folded.rejected.length > 0) this.#answer(box, live, folded);
    if (folded.unit) {
      this.handOns.reserve(folded.unit, live);
      flights.push({ box, live, unit: folded.unit, fold: folded, chain });
      return;
    }
    this.options.cache.delete(live.id, live);
    this.#leave(box);
  }

  #answer(box: Box, live: Live, folded: Fold<Pending>): void {
    const again: Pending[] = [];
    for (const { pending, rejection } of folded.rejected) {
      if (rejection.code === "already-applied") {
        pending.resolve({
          status: live.instance.state.status,
          revision: live.revision,
          live,
          effects: folded.effects,
        });
      } else if ((pending.fresh && !folded.unit) || pending.item.create) {
        pending.reject(new RejectedError(rejection));
      } else {
        // The cached instance may be behind the store's, or ahead of it by the unit's other commands, which may not
        // stand: only a fresh one may refuse.
        pending.fresh = true;
        again.push(pending);
      }
    }
    box.queue.unshift(...again);
  }

  #foldFailed(box: Box, live: Live, chosen: readonly Pending[], error: Error): void {
    this.options.cache.delete(live.id, live);
    if (error instanceof OutOfIdsError) {
      box.queue.unshift(...chosen);
      this.options.environment.ids.fill(error.needed * 2)
        .then(() => this.#leave(box), (cause) => this.#failAll(box, cause as Error));
      return;
    }
    if (error instanceof VariablesSizeError && !chosen.some((pending) => pending.measured)) {
      for (const pending of chosen) pending.measured = true;
      box.queue.unshift(...chosen);
      return this.#leave(box);
    }
    this.#oneByOne(box, chosen, error);
  }

  /** The guilty command is told; if there were several, each is tried alone. */
  #oneByOne(box: Box, chosen: readonly Pending[], error: Error): void {
    if (chosen.length === 1) {
      chosen[0].reject(error);
      box.single = box.queue.length > 0 && box.single;
    } else {
      box.single = true;
      box.queue.unshift(...chosen);
    }
    this.#leave(box);
  }

  async #commit(flights: readonly Flight[]): Promise<void> {
    let waiting = flights;
    for (let tries = 0; waiting.length > 0; tries++) {
      const results = await this.#send(waiting);
      const unknown: Flight[] = [];
      for (let i = 0; i < waiting.length; i++) {
        if (settleFailure.repeats(results[i], waiting[i].fold.accepted[0])) {
          this.counters.unknown++;
          unknown.push(waiting[i]);
        } else this.#settle(waiting[i], results[i]);
      }
      waiting = unknown;
      if (waiting.length > 0) await settleFailure.pause(tries);
    }
  }

  async #send(flights: readonly Flight[]): Promise<readonly UnitResult[]> {
    this.counters.commits++;
    try {
      // Without a worker in this process it is another's turn: it is told in the same round trip.
      const notify = !this.handOns.receiver && flights.some(({ unit }) => opensDue(unit));
      return await this.options.store.commit(flights.map((flight) => flight.unit), { notify });
    } catch (error) {
      // A store that throws has not said what became of the units.
      return flights.map(() => ({ outcome: "unknown", error: error as Error }));
    }
  }

  #settle(flight: Flight, result: UnitResult): void {
    const { box, live, unit, fold, chain } = flight;
    if (result.outcome === "duplicate" && unit.create && result.instanceId === unit.instanceId) {
      // Its id was reserved for it alone: an earlier try, whose answer was lost, has created it.
      this.options.cache.delete(live.id, live);
      this.handOns.giveBack(unit);
      for (const pending of fold.accepted) pending.resolve(doneOf(unit, 1, live, fold.effects));
      this.#leave(box);
      return;
    }
    if (result.outcome !== "committed") {
      this.options.cache.delete(live.id, live);
      this.handOns.giveBack(unit, chain);
      if (result.outcome === "conflict") this.counters.conflicts++;
      if (result.outcome === "busy") this.counters.busy++;
      if (chain && result.outcome === "rejected") return this.#chainFailed(chain);
      const accepted = chain ? this.#chains.refuse(chain) : fold.accepted;
      const pauseMs = settleFailure.settle(box, accepted, result);
      // Once is chance, or a cache that was behind.
      if (box.queue.some(({ repeats }) => repeats > 1)) this.options.crowds?.add(box.id);
      if (pauseMs === undefined) this.#leave(box);
      else setTimeout(() => this.#leave(box), pauseMs);
      return;
    }
    this.counters.units++;
    live.revision = result.revision;
    live.status = unit.status;
    if (unit.endedAt !== undefined) {
      this.options.cache.delete(live.id);
      this.options.crowds?.delete(live.id);
    } else {
      this.options.crowds?.look(live.id, unit.state);
      this.options.crowds?.wrote(live.id, unit, fold.accepted.length);
      const { state, variables, locals } = unit;
      const bytes = liveBytes(state, variables, locals);
      this.options.cache.put(live, variables === undefined ? Math.max(live.bytes, bytes) : bytes);
    }
    if (chain) {
      chain.end("stands");
      this.counters.chained += chain.done.length;
    }
    this.handOns.taken(unit, live, chain);
    for (const tell of this.committed) tell(unit);
    // What a crowd opens and this process does not keep is for others, even if there will soon be room for it here.
    const told = result.notified || !opensDue(unit) ||
      (this.handOns.wake() && !this.options.crowds?.has(live.id));
    if (!told) this.options.store.notify?.();
    const done = doneOf(unit, result.revision, live, fold.effects);
    for (const pending of fold.accepted) pending.resolve(done);
    this.#leave(box);
  }

  #failAll(box: Box, error: Error): void {
    const { queue } = box;
    box.queue = [];
    for (const pending of queue) pending.reject(error);
    this.#leave(box);
  }

  /** The unit has come to an end: the next one of this instance may go. */
  #leave(box: Box): void {
    box.busy = false;
    const waiting = box.waiting;
    box.waiting = undefined;
    if (waiting) { for (const tell of waiting) tell(); }
    if (box.queue.length > 0) return this.#queue(box);
    this.#boxes.delete(box.id);
    if (this.#boxes.size > 0) return;
    const idle = this.#idle;
    this.#idle = [];
    for (const resolve of idle) resolve();
  }
}

/** Whether a worker may take a job of it at once. */
function opensDue(unit: Unit): boolean {
  return unit.openJobs.some((job) => !job.lease && job.dueAt !== null && job.dueAt <= unit.at);
}

function doneOf(unit: Unit, revision: number, live: Live, effects: Effects): Done {
  const { status, endedAt, reason } = unit;
  return { status, endedAt, reason, revision, live, effects };
}
