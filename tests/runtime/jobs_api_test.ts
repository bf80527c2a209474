import assert from "node:assert/strict";
import { type Engine, type JobClaim, LeaseLostError, NotFoundError } from "../../mod.ts";
import { bpmn } from "../support/bpmn_builder.ts";
import { onEachStore } from "./each_store.ts";

const WORK = bpmn(`
  start -> W -> end
  service W: type=work
`);

/** All that a claim is good for. */
function uses({ jobs }: Engine, claim: JobClaim): readonly (() => Promise<unknown>)[] {
  return [
    () => jobs.complete(claim),
    () => jobs.fail(claim, { message: "x" }),
    () => jobs.fail(claim, { message: "x", retry: false }),
    () => jobs.extend(claim, 1_000),
    () => jobs.release(claim),
    () => jobs.throwError(claim, "x"),
  ];
}

onEachStore("one of many claimers gets a job, and completes it with variables", async ({ engine }) => {
  const baton = await engine();
  await baton.deploy(WORK);
  const { id } = await baton.start("p", { variables: { n: 1 } });
  const claims = await Promise.all(
    Array.from({ length: 8 }, (_, n) => baton.jobs.claim({ types: ["WORK"], worker: `w${n}` })),
  );
  const [claim, ...others] = claims.flat();
  assert.deepEqual(others, []);
  assert.deepEqual(claim.variables, { n: 1 });
  await baton.jobs.complete(claim, { result: { m: 2 } });
  assert.deepEqual(await baton.variables(id), { n: 1, m: 2 });
  assert.equal((await baton.getInstance(id)).status, "completed");
  await assert.rejects(baton.jobs.complete(claim), LeaseLostError);
});

onEachStore("a claim that was taken over is refused in every way", async ({ engine, clock }) => {
  const baton = await engine();
  await baton.deploy(WORK);
  await baton.start("p");
  const [old] = await baton.jobs.claim({ types: ["work"], leaseMs: 1_000 });
  assert.equal(await baton.jobs.extend(old, 2_000), clock.now() + 2_000);
  clock.advance(1_500);
  assert.deepEqual(await baton.jobs.claim({ types: ["work"] }), []);
  clock.advance(501);
  const [current] = await baton.jobs.claim({ types: ["work"] });
  assert.equal(current.id, old.id);
  for (const use of uses(baton, old)) await assert.rejects(use(), LeaseLostError);
  await baton.jobs.complete(current);
});

onEachStore(
  "a claim is nothing in the hands of another tenant, whatever the job belongs to",
  async ({ engine }) => {
    const baton = await engine();
    await baton.deploy(WORK);
    await baton.start("p");
    await baton.jobs.enqueue({ type: "work" });
    const claims = await baton.jobs.claim({ types: ["work"], max: 2 });
    assert.equal(claims.length, 2);
    const jobs = async () => (await baton.jobs.list()).items;
    const before = await jobs();
    for (const claim of claims) {
      for (const use of uses(baton.forTenant("other"), claim)) await assert.rejects(use(), LeaseLostError);
    }
    assert.deepEqual(await jobs(), before);
    for (const claim of claims) await baton.jobs.complete(claim);
  },
);

onEachStore("a claim on a job whose outcome is kept adds nothing to it", async ({ engine, store }) => {
  const baton = await engine();
  await baton.deploy(WORK);
  const { id } = await baton.start("p");
  const [claim] = await baton.jobs.claim({ types: ["work"] });
  const outcome = JSON.stringify({ command: { kind: "completeJob", jobId: claim.id, variables: { n: 1 } } });
  const ended = await store.endJobs([{ jobId: claim.id, leaseNo: claim.leaseNo, outcome }], "mark");
  assert.deepEqual(ended.results, ["kept"]);
  const before = await baton.jobs.get(claim.id);
  for (const use of uses(baton, claim)) await assert.rejects(use(), LeaseLostError);
  assert.deepEqual(await baton.jobs.get(claim.id), before);
  await baton.run(id);
  assert.deepEqual(await baton.variables(id), { n: 1 });
});

onEachStore(
  "failing counts attempts, waits, and ends in an incident; releasing does not count",
  async ({ engine, clock }) => {
    const baton = await engine({ retries: 1 });
    await baton.deploy(WORK);
    const { id } = await baton.start("p");
    const claim = async () => (await baton.jobs.claim({ types: ["work"] }))[0];
    await baton.jobs.release(await claim());
    await baton.jobs.fail(await claim(), { message: "first", retryInMs: 1_000 });
    assert.equal(await claim(), undefined);
    clock.advance(1_000);
    const second = await claim();
    assert.equal(second.failures, 1);
    await baton.jobs.fail(second, { message: "second" });
    const [incident] = (await baton.incidents.list({ instanceId: id })).items;
    assert.equal(incident.message, "second");
    assert.equal(await baton.incidents.resolve({ kind: "job-no-retries" }, { fixed: true }), 1);
    const third = await claim();
    assert.deepEqual([third.failures, third.variables], [0, { fixed: true }]);
    await baton.jobs.complete(third);
    assert.equal((await baton.getInstance(id)).status, "completed");
  },
);

onEachStore("script formats of the host run as jobs, also no format", async ({ engine }) => {
  const baton = await engine({
    scripts: {
      "Upper": (ctx) => ({ shouted: ctx.script.toUpperCase() }),
      "": (ctx) => ({ plain: `${ctx.script}/${ctx.get("who")}` }),
    },
  });
  await baton.deploy(bpmn(`
    start -> S -> T -> end
    script S: scriptFormat=upper
      <script>hello</script>
    script T
      <script>body</script>
  `));
  const { id } = await baton.start("p", { variables: { who: "ann" } });
  assert.equal((await baton.run(id)).status, "completed");
  assert.deepEqual(await baton.variables(id), { who: "ann", shouted: "HELLO", plain: "body/ann" });
});

onEachStore(
  "jobs of the engine's own types are nobody's to add or to claim, however they are written",
  async ({ engine }) => {
    const baton = await engine();
    await baton.deploy(bpmn("start -> T -> end\ncatch T: timer=PT0S"));
    await baton.start("p");
    const before = (await baton.jobs.list()).items;
    assert.deepEqual(before.map(({ type }) => type), ["baton:timer"]);
    for (const type of ["baton:timer", "Baton:Timer", "BATON:anything", "baton:", ""]) {
      await assert.rejects(baton.jobs.enqueue({ type }), TypeError, type);
      await assert.rejects(baton.jobs.claim({ types: ["work", type] }), TypeError, type);
    }
    assert.deepEqual((await baton.jobs.list()).items, before);
    await baton.jobs.enqueue({ type: "batons" });
  },
);

onEachStore("a job of the engine's own that was given up does its work after a retry", async (given) => {
  const { store, clock } = given;
  const baton = await given.engine();
  await baton.deploy(bpmn(`
    start -> told -> end
    throw told: message="shipped"
  `));
  await baton.start("p");
  const [{ id, instanceId }] = (await baton.jobs.list({ type: "baton:publish" })).items;
  assert.equal(instanceId, undefined, "no command to an instance reaches it");
  // given: it failed twelve times
  const works = store.publishMessage.bind(store);
  store.publishMessage = () => Promise.reject(new Error("no such thing"));
  for (let failed = 0; failed < 12; failed++) {
    await (await given.worker()).drain();
    clock.advance(600_000);
  }
  store.publishMessage = works;
  await (await given.worker()).drain();
  const { held, failures, attempts } = await baton.jobs.get(id);
  assert.deepEqual([held, failures, attempts.at(-1)?.message], ["failed", 12, "no such thing"]);
  // when: by another tenant, then by its own
  await assert.rejects(baton.forTenant("other").jobs.retry(id), NotFoundError);
  assert.equal((await baton.jobs.get(id)).held, "failed");
  let told = 0;
  store.notify = () => void told++;
  await baton.jobs.retry(id);
  await assert.rejects(baton.jobs.retry(id), { code: "not-stopped", message: /runs by itself/ });
  assert.equal(told, 1, "idle workers hear of it");
  // then
  assert.deepEqual((await baton.jobs.get(id)).attempts, attempts, "what went wrong can still be read");
  await (await given.worker()).drain();
  assert.equal((await store.listMessages("default", "shipped", "")).length, 1);
  await assert.rejects(baton.jobs.retry(id), NotFoundError);
});

onEachStore(
  "a retry brings back a job without an instance and the job of an incident",
  async ({ engine }) => {
    const baton = await engine();
    await baton.deploy(WORK);
    const { id } = await baton.start("p");
    await baton.jobs.enqueue({ type: "work" });
    const claims = await baton.jobs.claim({ types: ["work"], max: 2 });
    assert.equal(claims.length, 2);
    for (const claim of claims) {
      await assert.rejects(baton.jobs.retry(claim.id), { code: "not-stopped", message: /holds it/ });
      await baton.jobs.fail(claim, { message: "broken", retry: false });
      assert.equal((await baton.jobs.get(claim.id)).held, "incident");
      await baton.jobs.retry(claim.id);
      assert.equal((await baton.jobs.get(claim.id)).failures, 0);
    }
    assert.deepEqual((await baton.incidents.list()).items, []);
    await baton.suspend(id);
    const held = claims.find(({ instanceId }) => instanceId === id);
    await assert.rejects(baton.jobs.retry(held?.id ?? ""), { code: "not-stopped", message: /resume it/ });
    await baton.resume(id);
    for (const claim of await baton.jobs.claim({ types: ["work"], max: 2 })) await baton.jobs.complete(claim);
    assert.equal((await baton.getInstance(id)).status, "completed");
    assert.deepEqual((await baton.jobs.list()).items, []);
  },
);
