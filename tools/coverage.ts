/**
 * Runs the tests with coverage and tells how many lines of each folder they execute: `deno task coverage`.
 *
 *     deno task coverage                    all tests, folder by folder; takes long
 *     deno task coverage tests/cli …        these tests; says what they execute, and demands nothing
 *     deno task coverage --lcov FILE …      also keeps the report in FILE, for editors
 *     deno task coverage --only DIR         figures of a folder that `deno test --coverage=DIR` has filled
 *
 * After each folder of tests it says where the figures stand; when it is interrupted (Ctrl-C, SIGTERM) it
 * ends with those that it has. Processes that tests start are counted if they end by themselves; those that
 * are killed leave nothing behind. It fails for figures that are too low, not for tests that fail: counting makes
 * scripts several times as slow, and some tests are about their limits. The simulated fleet runs fewer seeds.
 */

/** Each folder must have this share of its lines executed, in percent. */
const LEAST = 90;
const FOLDERS = ["engine", "runtime", "storage"];
const ROOT = new URL("..", import.meta.url).pathname;

/** How many lines there are, and how many of them were executed. */
export interface Lines {
  readonly hit: number;
  readonly found: number;
}

/** What several runs have executed together. */
export class Executed {
  readonly #root: string;
  readonly #files = new Map<string, Map<number, number>>();

  /** @param root Folder of the files that count, with a slash at its end. */
  constructor(root: string) {
    this.#root = root;
  }

  /** Adds an lcov report. A line is executed if it is so in one of all reports. */
  add(lcov: string): void {
    let lines: Map<number, number> | undefined;
    for (const text of lcov.split("\n")) {
      const [name, value] = [text.slice(0, 3), text.slice(3)];
      if (name === "SF:") lines = value.startsWith(this.#root) ? this.#file(value) : undefined;
      if (name !== "DA:" || !lines) continue;
      const [line, times] = value.split(",").map(Number);
      lines.set(line, (lines.get(line) ?? 0) + times);
    }
  }

  #file(path: string): Map<number, number> {
    const name = path.slice(this.#root.length);
    const lines = this.#files.get(name) ?? new Map<number, number>();
    this.#files.set(name, lines);
    return lines;
  }

  /** The files that reports were about. */
  get files(): readonly string[] {
    return [...this.#files.keys()];
  }

  /** @param name A file, or a folder with all that is in it. */
  of(name: string): Lines {
    let hit = 0, found = 0;
    for (const [file, lines] of this.#files) {
      if (file !== name && !file.startsWith(`${name}/`)) continue;
      for (const times of lines.values()) {
        found++;
        if (times > 0) hit++;
      }
    }
    return { hit, found };
  }

  /** The lines of a file that were not executed: `4, 7-9`. A line without code between two of them is one of them. */
  missing(file: string): string {
    const ranges: [from: number, to: number][] = [];
    let open = false;
    for (const [line, times] of [...this.#files.get(file) ?? []].sort(([a], [b]) => a - b)) {
      if (times > 0) open = false;
      else if (open) ranges.at(-1)![1] = line;
      else {
        ranges.push([line, line]);
        open = true;
      }
    }
    return ranges.map(([from, to]) => from === to ? `${from}` : `${from}-${to}`).join(", ");
  }

  /** All reports in one. */
  lcov(): string {
    return [...this.#files].map(([file, lines]) =>
      [
        `SF:${this.#root}${file}`,
        ...[...lines].sort(([a], [b]) => a - b).map(([line, times]) => `DA:${line},${times}`),
        `LH:${this.of(file).hit}`,
        `LF:${lines.size}`,
        "end_of_record\n",
      ].join("\n")
    ).join("");
  }
}

/** A folder or file without a line counts as not executed: its report is missing. */
export function percent({ hit, found }: Lines): number {
  return found === 0 ? 0 : 100 * hit / found;
}

let running: Deno.ChildProcess | undefined;
let interrupted = false;

function interrupt(): void {
  interrupted = true;
  running?.kill("SIGTERM");
}

async function deno(
  args: readonly string[],
  options: { readonly out: "piped" | "inherit"; readonly env?: Record<string, string> },
): Promise<Deno.CommandOutput> {
  const child = new Deno.Command(Deno.execPath(), {
    args: [...args],
    cwd: ROOT,
    stdin: "null",
    stdout: options.out,
    stderr: options.out,
    ...(options.env && { env: options.env }),
  }).spawn();
  running = child;
  try {
    if (options.out === "piped") return await child.output();
    return { ...await child.status, stdout: new Uint8Array(), stderr: new Uint8Array() };
  } finally {
    running = undefined;
  }
}

/** @param folder Is filled; what failed tests executed counts, too. @returns Whether all passed. */
async function runTests(tests: string, folder: string): Promise<boolean> {
  const { success } = await deno(["test", "--allow-all", "--parallel", "--coverage-raw-data-only", tests], {
    out: "inherit",
    // By the environment, so that the processes that tests start have it, too.
    env: { DENO_COVERAGE_DIR: folder, SIMULATE_SEEDS: "50" },
  });
  return success;
}

async function lcovOf(folder: string): Promise<string> {
  const include = `--include=^file://${ROOT}(${FOLDERS.join("|")})/`;
  const { success, stdout, stderr } = await deno(["coverage", "--lcov", include, folder], { out: "piped" });
  const said = new TextDecoder().decode(stderr);
  if (!success && !interrupted && !/No covered files|No coverage files/i.test(said)) {
    throw new Error(`Cannot read what "deno test --coverage" has left in ${folder}: ${said.trim()}`);
  }
  return new TextDecoder().decode(stdout);
}

/** What is tested together: the folders of `tests/`, its files, and the examples. */
async function allTests(): Promise<string[]> {
  const found = ["examples"];
  for await (const { name, isDirectory } of Deno.readDir(`${ROOT}tests`)) {
    if (isDirectory || name.endsWith("_test.ts")) found.push(`tests/${name}`);
  }
  const withTests = await Promise.all(found.map(hasTests));
  return found.filter((_, index) => withTests[index]).sort();
}

async function hasTests(path: string): Promise<boolean> {
  if (path.endsWith("_test.ts")) return true;
  for await (const { name, isDirectory } of Deno.readDir(`${ROOT}${path}`)) {
    if (isDirectory ? await hasTests(`${path}/${name}`) : name.endsWith("_test.ts")) return true;
  }
  return false;
}

function standing(executed: Executed): string {
  return FOLDERS.map((name) => `${name} ${percent(executed.of(name)).toFixed(1)} %`).join(", ");
}

/** @param demand Whether less than {@link LEAST} is a failure. */
function tell(executed: Executed, demand: boolean): void {
  const lacking = (name: string): number => executed.of(name).found - executed.of(name).hit;
  const most = executed.files.toSorted((a, b) => lacking(b) - lacking(a)).slice(0, 20);
  console.log("\nlines not executed, by file:");
  for (const name of most) {
    const share = percent(executed.of(name)).toFixed(1);
    console.log(`  ${String(lacking(name)).padStart(4)}  ${name} (${share} %): ${executed.missing(name)}`);
  }
  console.log("\nlines executed by tests:");
  for (const name of FOLDERS) {
    const lines = executed.of(name);
    console.log(`  ${percent(lines).toFixed(1).padStart(5)} %  ${name}/  ${lines.hit} of ${lines.found}`);
    if (demand && percent(lines) < LEAST) {
      console.error(`  that is less than ${LEAST} %`);
      Deno.exitCode = 1;
    }
  }
}

async function main(args: string[]): Promise<void> {
  const option = (name: string): string | undefined =>
    args.includes(name) ? args.splice(args.indexOf(name), 2)[1] : undefined;
  const [only, lcov] = [option("--only"), option("--lcov")];
  const executed = new Executed(ROOT);
  if (only !== undefined) {
    executed.add(await lcovOf(only));
    return tell(executed, true);
  }
  const tests = args.length > 0 ? args : await allTests();
  const failed: string[] = [], notRun = [...tests];
  Deno.addSignalListener("SIGINT", interrupt);
  Deno.addSignalListener("SIGTERM", interrupt);
  while (notRun.length > 0 && !interrupted) {
    const folder = await Deno.makeTempDir({ prefix: "baton_coverage_" });
    try {
      const passed = await runTests(notRun[0], folder);
      executed.add(await lcovOf(folder));
      if (interrupted) break;
      if (!passed) failed.push(notRun[0]);
      console.log(`\nafter ${notRun.shift()}: ${standing(executed)}\n`);
      if (lcov !== undefined) await Deno.writeTextFile(lcov, executed.lcov());
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  }
  tell(executed, args.length === 0 && notRun.length === 0);
  if (failed.length > 0) console.error(`\ntests failed in ${failed.join(", ")}: see deno task test`);
  if (notRun.length > 0) {
    console.error(`\ninterrupted: not counted in full are ${notRun.join(", ")}`);
    Deno.exitCode = 1;
  }
  Deno.removeSignalListener("SIGINT", interrupt);
  Deno.removeSignalListener("SIGTERM", interrupt);
}

if (import.meta.main) await main([...Deno.args]);
