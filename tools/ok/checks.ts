/**
 * The checks that a change has to pass, each as the arguments of one `deno` command.
 *
 * @module
 */

/** One check. */
export interface Check {
  /** What is printed. */
  readonly name: string;
  /** Arguments of the `deno` command that passes or fails. */
  readonly args: readonly string[];
}

const ROOT = new URL("../../", import.meta.url);

/**
 * Lists the checks of this repository, cheapest first.
 *
 * @param options.tests Whether to run the tests, too.
 */
export async function listChecks(options: { readonly tests: boolean }): Promise<readonly Check[]> {
  const generators = await listGenerators(ROOT);
  return [
    { name: "formatted (fmt --check)", args: ["fmt", "--check"] },
    { name: "layers, pure core, lint", args: ["lint"] },
    // Frozen: a dependency that is missing in deno.lock fails here.
    { name: "types, and deno.lock complete", args: ["check", "--frozen", "."] },
    { name: "every export documented", args: ["doc", "--lint", ...await listExports(ROOT)] },
    ...generators.map((file) => ({
      name: `${file} has not drifted`,
      args: ["run", "--frozen", "--allow-all", file, "--check"],
    })),
    { name: "can be published", args: ["publish", "--dry-run", "--allow-dirty"] },
    ...(options.tests ? [{ name: "tests", args: ["task", "test"] }] : []),
  ];
}

/**
 * The generators of checked-in files, by convention `tools/generate_*.ts`: without arguments they write, with
 * `--check` they write nothing and fail if a file differs from what they would write.
 *
 * @param root Folder of the repository.
 * @returns Paths relative to `root`, sorted.
 */
export async function listGenerators(root: URL): Promise<readonly string[]> {
  const files: string[] = [];
  for await (const { name, isFile } of Deno.readDir(new URL("tools/", root))) {
    if (isFile && /^generate_\w+\.ts$/.test(name)) files.push(`tools/${name}`);
  }
  return files.sort();
}

/** The files that `exports` in deno.json names. */
async function listExports(root: URL): Promise<readonly string[]> {
  const config: { exports: Record<string, string> } = JSON.parse(
    await Deno.readTextFile(new URL("deno.json", root)),
  );
  return Object.values(config.exports);
}
