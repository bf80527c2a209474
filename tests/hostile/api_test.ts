import assert from "node:assert/strict";
import type { Engine } from "../../mod.ts";
import { onEachStore } from "../runtime/each_store.ts";
import { bpmn } from "../support/bpmn_builder.ts";
import { assertAllowed } from "./allowed.ts";
import { type Method, methods, type Subjects } from "./methods.ts";

const MODEL = bpmn(`
  start -> fork -> A, W, B -> join -> end
  parallel fork
  parallel join
  service W: type=work
  service B: type=broken
`);

class Odd {
  readonly a = 1;
}
const cyclic: Record<string, unknown> = {};
cyclic.self = cyclic;
let deep: unknown = 1;
for (let i = 0; i < 10_000; i++) deep = [deep];

/** What nobody should hand in. */
const HOSTILE: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1.5,
  NaN,
  Infinity,
  -Infinity,
  2 ** 31,
  2 ** 53,
  1e300,
  10n,
  Symbol("s"),
  () => 1,
  "",
  " ",
  "abc",
  "-1",
  "1.5",
  "1e9",
  "９",
  "99999999999999999999",
  "9223372036854775808",
  "9007199254740992",
  "\0",
  "a\0b",
  "\ud800",
  "x".repeat(3_000),
  "x".repeat(1_000_000),
  "😀".repeat(300),
  "'; drop table instances; --",
  "../../../etc/passwd\n",
  "%00",
  "__proto__",
  "constructor",
  // Cursors that this engine has not made.
  ...['["abc"]', '[1,"abc"]', '[1,1,"abc"]', '[1.5,"1"]', '[1e300,"1"]', '["p",1.5]', '["\\u0000",1]', "[[]]"]
    .map(btoa),
  [],
  [null],
  ["\0"],
  [[]],
  ["99999999999999999999"],
  [{}],
  {},
  { a: undefined },
  { length: 3 },
  Object.create(null),
  { toString: null },
  JSON.parse('{"__proto__": {"x": 1}}'),
  new Odd(),
  new Date(0),
  new Map(),
  new Uint8Array(3),
  cyclic,
  deep,
  Promise.resolve(1),
];

async function subjects(engine: Engine): Promise<Subjects> {
  const { definitions } = await engine.deploy(MODEL);
  const { id } = await engine.start("p");
  await engine.run(id);
  const [incident] = (await engine.incidents.list()).items;
  const [task] = (await engine.userTasks.list()).items;
  const job = (await engine.jobs.list({ type: "work" })).items[0];
  return {
    instanceId: id,
    definitionId: definitions[0].id,
    taskId: task.id,
    jobId: job.id,
    incidentId: incident.id,
    model: MODEL,
  };
}

const broken = { handlers: { broken: () => Promise.reject(new Error("broken")) }, retries: 0 };

/** Calls with one argument, or one property of one, replaced. */
function* variants({ args }: Method): Generator<readonly [what: string, args: readonly unknown[]]> {
  for (let i = 0; i < args.length; i++) {
    for (const hostile of HOSTILE) {
      yield [`argument ${i} = ${shown(hostile)}`, args.with(i, hostile)];
      const whole = args[i];
      if (typeof whole !== "object" || whole === null || Array.isArray(whole)) continue;
      for (const name of Object.keys(whole)) {
        yield [`${name} = ${shown(hostile)}`, args.with(i, { ...whole, [name]: hostile })];
      }
    }
  }
}

function shown(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.slice(0, 30));
  return typeof value === "object" && value !== null ? Object.prototype.toString.call(value) : String(value);
}

/** What is stored, as far as anybody can see. */
async function fingerprint(engine: Engine): Promise<string> {
  const counts = await Promise.all([engine.definitions({ take: 1_000 }), engine.instances({ take: 1_000 })]);
  return counts.map((page) => page.items.length).join(" ");
}

onEachStore("whatever is handed to a method, it is done or refused by name", async ({ engine }) => {
  const baton = await engine(broken);
  const given = await subjects(baton);
  const failures: string[] = [];
  for (const [name, method] of Object.entries(methods(given))) {
    // These end the instance: they come last, with ids that are none, or with values that are refused.
    for (const [what, args] of variants(method)) {
      const before = name === "start" || name === "deploy" ? await fingerprint(baton) : "";
      try {
        await method.call(baton, args as never[]);
      } catch (error) {
        try {
          assertAllowed(error, `${name}: ${what}`);
        } catch (cause) {
          failures.push((cause as Error).message.slice(0, 300));
        }
        if (before !== "") {
          assert.equal(await fingerprint(baton), before, `${name}: ${what}: something was stored`);
        }
      }
    }
  }
  assert.deepEqual(failures, []);
  // What was stored can still be read by everything that lists.
  await baton.instances();
  for (const { id } of (await baton.instances({ take: 20 })).items) {
    await baton.history(id);
    await baton.notes(id);
    await baton.positions(id);
  }
});

onEachStore("ids of another tenant are no ids", async ({ engine }) => {
  const baton = await engine(broken);
  const given = await subjects(baton);
  const other = baton.forTenant("other");
  await other.deploy(MODEL);
  const before = JSON.stringify([
    await baton.positions(given.instanceId),
    await baton.getInstance(given.instanceId),
  ]);
  for (const [name, method] of Object.entries(methods(given))) {
    if (!method.ids) continue;
    await assert.rejects(
      async () => await method.call(other, method.args as never[]),
      (error: Error & { code?: string }) => {
        // A claim on a job of somebody else's was never the caller's; a message finds nobody.
        const codes = name.startsWith("jobs.") && name !== "jobs.get"
          ? ["lease-lost"]
          : name === "correlateMessage"
          ? ["no-match"]
          : ["not-found"];
        assert.ok(codes.includes(error.code ?? ""), `${name}: ${error.name}: ${error.message}`);
        return true;
      },
    );
  }
  for (
    const page of [
      await other.instances(),
      await other.jobs.list(),
      await other.userTasks.list(),
      await other.incidents.list(),
    ]
  ) {
    assert.deepEqual(page.items, []);
  }
  assert.deepEqual((await other.instances({ rootId: given.instanceId })).items, []);
  assert.deepEqual(await other.jobs.claim({ types: ["work", "broken"], max: 10 }), []);
  assert.deepEqual(await other.jobs.claim({ jobIds: [given.jobId] }), []);
  assert.equal(
    JSON.stringify([await baton.positions(given.instanceId), await baton.getInstance(given.instanceId)]),
    before,
  );
});
