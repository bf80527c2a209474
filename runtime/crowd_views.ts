/**
 * What handlers see of a crowd that another process writes.
 *
 * Such an instance has a new revision at every lease, and reading all of it to find one token's variables would take
 * longer than the handlers. An older reading serves as long as nothing has changed that its tokens see:
 *
 * - Inner variables: the state says at which revision they last changed for tokens that were there before (`shown`).
 *   What belongs to a new token is not in the older reading, and neither is the token: all is read again.
 * - The instance's own variables are one text: it is read again whenever it differs.
 * - The counters of the loop are taken from the text. Where there are several loops, all is read again.
 *
 * And of each reading objects are made only of the tokens that jobs here wait for: see `PartialInstance`.
 */
import { PartialInstance, record } from "../engine/mod.ts";
import type { LoopState, Scope } from "../engine/mod.ts";
import type { StoredInstance } from "../storage/store.ts";
import { InstanceCache, type Live, live } from "./instance_cache.ts";

/** An older reading. */
interface View {
  /** Never one that the executor's cache has: the core changes those. */
  readonly live: Live;
  readonly partial: PartialInstance;
  readonly shown: number;
  variables: string;
  /** The only loop, if there is one. */
  readonly loop: LoopState | undefined;
}

interface Counters {
  readonly started: number;
  readonly done: number;
}

const LOOP = '"loop":{';
const COUNTERS = /(?:"first":\d+,)?"total":-?\d+,"started":(\d+),"done":(\d+)/y;

export class CrowdViews {
  /** Decides which readings stay. */
  readonly #kept: InstanceCache;
  readonly #views = new WeakMap<Live, View>();
  /** How often all was read. */
  readings = 0;

  constructor(maxBytes: number) {
    this.#kept = new InstanceCache(maxBytes);
  }

  /** @returns The instance as the job's handler may see it: good for nothing else. */
  see(stored: StoredInstance, jobId: string): Live {
    const kept = this.#kept.get(stored.id);
    const view = kept && this.#views.get(kept);
    if (view && isCurrent(view, stored) && view.partial.read(jobId)) return view.live;
    const { state, variables, locals } = stored;
    const partial = new PartialInstance(stored.id, { state, variables, locals });
    partial.read(jobId);
    const entry = live(stored, partial.instance);
    this.readings++;
    // What another job of this process has seen is not replaced by what is older.
    if (!kept || kept.revision <= stored.revision) this.#keep(stored, entry, partial);
    return entry;
  }

  #keep(stored: StoredInstance, entry: Live, partial: PartialInstance): void {
    this.#kept.delete(stored.id);
    const shown = shownOf(stored.state);
    const loops = loopsOf(entry.instance.state.root);
    if (shown === undefined || loops.length > 1) return;
    this.#views.set(entry, { live: entry, partial, shown, variables: stored.variables, loop: loops[0] });
    this.#kept.put(entry);
  }
}

/** Brings a reading up to date, if that is possible. */
function isCurrent(view: View, stored: StoredInstance): boolean {
  const { live, loop } = view;
  if (live.revision >= stored.revision) return true;
  if (view.shown !== shownOf(stored.state) || live.definitionId !== stored.definitionId) return false;
  const counters = countersOf(stored.state);
  if (counters === "several" || !counters !== !loop) return false;
  if (loop && counters) {
    loop.started = counters.started;
    loop.done = counters.done;
  }
  if (view.variables !== stored.variables) {
    live.instance.vars.set(0, record(JSON.parse(stored.variables)));
    view.variables = stored.variables;
  }
  live.revision = stored.revision;
  live.status = stored.status;
  return true;
}

/** First in the text, where nothing of a user's can be. */
function shownOf(state: string): number | undefined {
  const match = /^\{"shown":(\d+),/.exec(state);
  return match ? Number(match[1]) : undefined;
}

/** Something of a user's may look like a loop: then there are several. */
function countersOf(state: string): Counters | "several" | undefined {
  const at = state.indexOf(LOOP);
  if (at < 0) return undefined;
  if (state.indexOf(LOOP, at + LOOP.length) >= 0) return "several";
  COUNTERS.lastIndex = at + LOOP.length;
  const match = COUNTERS.exec(state);
  return match ? { started: Number(match[1]), done: Number(match[2]) } : "several";
}

function loopsOf(scope: Scope): LoopState[] {
  const found: LoopState[] = [];
  for (const token of scope.tokens) {
    if (token.loop) found.push(token.loop);
    if (token.scope) found.push(...loopsOf(token.scope));
  }
  return found;
}
