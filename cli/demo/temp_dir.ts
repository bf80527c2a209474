/** A folder that is gone when the work is done, also after Ctrl-C. */

/** What a process answers that was ended by Ctrl-C. */
const INTERRUPTED = 130;

/**
 * Does work with a temporary folder, then removes it.
 *
 * @param keep Leave it there.
 */
export async function withTempDir<T>(keep: boolean, work: (dir: string) => Promise<T>): Promise<T> {
  const dir = await Deno.makeTempDir({ prefix: "baton-demo-" });
  const remove = (): void => {
    if (!keep) Deno.removeSync(dir, { recursive: true });
  };
  const interrupted = (): void => {
    remove();
    Deno.exit(INTERRUPTED);
  };
  Deno.addSignalListener("SIGINT", interrupted);
  try {
    return await work(dir);
  } finally {
    Deno.removeSignalListener("SIGINT", interrupted);
    remove();
  }
}
