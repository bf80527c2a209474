/**
 * Variables by the scope rules: read from the innermost scope outwards; write to the nearest scope that has the
 * name, else to the instance (`docs/variables.md`).
 */
import type { EvaluationContext } from "../expression/types.ts";
import { IN, type Kept, keptId, type LoopState, OWNER, record, type Scope, type Token } from "./state.ts";

import { VariableSizes } from "./variable_sizes.ts";
import type { Variables } from "./variable_store.ts";

/** Where a read or write starts: a token's own scope, or an inner scope. */
export type Place = Token | Scope;

/** Nobody listens to changes: never added to. */
const NOTHING: Set<string> = new Set();

export class VariableAccess {
  readonly #vars: Variables;
  readonly #at: number;
  /** Tokens with larger ids are new. */
  readonly #last: number;
  /** Older tokens whose variables have changed and that are still there. */
  #changed: Set<number> | undefined;
  /** Scopes that have got their first variables now: if they go before the end, nothing has changed. */
  #made: Set<number> | undefined;
  #localsTouched = false;
  rootChanged = false;
  /** Names written in this transition and not yet shown to conditional events. */
  readonly written: Set<string>;

  readonly #watched: boolean;
  readonly #sizes: VariableSizes | undefined;
  /** What takes back the writes since {@link atomically} began. */
  #undo: (() => void)[] | undefined;

  /**
   * @param watched Whether anything listens to changes.
   * @param last The last token id that was given before.
   * @param maxBytes What the instance's own variables, and all inner ones, may take. Absent: they are not measured.
   */
  constructor(vars: Variables, at: number, watched: boolean, last: number, maxBytes?: number) {
    this.#vars = vars;
    this.#at = at;
    this.#last = last;
    this.#watched = watched;
    this.written = watched ? new Set() : NOTHING;
    this.#sizes = maxBytes === undefined ? undefined : new VariableSizes(vars, maxBytes);
  }

  get localsChanged(): boolean {
    return this.#localsTouched || (this.#made !== undefined && this.#made.size > 0);
  }

  /** Whether inner variables have changed that jobs opened earlier see. */
  get olderChanged(): boolean {
    return this.#changed !== undefined && this.#changed.size > 0;
  }

  /** @returns The value, or `undefined` if no scope has the name. */
  read(place: Place, name: string): unknown {
    for (let at: Place | undefined = place; at; at = outer(at)) {
      const values = this.#vars.get(at.id);
      if (values && name in values) return values[name];
      const value = "tokens" in at ? undefined : loopValue(at, name) ?? itemValue(this.#vars, at, name);
      if (value !== undefined) return value;
    }
    return undefined;
  }

  /** Writes by the scope rules. */
  write(place: Place, name: string, value: unknown): void {
    let at: Place = place;
    for (;;) {
      const values = this.#vars.get(at.id);
      if (values && name in values) break;
      if (!("tokens" in at) && itemValue(this.#vars, at, name) !== undefined) break;
      const next = outer(at);
      if (!next) break;
      at = next;
    }
    this.writeLocal(at.id, name, value);
  }

  writeAll(place: Place, values: Readonly<Record<string, unknown>>): void {
    this.atomically(() => {
      for (const name of Object.keys(values)) this.write(place, name, values[name]);
    });
  }

  /** What `work` writes is written as a whole, or not at all if some of it does not fit. */
  atomically(work: () => void): void {
    if (!this.#sizes || this.#undo) return work();
    const undo: (() => void)[] = this.#undo = [];
    const mark = this.#sizes.mark();
    try {
      work();
    } catch (error) {
      for (const each of undo.reverse()) each();
      this.#sizes.reset(mark);
      throw error;
    } finally {
      this.#undo = undefined;
    }
  }

  /** @throws {TooLargeError} If a variable of a scope that is still to be made would not fit. */
  checkNew(id: number, name: string, value: unknown): void {
    if (!this.#sizes) return;
    const mark = this.#sizes.mark();
    this.#sizes.write(id, name, value);
    this.#sizes.reset(mark);
  }

  /** Brings back what a scope has had: it fitted then. */
  restore(id: number, values: Readonly<Record<string, unknown>>): void {
    for (const name of Object.keys(values)) this.writeLocal(id, name, values[name], true);
  }

  /**
   * Writes into exactly one scope.
   *
   * @param always Whether it fits or not.
   */
  writeLocal(id: number, name: string, value: unknown, always = false): void {
    this.#sizes?.write(id, name, value ?? null, always);
    let values = this.#vars.get(id);
    if (this.#undo) this.#undo.push(this.#takeBack(id, name, values));
    if (!values) {
      this.#vars.set(id, values = record());
      if (id !== 0) (this.#made ??= new Set()).add(id);
    }
    values[name] = value === undefined ? null : value;
    if (this.#watched) this.written.add(name);
    if (id === 0) this.rootChanged = true;
    else {
      if (!this.#made?.has(id)) this.#localsTouched = true;
      if (id > 0 && id <= this.#last) (this.#changed ??= new Set()).add(id);
    }
  }

  #takeBack(id: number, name: string, values: Record<string, unknown> | undefined): () => void {
    if (!values) {
      return () => {
        this.#vars.delete(id);
        this.#made?.delete(id);
      };
    }
    if (!(name in values)) return () => void delete values[name];
    const before = values[name];
    return () => void (values[name] = before);
  }

  writeAllLocal(id: number, values: Readonly<Record<string, unknown>>): void {
    this.atomically(() => {
      for (const name of Object.keys(values)) this.writeLocal(id, name, values[name]);
    });
  }

  /** Writes a value into a variable or a property of one: `["order", "total"]`. The path's objects are copied. */
  writePath(place: Place, path: readonly string[], value: unknown, local?: number): void {
    const [name, ...rest] = path;
    const before = local === undefined ? this.read(place, name) : this.#vars.get(local)?.[name];
    const next = rest.length ? withPath(before, rest, value) : value;
    if (local === undefined) this.write(place, name, next);
    else this.writeLocal(local, name, next);
  }

  /** The variables of one scope itself; `undefined` if it has none. */
  own(id: number): Record<string, unknown> | undefined {
    return this.#vars.get(id);
  }

  /** The variables of a token itself, what its loop gives it included. */
  ownOf(token: Token): Record<string, unknown> | undefined {
    const own = this.#vars.get(token.id);
    const loop = loopOf(token);
    if (loop?.each === undefined && loop?.gives === undefined) return own;
    const result = record();
    for (const name of [loop.each, loop.gives]) {
      const value = name === undefined ? undefined : itemValue(this.#vars, token, name);
      if (name !== undefined && value !== undefined) result[name] = value;
    }
    return Object.assign(result, own);
  }

  /** Names that a place knows from loops alone: nothing has them as a variable. */
  loopNames(place: Place): string[] {
    return LOOP_NAMES.filter((name) => {
      for (let at: Place | undefined = place; at; at = outer(at)) {
        const values = this.#vars.get(at.id);
        if (values && name in values) return false;
        if (!("tokens" in at) && loopValue(at, name) !== undefined) return true;
      }
      return false;
    });
  }

  /** A variable has a new value without being written: an item of a loop. */
  announce(name: string): void {
    if (this.#watched) this.written.add(name);
  }

  /** Forgets a scope's variables. */
  drop(id: number): void {
    if (id === 0) return;
    this.#sizes?.drop(id);
    if (this.#vars.delete(id) && !this.#made?.delete(id)) this.#localsTouched = true;
    this.#changed?.delete(id);
  }

  /** Everything visible from a place, inner values over outer ones. */
  visible(place: Place): Record<string, unknown> {
    return visibleVariables(this.#vars, place);
  }

  /** What an expression sees from a place. @param extra Values over all scopes. */
  context(place: Place, extra?: Readonly<Record<string, unknown>>): EvaluationContext {
    return {
      at: this.#at,
      get: (name) => extra && Object.hasOwn(extra, name) ? extra[name] : this.read(place, name),
    };
  }
}

/** One step outwards: token → its scope → that scope's owner token → ... → the process. */
function outer(place: Place): Place | undefined {
  if ("tokens" in place) return place[OWNER] ? outerOfToken(place[OWNER]) : undefined;
  return outerOfToken(place);
}

// A scope and its owner token share one id and one set of variables.
function outerOfToken(token: Token): Place | undefined {
  const scope = token[IN];
  if (!scope) return undefined;
  return scope[OWNER] ?? scope;
}

/** What a loop tells its items; computed, for stored counters would be written with every item. */
function loopValue(token: Token, name: string): number | undefined {
  if (name === "loopCounter") {
    return token.item === undefined ? undefined : token.item + (token[IN]?.[OWNER]?.loop?.first ?? 0);
  }
  const { loop } = token;
  if (!loop) return undefined;
  switch (name) {
    case "nrOfInstances":
    case "numberOfInstances":
      return loop.total < 0 ? undefined : loop.total;
    case "nrOfCompletedInstances":
    case "numberOfCompletedInstances":
      return loop.done;
    case "nrOfActiveInstances":
    case "numberOfActiveInstances":
      return loop.started - loop.done;
    case "numberOfTerminatedInstances":
      return 0;
    default:
      return undefined;
  }
}

/** The loop that a token is an item of. */
function loopOf(token: Token): LoopState | undefined {
  return token.item === undefined ? undefined : token[IN]?.[OWNER]?.loop;
}

/** What a sequential multi-instance gives its item; stored it would be written with every item. */
function itemValue(vars: Variables, token: Token, name: string): unknown {
  const loop = loopOf(token);
  if (!loop) return undefined;
  if (loop.each === name) {
    const { items } = vars.get(keptId(token[IN]?.[OWNER] as Token)) as Kept | undefined ?? {};
    return items?.[token.item as number] ?? null;
  }
  return loop.gives === name ? null : undefined;
}

const LOOP_NAMES = ["loopCounter", "nrOfInstances", "nrOfCompletedInstances", "nrOfActiveInstances"];

/** Everything visible from a place, inner values over outer ones. The values are the instance's own. */
export function visibleVariables(vars: Variables, place: Place): Record<string, unknown> {
  const result = record();
  for (let at: Place | undefined = place; at; at = outer(at)) {
    const values = vars.get(at.id);
    if (values) { for (const name in values) if (!(name in result)) result[name] = values[name]; }
    if ("tokens" in at || (at.item === undefined && !at.loop)) continue;
    for (const name of LOOP_NAMES) {
      const value = name in result ? undefined : loopValue(at, name);
      if (value !== undefined) result[name] = value;
    }
    const loop = loopOf(at);
    for (const name of [loop?.each, loop?.gives]) {
      if (name === undefined || name in result) continue;
      const value = itemValue(vars, at, name);
      if (value !== undefined) result[name] = value;
    }
  }
  return result;
}

function withPath(before: unknown, path: readonly string[], value: unknown): unknown {
  const copy: Record<string, unknown> = record(
    typeof before === "object" && before !== null && !Array.isArray(before)
      ? before as Record<string, unknown>
      : undefined,
  );
  copy[path[0]] = path.length > 1 ? withPath(copy[path[0]], path.slice(1), value) : value;
  return copy;
}
