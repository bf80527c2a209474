/** What is in variables and payloads stays there: it is in no log line, and no command shows it that was not asked to. */
import assert from "node:assert/strict";
import { KvStore } from "../../storage/kv.ts";
import { createWorker } from "../../worker.ts";
import { baton, tempDir } from "../support/cli.ts";
import { bpmn } from "../support/bpmn_builder.ts";

const SECRET = "4111-1111-secret";

/** Each branch goes wrong in its own way, with the secret in the variable that it looks at. */
const MODEL = bpmn(`
  start -> fork -> Throws -> end
  fork -> Blank -> end2
  fork -> choice -[card > 5]-> A -> end3
  choice -[card < 5]-> B -> end4
  fork -> Items -> end5
  fork -> Paid -> end6
  fork -> Called -> end7
  parallel fork
  xor choice
  service Throws: type=throws
  service Blank: type=blank
  user A
  user B
  user Items: each=card:item
  catch Paid: message=paid@card
  call Called: calledElement="=card"
`);

Deno.test("variables and payloads are in no log line, and in what commands show only where they are asked for", async () => {
  await using dir = tempDir();
  const db = `kv:${dir.path}/kept.kv`;
  const lines: string[] = [];
  let id: string;
  {
    await using worker = await createWorker({
      store: await KvStore.open(`${dir.path}/kept.kv`),
      handlers: {
        throws: () => {
          throw new TypeError("not possible");
        },
        blank: () => ({ toJSON: () => undefined }),
      },
      retries: 0,
      logger: { log: (level, message, fields) => lines.push(`${level} ${message} ${Deno.inspect(fields)}`) },
    });
    const { engine } = worker;
    await engine.deploy(MODEL);
    id = (await engine.start("p", { variables: { card: SECRET } })).id;
    await engine.publishMessage("other", { key: "k", variables: { card: SECRET }, timeToLiveMs: 60_000 });
    await worker.drain();
    assert.ok((await engine.incidents.list()).items.length >= 4, "each branch is an incident");
  }
  assert.ok(lines.length > 0);
  assert.ok(!lines.join("\n").includes(SECRET), lines.join("\n"));
  for (
    const command of [
      ["instances"],
      ["history", id],
      ["jobs"],
      ["kpi"],
      ["doctor"],
      ["tasks"],
      ["retry", id],
    ]
  ) {
    for (const more of [[], ["--json"]]) {
      const { out, err } = await baton([...command, "--db", db, ...more]);
      assert.ok(!(out + err).includes(SECRET), `${command} ${more}: ${out}${err}`);
    }
  }
  // Where they belong: whoever mends an incident has to know what an expression gave.
  for (const command of [["show", id], ["incidents"]]) {
    const { out } = await baton([...command, "--db", db]);
    assert.ok(out.includes(SECRET), out);
  }
});
