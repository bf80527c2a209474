import assert from "node:assert/strict";
import { createEngine } from "../../mod.ts";
import { MemoryStore } from "../../storage/memory.ts";
import { PostgresStore } from "../../storage/postgres.ts";
import { createWorker } from "../../worker.ts";
import { baton } from "../support/cli.ts";
import { testDatabase } from "../support/postgres.ts";

const SECRET = "hunter2%40x";
const FORMS = ["hunter2%40x", "hunter2@x", "hunter2"];

function assertHidden(text: string, what: string): void {
  for (const form of FORMS) assert.ok(!text.includes(form), `${what}: ${text}`);
}

/** Everything that an error could tell: message, stack, causes, own properties. */
function allOf(error: unknown): string {
  return Deno.inspect(error, { depth: 20, showHidden: true, strAbbreviateSize: 1e6 });
}

/** A server that refuses everybody, and a port where nobody is. */
async function addresses(): Promise<Readonly<Record<string, string>>> {
  await using database = await testDatabase({ empty: true });
  const wrongDatabase = new URL(database.url);
  wrongDatabase.username = "nobody_of_this_name";
  wrongDatabase.password = SECRET;
  return {
    "a refused login": wrongDatabase.href,
    "a closed port": `postgres://me:${SECRET}@127.0.0.1:1/shop`,
    "an unknown host": `postgres://me:${SECRET}@no-such-host.invalid/shop`,
    "a broken address": `postgres://me:${SECRET}@[::/shop`,
  };
}

Deno.test("a password in a database's address is in no message, log or error", async (t) => {
  for (const [name, address] of Object.entries(await addresses())) {
    await t.step(name, async () => {
      for (const command of [["instances"], ["show", "1"], ["migrate"], ["doctor"], ["worker", "--drain"]]) {
        for (const more of [[], ["--json"], ["--verbose"]]) {
          const { code, out, err } = await baton([...command, "--db", address, ...more]);
          assert.notEqual(code, 0, `${command}: ${out}`);
          assert.ok(err.length > 0);
          assertHidden(out + err, `${command} ${more}`);
        }
      }
      await assert.rejects(PostgresStore.open(address), (error) => {
        assertHidden(allOf(error), "PostgresStore.open");
        return true;
      });
    });
  }
});

Deno.test("a worker that loses its database logs no password", async () => {
  await using database = await testDatabase();
  const url = new URL(database.url);
  url.password = SECRET;
  const store = await PostgresStore.open(url.href);
  const lines: string[] = [];
  const worker = await createWorker({
    store,
    handlers: {},
    pollMs: 10,
    logger: { log: (level, message, fields) => lines.push(`${level} ${message} ${JSON.stringify(fields)}`) },
  });
  worker.start();
  await store[Symbol.asyncDispose]();
  while (lines.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
  await worker.stop();
  assertHidden(lines.join("\n") + JSON.stringify(worker.health()) + allOf(worker), "worker");
});

Deno.test("credentials in the address of a model are in no message", async () => {
  await using engine = await createEngine({ store: new MemoryStore() });
  const refuse = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen() {} },
    () => new Response("no", { status: 403 }),
  );
  const bad = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen() {} },
    () => new Response("<definitions/>"),
  );
  try {
    for (
      const address of [`127.0.0.1:${refuse.addr.port}`, `127.0.0.1:${bad.addr.port}`, "127.0.0.1:1", "[::"]
    ) {
      await assert.rejects(engine.deploy(`http://me:${SECRET}@${address}/model.bpmn`), (error) => {
        assert.ok(error instanceof Error);
        assertHidden(error.message, address);
        return true;
      });
    }
  } finally {
    await refuse.shutdown();
    await bad.shutdown();
  }
});
