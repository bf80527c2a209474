/** Runs commands of one instance through the core and makes one unit of them. */
import {
  type Command,
  type Effects,
  type InstanceLife,
  noEffects,
  type ProcessModel,
  type Rejection,
  type ScriptDoneCommand,
  type ScriptRequest,
  TooLargeError,
  transition,
  type Transitioned,
} from "../engine/mod.ts";
import type { JobUpdate, Lease, Unit } from "../storage/store.ts";
import { holdNewJobs, jobChanges } from "./held_jobs.ts";
import { setHosted } from "./hosted.ts";
import type { IdAllocator } from "./ids.ts";
import type { Live } from "./instance_cache.ts";
import { VariablesSizeError } from "./errors.ts";
import { buildUnit } from "./unit.ts";
import type { WorkItem } from "./work_item.ts";

/** What folding needs of its surroundings. */
export interface FoldEnvironment {
  readonly ids: IdAllocator;
  readonly maxVariablesBytes: number;
  /** Tokens per instance; absent: the core's default. */
  readonly maxTokens?: number;
  readonly scriptFormats: ReadonlySet<string>;
  runScript(request: ScriptRequest, at: number, instanceId: string): Promise<ScriptDoneCommand["outcome"]>;
}

/** One fold. */
export interface Fold<P extends { readonly item: WorkItem }> {
  /** Absent if no command was accepted. */
  readonly unit?: Unit;
  readonly effects: Effects;
  readonly accepted: readonly P[];
  readonly rejected: readonly { readonly pending: P; readonly rejection: Rejection }[];
}

/** Where a fold happens. */
export interface FoldPlace {
  readonly live: Live;
  readonly model: ProcessModel;
  readonly at: number;
  /** A user's open transaction: scripts would hold it, so they become jobs. */
  readonly joined?: boolean;
  /** The variables were found to take too much: whose fault it is is to be found out. */
  readonly measured?: boolean;
}

/** What most folds have of something: a list of its own for each would be kept until its commit stands. */
const NONE: readonly never[] = Object.freeze([]);

/** A transition used more ids than were at hand: its result is void. */
export class OutOfIdsError extends Error {
  override name = "OutOfIdsError";
  readonly needed: number;

  constructor(needed: number) {
    super(`Cannot use ${needed} ids: fewer were reserved`);
    this.needed = needed;
  }
}

/**
 * Folds commands. Answers at once unless a script has to run.
 *
 * @throws {OutOfIdsError} Reserve more and load the instance again.
 * @throws {VariablesSizeError} If the variables are too large: measured, it says which.
 */
export function fold<P extends { readonly item: WorkItem }>(
  place: FoldPlace,
  pending: readonly P[],
  env: FoldEnvironment,
): Fold<P> | Promise<Fold<P>>;
/** @param wait Asked before the unit is made: whether it is to be made later, from the folding. Then nothing comes back. */
export function fold<P extends { readonly item: WorkItem }>(
  place: FoldPlace,
  pending: readonly P[],
  env: FoldEnvironment,
  wait?: (folding: Folding<P>) => boolean,
): Fold<P> | Promise<Fold<P>> | undefined;
export function fold<P extends { readonly item: WorkItem }>(
  place: FoldPlace,
  pending: readonly P[],
  env: FoldEnvironment,
  wait?: (folding: Folding<P>) => boolean,
): Fold<P> | Promise<Fold<P>> | undefined {
  const folding = new Folding<P>(place, env);
  for (let i = 0; i < pending.length; i++) {
    const scripts = folding.run(pending[i]);
    if (scripts) return finishLater(folding, scripts, pending.slice(i + 1));
  }
  if (wait && !folding.refused && wait(folding)) return undefined;
  return folding.finish();
}

async function finishLater<P extends { readonly item: WorkItem }>(
  folding: Folding<P>,
  first: readonly ScriptRequest[],
  rest: readonly P[],
): Promise<Fold<P>> {
  await folding.runScripts(first);
  for (const pending of rest) {
    const scripts = folding.run(pending);
    if (scripts) await folding.runScripts(scripts);
  }
  return folding.finish();
}

/** Commands of one instance, run one after the other, and what they have come to so far. */
export class Folding<P extends { readonly item: WorkItem }> {
  readonly #place: FoldPlace;
  readonly #env: FoldEnvironment;
  readonly #effects = noEffects();
  readonly #accepted: P[] = [];
  #rejected: readonly { readonly pending: P; readonly rejection: Rejection }[] = NONE;
  /** When the next command happens. */
  at: number;
  #last: Transitioned | undefined;
  #variablesChanged = false;
  #localsChanged = false;
  #shownChanged = false;
  #maxWaves: number | undefined;

  constructor(place: FoldPlace, env: FoldEnvironment) {
    this.#place = place;
    this.#env = env;
    this.at = place.at;
  }

  /** What the unit will write besides state and variables. */
  get effects(): Effects {
    return this.#effects;
  }

  get accepted(): readonly P[] {
    return this.#accepted;
  }

  /** Whether a command was refused. */
  get refused(): boolean {
    return this.#rejected.length > 0;
  }

  /** What the instance has come to; absent before the first command. */
  get status(): InstanceLife | undefined {
    return this.#last?.status;
  }

  /** @returns Scripts that must be answered first, if any. */
  run(pending: P): readonly ScriptRequest[] | undefined {
    const { item } = pending;
    const { manual } = this.#place.live.instance.state;
    const waves = item.maxWaves ?? (manual ? 0 : Infinity);
    this.#maxWaves = waves === Infinity ? undefined : waves;
    const done = this.#transition(item.command);
    if (done.rejection) {
      this.#rejected = [...this.#rejected, { pending, rejection: done.rejection }];
      return undefined;
    }
    this.#accepted.push(pending);
    if (item.create?.host) setHosted(this.#place.live.instance.state, item.create.host);
    return done.scripts.length ? done.scripts : undefined;
  }

  async runScripts(requests: readonly ScriptRequest[]): Promise<void> {
    const queue = [...requests];
    for (let request = queue.shift(); request; request = queue.shift()) {
      const outcome = await this.#env.runScript(request, this.at, this.#place.live.id);
      if (!this.#env.ids.ready) await this.#env.ids.fill();
      const done = this.#transition({ kind: "scriptDone", token: request.token, outcome });
      // A rejection: an earlier script's end has cancelled this one's token.
      if (!done.rejection) queue.push(...done.scripts);
    }
  }

  /** @param never Leased jobs that the unit itself has opened: no store knows them. */
  finish(never?: readonly string[]): Fold<P> {
    const last = this.#last;
    if (!last || this.#accepted.length === 0) return this.#fold(undefined);
    const { live } = this.#place;
    const { at } = this;
    const leases: Lease[] = [];
    const doneJobs: string[] = [];
    const updateJobs: JobUpdate[] = [];
    const takeMessages: NonNullable<Unit["takeMessages"]>[number][] = [];
    const { ids } = this.#env;
    const { openJobs } = this.#effects;
    for (const { item } of this.#accepted) {
      const { leaseNew, lease, keepJob } = item;
      if (leaseNew) openJobs.forEach((job, i) => openJobs[i] = { ...job, lease: leaseNew(job) });
      if (item.openJobs) openJobs.push(...item.openJobs);
      if (lease && !never?.includes(lease.jobId)) {
        leases.push(lease);
        if (!keepJob) doneJobs.push(lease.jobId);
      }
      if (keepJob) updateJobs.push(keepJob);
      if (item.takeMessages) takeMessages.push(...item.takeMessages);
    }
    holdNewJobs(this.#effects);
    const unit = buildUnit({
      live,
      effects: this.#effects,
      status: last.status,
      reason: last.reason,
      variablesChanged: this.#variablesChanged,
      localsChanged: this.#localsChanged,
      shownChanged: this.#shownChanged,
      leases,
      doneJobs,
      updateJobs,
      create: withoutHost(this.#accepted[0].item.create),
      takeMessages,
      at,
    }, {
      // What is measured fits, or has been there before.
      maxVariablesBytes: this.#place.measured ? Infinity : this.#env.maxVariablesBytes,
      newId: () => {
        if (ids.room < 1) throw new OutOfIdsError(1);
        const id = ids.first;
        ids.use(1);
        return String(id);
      },
    });
    return this.#fold(unit);
  }

  #fold(unit: Unit | undefined): Fold<P> {
    return { unit, effects: this.#effects, accepted: this.#accepted, rejected: this.#rejected };
  }

  #transition(command: Command): Transitioned {
    const { ids, scriptFormats, maxTokens, maxVariablesBytes } = this.#env;
    const { live, model, joined, measured } = this.#place;
    const { at } = this;
    const changes = jobChanges(this.#effects);
    const done = transitionOf(live.instance, command, {
      model,
      at,
      firstId: ids.first,
      effects: this.#effects,
      maxWaves: this.#maxWaves,
      maxTokens,
      maxVariablesBytes,
      measured,
      scriptFormats,
      scriptsAsJobs: joined,
    });
    if (done.idsUsed > ids.room) throw new OutOfIdsError(done.idsUsed);
    ids.use(done.idsUsed);
    if (done.rejection) return done;
    changes.settle();
    this.#last = { ...done, reason: done.reason ?? this.#last?.reason };
    this.#variablesChanged ||= done.variablesChanged;
    this.#localsChanged ||= done.localsChanged;
    this.#shownChanged ||= done.shownChanged;
    return done;
  }
}

/** @throws {VariablesSizeError} If what the command brings does not fit. */
function transitionOf(...given: Parameters<typeof transition>): Transitioned {
  try {
    return transition(...given);
  } catch (error) {
    if (error instanceof TooLargeError) throw new VariablesSizeError(error.message);
    throw error;
  }
}

function withoutHost(create: WorkItem["create"]): Unit["create"] {
  if (!create?.host) return create;
  const { host: _host, ...rest } = create;
  return rest;
}
