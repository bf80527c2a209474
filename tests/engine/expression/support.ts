import assert from "node:assert/strict";
import type { EvaluationContext } from "../../../engine/expression/mod.ts";

/** 2026-03-01T12:00:00Z */
export const AT = 1_772_366_400_000;

/** A context over plain variables. */
export function contextOf(variables: Record<string, unknown>, at: number = AT): EvaluationContext {
  return { at, get: (name) => Object.hasOwn(variables, name) ? variables[name] : undefined };
}

/** Runs a function under two clocks, which must make no difference. (Some libraries read the clock in vain.) */
export function withoutClock<T>(run: () => T): T {
  const past = withClock(0, run);
  assert.deepEqual(withClock(Date.UTC(2100, 1, 3), run), past, "the clock was read");
  return past;
}

function withClock<T>(at: number, run: () => T): T {
  const real = Date;
  const now = Date.now;
  globalThis.Date = new Proxy(real, {
    construct: (target, args, newTarget) =>
      Reflect.construct(target, args.length === 0 ? [at] : args, newTarget),
  });
  real.now = () => at;
  try {
    return run();
  } finally {
    real.now = now;
    globalThis.Date = real;
  }
}
