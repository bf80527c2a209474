import assert from "node:assert/strict";
import { startLocalPostgres } from "../../cli/local_postgres.ts";
import { sql } from "../support/postgres.ts";

Deno.test("the server of the npm package starts, answers, and leaves nothing behind", async () => {
  const server = await startLocalPostgres({ embedded: true, fsync: false });
  const { dir = "" } = server;
  const [{ version }] = await sql(server.url, "select version()");
  assert.match(String(version), /^PostgreSQL 18/);
  await server[Symbol.asyncDispose]();
  await assert.rejects(Deno.stat(dir), Deno.errors.NotFound);
  await assert.rejects(sql(server.url, "select 1"));
});

Deno.test("a server ends with the process that started it, even by SIGKILL", async () => {
  const module = new URL("../../cli/local_postgres.ts", import.meta.url).href;
  const script = `import { startLocalPostgres } from ${JSON.stringify(module)};
    const { url, dir } = await startLocalPostgres({ fsync: false });
    console.log(JSON.stringify({ url, dir }));
    Deno.kill(Deno.pid, "SIGKILL");`;
  const config = new URL("../../deno.json", import.meta.url).pathname;
  const { stdout, signal } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "-A",
      "--quiet",
      "--config",
      config,
      `data:application/typescript,${encodeURIComponent(script)}`,
    ],
    env: { DATABASE_URL: "" },
  }).output();
  assert.equal(signal, "SIGKILL");
  const { dir } = JSON.parse(new TextDecoder().decode(stdout));
  for (let tries = 0; tries < 200; tries++) {
    const gone = await Deno.stat(dir).then(() => false, () => true);
    if (gone) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  assert.fail(`${dir} is still there`);
});
