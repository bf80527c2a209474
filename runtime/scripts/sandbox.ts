/** JavaScript of script tasks, without any rights (BPMN 2.0.2, 10.3.3 Script Task). */
import { assertJson } from "../../engine/mod.ts";
import { cleanProse } from "../arguments.ts";
import { ScriptBpmnError, ScriptError, ScriptLimitError } from "./errors.ts";
import type { PreludeOutput } from "./prelude.ts";
import { limitOf, loadQuickJs, runInQuickJs, type ScriptOutcome, type ScriptRun } from "./quickjs.ts";

/** Limits of a script. */
export interface ScriptSandboxOptions {
  /** Default 1,000 ms. */
  readonly timeoutMs?: number;
  /** Default 64 MiB. */
  readonly memoryBytes?: number;
  /**
   * `worker` (default where there are workers): a thread of its own, which is ended when a script does not end.
   * `inline`: this thread; the time limit then only holds while the interpreter looks at the clock, which some
   * built-in functions do not.
   */
  readonly isolation?: "worker" | "inline";
}

/** A script as the model has it. */
export interface Script {
  /** MIME type or name; empty if the element gives none. */
  readonly format: string;
  /** The text of the script. */
  readonly body: string;
}

/** What a script knows of its place. */
export interface ScriptPlace {
  /** Milliseconds since 1970 UTC: what `Date.now()` gives. */
  readonly at: number;
  /** The process instance. */
  readonly instanceId: string;
  /** The script task. */
  readonly elementId: string;
}

/** What a script gave. */
export interface ScriptResult {
  /** The value of `return`, or of the last expression; null if there is none. */
  readonly result: unknown;
  /** Variables that it wrote, by `set(name, value)`, by assignment, or by changing what is in them. */
  readonly set: Record<string, unknown>;
}

/** Runs scripts one after the other; `await using` ends its thread. */
export interface ScriptSandbox extends AsyncDisposable {
  /**
   * Runs a script of JavaScript; `format` is not looked at.
   *
   * @throws {ScriptError} If it throws, does not parse, or gives what JSON cannot hold.
   * @throws {ScriptLimitError} If it needs too much time, memory or stack.
   * @throws {ScriptBpmnError} If it throws a `BpmnError`.
   */
  run(script: Script, variables: Record<string, unknown>, place: ScriptPlace): Promise<ScriptResult>;
}

const DEFAULT_TIMEOUT_MS = 1_000;
const DEFAULT_MEMORY_BYTES = 64 * 1024 * 1024;
/** The interpreter ends most scripts itself, which is cheaper than to end the thread. */
const GRACE_MS = 200;

/** Runs one script somewhere. */
interface Host {
  run(run: ScriptRun): Promise<ScriptOutcome>;
  close(): void;
}

/** Creates a sandbox. Nothing is loaded before the first script. */
export function createScriptSandbox(options: ScriptSandboxOptions = {}): ScriptSandbox {
  const timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  const memoryBytes = options.memoryBytes ?? DEFAULT_MEMORY_BYTES;
  const isolation = options.isolation ?? (typeof Worker === "function" ? "worker" : "inline");
  const host = isolation === "worker" ? new WorkerHost() : new InlineHost();
  let last: Promise<unknown> = Promise.resolve();
  let closed = false;
  return {
    run(script, variables, { at, instanceId, elementId }) {
      if (closed) return Promise.reject(new TypeError("Cannot run a script: the sandbox is closed"));
      const input = { body: script.body, variables, at, seed: hash(`${instanceId}/${elementId}/${at}`) };
      const mine = last.then(() => host.run({ input, timeoutMs, memoryBytes }));
      // The next script waits for this one, however it ends; its caller gets the error.
      last = mine.catch(() => undefined);
      return mine.then((outcome) => resultOf(outcome, elementId, { timeoutMs, memoryBytes }));
    },
    async [Symbol.asyncDispose]() {
      closed = true;
      await last;
      host.close();
    },
  };
}

/** FNV-1a. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  }
  return value;
}

function resultOf(
  outcome: ScriptOutcome,
  elementId: string,
  limits: { timeoutMs: number; memoryBytes: number },
): ScriptResult {
  const action = `Cannot run the script of "${elementId}"`;
  if (outcome.kind === "error") throw new ScriptError(`${action}: ${cleanProse(outcome.message)}`);
  if (outcome.kind === "limit") {
    const limit = {
      time: `it takes longer than ${limits.timeoutMs} ms`,
      memory: `it needs more than ${limits.memoryBytes} bytes of memory`,
      stack: "its calls are nested too deeply",
    };
    throw new ScriptLimitError(`${action}: ${limit[outcome.what]}`);
  }
  const output = readOutput(outcome.output);
  if (!output) throw new ScriptError(`${action}: it has changed the built-ins that write down its result`);
  if ("bpmnErrorCode" in output) {
    throw new ScriptBpmnError(cleanProse(output.bpmnErrorCode), cleanProse(output.message));
  }
  if ("error" in output) {
    const limit = limitOf(output.error, output.message);
    if (limit) return resultOf(limit, elementId, limits);
    const line = LINE.exec(output.stack.slice(0, MAX_STACK));
    const where = line ? ` (line ${line[1]})` : "";
    const message = cleanProse(`${output.error === "" ? "" : `${output.error}: `}${output.message}`);
    throw new ScriptError(`${action}: ${message}${where}`);
  }
  try {
    assertJson(output.result, "result");
    assertJson(output.set, "variables");
  } catch (error) {
    throw new ScriptError(`${action}: ${cleanProse((error as Error).message)}`);
  }
  return output;
}

/** Where the interpreter says that it was in the script. */
const LINE = /<input>:(\d{1,9})/;
/** Characters of a stack that are looked at: the script may have made it as long as it likes. */
const MAX_STACK = 2_000;

const isText = (value: unknown): value is string => typeof value === "string";

/** What the prelude wrote. The script shares its built-ins, and may have made it write anything. */
function readOutput(text: string): PreludeOutput | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null) return undefined;
  const { bpmnErrorCode, error, message, stack, set } = value as Readonly<Record<string, unknown>>;
  if (isText(bpmnErrorCode) && isText(message)) return { bpmnErrorCode, message };
  if (isText(error) && isText(message) && isText(stack)) return { error, message, stack };
  const isSet = typeof set === "object" && set !== null && !Array.isArray(set);
  return isSet && Object.hasOwn(value, "result") ? value as PreludeOutput : undefined;
}

/** A thread, started when needed and again after it had to be ended. */
class WorkerHost implements Host {
  #worker: Worker | undefined;

  async run(run: ScriptRun): Promise<ScriptOutcome> {
    const worker = this.#worker ??= await startWorker();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<undefined>((resolve) => {
      timer = setTimeout(() => resolve(undefined), run.timeoutMs + GRACE_MS);
    });
    try {
      const answer = nextMessage<{ outcome: ScriptOutcome; broken: boolean }>(worker);
      worker.postMessage(run);
      const given = await Promise.race([answer, late]);
      if (given === undefined || given.broken) this.close();
      return given?.outcome ?? { kind: "limit", what: "time" };
    } catch (error) {
      this.close();
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  close(): void {
    this.#worker?.terminate();
    this.#worker = undefined;
  }
}

async function startWorker(): Promise<Worker> {
  const worker = new Worker(new URL("./script_worker.ts", import.meta.url), {
    type: "module",
    name: "baton scripts",
  });
  try {
    await nextMessage(worker);
    return worker;
  } catch (cause) {
    worker.terminate();
    throw new Error(`Cannot start the script sandbox: ${(cause as Error).message}`, { cause });
  }
}

function nextMessage<T>(worker: Worker): Promise<T> {
  return new Promise((resolve, reject) => {
    worker.onmessage = (event: MessageEvent<T>) => resolve(event.data);
    worker.onerror = (event) => {
      event.preventDefault();
      reject(new Error(event.message));
    };
  });
}

/** This thread, where there are no others. */
class InlineHost implements Host {
  #quickJs: ReturnType<typeof loadQuickJs> | undefined;

  async run(run: ScriptRun): Promise<ScriptOutcome> {
    const { outcome, broken } = runInQuickJs(await (this.#quickJs ??= loadQuickJs()), run);
    if (broken) this.close();
    return outcome;
  }

  close(): void {
    this.#quickJs = undefined;
  }
}
