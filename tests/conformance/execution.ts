/** `execution/cases.json`: processes whose scripts leave a trace, on the real engine with a virtual clock. */
import { BpmnValidationError } from "../../engine/mod.ts";
import { RejectedError, type ScriptContext } from "../../runtime/mod.ts";
import type { Store } from "../../storage/store.ts";
import { createWorker, type Worker } from "../../worker.ts";
import { EXCLUSIONS } from "./exclusions.ts";
import { type Outcome, readJson } from "./report.ts";

/** A process, and what must come of it. */
export interface Process {
  readonly file: string;
  readonly processId: string;
  readonly startFirst?: readonly string[];
  readonly cases: readonly {
    readonly inputs: Record<string, unknown>;
    readonly expected: readonly string[];
    readonly startFirst?: readonly string[];
  }[];
}

/** Lines that the suite's scripts leave as files; they count only where a case asks for them. */
const OPTIONAL = ["MARKER_exists", "EXECUTION_parallel", "DATA_correct", "INCREMENT_correct"];
const SLEEP_MS = 10_000;
/** Jumps of the clock after which a process that never comes to rest is left alone. */
const MAX_JUMPS = 1_000;

/** Runs every case of a folder. */
export async function runExecution(folder: URL, store: Store): Promise<Outcome[]> {
  const processes = await readJson<readonly Process[]>(new URL("cases.json", folder)) ?? [];
  const withXml = processes.map(async (process) => ({
    ...process,
    xml: await Deno.readTextFile(new URL(process.file, folder)),
  }));
  return await runProcesses(await Promise.all(withXml), store);
}

/** Runs every case, each as a tenant of its own in the store. */
export async function runProcesses(
  processes: readonly (Process & { readonly xml: string })[],
  store: Store,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const process of processes) {
    for (const [index, { inputs, expected, startFirst }] of process.cases.entries()) {
      const name = `execution/${process.file} #${index + 1}`;
      const reason = EXCLUSIONS.get(name);
      if (reason) {
        outcomes.push({ name, result: "skipped", detail: reason });
        continue;
      }
      const run = {
        startFirst: startFirst ?? process.startFirst ?? [],
        processId: process.processId,
        inputs,
      };
      try {
        outcomes.push(judge(name, expected, await runCase(store, name, process.xml, run)));
      } catch (error) {
        // One case that cannot be run at all must not hide the others.
        outcomes.push({ name, result: "failed", detail: String(error) });
      }
    }
  }
  return outcomes;
}

/** One case: what to start, in this order. */
interface Run {
  readonly startFirst: readonly string[];
  readonly processId: string;
  readonly inputs: Record<string, unknown>;
}

async function runCase(store: Store, tenant: string, xml: string, run: Run): Promise<string[]> {
  const clock = { at: Date.UTC(2026, 0, 1), now: () => clock.at };
  const scripts = new Scripts(store, () => clock.at);
  await using worker = await createWorker({
    store,
    tenant,
    tenants: [tenant],
    clock,
    scripts: { "": (context) => scripts.run(context) },
    closeStore: false,
    migrate: false,
    concurrency: 1,
    logger: { log: () => {} },
  });
  try {
    await worker.engine.deploy(xml);
  } catch (error) {
    if (error instanceof BpmnValidationError) return ["ERROR_deployment"];
    throw error;
  }
  for (const key of run.startFirst) await start(worker, key, {});
  const started = await start(worker, run.processId, run.inputs);
  await untilRest(store, worker, tenant, clock);
  const incidents = await store.listIncidents({ tenant });
  const failed = await store.listInstances({ tenant, statuses: ["failed"] });
  return [
    ...scripts.trace,
    ...(!started || incidents.items.some(({ kind }) => kind !== "stuck") ? ["ERROR_runtime"] : []),
    // An error that nothing catches fails its whole call tree, and is one error.
    ...failed.items.filter((each) => each.parentId === undefined).map(() => "ERROR_thrownErrorEvent"),
  ];
}

/**
 * A process that only an event starts is left to its event; the variables may be what a conditional one waits for.
 *
 * @returns False if the engine refuses the start for any other reason: an error at run time.
 */
async function start(worker: Worker, key: string, variables: Record<string, unknown>): Promise<boolean> {
  try {
    await worker.engine.start(key, { variables });
    return true;
  } catch (error) {
    if (!(error instanceof RejectedError)) throw error;
    if (error.code !== "no-start-event") return false;
    await worker.engine.evaluateConditions(variables);
    return true;
  }
}

/** Does what is due, moves the clock to the next due job, and so on. */
async function untilRest(store: Store, worker: Worker, tenant: string, clock: { at: number }): Promise<void> {
  for (let jumps = 0; jumps < MAX_JUMPS; jumps++) {
    await worker.drain();
    const { items } = await store.listJobs({ tenant, take: 1_000 });
    const due = items.flatMap(({ type, dueAt }) =>
      dueAt !== null && /^(baton|script):/.test(type) ? [dueAt] : []
    );
    if (!due.length) return;
    clock.at = Math.max(clock.at, Math.min(...due));
  }
}

/**
 * The suite's pseudo scripts. As on the engines it was written for, one runs after the other: what the end of one
 * cancels has not begun.
 */
class Scripts {
  readonly trace: string[] = [];
  readonly #store: Store;
  readonly #now: () => number;
  readonly #stamps: number[] = [];
  /** The script before, with the failures that its job has after it. */
  #before: { readonly jobId: string; readonly failures: number } | undefined;

  constructor(store: Store, now: () => number) {
    this.#store = store;
    this.#now = now;
  }

  async run(context: ScriptContext): Promise<Record<string, unknown> | undefined> {
    await this.#untilCommitted();
    const { jobId, attempt } = context;
    if (!await this.#store.getJob(jobId)) return undefined;
    // One that ended is gone then; one that sleeps or failed has counted it.
    this.#before = { jobId, failures: Infinity };
    try {
      return this.#run(context);
    } catch (error) {
      this.#before = { jobId, failures: attempt };
      throw error;
    }
  }

  /** The worker begins a job while the result of the one before is being committed. */
  async #untilCommitted(): Promise<void> {
    for (const before = this.#before; before;) {
      const job = await this.#store.getJob(before.jobId);
      if (!job || job.held !== undefined || job.failures >= before.failures) return;
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
  }

  #run(context: ScriptContext): Record<string, unknown> | undefined {
    const body = context.script.trim();
    const number = context.get<number>("integerVariable") ?? 0;
    if (/^SCRIPT_/.test(body)) this.trace.push(body);
    switch (body) {
      case "CREATE_MARKER_FILE":
        this.trace.push("MARKER_exists");
        return undefined;
      case "CREATE_TIMESTAMP_LOG_1":
      case "CREATE_TIMESTAMP_LOG_2":
        if (context.attempt === 1 && this.#stamps.some((at) => Math.abs(this.#now() - at) < SLEEP_MS)) {
          this.trace.push("EXECUTION_parallel");
        }
        if (context.attempt === 1) this.#stamps.push(this.#now());
        return sleep(context);
      case "WAIT_TEN_SECONDS":
        return sleep(context);
      case "SET_STRING_DATA":
        return { data: "String" };
      case "LOG_DATA":
        if (context.get("data") === "String") this.trace.push("DATA_correct");
        return undefined;
      case "THROW_ERROR":
        return context.throwBpmnError("ERR_CODE");
      case "INCREMENT_INTEGER_VARIABLE":
        return { integerVariable: number + 1 };
      case "INCREMENT_INTEGER_VARIABLE_AND_LOG":
        this.trace.push("INCREMENT_correct");
        return { integerVariable: number + 1 };
      default:
        return undefined;
    }
  }
}

/** On a virtual clock a handler cannot wait: the job comes back when the time has passed. */
function sleep(context: ScriptContext): undefined {
  if (context.attempt === 1) context.fail({ retryInMs: SLEEP_MS, message: "sleeping" });
}

function judge(name: string, expected: readonly string[], trace: readonly string[]): Outcome {
  let actual = trace.filter((line) => !OPTIONAL.includes(line) || expected.includes(line)).sort();
  const wanted = [...expected].sort();
  const refused = actual.length === 1 && (actual[0] === "ERROR_runtime" || actual[0] === "ERROR_deployment");
  if (refused && wanted.includes("ERROR")) actual = ["ERROR"];
  const ok = JSON.stringify(actual) === JSON.stringify(wanted);
  return {
    name,
    result: ok ? "passed" : "failed",
    detail: ok
      ? undefined
      : `expected: ${wanted.join(", ") || "nothing"}\nactual:   ${actual.join(", ") || "nothing"}`,
  };
}
