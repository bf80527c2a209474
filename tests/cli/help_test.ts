import assert from "node:assert/strict";
import { COMMANDS } from "../../cli/commands/mod.ts";
import { VERSION } from "../../cli/version.ts";
import { baton, batonProcess } from "../support/cli.ts";

Deno.test("the version is the package's", async () => {
  const config = JSON.parse(await Deno.readTextFile(new URL("../../deno.json", import.meta.url)));
  assert.equal(VERSION, config.version);
  for (const flag of ["--version", "-V"]) {
    assert.deepEqual(await baton([flag]), { code: 0, out: `${VERSION}\n`, err: "" });
  }
});

Deno.test("help lists every command; no command at all is wrong usage", async () => {
  const help = await baton(["--help"]);
  assert.equal(help.code, 0);
  for (const { name } of COMMANDS) assert.match(help.out, new RegExp(`^  ${name} `, "m"));
  assert.equal((await baton(["help"])).out, help.out);
  assert.equal((await baton([])).code, 2);
});

Deno.test("every command's help has its options and examples", async () => {
  for (const { name, examples, options } of COMMANDS) {
    const { code, out } = await baton(["help", name]);
    assert.equal(code, 0);
    assert.ok(examples.length > 0, name);
    for (const [line] of examples) assert.ok(out.includes(`baton ${line}`), `${name}: ${line}`);
    for (const { flags } of options ?? []) assert.ok(out.includes(flags), `${name}: ${flags}`);
  }
});

Deno.test("names are unique, and examples use existing commands", () => {
  const names = COMMANDS.map(({ name }) => name);
  assert.equal(new Set(names).size, names.length);
  for (const { examples } of COMMANDS) {
    for (const [line] of examples) assert.ok(names.includes(line.split(" ")[0]), line);
  }
});

Deno.test("docs/cli.md names every command", async () => {
  const docs = await Deno.readTextFile(new URL("../../docs/cli.md", import.meta.url));
  for (const { name } of COMMANDS) assert.ok(docs.includes(`\`${name}`), name);
});

Deno.test("a reader that has seen enough does not make a mistake of it", async () => {
  const child = new Deno.Command("/bin/sh", {
    args: [
      "-c",
      `"$0" run -A "$1" --help | head -1`,
      Deno.execPath(),
      new URL("../../cli.ts", import.meta.url).pathname,
    ],
    stdout: "piped",
    stderr: "piped",
  });
  const { stdout, stderr } = await child.output();
  assert.equal(new TextDecoder().decode(stdout), "Usage: baton [options] [command]\n");
  assert.equal(new TextDecoder().decode(stderr), "");
});

Deno.test("colours follow NO_COLOR and FORCE_COLOR", async () => {
  const forced = await batonProcess(["--help"], { env: { NO_COLOR: "", FORCE_COLOR: "1" } });
  assert.ok(forced.out.includes("\x1b[1m"));
  const never = await batonProcess(["--help"], { env: { NO_COLOR: "1", FORCE_COLOR: "1" } });
  assert.ok(!never.out.includes("\x1b"));
});
