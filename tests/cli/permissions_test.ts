/** Runs each line of docs/permissions.md: with its flags it works, without any one of them it does not. */
import assert from "node:assert/strict";
import { tempDir } from "../support/cli.ts";
import { testDatabase } from "../support/postgres.ts";

const ROOT = new URL("../../", import.meta.url);
const PATH = ROOT.pathname.replace(/\/$/, "");
const MODEL = `${PATH}/examples/order_fulfillment.bpmn`;
const HANDLERS = `${PATH}/examples/handlers.ts`;

const SCRIPT_MODEL =
  `<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d" targetNamespace="t">
  <process id="order-fulfillment" isExecutable="true"><startEvent id="s"/><sequenceFlow id="f" sourceRef="s" targetRef="t"/>
  <scriptTask id="t" scriptFormat="javascript"><script>variables.x = 1</script></scriptTask></process></definitions>`;

/** A program that opens a store, deploys, starts and runs. */
function program(store: string, model: string): string {
  return `
import { createEngine } from "${ROOT}mod.ts";
import { ${store.split(/[.(]/)[0].replace(/^await /, "").replace(/^new /, "")} } from "${ROOT}storage/${
    store.includes("Kv") ? "kv" : store.includes("Postgres") ? "postgres" : "memory"
  }.ts";
await using engine = await createEngine({
  store: ${store},
  handlers: { "validate-order": () => {}, "reserve-inventory": () => {}, "process-payment": () => {}, "fulfil-order": () => {} },
});
await engine.deploy(${JSON.stringify(model)});
const { id } = await engine.start("order-fulfillment");
console.log((await engine.run(id)).status);
`;
}

interface Use {
  /** What stands after \`deno run … FLAGS\`. */
  readonly args: readonly string[];
  readonly values: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly expected: RegExp;
}

async function uses(dir: string, database: string, cache: string): Promise<Readonly<Record<string, Use>>> {
  const xml = await Deno.readTextFile(MODEL);
  const write = async (name: string, text: string): Promise<string> => {
    await Deno.writeTextFile(`${dir}/${name}`, text);
    return `${dir}/${name}`;
  };
  const kv = `${dir}/orders.kv`;
  // Free again when this returns.
  using listener = Deno.listen({ hostname: "0.0.0.0", port: 0 });
  const port = String(listener.addr.port);
  const host = new URL(database).host;
  const completed = /^completed$/m;
  const cli = `${PATH}/cli.ts`;
  return {
    "memory": {
      args: [await write("memory.ts", program("new MemoryStore()", xml))],
      values: {},
      expected: completed,
    },
    "memory, BPMN file by path": {
      args: [await write("path.ts", program("new MemoryStore()", MODEL))],
      values: { FILES: MODEL },
      expected: completed,
    },
    "Deno KV": {
      args: [await write("kv.ts", program(`await KvStore.open("${kv}")`, xml))],
      values: { KV_FILE: kv },
      expected: completed,
    },
    "PostgreSQL": {
      args: [await write("postgres.ts", program(`await PostgresStore.open("${database}")`, xml))],
      values: { "HOST:PORT": host },
      expected: completed,
    },
    "JavaScript script tasks": {
      args: [await write("script.ts", program("new MemoryStore()", SCRIPT_MODEL))],
      values: { CACHE: cache, BATON: PATH },
      expected: completed,
    },
    "lint, simulate": {
      args: [cli, "simulate", MODEL],
      values: { FILES: MODEL },
      expected: /would be completed/,
    },
    "other commands, Deno KV": {
      args: [cli, "deploy", MODEL, "--db", `kv:${kv}`],
      values: { FILES: MODEL, KV_FILE: kv },
      expected: /order-fulfillment/,
    },
    "other commands, PostgreSQL": {
      args: [cli, "deploy", MODEL],
      values: { FILES: MODEL, "HOST:PORT": host },
      env: { BATON_DB: database },
      expected: /order-fulfillment/,
    },
    "worker, Deno KV": {
      args: [cli, "worker", "--drain", "--handlers", HANDLERS, "--db", `kv:${kv}`],
      values: { KV_FILE: kv, HANDLERS },
      expected: /^Did 0 jobs$/m,
    },
    "worker --health, Deno KV": {
      args: [cli, "worker", "--drain", "--handlers", HANDLERS, "--db", `kv:${kv}`, "--health", port],
      values: { KV_FILE: kv, HANDLERS, PORT: port },
      expected: /^Did 0 jobs$/m,
    },
    "worker, PostgreSQL": {
      args: [cli, "worker", "--drain", "--handlers", HANDLERS],
      values: { HANDLERS, "HOST:PORT": host },
      env: { BATON_DB: database },
      expected: /^Did 0 jobs$/m,
    },
  };
}

/** Rows of the document's tables: use and flags. */
async function documented(): Promise<readonly (readonly [string, string])[]> {
  const text = await Deno.readTextFile(new URL("docs/permissions.md", ROOT));
  return [...text.matchAll(/^\| (\S.*?) +\| `(--.*?)` +\|$/gm)].map(([, use, flags]) =>
    [use, flags] as const
  );
}

function fill(flags: string, values: Readonly<Record<string, string>>): string[] {
  let filled = flags;
  for (const [name, value] of Object.entries(values)) filled = filled.replaceAll(name, value);
  return filled.split(" ");
}

/** That of this repository without what it turns on: the flags are those that other programs need. */
async function plainConfig(dir: string): Promise<string> {
  const { imports } = JSON.parse(await Deno.readTextFile(new URL("deno.json", ROOT)));
  await Deno.writeTextFile(`${dir}/deno.json`, JSON.stringify({ imports }));
  return `${dir}/deno.json`;
}

async function run(
  config: string,
  flags: readonly string[],
  { args, env }: Use,
): Promise<{ code: number; text: string }> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", "--quiet", "--no-lock", "--config", config, ...flags, ...args],
    env: { NO_COLOR: "1", ...env },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).output();
  const decoder = new TextDecoder();
  return { code, text: decoder.decode(stdout) + decoder.decode(stderr) };
}

/** All permissions that Deno has. */
const KINDS = ["read", "write", "net", "env", "run", "ffi", "sys", "import"] as const;

/** Each way to leave out one of the flags, or one of the things that a flag allows. */
function* oneLess(flags: readonly string[]): Generator<readonly [string, readonly string[]]> {
  for (const [index, flag] of flags.entries()) {
    yield [flag, flags.toSpliced(index, 1)];
    const [kind, list] = flag.split("=");
    const items = list?.split(",") ?? [];
    if (items.length < 2) continue;
    for (const item of items) {
      yield [`${item} in ${flag}`, flags.with(index, `${kind}=${items.filter((each) => each !== item)}`)];
    }
  }
}

async function cacheFolder(): Promise<string> {
  const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["info", "--json"], stdout: "piped" })
    .output();
  return (JSON.parse(new TextDecoder().decode(stdout)) as { denoDir: string }).denoDir;
}

Deno.test("docs/permissions.md: each use works with its flags, and with none of them missing", async (t) => {
  await using dir = tempDir();
  await using database = await testDatabase();
  const known = await uses(dir.path, database.url, await cacheFolder());
  const config = await plainConfig(dir.path);
  const rows = await documented();
  assert.deepEqual(rows.map(([use]) => use).sort(), Object.keys(known).sort());
  for (const [name, documentedFlags] of rows) {
    await t.step(name, async () => {
      const use = known[name];
      const flags = fill(documentedFlags, use.values);
      const denied = KINDS.filter((kind) => !flags.some((flag) => flag.startsWith(`--allow-${kind}`)));
      const { code, text } = await run(config, [...flags, ...denied.map((kind) => `--deny-${kind}`)], use);
      assert.equal(code, 0, text);
      assert.match(text, use.expected);
      const left = [...oneLess(flags)];
      // Two at a time: each is a process that refuses, and changes nothing.
      const refuse = async (): Promise<void> => {
        for (let next = left.shift(); next; next = left.shift()) {
          const [what, fewer] = next;
          const less = await run(config, fewer, use);
          assert.notEqual(less.code, 0, `${name} works without ${what}`);
          if (what === "--unstable-kv") assert.match(less.text, /run with --unstable-kv/, name);
        }
      };
      await Promise.all([refuse(), refuse()]);
    });
  }
});

Deno.test("README.md has the same flags as docs/permissions.md", async () => {
  const readme = await Deno.readTextFile(new URL("README.md", ROOT));
  const rows = new Map(await documented());
  for (const use of ["memory", "Deno KV", "PostgreSQL"]) {
    const [, flags] = new RegExp(`^\\| library, ${use} +\\| \`(--.*?)\` +\\|$`, "m").exec(readme) ?? [];
    assert.equal(flags, rows.get(use), use);
  }
});
