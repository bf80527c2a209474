import assert from "node:assert/strict";
import { EXIT } from "../../cli.ts";
import { UsageError } from "../../cli/failure.ts";
import { LinesFile } from "../../cli/lines_file.ts";
import { baton, batonJson, tempDir } from "../support/cli.ts";
import { storeDatabase } from "../support/postgres.ts";

const ORDERS = new URL("../models/order_fulfillment.bpmn", import.meta.url).pathname;
const HANDLERS = new URL("./handlers/orders.ts", import.meta.url).pathname;
const KEY = "order-fulfillment";

interface Cleaned {
  readonly instances: number;
  readonly processes: readonly unknown[];
}

async function cleaning(db: string, dir: string): Promise<void> {
  const env = { BATON_DB: db };
  await batonJson(["deploy", ORDERS], { env });
  await batonJson(["start", KEY, "--count", "5", "--var", "total=1"], { env });
  await batonJson(["worker", "--drain", "--handlers", HANDLERS], { env });
  const { id: runs } = await batonJson<{ id: string }>(["start", KEY], { env });
  const file = `${dir}/old.ndjson`;

  assert.equal((await batonJson<Cleaned>(["cleanup"], { env })).instances, 0, "the model says nothing");
  assert.equal((await batonJson<Cleaned>(["cleanup", "--older-than", "1h"], { env })).instances, 0);
  const dry = await baton(["cleanup", "--older-than", "0ms", "--dry-run"], { env });
  assert.match(dry.out, /order-fulfillment +5\nWould delete 5 instances/);
  const wrong = await baton(["cleanup", "--dry-run", "--export", file], { env });
  assert.equal(wrong.code, EXIT.usage);
  const args = ["cleanup", "--older-than", "0ms", "--export", file];
  assert.equal((await batonJson<Cleaned>([...args, "--process", "other"], { env })).instances, 0);
  assert.deepEqual((await batonJson<Cleaned>([...args, "--batch", "2"], { env })).processes, [
    { key: KEY, instances: 5 },
  ]);
  assert.equal((await batonJson<Cleaned>(args, { env })).instances, 0);
  const lines = (await Deno.readTextFile(file)).trimEnd().split("\n").map((line) => JSON.parse(line));
  assert.equal(lines.length, 5);
  assert.equal(new Set(lines.map(({ id }) => id)).size, 5);
  for (const each of lines) {
    assert.deepEqual([each.key, each.status, each.variables.total, each.steps.length], [
      KEY,
      "completed",
      1,
      8,
    ]);
  }
  const { items } = await batonJson<{ items: { id: string }[] }>(["instances"], { env });
  assert.deepEqual(items.map(({ id }) => id), [runs]);

  const kpi = async (...more: string[]) =>
    (await batonJson<{ items: { count: number }[] }>(["kpi", "--by", "process", ...more], { env })).items;
  assert.deepEqual((await kpi()).map(({ count }) => count), [5]);
  assert.deepEqual(await kpi("--rebuild"), [], "history has no ended instance any more");
}

Deno.test("kv: cleanup deletes what is old, counts first if asked, and exports it", async () => {
  await using dir = tempDir();
  await cleaning(`kv:${dir.path}/test.kv`, dir.path);
});

Deno.test("postgres: cleanup deletes what is old, counts first if asked, and exports it", async () => {
  await using dir = tempDir();
  await using database = await storeDatabase();
  await cleaning(database.url, dir.path);
});

Deno.test("worker --history-ttl deletes, --keep-history does not", async () => {
  await using dir = tempDir();
  const env = { BATON_DB: `kv:${dir.path}/test.kv` };
  await batonJson(["deploy", ORDERS], { env });
  await batonJson(["start", KEY, "--var", "total=1"], { env });
  const drain = ["worker", "--drain", "--handlers", HANDLERS];
  const left = async () => (await batonJson<{ items: unknown[] }>(["instances"], { env })).items.length;
  assert.equal((await baton([...drain, "--history-ttl", "1d", "--keep-history"], { env })).code, EXIT.usage);
  await batonJson([...drain, "--keep-history"], { env });
  assert.equal(await left(), 1);
  await batonJson([...drain, "--history-ttl", "0ms"], { env });
  assert.equal(await left(), 0);
});

Deno.test("an export goes on behind its last whole line", () => {
  const path = Deno.makeTempFileSync();
  try {
    const append = (...values: unknown[]) => {
      using file = LinesFile.open(path);
      file.append(values);
    };
    const cases: readonly (readonly [before: string, after: string])[] = [
      ["", '{"a":1}\n'],
      ['{"x":1}\n', '{"x":1}\n{"a":1}\n'],
      ['{"x":1}\n{"y":"cut o', '{"x":1}\n{"a":1}\n'],
      ['{"x":1}\n{"y":2}', '{"x":1}\n{"y":2}\n{"a":1}\n'],
      ['{"cut', '{"a":1}\n'],
      [`{"x":1}\n{"y":"${"é".repeat(100_000)}`, '{"x":1}\n{"a":1}\n'],
    ];
    for (const [before, after] of cases) {
      Deno.writeTextFileSync(path, before);
      append({ a: 1 });
      assert.equal(Deno.readTextFileSync(path), after, before.slice(0, 20));
    }
    // Somebody else's file is left as it is.
    Deno.writeTextFileSync(path, "dear diary,\nto day");
    assert.throws(() => LinesFile.open(path), UsageError);
    assert.equal(Deno.readTextFileSync(path), "dear diary,\nto day");
    assert.throws(() => LinesFile.open(`${path}/none`), UsageError);
  } finally {
    Deno.removeSync(path);
  }
});
