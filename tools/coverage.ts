/**
 * Runs the tests with coverage and tells how many lines of each folder they execute: `deno task coverage`.
 * Processes that tests start are not counted.
 *
 *     deno task coverage                 all tests, some minutes
 *     deno task coverage --only DIR      figures of a folder that `deno test --coverage=DIR` has filled
 */

/** Each folder must have this share of its lines executed, in percent. */
const LEAST = 90;
const FOLDERS = ["engine", "runtime", "storage"];
const ROOT = new URL("..", import.meta.url).pathname;

interface Lines {
  hit: number;
  found: number;
}

/** Sums an lcov report by folder, and by file. */
export function linesOf(lcov: string, root: string): ReadonlyMap<string, Lines> {
  const sums = new Map<string, Lines>();
  let file = "";
  for (const line of lcov.split("\n")) {
    const [name, value] = [line.slice(0, 3), line.slice(3)];
    if (name === "SF:") file = value.startsWith(root) ? value.slice(root.length) : "";
    if (file === "" || (name !== "LH:" && name !== "LF:")) continue;
    for (const key of [file.split("/")[0], file]) {
      const sum = sums.get(key) ?? { hit: 0, found: 0 };
      sum[name === "LH:" ? "hit" : "found"] += Number(value);
      sums.set(key, sum);
    }
  }
  return sums;
}

/** A folder or file without a line counts as not executed: its report is missing. */
export function percent({ hit, found }: Lines): number {
  return found === 0 ? 0 : 100 * hit / found;
}

function deno(args: readonly string[], stdout: "piped" | "inherit"): Promise<Deno.CommandOutput> {
  return new Deno.Command(Deno.execPath(), { args: [...args], cwd: ROOT, stdout, stderr: "inherit" })
    .output();
}

/** @param folder Is filled; what failed tests executed counts, too. */
async function runTests(folder: string): Promise<void> {
  const { success } = await deno(
    ["test", "--allow-all", `--coverage=${folder}`, "--coverage-raw-data-only"],
    "inherit",
  );
  if (!success) Deno.exitCode = 1;
}

async function lcovOf(folder: string): Promise<string> {
  const include = `--include=^file://${ROOT}(${FOLDERS.join("|")})/`;
  const { success, stdout } = await deno(["coverage", "--lcov", include, folder], "piped");
  if (!success) throw new Error(`Cannot read what "deno test --coverage" has left in ${folder}`);
  return new TextDecoder().decode(stdout);
}

async function main(): Promise<void> {
  const given = Deno.args[0] === "--only" ? Deno.args[1] : undefined;
  const folder = given ?? await Deno.makeTempDir({ prefix: "baton_coverage_" });
  try {
    if (given === undefined) await runTests(folder);
    const sums = linesOf(await lcovOf(folder), ROOT);
    const least = [...sums].filter(([name]) => name.includes("/"))
      .sort(([, a], [, b]) => percent(a) - percent(b)).slice(0, 10);
    console.log("\nthe files with the least:");
    for (const [name, lines] of least) console.log(`  ${percent(lines).toFixed(1).padStart(5)} %  ${name}`);
    console.log("\nlines executed by tests:");
    for (const name of FOLDERS) {
      const lines = sums.get(name) ?? { hit: 0, found: 0 };
      console.log(`  ${percent(lines).toFixed(1).padStart(5)} %  ${name}/  ${lines.hit} of ${lines.found}`);
      if (percent(lines) < LEAST) {
        console.error(`  that is less than ${LEAST} %`);
        Deno.exitCode = 1;
      }
    }
  } finally {
    if (given === undefined) await Deno.remove(folder, { recursive: true });
  }
}

if (import.meta.main) await main();
