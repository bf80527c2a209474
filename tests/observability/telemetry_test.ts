import assert from "node:assert/strict";
import { tempDir } from "../support/cli.ts";
import { type CollectedSpan, Collector } from "./collector.ts";

async function run(program: string, file: string, env: Record<string, string>): Promise<string> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", new URL(`programs/${program}`, import.meta.url).pathname, file],
    env: { NO_COLOR: "1", ...env },
  }).output();
  const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  assert.equal(code, 0, err);
  return out + err;
}

function one(spans: readonly CollectedSpan[], instance: string): CollectedSpan {
  const found = spans.filter((span) => span.attributes["baton.instance.id"] === instance);
  assert.equal(found.length, 1, JSON.stringify(spans));
  return found[0];
}

Deno.test("spans of jobs lead back to the start that caused them, in another process; figures count", async () => {
  await using dir = tempDir();
  await using collector = new Collector();
  const file = `${dir.path}/telemetry.kv`;
  const { order, bad } = JSON.parse(await run("starter.ts", file, collector.env));
  const log = await run("worker.ts", file, collector.env);

  const [deploy] = collector.named("baton.deploy");
  assert.equal(deploy.attributes["baton.process.keys"], "p child");
  assert.equal(deploy.attributes["baton.tenant"], "acme");

  const starts = collector.named("baton.start");
  assert.equal(starts.length, 3);
  const start = one(starts, order);
  assert.equal(start.parentSpanId, "");
  assert.equal(start.attributes["baton.process.key"], "p");

  const charges = collector.named("baton.job charge")
    .filter((span) => span.attributes["baton.instance.id"] === order)
    .sort((a, b) => Number(a.attributes["baton.job.attempt"]) - Number(b.attributes["baton.job.attempt"]));
  assert.deepEqual(charges.map((span) => span.status.code), [2, 0]);
  assert.equal(charges[0].status.message, "try again");
  for (const { traceId, parentSpanId, links, attributes, kind } of charges) {
    assert.deepEqual([traceId, parentSpanId], [start.traceId, start.spanId]);
    assert.deepEqual(links.map((link) => [link.traceId, link.spanId]), [[start.traceId, start.spanId]]);
    assert.equal(kind, 5, "a consumer");
    assert.equal(attributes["baton.tenant"], "acme");
    assert.equal(attributes["baton.element.id"], "Charge");
    assert.match(String(attributes["baton.job.id"]), /^\d+$/);
  }

  const child = starts.find((span) => span.attributes["baton.process.key"] === "child");
  assert.ok(child);
  assert.equal(child.traceId, start.traceId);
  assert.equal(child.attributes["baton.parent.id"], order);
  const ship = one(collector.named("baton.job ship"), String(child.attributes["baton.instance.id"]));
  assert.deepEqual([ship.traceId, ship.parentSpanId], [start.traceId, child.spanId]);
  assert.notEqual(one(starts, bad).traceId, start.traceId);

  for (
    const name of ["leases", "jobs.leased", "commits", "units", "retries", "incidents", "jobs.completed"]
  ) {
    assert.ok((collector.figures.get(`baton.${name}`) ?? 0) >= 1, name);
  }
  assert.equal(collector.figures.get("baton.retries"), 2);
  assert.equal(collector.figures.get("baton.incidents"), 1);
  assert.equal(collector.figures.get("baton.jobs.completed"), 2);
  assert.equal(collector.figures.get("baton.conflicts"), 0);
  assert.ok(collector.figures.has("baton.jobs.lag"));
  assert.ok((collector.figures.get("baton.job.duration") ?? 0) >= 1);

  const lines = log.split("\n").filter((line) => line.startsWith("{")).map((line) => JSON.parse(line));
  const failure = lines.find((line) => line.instanceId === bad && line.level === "warn");
  assert.deepEqual([failure.tenant, failure.elementId, failure.jobType, failure.error], [
    "acme",
    "Charge",
    "charge",
    "card refused",
  ]);
  assert.match(failure.jobId, /^\d+$/);
  assert.ok(!collector.text.includes("4111-secret") && !log.includes("4111-secret"), "a variable got out");
});

Deno.test("conflicts, lost leases and the lag of the oldest due job are told", async () => {
  await using collector = new Collector();
  await run("trouble.ts", "", collector.env);
  assert.ok((collector.figures.get("baton.conflicts") ?? 0) >= 1, "conflicts");
  assert.equal(collector.figures.get("baton.jobs.lost_leases"), 1);
  assert.ok((collector.figures.get("baton.jobs.lag") ?? 0) > 0, "lag");
});

Deno.test("each span and metric of docs/observability.md is one that came in, and the other way round", async () => {
  await using dir = tempDir();
  await using collector = new Collector();
  const file = `${dir.path}/telemetry.kv`;
  await run("starter.ts", file, collector.env);
  await run("worker.ts", file, collector.env);
  const page = await Deno.readTextFile(new URL("../../docs/observability.md", import.meta.url));
  const documented = [...page.matchAll(/^\| `(baton\.[a-z_. ]+?)(?: TYPE)?` /gm)].map(([, name]) => name);
  const spans = collector.spans.map(({ name }) => name.replace(/ .*/, ""));
  const seen = new Set([...spans, ...collector.figures.keys()]);
  assert.deepEqual([...seen].sort(), documented.sort());
});

Deno.test("without a tracing system nothing of it is stored", async () => {
  await using dir = tempDir();
  const program = `
import { createEngine } from "${new URL("../../mod.ts", import.meta.url)}";
import { MemoryStore } from "${new URL("../../storage/memory.ts", import.meta.url)}";
await using engine = await createEngine({ store: new MemoryStore() });
await engine.deploy(${
    JSON.stringify(await Deno.readTextFile(new URL("../models/order_fulfillment.bpmn", import.meta.url)))
  });
const { id } = await engine.start("order-fulfillment");
const { state } = await engine.loadInstance(id);
console.log(JSON.stringify({ state, api: Symbol.for("opentelemetry.js.api.1") in globalThis }));
`;
  await Deno.writeTextFile(`${dir.path}/plain.ts`, program);
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", "--config", "deno.json", `${dir.path}/plain.ts`],
    cwd: new URL("../..", import.meta.url).pathname,
    env: { NO_COLOR: "1" },
  }).output();
  const out = JSON.parse(new TextDecoder().decode(stdout));
  assert.equal(out.api, false);
  assert.ok(!out.state.includes("traceparent"));
});
