/**
 * Checks and deploys hostile files one after the other, in a process of its own whose memory is limited:
 *
 *     deploy_shapes.ts BYTES SHAPE...        these
 *     deploy_shapes.ts BYTES --part N/PARTS  of all, each so manieth
 *
 * Prints a line of JSON for each. Needs `--v8-flags=--expose-gc`: what a file's check keeps is told after a collection,
 * so that it is the same however busy the machine is.
 */
import process from "node:process";
import { checkBpmn } from "../../engine/mod.ts";
import { BpmnValidationError, createEngine, silentLogger } from "../../mod.ts";
import { MemoryStore } from "../../storage/memory.ts";
import { SHAPES } from "./shapes.ts";

/** What came of one file. */
export interface Deployed {
  readonly shape: string;
  readonly bytes: number;
  /** What is in memory when the file has been read, linked and checked, beside its text. */
  readonly kept: number;
  /** What checking it took, and deploying it, in turns of a fixed piece of work: 150 are a second of a quiet processor. */
  readonly checkTurns: number;
  readonly deployTurns: number;
  /** Rule of the first problem that keeps it from being deployed. */
  readonly refused?: string;
}

const { gc } = globalThis as unknown as { readonly gc: () => void };

function heap(): number {
  gc();
  return Deno.memoryUsage().heapUsed;
}

async function spent(work: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

let sink = 0;

/** A fixed piece of work. */
function turns(count: number): void {
  for (let i = 0; i < count * 5_000_000; i++) sink = (sink * 31 + i) | 0;
}

/** So much of a turn tells how quick the processor is now. */
const SAMPLE = 0.5;

/** Turns that could have been done in the time of a processor that some work takes: now, since it is slower at times. */
async function turnsOf(work: () => unknown): Promise<number> {
  const before = await spent(() => turns(SAMPLE));
  const all = await spent(work);
  const after = await spent(() => turns(SAMPLE));
  return Math.round(2 * SAMPLE * all / (before + after));
}

async function deploy(file: string): Promise<string | undefined> {
  await using engine = await createEngine({ store: new MemoryStore(), logger: silentLogger });
  try {
    await engine.deploy(file);
  } catch (error) {
    if (!(error instanceof BpmnValidationError)) throw error;
    return error.problems.find(({ severity }) => severity === "error")?.rule;
  }
  return undefined;
}

async function run(name: string, bytes: number): Promise<Deployed> {
  const shape = SHAPES[name];
  // What is made once per process, such as code that is compiled when it first runs, counts for nobody.
  checkBpmn(shape(50));
  const file = shape(Math.ceil((1_000 * bytes) / shape(1_000).length));
  const before = heap();
  let result: unknown;
  const checkTurns = await turnsOf(() => result = checkBpmn(file));
  const kept = heap() - before;
  // Until here it is in use.
  if (result === undefined) throw new TypeError("nothing was checked");
  result = undefined;
  let refused: string | undefined;
  const deployTurns = await turnsOf(async () => refused = await deploy(file));
  return { shape: name, bytes: file.length, kept, checkTurns, deployTurns, refused };
}

if (import.meta.main) {
  turns(4);
  const [bytes, ...given] = Deno.args;
  const [part, parts] = given[0] === "--part" ? given[1].split("/").map(Number) : [0, 1];
  const names = given[0] === "--part" ? Object.keys(SHAPES).filter((_, i) => i % parts === part) : given;
  for (const name of names) {
    // When the process dies, the last line says of what.
    console.log(name);
    console.log(JSON.stringify(await run(name, Number(bytes))));
  }
  console.log("done");
}
