/** The commands on the stores that keep something: what they print for programs, and what they answer. */
import assert from "node:assert/strict";
import { EXIT } from "../../cli.ts";
import { openStore } from "../../cli/database.ts";
import { createEngine, silentLogger } from "../../mod.ts";
import { baton, batonJson, tempDir } from "../support/cli.ts";
import { storeDatabase, testDatabase } from "../support/postgres.ts";

const ORDERS = new URL("../models/order_fulfillment.bpmn", import.meta.url).pathname;
const EVENTS = new URL("../models/cli_events.bpmn", import.meta.url).pathname;
const HANDLERS = new URL("./handlers/orders.ts", import.meta.url).pathname;
const KEY = "order-fulfillment";

/** A database of the test's own. */
interface Place extends AsyncDisposable {
  readonly env: { readonly BATON_DB: string };
}

const PLACES: Readonly<Record<string, () => Promise<Place>>> = {
  kv: () => {
    const dir = tempDir();
    const remove = () => dir[Symbol.asyncDispose]();
    return Promise.resolve({ env: { BATON_DB: `kv:${dir.path}/test.kv` }, [Symbol.asyncDispose]: remove });
  },
  postgres: async () => {
    const database = await storeDatabase();
    const drop = () => database[Symbol.asyncDispose]();
    return { env: { BATON_DB: database.url }, [Symbol.asyncDispose]: drop };
  },
};

interface Listed<T = { id: string }> {
  readonly items: readonly T[];
  readonly next?: string;
}

for (const [name, open] of Object.entries(PLACES)) {
  Deno.test(`${name}: deploy tells new from unchanged, definitions lists it`, async () => {
    await using place = await open();
    const { env } = place;
    const first = await batonJson<Listed<{ key: string; created: boolean }>>(["deploy", ORDERS], { env });
    assert.deepEqual(first.items.map(({ key, created }) => [key, created]), [[KEY, true]]);
    const again = await batonJson<Listed<{ created: boolean }>>(["deploy", ORDERS], { env });
    assert.equal(again.items[0].created, false);
    const listed = await batonJson<Listed>(["definitions", "--latest"], { env });
    assert.equal(listed.items.length, 1);
    const { out } = await baton(["definitions", "--xml", listed.items[0].id], { env });
    assert.equal(out, await Deno.readTextFile(ORDERS));
  });

  Deno.test(`${name}: start, step by step, show, history`, async () => {
    await using place = await open();
    const { env } = place;
    await batonJson(["deploy", ORDERS], { env });
    const args = ["start", KEY, "--manual", "--vars", `{"total":12}`, "--business-key", "A-1", "--unique"];
    const started = await batonJson<{ id: string; created: boolean }>(args, { env });
    assert.equal(started.created, true);
    const found = await batonJson<{ id: string; created: boolean }>(args, { env });
    assert.deepEqual([found.id, found.created], [started.id, false]);

    const waves: string[][] = [];
    for (let left = 20; left > 0; left--) {
      const check = await baton(["step", started.id, "--check"], { env });
      if (check.code !== EXIT.ok) break;
      const args = ["step", started.id, "--handlers", HANDLERS];
      const { positions } = await batonJson<{ positions: { elementId: string }[] }>(args, { env });
      waves.push(positions.map(({ elementId }) => elementId).sort());
    }
    assert.deepEqual(waves, [
      ["validate-order"],
      ["split"],
      ["process-payment", "reserve-inventory"],
      ["join"],
      ["fulfil-order"],
      ["end"],
      [],
    ]);
    const shown = await batonJson<{ status: string; variables: unknown; jobs: unknown[] }>([
      "show",
      started.id,
    ], { env });
    assert.equal(shown.status, "completed");
    assert.deepEqual(shown.jobs, []);
    assert.deepEqual(shown.variables, {
      total: 12,
      valid: true,
      reserved: true,
      paid: true,
      fulfilled: true,
    });
    const { items: steps } = await batonJson<Listed<{ sequence: number; status: string }>>([
      "history",
      started.id,
    ], { env });
    assert.deepEqual(steps.map(({ sequence }) => sequence), [1, 2, 3, 4, 5, 6, 7, 8]);
    assert.ok(steps.every(({ status }) => status === "completed"));
    assert.equal((await baton(["step", started.id], { env })).code, EXIT.refused);
  });

  Deno.test(`${name}: show says when nobody has a handler`, async () => {
    await using place = await open();
    const { env } = place;
    await batonJson(["deploy", ORDERS], { env });
    const { id } = await batonJson<{ id: string }>(["start", KEY], { env });
    const shown = await batonJson<{ withoutHandler: { type: string }[] }>(["show", id], { env });
    assert.deepEqual(shown.withoutHandler.map(({ type }) => type), ["validate-order"]);
    const { out } = await baton(["show", id], { env });
    assert.match(out, /No handler is known for "validate-order": no worker has taken job \d+/);
    const known = await baton(["show", id, "--handlers", HANDLERS], { env });
    assert.doesNotMatch(known.out, /No handler/);
  });

  Deno.test(`${name}: retry --job brings back a job that nothing else does`, async () => {
    await using place = await open();
    const { env } = place;
    await batonJson(["migrate"], { env });
    let id: string;
    {
      await using store = await openStore(env.BATON_DB);
      await using engine = await createEngine({ store, closeStore: false, logger: silentLogger });
      id = await engine.jobs.enqueue({ type: "mail" });
      const [claim] = await engine.jobs.claim({ types: ["mail"] });
      await engine.jobs.fail(claim, { message: "no server", retry: false });
    }
    const held = await batonJson<Listed>(["jobs", "--held"], { env });
    assert.deepEqual(held.items.map((each) => each.id), [id]);
    const elsewhere = await baton(["retry", "--job", id, "--tenant", "other"], { env });
    assert.equal(elsewhere.code, EXIT.notFound);
    const mixed = await baton(["retry", "--job", id, "--var", "n=1"], { env });
    assert.equal(mixed.code, EXIT.usage);
    assert.match((await baton(["retry", "--job", id], { env })).out, /Made 1 job due again/);
    assert.deepEqual((await batonJson<Listed>(["jobs", "--held"], { env })).items, []);
    const again = await baton(["retry", "--job", id], { env });
    assert.equal(again.code, EXIT.refused);
    assert.match(again.err, /waits for its time/);
  });

  Deno.test(`${name}: run stops at an incident; retry with a better value goes on`, async () => {
    await using place = await open();
    const { env } = place;
    await batonJson(["deploy", ORDERS], { env });
    const { id } = await batonJson<{ id: string }>(["start", KEY, "--var", "total=5000"], { env });
    const stopped = await baton(["run", id, "--handlers", HANDLERS], { env });
    assert.equal(stopped.code, EXIT.failed);
    assert.match(stopped.out, /incident process-payment: Too much \[job-no-retries\]/);
    const { items } = await batonJson<Listed<{ id: string; instanceId: string }>>([
      "incidents",
      "--key",
      KEY,
    ], { env });
    assert.deepEqual(items.map(({ instanceId }) => instanceId), [id]);
    assert.equal((await batonJson<Listed>(["jobs", "--held"], { env })).items.length, 1);

    // Named as it is listed, the incident is found, too.
    const incident = await baton(["retry", items[0].id], { env });
    assert.match(incident.out, /Resolved 1 incident/);
    await baton(["run", id, "--handlers", HANDLERS], { env });
    const neither = await baton(["retry", "999999999"], { env });
    assert.equal(neither.code, EXIT.notFound);
    assert.match(neither.err, /no such instance and no such incident/);

    const { resolved } = await batonJson<{ resolved: number }>(["retry", id, "--var", "total=10"], { env });
    assert.equal(resolved, 1);
    const ended = await batonJson<{ status: string }>(["run", id, "--handlers", HANDLERS], { env });
    assert.equal(ended.status, "completed");
  });

  Deno.test(`${name}: instances filters and pages`, async () => {
    await using place = await open();
    const { env } = place;
    await batonJson(["deploy", ORDERS], { env });
    await batonJson(["start", KEY, "--count", "5", "--var", "customer=Ada"], { env });
    const other = await batonJson<{ id: string }>([
      "start",
      KEY,
      "--business-key",
      "B 1",
      "--var",
      "customer=7",
    ], { env });
    await batonJson(["cancel", other.id, "--reason", "no more"], { env });
    const find = async (...args: string[]) =>
      (await batonJson<Listed>(["instances", ...args], { env })).items;
    assert.equal((await find()).length, 6);
    assert.equal((await find("--var", "customer=Ada")).length, 5);
    assert.deepEqual((await find("--var", "customer=7")).map(({ id }) => id), [other.id]);
    assert.equal((await find("--var", `customer="7"`)).length, 0);
    assert.deepEqual((await find("--business-key", "B 1")).map(({ id }) => id), [other.id]);
    assert.equal((await find("--status", "running", "--status", "suspended")).length, 5);
    assert.deepEqual((await find("--status", "cancelled")).map(({ id }) => id), [other.id]);
    assert.equal((await find("--key", "none")).length, 0);
    assert.equal((await find("--from", "1h", "--skip", "2")).length, 4);
    assert.equal((await find("--to", "2020-01-01")).length, 0);
    const page = await batonJson<Listed>(["instances", "--take", "4"], { env });
    assert.ok(page.next);
    const rest = await find("--take", "4", "--cursor", page.next);
    assert.equal(new Set([...page.items, ...rest].map(({ id }) => id)).size, 6);
  });

  Deno.test(`${name}: notes, suspend, resume, cancel, set`, async () => {
    await using place = await open();
    const { env } = place;
    await batonJson(["deploy", ORDERS], { env });
    const { id } = await batonJson<{ id: string }>(["start", KEY], { env });
    await batonJson(["note", id, "Customer called", "--author", "Ada", "--kind", "audit"], { env });
    const { items } = await batonJson<Listed<{ text: string; kind: string; author: string }>>(["note", id], {
      env,
    });
    assert.deepEqual(items.map(({ text, kind, author }) => [text, kind, author]), [[
      "Customer called",
      "audit",
      "Ada",
    ]]);
    await batonJson(["set", id, "--var", "total=3"], { env });
    const status = async () => (await batonJson<{ status: string }>(["show", id], { env })).status;
    assert.equal((await baton(["suspend", id], { env })).code, EXIT.ok);
    assert.equal(await status(), "suspended");
    assert.equal((await baton(["resume", id], { env })).code, EXIT.ok);
    assert.equal(await status(), "running");
    // One that refuses does not keep the others from it, and is told.
    const both = await baton(["cancel", "987654321", id, "--json"], { env });
    assert.equal(both.code, EXIT.notFound);
    assert.deepEqual(JSON.parse(both.out).items.map(({ done }: { done: boolean }) => done), [false, true]);
    assert.equal(await status(), "cancelled");
    assert.equal((await baton(["cancel", id], { env })).code, EXIT.refused);
  });

  Deno.test(`${name}: messages, user tasks and signals`, async () => {
    await using place = await open();
    const { env } = place;
    await batonJson(["deploy", EVENTS], { env });
    const { id } = await batonJson<{ id: string }>(["start", "approval", "--var", "order=A-1"], { env });
    const missed = await baton(["publish", "paid", "--key", "other", "--exactly"], { env });
    assert.equal(missed.code, EXIT.refused);
    assert.match(missed.err, /^error: Cannot /);
    const taken = await batonJson<{ instanceId: string }>(["publish", "paid", "--key", "A-1", "--exactly"], {
      env,
    });
    assert.equal(taken.instanceId, id);

    const open_ = await batonJson<Listed>(["tasks", "--group", "sales", "--unassigned"], { env });
    assert.equal(open_.items.length, 1);
    const task = open_.items[0].id;
    await batonJson(["claim", task, "--user", "ada"], { env });
    assert.equal((await baton(["claim", task, "--user", "bob"], { env })).code, EXIT.refused);
    assert.equal((await batonJson<Listed>(["tasks", "--assignee", "ada"], { env })).items.length, 1);
    await batonJson(["complete", task, "--error", "REFUSED"], { env });
    const { items } = await batonJson<Listed<{ elementId: string }>>(["history", id], { env });
    assert.equal(items.at(-1)?.elementId, "rejected");

    await batonJson(["signal", "season"], { env });
    const { jobs } = await batonJson<{ jobs: number }>(["worker", "--drain"], { env });
    assert.ok(jobs > 0);
    const started = await batonJson<Listed>(["instances", "--key", "seasonal"], { env });
    assert.equal(started.items.length, 1);
  });

  Deno.test(`${name}: worker --drain does what is due; kpi counts it`, async () => {
    await using place = await open();
    const { env } = place;
    await batonJson(["deploy", ORDERS], { env });
    await batonJson(["start", KEY, "--count", "10", "--var", "total=1"], { env });
    const drained = await batonJson<{ counters: { completed: number } }>([
      "worker",
      "--drain",
      "--handlers",
      HANDLERS,
    ], { env });
    assert.equal(drained.counters.completed, 40);
    const [whole] =
      (await batonJson<Listed<{ key: string; count: number }>>(["kpi", "--by", "process"], { env })).items;
    assert.deepEqual([whole.key, whole.count], [KEY, 10]);
    const elements =
      (await batonJson<Listed<{ elementId: string; count: number }>>(["kpi", "--key", KEY], { env })).items;
    assert.equal(elements.find(({ elementId }) => elementId === "join")?.count, 10);
  });

  Deno.test(`${name}: one tenant does not see another's`, async () => {
    await using place = await open();
    const { env } = place;
    await batonJson(["deploy", ORDERS, "--tenant", "one"], { env });
    const { id } = await batonJson<{ id: string }>(["start", KEY, "--tenant", "one"], { env });
    assert.equal((await baton(["show", id], { env })).code, EXIT.notFound);
    assert.equal((await baton(["start", KEY], { env: { ...env, BATON_TENANT: "two" } })).code, EXIT.notFound);
    assert.equal((await baton(["show", id, "--tenant", "one"], { env })).code, EXIT.ok);
  });
}

Deno.test("memory: a process can be tried and nothing is kept", async () => {
  const args = ["start", KEY, "--deploy", ORDERS, "--run", "--handlers", HANDLERS, "--db", "memory:"];
  const { status } = await batonJson<{ status: string }>([...args, "--var", "total=1"]);
  assert.equal(status, "completed");
  assert.deepEqual((await batonJson<Listed>(["instances", "--db", "memory:"])).items, []);
});

Deno.test("postgres: migrate tells what it ran, in a schema of its own", async () => {
  await using database = await testDatabase({ empty: true });
  const args = ["migrate", "--db", database.url, "--schema", "flows"];
  const first = await batonJson<{ migrations: string[] }>(args);
  assert.ok(first.migrations.length > 0);
  assert.deepEqual((await batonJson<{ migrations: string[] }>(args)).migrations, []);
  const bad = await baton(["migrate", "--db", database.url, "--schema", "Flows; drop"]);
  assert.equal(bad.code, EXIT.usage);
  assert.match(bad.err, /^error: Cannot /);
});
