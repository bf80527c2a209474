/**
 * Runs one script in QuickJS, an interpreter compiled to WebAssembly: a script reaches nothing that this file does
 * not hand in, and it hands in text only. The only file that knows `quickjs-emscripten`.
 */
import { newQuickJSWASMModule, type QuickJSContext, type QuickJSWASMModule } from "quickjs-emscripten";
import { PRELUDE, type PreludeInput } from "./prelude.ts";

/** A script with all that it may see and use. */
export interface ScriptRun {
  readonly input: PreludeInput;
  readonly timeoutMs: number;
  readonly memoryBytes: number;
}

/** What became of it. */
export type ScriptOutcome =
  /** JSON of a `PreludeOutput`. */
  | { readonly kind: "done"; readonly output: string }
  | { readonly kind: "limit"; readonly what: "time" | "memory" | "stack" }
  | { readonly kind: "error"; readonly message: string };

/** The interpreter's stack; the WebAssembly stack, and the host's under it, hold more than that. */
const STACK_BYTES = 128 * 1024;

/** Loads the interpreter, some 25 to 50 ms. */
export function loadQuickJs(): Promise<QuickJSWASMModule> {
  return newQuickJSWASMModule();
}

/**
 * Runs a script in a runtime of its own. Blocks the thread, at most for the time limit as far as the interpreter
 * looks at the clock: long built-in functions (`indexOf` in a list of four thousand million holes) do not.
 *
 * @returns The outcome; `broken` if the interpreter must not be used again.
 */
export function runInQuickJs(
  quickJs: QuickJSWASMModule,
  run: ScriptRun,
): { outcome: ScriptOutcome; broken: boolean } {
  let outcome: ScriptOutcome | undefined;
  try {
    const runtime = quickJs.newRuntime();
    runtime.setMemoryLimit(run.memoryBytes);
    runtime.setMaxStackSize(STACK_BYTES);
    const context = runtime.newContext();
    const end = performance.now() + run.timeoutMs;
    runtime.setInterruptHandler(() => performance.now() > end);
    outcome = inUtc(() => evaluate(context, JSON.stringify(run.input)));
    context.dispose();
    runtime.dispose();
    return { outcome, broken: false };
  } catch (error) {
    // The interpreter never throws at a script's fault, except when a built-in function recursed until the host's
    // stack was full. It then holds memory that nobody frees, so its disposal fails, too.
    if (outcome !== undefined) return { outcome, broken: true };
    const full = error instanceof RangeError && error.message.includes("call stack");
    return { outcome: full ? { kind: "limit", what: "stack" } : failure(error), broken: true };
  }
}

function evaluate(context: QuickJSContext, input: string): ScriptOutcome {
  const prelude = context.evalCode(PRELUDE, "prelude.js");
  if (prelude.error) return failure(prelude.error.consume((error) => context.dump(error)));
  const argument = context.newString(input);
  const result = context.callFunction(prelude.value, context.undefined, argument);
  argument.dispose();
  prelude.value.dispose();
  if (result.error) {
    const error: unknown = context.dump(result.error);
    result.error.dispose();
    return failure(error);
  }
  const output = context.getString(result.value);
  result.value.dispose();
  return { kind: "done", output };
}

const LOCAL = ["FullYear", "Month", "Date", "Day", "Hours", "Minutes", "Seconds", "Milliseconds"] as const;

/** The interpreter asks the host's `Date` for the zone, which is of the environment: meanwhile that is UTC. */
function inUtc<T>(work: () => T): T {
  const { prototype } = Date;
  const before = Object.getOwnPropertyDescriptors(prototype);
  // `set` does not throw where the host has frozen its built-ins.
  Reflect.set(prototype, "getTimezoneOffset", () => 0);
  for (const part of LOCAL) Reflect.set(prototype, `get${part}`, prototype[`getUTC${part}`]);
  try {
    return work();
  } finally {
    Object.defineProperties(prototype, before);
  }
}

function failure(error: unknown): ScriptOutcome {
  const { name, message } = (typeof error === "object" && error !== null ? error : {}) as Record<
    string,
    unknown
  >;
  // A thrown object that is no error has been made into text and back.
  const told = typeof message === "string"
    ? message
    : typeof error === "string"
    ? error
    : "it threw no error";
  return limitOf(name, message) ?? { kind: "error", message: told };
}

/** The interpreter's own errors are limits; a script that fakes one only harms itself. */
export function limitOf(name: unknown, message: unknown): ScriptOutcome | undefined {
  if (name !== "InternalError") return undefined;
  if (message === "interrupted") return { kind: "limit", what: "time" };
  if (message === "stack overflow") return { kind: "limit", what: "stack" };
  return message === "out of memory" ? { kind: "limit", what: "memory" } : undefined;
}
