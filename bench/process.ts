/**
 * Runs a measurement in a process of its own: timers, pools, compiled code and garbage of others stay out of it.
 *
 * @module
 */

/**
 * Runs a script that prints its result as JSON in its last line.
 *
 * @param script Path from this folder.
 * @param args What the script is to be given.
 * @throws {Error} If it fails or prints no result.
 */
export async function runProcess<T>(script: string, args: readonly (string | number)[]): Promise<T> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-all", "--no-check", new URL(script, import.meta.url).href, ...args.map(String)],
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).output();
  const last = new TextDecoder().decode(stdout).trimEnd().split("\n").at(-1) ?? "";
  if (code !== 0 || !last.startsWith("{")) {
    const said = new TextDecoder().decode(stderr).trimEnd().split("\n").slice(-10).join("\n");
    throw new Error(`Cannot measure with ${script}: it ended with ${code} and said\n${said}`);
  }
  return JSON.parse(last);
}
