/** The examples of the pages type-check and run. A block that cannot run alone says so: ```` ```ts ignore ````. */
import assert from "node:assert/strict";
import { readPages, ROOT } from "./pages.ts";

/** `tests/readme_test.ts` runs these, together with their shell commands, in a folder of their own. */
const RUN_ELSEWHERE = ["README.md", "docs/cli.md", "docs/first_process.md", "docs/stores.md"];

Deno.test("docs: every example type-checks and runs", async () => {
  const pages = (await readPages()).filter(({ path, text }) =>
    !RUN_ELSEWHERE.includes(path) && /^```(?:ts|typescript)$/m.test(text)
  );
  const blocks = pages.flatMap(({ text }) => text.match(/^```(?:ts|typescript)$/gm) ?? []).length;
  assert.ok(blocks >= 3, `only ${blocks} examples were found`);
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["test", "--doc", "--allow-all", "--frozen", ...pages.map(({ path }) => path)],
    cwd: ROOT,
    env: { NO_COLOR: "1" },
  }).output();
  const output = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
  assert.ok(success, output);
  assert.match(output, new RegExp(`ok \\| ${blocks} passed .*\\| 0 failed`));
});

Deno.test("docs: the examples in the entry points' comments type-check", async () => {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["check", "--doc", "--frozen", "mod.ts", "worker.ts", "runtime/engine.ts"],
    cwd: ROOT,
    env: { NO_COLOR: "1" },
  }).output();
  assert.ok(success, new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr));
});
