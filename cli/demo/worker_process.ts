/** A worker in a process of its own: the command line's `worker`, as users would run it. */
import type { WorkerCounters } from "../../worker.ts";

/** What a worker says when it has reached its database. */
const READY = "worker on ";

/** A running worker process. */
export class WorkerProcess {
  readonly name: string;
  readonly pid: number;
  readonly #child: Deno.ChildProcess;
  readonly #output: Promise<string>;
  readonly #errors: Promise<void>;
  #gone = false;
  #said = "";
  #ready: () => void = () => {};
  /** It has reached the database. */
  readonly ready: Promise<void>;

  /** @param database Where it works; goes by the environment, which others cannot read as they can arguments. */
  constructor(name: string, database: string, args: readonly string[]) {
    this.name = name;
    this.ready = new Promise((resolve) => this.#ready = resolve);
    const cli = new URL("../../cli.ts", import.meta.url).href;
    const handlers = new URL("./handlers.ts", import.meta.url).href;
    this.#child = new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "--allow-all",
        "--unstable-kv",
        cli,
        "worker",
        "--json",
        "--handlers",
        handlers,
        "--name",
        name,
        "--stop-with-input",
        ...args,
      ],
      env: { BATON_DB: database },
      // It ends when we do, however that happens: nobody else would stop it.
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.pid = this.#child.pid;
    this.#child.status.then(() => this.#gone = true);
    this.#output = new Response(this.#child.stdout).text();
    this.#errors = this.#read();
  }

  async #read(): Promise<void> {
    for await (const text of this.#child.stderr.pipeThrough(new TextDecoderStream())) {
      this.#said = (this.#said + text).slice(-2_000);
      if (this.#said.includes(READY)) this.#ready();
    }
    this.#ready();
  }

  /** Waits until it has begun. @throws {Error} If it ended instead, with the last words it said. */
  async started(): Promise<void> {
    await this.ready;
    if (this.#said.includes(READY)) return;
    const { code } = await this.#child.status;
    throw new Error(`Cannot start ${this.name}: it ended with code ${code}\n${this.#said.trim()}`);
  }

  /** Ends it at once; nothing in it gets a chance to run. */
  async kill(): Promise<void> {
    if (!this.#gone) this.#child.kill("SIGKILL");
    await this.#ended();
  }

  /** Lets it finish its work. @returns What it did. */
  async stop(): Promise<WorkerCounters> {
    if (!this.#gone) this.#child.kill("SIGTERM");
    const output = await this.#ended();
    try {
      return (JSON.parse(output) as { counters: WorkerCounters }).counters;
    } catch (cause) {
      throw new Error(`Cannot read what ${this.name} did: ${this.#said.trim()}`, { cause });
    }
  }

  async #closeInput(): Promise<void> {
    try {
      await this.#child.stdin.close();
    } catch (error) {
      if (!(error instanceof Deno.errors.BrokenPipe)) throw error; // it has ended already
    }
  }

  async #ended(): Promise<string> {
    const [output] = await Promise.all([this.#output, this.#errors, this.#child.status, this.#closeInput()]);
    return output;
  }
}
