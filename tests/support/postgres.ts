/**
 * A PostgreSQL for tests: one server per test process, one database per test.
 *
 * The server outlives the test file that started it and ends with the process; files that run side by side
 * agree on it through a folder named after the process.
 */
import { startLocalPostgres } from "../../cli/local_postgres.ts";
import { PostgresStore } from "../../storage/postgres.ts";
import { sql } from "./postgres_sql.ts";

export { sql };

const TEMPLATE = `baton_template_${Deno.pid}`;
let databases = 0;
const url = await sharedServer();

async function sharedServer(): Promise<string> {
  const folder = `${Deno.env.get("TMPDIR") ?? "/tmp"}/baton-tests-${Deno.pid}`;
  try {
    await Deno.mkdir(folder);
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
    for (let tries = 0; tries < 600; tries++) {
      const found = await Deno.readTextFile(`${folder}/url`).catch(() => "");
      if (found && await answers(found)) return found;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`Cannot use the test server of "${folder}": it does not answer`);
  }
  // An early end of this file must not stop it; the watcher does when the process has ended.
  const server = await startLocalPostgres({ fsync: false, alsoRemove: folder });
  if (server.dir === undefined) {
    // Nobody watches over a server that was there already: the next test file makes both anew.
    globalThis.addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));
    await dropForgotten(server.url);
  }
  await template(server.url);
  await Deno.writeTextFile(`${folder}/url.new`, server.url);
  await Deno.rename(`${folder}/url.new`, `${folder}/url`);
  return server.url;
}

async function answers(at: string): Promise<boolean> {
  try {
    await sql(at, "select 1");
    return true;
  } catch {
    return false;
  }
}

/** Databases of test processes that are no more, as far as this machine can tell. */
async function dropForgotten(at: string): Promise<void> {
  for (
    const { datname } of await sql(at, "select datname from pg_database where datname like 'baton\\_te%'")
  ) {
    const pid = /^baton_(?:template|test)_(\d+)/.exec(String(datname))?.[1];
    if (pid === undefined || !(await exists("/proc/self")) || await exists(`/proc/${pid}`)) continue;
    await sql(at, `drop database if exists ${datname} with (force)`);
  }
}

function exists(path: string): Promise<boolean> {
  return Deno.stat(path).then(() => true, () => false);
}

/** A migrated database that others are copied from. */
async function template(at: string): Promise<void> {
  await sql(at, `drop database if exists ${TEMPLATE}`);
  await sql(at, `create database ${TEMPLATE}`);
  await (await PostgresStore.open(inDatabase(at, TEMPLATE)))[Symbol.asyncDispose]();
}

function inDatabase(at: string, name: string): string {
  const result = new URL(at);
  result.pathname = `/${name}`;
  return result.href;
}

/** A database of a test's own, dropped when disposed. */
export interface TestDatabase extends AsyncDisposable {
  readonly url: string;
}

/** @param options.empty Without any table of ours. @param options.copyOf Another one, which nobody is connected to. */
export async function testDatabase(
  options: { readonly empty?: boolean; readonly copyOf?: TestDatabase } = {},
): Promise<TestDatabase> {
  const name = `baton_test_${Deno.pid}_${crypto.randomUUID().slice(0, 8)}_${++databases}`;
  const original = options.copyOf ? new URL(options.copyOf.url).pathname.slice(1) : TEMPLATE;
  await sql(url, `create database ${name}${options.empty ? "" : ` template ${original}`}`);
  return {
    url: inDatabase(url, name),
    async [Symbol.asyncDispose]() {
      await sql(url, `drop database ${name} with (force)`);
    },
  };
}
