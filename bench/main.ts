/**
 * Measures the engine beside its peers, in one run on one machine: `deno task bench`.
 *
 *     --quick       shorter measurements, under 50 seconds in all
 *     --large       also the cases that take over 50 seconds
 *     --only NAME   this case alone; may be given several times
 *     --json        rows as a JSON array on standard output; how each was measured on standard error
 *
 * The exit status is 1 if a case does not hold or breaks, 2 for a wrong option.
 *
 * @module
 */
import os from "node:os";
import { parseArgs } from "node:util";
import type { BenchCase, BenchContext, Row } from "./case.ts";
import { closeBenchPostgres } from "./postgres.ts";
import { formatConfigurations, formatJson, formatTable } from "./table.ts";

const USAGE = "deno task bench [--quick] [--large] [--only NAME]… [--json]";

/** Loads every case: the default export of each file in `bench/cases/`, by file name. */
async function loadCases(): Promise<readonly BenchCase[]> {
  const folder = new URL("./cases/", import.meta.url);
  const files: string[] = [];
  for await (const { name } of Deno.readDir(folder)) if (name.endsWith(".ts")) files.push(name);
  return await Promise.all(
    files.sort().map(async (file) => {
      const module: { default: BenchCase } = await import(new URL(file, folder).href);
      return module.default;
    }),
  );
}

function newContext(options: { readonly quick: boolean; readonly large: boolean }): BenchContext {
  const measured = new Map<string, Promise<unknown>>();
  return {
    ...options,
    measureMs: options.quick ? 400 : 4_000,
    log: (text) => console.error(`  ${text}`),
    once<T>(name: string, measure: () => Promise<T>): Promise<T> {
      const known = measured.get(name) ?? measure();
      measured.set(name, known);
      return known as Promise<T>;
    },
  };
}

/** Runs cases one after the other. A case that throws is reported, and the others still run. */
async function runCases(
  cases: readonly BenchCase[],
  context: BenchContext,
): Promise<{ rows: Row[]; broken: number }> {
  const rows: Row[] = [];
  let broken = 0;
  for (const benchCase of cases) {
    console.error(benchCase.name);
    const began = performance.now();
    try {
      rows.push(...await benchCase.run(context));
    } catch (error) {
      broken++;
      console.error(`Cannot measure "${benchCase.name}":`, error);
    }
    console.error(`  ${((performance.now() - began) / 1000).toFixed(1)} s`);
  }
  return { rows, broken };
}

function options(args: readonly string[]): { quick: boolean; large: boolean; only: string[]; json: boolean } {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: "boolean", default: false },
      large: { type: "boolean", default: false },
      only: { type: "string", multiple: true, default: [] },
      json: { type: "boolean", default: false },
    },
  });
  return values;
}

async function main(args: readonly string[]): Promise<number> {
  let chosen;
  try {
    chosen = options(args);
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\nUsage: ${USAGE}`);
    return 2;
  }
  const { json, quick, large } = chosen;
  const only = chosen.only.map((name) => name.replaceAll("_", "-"));
  const all = await loadCases();
  const unknown = only.find((name) => !all.some((benchCase) => benchCase.name === name));
  if (unknown !== undefined) {
    console.error(`Cannot run "${unknown}": there are ${all.map(({ name }) => name).join(", ")}`);
    return 2;
  }
  const cases = all.filter(({ name, large: slow }) => only.length > 0 ? only.includes(name) : large || !slow);

  const cpus = os.cpus();
  console.error(
    `Deno ${Deno.version.deno}, ${cpus.length} × ${cpus[0]?.model}, ${
      Math.round(os.totalmem() / 2 ** 30)
    } GiB\n`,
  );
  const { rows, broken } = await runCases(cases, newContext({ quick, large })).finally(closeBenchPostgres);
  if (json) {
    console.error(`\n${formatConfigurations(rows)}`);
    console.log(formatJson(rows));
  } else console.log(`\n${formatTable(rows)}`);
  return broken > 0 || rows.some(({ holds }) => !holds) ? 1 : 0;
}

Deno.exit(await main(Deno.args));
