/**
 * A store that fails by plan, in each of the ways in which a real one can fail its caller, at any call.
 *
 * | kind | mode `error` | mode `crash` |
 * |---|---|---|
 * | `before` | the call does nothing and throws | the process dies with the request |
 * | `during` | the call does its work, and throws: a lost answer | the process dies after the store's commit |
 * | `after` | the call succeeds, then the store is away for some calls | the process dies with the answer in hand |
 *
 * A dead process hears nothing any more: what it asks for is never answered.
 */
import type { Store, Unit } from "../../storage/store.ts";

export type FaultKind = "before" | "during" | "after";

/** What goes wrong at a call. */
export interface Fault {
  readonly kind: FaultKind;
  readonly mode: "error" | "crash";
}

/** Says what goes wrong at a call, if anything. Calls count from 1. */
export type FaultPlan = (call: number, method: string) => Fault | undefined;

/** What a faulty store throws. */
export class FaultError extends Error {
  override name = "FaultError";
}

/** A store with faults. */
export interface FaultStore {
  readonly store: Store;
  /** Names of the methods, in the order in which they were called. */
  readonly calls: string[];
  /** Kept when the process has died. */
  readonly crashed: Promise<void>;
  readonly dead: boolean;
}

/** Calls that fail while the store is away. */
const AWAY = 3;

/** Methods without promise, and those that belong to the object's own life. */
const PLAIN = new Set<PropertyKey>([
  "notify",
  "listen",
  "join",
  "migrate",
  "stateFormat",
  Symbol.asyncDispose,
]);

export function faultStore(inner: Store, plan: FaultPlan): FaultStore {
  const calls: string[] = [];
  let dead = false;
  let away = 0;
  let die = () => {};
  const crashed = new Promise<void>((resolve) => {
    die = () => {
      dead = true;
      resolve();
    };
  });
  const never = () => new Promise<never>(() => {});

  const call = async (method: string, run: () => Promise<unknown>): Promise<unknown> => {
    if (dead) return await never();
    if (away > 0) {
      away--;
      throw new FaultError(`the store is away (${method})`);
    }
    calls.push(method);
    const fault = plan(calls.length, method);
    if (fault?.kind === "before") {
      if (fault.mode === "error") throw new FaultError(`the connection broke before ${method}`);
      die();
      return await never();
    }
    const answer = await run();
    if (dead) return await never();
    if (fault?.kind === "during") {
      if (fault.mode === "error") throw new FaultError(`the answer to ${method} was lost`);
      die();
      return await never();
    }
    if (fault?.kind === "after") {
      // The answer is on its way; what the caller does with it in this turn still happens.
      if (fault.mode === "error") away = AWAY;
      else queueMicrotask(die);
    }
    return answer;
  };

  const store = new Proxy(inner, {
    get(target, name) {
      const value = Reflect.get(target, name, target);
      if (typeof value !== "function") return value;
      // No call to a database; and what this store fails with is a database that is away.
      if (name === "passing") {
        return (error: unknown) => error instanceof FaultError ? "away" : value.call(target, error);
      }
      if (PLAIN.has(name)) return (...given: unknown[]) => dead ? undefined : value.apply(target, given);
      return (...given: unknown[]) => call(String(name), () => value.apply(target, given));
    },
  });
  return {
    store,
    calls,
    crashed,
    get dead() {
      return dead;
    },
  };
}

/**
 * A store whose commits may stand in part: of several units in one call, the first ones are written and the answer
 * is lost. For stores that commit unit by unit.
 */
export function partlyCommitting(inner: Store, partly: () => boolean): Store {
  return new Proxy(inner, {
    get(target, name) {
      const value = Reflect.get(target, name, target);
      if (typeof value !== "function") return value;
      if (name !== "commit") return value.bind(target);
      return async (units: readonly Unit[]) => {
        if (units.length < 2 || !partly()) return await target.commit(units);
        await target.commit(units.slice(0, Math.ceil(units.length / 2)));
        throw new FaultError("the answer to half a commit was lost");
      };
    },
  });
}
