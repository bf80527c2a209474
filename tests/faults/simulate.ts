/**
 * Simulated fleets under chaos, on all cores: `deno task simulate [SEED | FIRST..LAST]`.
 *
 * Without arguments it runs 5,000 seeds that nobody has run before. One seed alone is run here, and every call that
 * its store saw is printed. The exit status is 1 if anything did not hold.
 *
 * @module
 */
import { BROKEN_STORES } from "./broken_stores.ts";
import { simulate } from "./simulation.ts";
import { runSeeds } from "./simulation_seeds.ts";

const NEW_SEEDS = 5_000;

const USAGE = "Usage: deno task simulate [SEED | FIRST..LAST] [--at-most SECONDS] [--broken NAME]";

interface Asked {
  readonly from: number;
  readonly to: number;
  readonly maxMs: number;
  readonly broken?: string;
}

/** @returns `undefined`: it cannot be understood. */
function read(args: readonly string[]): Asked | undefined {
  const rest = [...args];
  const at = rest.indexOf("--broken");
  const broken = at < 0 ? undefined : rest.splice(at, 2)[1];
  if (at >= 0 && !Object.hasOwn(BROKEN_STORES, broken ?? "")) return undefined;
  const limit = rest.indexOf("--at-most");
  const maxMs = limit < 0 ? Infinity : Number(rest.splice(limit, 2)[1]) * 1_000;
  if (!(maxMs > 0)) return undefined;
  const [range, ...more] = rest;
  if (more.length > 0) return undefined;
  if (range === undefined) {
    const from = crypto.getRandomValues(new Uint32Array(1))[0];
    return { from, to: from + NEW_SEEDS - 1, maxMs, broken };
  }
  const match = /^(\d{1,10})(?:\.\.(\d{1,10}))?$/.exec(range);
  if (!match) return undefined;
  const from = Number(match[1]);
  const to = Number(match[2] ?? match[1]);
  return from > to ? undefined : { from, to, maxMs, broken };
}

function repeat(seed: number, broken: string | undefined): string {
  return `deno task simulate ${seed}${broken === undefined ? "" : ` --broken "${broken}"`}`;
}

async function one(seed: number, broken: string | undefined): Promise<number> {
  const trace: string[] = [];
  try {
    const result = await simulate(seed, {
      trace,
      ...(broken !== undefined && { broken: BROKEN_STORES[broken] }),
    });
    console.log(trace.join("\n"));
    console.log(`seed ${seed}: ${result.instances} instances, ${result.commits} commits, all holds`);
    return 0;
  } catch (error) {
    console.log(trace.join("\n"));
    console.error(`seed ${seed} fails:`, error);
    return 1;
  }
}

async function many({ from, to, maxMs, broken }: Asked): Promise<number> {
  const began = performance.now();
  const { seeds, commits, calls, failed } = await runSeeds(from, to, { maxMs, broken });
  const seconds = ((performance.now() - began) / 1_000).toFixed(1);
  console.log(`simulation: ${seeds} seeds from ${from}, ${commits} commits, ${calls} calls, ${seconds} s`);
  if (failed.length === 0 && seeds <= to - from) {
    console.log(`${to - from + 1 - seeds} seeds were left out: time was over`);
  }
  for (const { seed, error } of failed) {
    console.error(`seed ${seed} fails: repeat with ${repeat(seed, broken)}\n${error}`);
  }
  return failed.length > 0 ? 1 : 0;
}

async function main(args: readonly string[]): Promise<number> {
  const asked = read(args);
  if (asked) return await (asked.from === asked.to ? one(asked.from, asked.broken) : many(asked));
  console.error(`Cannot understand "${args.join(" ")}"\n${USAGE}\n\nBroken stores, to see them found out:`);
  for (const name of Object.keys(BROKEN_STORES)) console.error(`  ${name}`);
  return 2;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
