/**
 * A PostgreSQL of a test's own, durable, that can be stopped in every way and started again.
 *
 * Its folder goes when it is disposed, or when this process ends in any other way: a shell watches for that.
 */
import { freePort, initialise, unprivilegedUser, type User } from "../../cli/local_postgres.ts";
import { binariesFromNpm, type ServerBinaries, serverBinaries } from "../../cli/postgres_binaries.ts";
import { sql } from "./postgres_sql.ts";

/** How a server is made. */
export interface OwnPostgresOptions {
  /** Settings beside those that every server here has. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Put the data on a file system of this many MiB, which takes root on Linux: see {@link mayMount}. */
  readonly diskMiB?: number;
  /** Be the standby of this server, which is stopped and started again for it. */
  readonly standbyOf?: OwnPostgres;
}

/** SIGINT: rolls back and ends. SIGQUIT: ends at once. SIGKILL: the machine loses power, as far as it can tell. */
export type StopSignal = "SIGINT" | "SIGQUIT" | "SIGKILL";

const WATCHER = `
while [ -d "/proc/$1" ]; do sleep 0.5; done
[ -e "$2/data/postmaster.pid" ] && kill -QUIT $(head -n 1 "$2/data/postmaster.pid") 2>/dev/null
sleep 1
umount "$2/data" 2>/dev/null
rm -rf "$2"
`;

/** @returns Whether this process may mount a small file system. */
export async function mayMount(): Promise<boolean> {
  if (Deno.build.os !== "linux" || Deno.uid() !== 0) return false;
  const dir = await Deno.makeTempDir({ prefix: "baton-mount-" });
  try {
    const { success } = await command("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", dir]);
    if (success) await command("umount", [dir]);
    return success;
  } finally {
    await Deno.remove(dir);
  }
}

/** One server. */
export class OwnPostgres implements AsyncDisposable {
  readonly dir: string;
  readonly port: number;
  /** Its maintenance database. */
  readonly url: string;
  readonly #binaries: ServerBinaries;
  readonly #user: User;
  readonly #settings: Readonly<Record<string, string>>;
  readonly #mounted: boolean;
  readonly #watcher: Deno.ChildProcess;
  #child: Deno.ChildProcess | undefined;

  private constructor(
    dir: string,
    binaries: ServerBinaries,
    user: User,
    settings: Readonly<Record<string, string>>,
    mounted: boolean,
  ) {
    this.dir = dir;
    this.port = freePort();
    this.url = `postgres://postgres@127.0.0.1:${this.port}/postgres`;
    this.#binaries = binaries;
    this.#user = user;
    this.#settings = settings;
    this.#mounted = mounted;
    this.#watcher = new Deno.Command("/bin/sh", {
      args: ["-c", WATCHER, "watch", String(Deno.pid), dir],
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
    this.#watcher.unref();
  }

  /** Makes one and starts it. */
  static async start(options: OwnPostgresOptions = {}): Promise<OwnPostgres> {
    const dir = await Deno.makeTempDir({ prefix: "baton-chaos-" });
    let server: OwnPostgres | undefined;
    try {
      const binaries = await serverBinaries() ?? await binariesFromNpm(dir);
      await Deno.mkdir(`${dir}/data`, { mode: 0o700 });
      if (options.diskMiB !== undefined) await mount(`${dir}/data`, options.diskMiB);
      const user = await unprivilegedUser([dir, `${dir}/data`]);
      const settings = { ...options.settings };
      server = new OwnPostgres(dir, binaries, user, settings, options.diskMiB !== undefined);
      if (options.standbyOf) await server.#copy(options.standbyOf);
      else await initialise(binaries, dir, user);
      await server.start();
      return server;
    } catch (error) {
      if (server) await server[Symbol.asyncDispose]();
      else await Deno.remove(dir, { recursive: true });
      throw error;
    }
  }

  get running(): boolean {
    return this.#child !== undefined;
  }

  /** The main process. */
  get pid(): number {
    if (!this.#child) throw new Error("Cannot tell the server's process: it is stopped");
    return this.#child.pid;
  }

  /** Starts it, and waits until it takes connections. Harmless when it runs. */
  async start(): Promise<void> {
    for (let tries = 0; !this.#child; tries++) {
      // After SIGKILL the processes of the last one may still be ending.
      if (await this.#tryStart()) return;
      if (tries === 50) throw new Error(`Cannot start PostgreSQL in "${this.dir}": ${await this.log()}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  /** Stops it. Harmless when it is stopped. */
  async stop(signal: StopSignal): Promise<void> {
    const child = this.#child;
    if (!child) return;
    this.#child = undefined;
    child.ref();
    try {
      child.kill(signal);
    } catch (error) {
      if (!(error instanceof TypeError || error instanceof Deno.errors.NotFound)) throw error; // it has just ended
    }
    await child.status;
  }

  /** Starts it again if it has ended by itself, and waits until it takes connections. @returns Whether it had. */
  async restartIfDown(): Promise<boolean> {
    const down = await Promise.race([this.answers().then(() => false), this.#child?.status.then(() => true)]);
    if (down) {
      this.#child = undefined;
      await this.start();
    }
    return down ?? false;
  }

  /** Waits until it takes connections. */
  async answers(): Promise<void> {
    while (this.#child && !(await answers(this.url))) await new Promise((resolve) => setTimeout(resolve, 30));
  }

  /** The end of what the server has logged. */
  async log(lines = 5): Promise<string> {
    const text = await Deno.readTextFile(`${this.dir}/log`).catch(() => "no log");
    return text.trim().split("\n").slice(-lines).join("\n");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop("SIGQUIT");
    this.#watcher.ref();
    this.#watcher.kill("SIGKILL");
    await this.#watcher.status;
    if (this.#mounted) await unmount(`${this.dir}/data`);
    await Deno.remove(this.dir, { recursive: true });
  }

  async #tryStart(): Promise<boolean> {
    const settings: Record<string, string> = {
      listen_addresses: "127.0.0.1",
      port: String(this.port),
      unix_socket_directories: "",
      max_connections: "100",
      shared_buffers: "16MB",
      ...this.#settings,
    };
    const args = ["-D", `${this.dir}/data`];
    for (const [name, value] of Object.entries(settings)) args.push("-c", `${name}=${value}`);
    // The shell only opens the log: what it becomes is the server itself, so that signals reach it.
    const child = new Deno.Command("/bin/sh", {
      args: ["-c", `exec "$@" >>"$0" 2>&1`, `${this.dir}/log`, this.#binaries.postgres, ...args],
      env: { LC_ALL: "C", ...this.#binaries.env },
      cwd: this.dir,
      ...this.#user,
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
    child.unref();
    let ended = false;
    child.status.then(() => ended = true);
    while (!ended) {
      if (await answers(this.url)) {
        this.#child = child;
        return true;
      }
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
    return false;
  }

  /** Takes over the data of a server that follows nobody, and follows it from there. */
  async #copy(primary: OwnPostgres): Promise<void> {
    await primary.stop("SIGINT");
    const from = `${primary.dir}/data`, to = `${this.dir}/data`;
    await Deno.remove(to);
    const { success } = await command("cp", ["-a", from, to]);
    if (!success) throw new Error(`Cannot copy "${from}"`);
    await Deno.writeTextFile(`${to}/standby.signal`, "");
    const conninfo = `host=127.0.0.1 port=${primary.port} user=postgres application_name=standby`;
    await Deno.writeTextFile(`${to}/postgresql.auto.conf`, `primary_conninfo = '${conninfo}'\n`);
    await primary.start();
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    await sql(url, "select 1");
    return true;
  } catch {
    return false; // not yet
  }
}

async function mount(dir: string, mib: number): Promise<void> {
  const { success } = await command("mount", ["-t", "tmpfs", "-o", `size=${mib}m`, "tmpfs", dir]);
  if (!success) throw new Error(`Cannot mount a file system on "${dir}"`);
}

/** The server's last processes may be about to end. */
async function unmount(dir: string): Promise<void> {
  for (let tries = 0;; tries++) {
    const { success } = await command("umount", [dir]);
    if (success) return;
    if (tries === 50) throw new Error(`Cannot unmount "${dir}"`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function command(name: string, args: readonly string[]): Promise<Deno.CommandStatus> {
  return await new Deno.Command(name, { args: [...args], stdin: "null", stdout: "null", stderr: "null" })
    .spawn().status;
}
