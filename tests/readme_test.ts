/** The code of the README and of the pages for users runs as it stands there. */
import assert from "node:assert/strict";
import { tempDir } from "./support/cli.ts";

const ROOT = new URL("../", import.meta.url);
const PATH = ROOT.pathname.replace(/\/$/, "");
const PAGES = ["README.md", "docs/cli.md", "docs/first_process.md", "docs/stores.md"];

interface Block {
  readonly page: string;
  readonly line: number;
  /** `ts`, `sh`; `ts ignore` is code that needs something that is not here. */
  readonly language: string;
  readonly code: string;
}

async function blocks(page: string): Promise<Block[]> {
  const text = await Deno.readTextFile(new URL(page, ROOT));
  return [...text.matchAll(/^```(\S[^\n]*)\n(.*?)^```$/gms)].map((match) => ({
    page,
    line: text.slice(0, match.index).split("\n").length,
    language: match[1],
    code: match[2],
  }));
}

/** Runs a program in `dir`, where `examples/` is this repository's. @returns What it printed. */
async function run(command: string, args: readonly string[], dir: string): Promise<string> {
  const { code, stdout, stderr } = await new Deno.Command(command, {
    args: [...args],
    cwd: dir,
    env: { NO_COLOR: "1", BATON_DB: "" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).output();
  const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  assert.equal(code, 0, out + err);
  return out;
}

async function place(): Promise<AsyncDisposable & { readonly path: string }> {
  const dir = tempDir();
  await Deno.symlink(`${PATH}/examples`, `${dir.path}/examples`);
  return dir;
}

/** @returns The file that the block was written to. */
async function write({ code }: Block, dir: string): Promise<string> {
  const file = `${dir}/${crypto.randomUUID()}.ts`;
  await Deno.writeTextFile(file, code.replaceAll(`"./examples/`, `"${ROOT}examples/`));
  return file;
}

const CONFIG = ["--config", `${PATH}/deno.json`];

async function runTypeScript(block: Block, dir: string): Promise<string> {
  return await run(Deno.execPath(), ["run", "--allow-all", ...CONFIG, await write(block, dir)], dir);
}

function runShell(code: string, dir: string): Promise<string> {
  const cli = `"${Deno.execPath()}" run --allow-all "${PATH}/cli.ts"`;
  return run("/bin/sh", ["-e", "-c", code.replaceAll("deno task cli", cli)], dir);
}

Deno.test("README.md: the library's twenty lines run an order to its end", async () => {
  await using dir = await place();
  const [library, worker] = (await blocks("README.md")).filter(({ language }) => language === "ts");
  assert.ok(library.code.trimEnd().split("\n").length <= 22, "twenty lines, and two for the imports");
  const out = await runTypeScript(library, dir.path);
  assert.match(out, /^completed \{/);
  assert.match(out, /^8 end completed \d+ ms$/m);
  // The second block is about the same file.
  assert.match(await runTypeScript(worker, dir.path), /completed: 0,/);
});

Deno.test("README.md: the command line's commands do what they say", async () => {
  await using dir = await place();
  const [shell] = (await blocks("README.md")).filter(({ code }) => code.includes("deno task cli"));
  const out = await runShell(shell.code, dir.path);
  assert.match(out, /^new +order-fulfillment +1 /m);
  assert.match(out, /^Did 4 jobs$/m);
  assert.match(out, /order-fulfillment v1 +A-18 +completed /);
  assert.match(out, /^order-fulfillment +fulfil-order +1 /m);
});

Deno.test("docs/first_process.md: its commands bring a leave request to the manager's task", async () => {
  await using dir = await place();
  const shell = (await blocks("docs/first_process.md")).filter(({ language }) => language === "sh");
  const out = await runShell(shell.map(({ code }) => code).join("\n"), dir.path);
  assert.match(out, /^ok 1 file without problems$/m);
  assert.match(out, /^6 +granted +endEvent +completed/m);
  assert.match(out, /Approve +leave-request .* managers /);
  assert.match(out, /leave-request v1 +ann-1 +running /);
  assert.match(out, /^All is well/m);
});

Deno.test("the pages' code has right types", async () => {
  await using dir = await place();
  const all = (await Promise.all(PAGES.map(blocks))).flat().filter(({ language }) =>
    language.startsWith("ts")
  );
  const files = await Promise.all(all.map((block) => write(block, dir.path)));
  await run(Deno.execPath(), ["check", ...CONFIG, ...files], dir.path);
});

Deno.test("the other pages' code runs", async (t) => {
  for (const page of PAGES.slice(1)) {
    for (const block of await blocks(page)) {
      if (block.language !== "ts") continue;
      await t.step(`${page}:${block.line}`, async () => {
        await using dir = await place();
        await runTypeScript(block, dir.path);
      });
    }
  }
});

Deno.test("links between the pages lead somewhere", async () => {
  for (const page of PAGES) {
    const text = await Deno.readTextFile(new URL(page, ROOT));
    for (const [, target] of text.matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g)) {
      if (/^https?:/.test(target)) continue;
      await assert.doesNotReject(Deno.stat(new URL(target, new URL(page, ROOT))), `${page}: ${target}`);
    }
  }
});

Deno.test("README.md: the tasks it names exist", async () => {
  const { tasks } = JSON.parse(await Deno.readTextFile(new URL("deno.json", ROOT)));
  const text = await Deno.readTextFile(new URL("README.md", ROOT));
  const named = new Set([...text.matchAll(/(?:deno|deno@[\d.]+) task (\w+)/g)].map(([, task]) => task));
  assert.ok(named.size >= 4);
  for (const task of named) assert.ok(task in tasks, task);
});
