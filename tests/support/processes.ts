/** Processes that tests start, kill and never leave behind. */

/** A running program. */
export interface TestProcess extends AsyncDisposable {
  readonly pid: number;
  /** The end of what it has printed. */
  readonly said: string;
  /** Whether it has ended. */
  readonly ended: boolean;
  /** SIGKILL: nothing in it gets a chance to run. Returns when the process is gone. */
  kill(): Promise<void>;
  /** SIGTERM, then waits for its end. @throws {Error} If it does not end with code 0. */
  stop(): Promise<void>;
}

/**
 * Starts one of our programs and waits until it has printed its first line.
 *
 * @param program Path of a module.
 * @throws {Error} If it ends without a line; the message has what it said.
 */
export async function startProgram(program: URL, args: readonly string[]): Promise<TestProcess> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-all", "--unstable-kv", "--quiet", program.pathname, ...args],
    env: { NO_COLOR: "1" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  let said = "";
  let begin = () => {};
  const begun = new Promise<void>((resolve) => begin = resolve);
  const read = async (stream: ReadableStream<Uint8Array>, starts: boolean) => {
    for await (const text of stream.pipeThrough(new TextDecoderStream())) {
      said = (said + text).slice(-4_000);
      if (starts) begin();
    }
    begin();
  };
  const reading = Promise.all([read(child.stdout, true), read(child.stderr, false)]);
  let ended: Deno.CommandStatus | undefined;
  const status = Promise.all([child.status, reading]).then(([each]) => ended = each);
  await begun;
  if (said === "") {
    const { code } = await status;
    throw new Error(`Cannot start "${program.pathname}": it ended with code ${code}`);
  }
  const end = async (signal: Deno.Signal): Promise<Deno.CommandStatus> => {
    if (!ended) {
      try {
        child.kill(signal);
      } catch (error) {
        if (!(error instanceof TypeError || error instanceof Deno.errors.NotFound)) throw error; // it has just ended
      }
    }
    return await status;
  };
  return {
    pid: child.pid,
    get said() {
      return said;
    },
    get ended() {
      return ended !== undefined;
    },
    async kill() {
      const { signal } = await end("SIGKILL");
      if (signal !== "SIGKILL") throw new Error(`Cannot kill "${program.pathname}": it had ended\n${said}`);
    },
    async stop() {
      const { code } = await end("SIGTERM");
      if (code !== 0) throw new Error(`"${program.pathname}" ended with code ${code}\n${said}`);
    },
    async [Symbol.asyncDispose]() {
      await end("SIGKILL");
    },
  };
}
