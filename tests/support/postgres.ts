/**
 * A PostgreSQL for tests: one server per test process, one database per test.
 *
 * The server outlives the test file that started it and ends with the process; files that run side by side
 * agree on it through a folder named after the process.
 */
import pg from "pg";
import { startLocalPostgres } from "../../cli/local_postgres.ts";
import { PostgresStore } from "../../storage/postgres.ts";
import { sql } from "./postgres_sql.ts";

export { sql };

const TEMPLATE = `baton_template_${Deno.pid}`;
const TEMPORARY = Deno.env.get("TMPDIR") ?? "/tmp";
const FOLDER = `${TEMPORARY}/baton-tests-${Deno.pid}`;
let databases = 0;
const url = await sharedServer();

async function sharedServer(): Promise<string> {
  const folder = FOLDER;
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
  // Nobody watches over a server that was there already: what this process leaves there the next one removes.
  if (server.dir === undefined) await dropForgotten(server.url);
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

/** Databases and folders of test processes that are no more, as far as this machine can tell. */
async function dropForgotten(at: string): Promise<void> {
  if (await exists("/proc/self")) {
    for await (const { name } of Deno.readDir(TEMPORARY)) {
      const pid = /^baton-tests-(\d+)$/.exec(name)?.[1];
      if (pid === undefined || await exists(`/proc/${pid}`)) continue;
      await Deno.remove(`${TEMPORARY}/${name}`, { recursive: true });
    }
  }
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
  const original = options.copyOf ? new URL(options.copyOf.url).pathname.slice(1) : TEMPLATE;
  const name = await create(options.empty ? "" : ` template ${original}`);
  return { url: inDatabase(url, name), [Symbol.asyncDispose]: () => drop(name) };
}

async function create(how: string): Promise<string> {
  const name = `baton_test_${Deno.pid}_${crypto.randomUUID().slice(0, 8)}_${++databases}`;
  await sql(url, `create database ${name}${how}`);
  return name;
}

async function drop(name: string): Promise<void> {
  await sql(url, `drop database ${name} with (force)`);
}

/**
 * An empty database for a test that goes through a store alone. Making and dropping one is most of a short test's
 * work, so it is emptied and handed to the next such test, of any file; unless somebody is still connected to it, or
 * it is not what it was.
 */
export async function storeDatabase(): Promise<TestDatabase> {
  const name = await takeSpare() ?? await create(` template ${TEMPLATE}`);
  const at = inDatabase(url, name);
  pristine ??= await whatItIs(at);
  return {
    url: at,
    async [Symbol.asyncDispose]() {
      const isFit = await emptied(at);
      if (!isFit || !await putSpare(name)) await drop(name);
    },
  };
}

/** What {@link whatItIs} says of a database that nobody has used. */
let pristine: string | undefined;

/** Relations with columns, rights, indexes, constraints, policies; functions; settings; the rows that all databases have. */
const WHAT_IT_IS = `
  select md5(concat_ws(E'\\n',
    (select string_agg(concat_ws(' ', c.oid::regclass, c.relkind, c.relacl, c.reloptions, c.relrowsecurity, a.attname,
        a.atttypid, a.attnotnull, a.attacl), ',' order by c.oid, a.attnum)
      from pg_class c join pg_attribute a on a.attrelid = c.oid where c.oid >= 16384 and c.relkind in ('r', 'p', 'v', 'i')),
    (select string_agg(concat_ws(' ', p.oid::regprocedure, md5(p.prosrc), p.proacl), ',' order by p.oid)
      from pg_proc p where p.oid >= 16384),
    (select string_agg(concat_ws(' ', t.tgname, t.tgenabled), ',' order by t.oid) from pg_trigger t),
    (select string_agg(concat_ws(' ', c.conrelid::regclass, c.conname, c.convalidated), ',' order by c.oid)
      from pg_constraint c where c.oid >= 16384),
    (select string_agg(concat_ws(' ', p.polrelid::regclass, p.polname, p.polroles), ',' order by p.oid) from pg_policy p),
    (select string_agg(s.setconfig::text, ',') from pg_db_role_setting s),
    (select string_agg(m::text, ',') from baton.migrations m),
    (select string_agg(f::text, ',') from baton.state_formats f),
    (select string_agg(r::text, ',') from baton.steps_ranges r))) as md5`;

async function whatItIs(at: string): Promise<string> {
  return String((await sql(at, WHAT_IT_IS))[0].md5);
}

/** Rows go one by one: a truncated table gets new files, and files are what takes the time. */
const EMPTY = `
  do $$
  declare each record;
  begin
    set local session_replication_role = replica;
    for each in
      select c.oid::regclass as name from pg_class c
      where c.relnamespace = 'baton'::regnamespace and c.relkind = 'r' and pg_relation_size(c.oid) > 0
        and c.relname not in ('migrations', 'state_formats', 'steps_ranges')
    loop
      execute format('delete from %s', each.name);
    end loop;
    perform setval('baton.ids', (select seqstart from pg_sequence where seqrelid = 'baton.ids'::regclass), false);
  end $$`;
/** A database that was once as large as this is slow to search, and takes long to empty. */
const LARGE_BYTES = 32 * 1024 * 1024;

/** Others that are connected to a database: those that have just gone may still be seen. */
const OTHERS = `
  select count(*)::int as others, pg_sleep(case count(*) when 0 then 0 else 0.01 end) from pg_stat_activity
  where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'`;
const LOOKS = 20;

/** @returns Whether it is as good as new. */
async function emptied(at: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: at });
  client.on("error", () => {}); // its query rejects, too
  await client.connect();
  try {
    for (let looks = 1; (await client.query(OTHERS)).rows[0].others > 0; looks++) {
      if (looks === LOOKS) return false;
    }
    const { rows: [{ bytes }] } = await client.query(
      "select pg_database_size(current_database())::float8 as bytes",
    );
    if (bytes > LARGE_BYTES) return false;
    await client.query(EMPTY);
    return (await client.query(WHAT_IT_IS)).rows[0].md5 === pristine;
  } finally {
    await client.end();
  }
}

/** Spare databases are files of the folder that the test files share: whoever removes one has it. */
async function takeSpare(): Promise<string | undefined> {
  for await (const { name } of Deno.readDir(FOLDER)) {
    if (!name.startsWith("baton_test_")) continue;
    try {
      await Deno.remove(`${FOLDER}/${name}`);
      return name;
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error; // another file has it
    }
  }
}

/** @returns False if the folder has gone with the file that made it. */
async function putSpare(name: string): Promise<boolean> {
  try {
    await Deno.writeTextFile(`${FOLDER}/${name}`, "");
    return true;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    return false;
  }
}
