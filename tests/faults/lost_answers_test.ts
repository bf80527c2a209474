/**
 * Every command of the engine, with the answer of each of its writes lost after the store has done it: it is applied
 * once or not at all, and a caller that repeats what may be repeated finds it applied once.
 */
import assert from "node:assert/strict";
import { ConflictError, type Engine, LeaseLostError, RejectedError } from "../../mod.ts";
import type { Store } from "../../storage/store.ts";
import { methods } from "../hostile/methods.ts";
import { type Given, onEachStore } from "../runtime/each_store.ts";
import { bpmn } from "../support/bpmn_builder.ts";
import { FaultError } from "../support/fault_store.ts";

/** Methods of a store that write. */
const WRITES: ReadonlySet<string> = new Set([
  "deploy",
  "commit",
  "enqueueJobs",
  "leaseJobs",
  "extendLeases",
  "updateJobs",
  "publishMessage",
  "deleteMessages",
  "updateUserTask",
  "addNote",
]);

const MODEL = bpmn(`
  process p
    start -> fork -> U, W, M, H, D, B, stop -> join -> end
    parallel fork
    parallel join
    service W: type=work
    service B: type=broken
    catch M: message="go@order"
    catch H: signal=alarm
    catch stop: timer=P1D
    adhoc D: until="done"
      user X
    boundary no on U: error=no
    no -> endNo
    boundary late on U: escalation=late non
    late -> endLate
  process told
    startTold -> T -> endTold
    start startTold: message="told"
  process cond
    startC -> C -> endC
    start startC: condition="hot == true"
`);
const OTHER_MODEL = bpmn("process q\n  startQ -> A -> endQ");

interface Subjects {
  readonly id: string;
  readonly suspended: string;
  readonly manual: string;
  readonly task: string;
  readonly claimed: string;
  readonly claim: { readonly id: string; readonly leaseNo: number };
  readonly adHoc: number;
}

/** A command; `repeats`: a caller who has no answer may give it again, and it is applied once. */
interface Writing {
  readonly call: (engine: Engine, subjects: Subjects) => Promise<unknown>;
  readonly repeats?: true;
}

const WRITING: Readonly<Record<string, Writing>> = {
  "deploy": { call: (e) => e.deploy(OTHER_MODEL), repeats: true },
  "start": { call: (e) => e.start("p", { variables: { n: 1 } }) },
  "start with a unique business key": {
    call: (e) => e.start("p", { businessKey: "once", uniqueBusinessKey: true }),
    repeats: true,
  },
  "start by hand": { call: (e) => e.start("p", { manual: true }) },
  "setVariables": { call: (e, s) => e.setVariables(s.id, { n: 2 }) },
  "retry": { call: (e, s) => e.retry(s.id, { n: 3 }) },
  "activate": { call: (e, s) => e.activate(s.id, s.adHoc, ["X"]) },
  "addNote": { call: (e, s) => e.addNote(s.id, "seen") },
  "step": { call: (e, s) => e.step(s.manual) },
  "run": { call: (e, s) => e.run(s.manual) },
  "publishMessage": { call: (e) => e.publishMessage("go", { key: "k" }) },
  "publishMessage with an id": {
    call: (e) => e.publishMessage("go", { key: "k", messageId: "m", timeToLiveMs: 600_000 }),
    repeats: true,
  },
  "publishMessage that starts": {
    call: (e) => e.publishMessage("told", { key: "k", messageId: "m", timeToLiveMs: 600_000 }),
    repeats: true,
  },
  "correlateMessage": { call: (e) => e.correlateMessage("go", { key: "k" }), repeats: true },
  "broadcastSignal": { call: (e) => e.broadcastSignal("alarm"), repeats: true },
  "evaluateConditions": { call: (e) => e.evaluateConditions({ hot: true }) },
  "appendStep": {
    call: async (e, { suspended }) => {
      const { revision } = await e.getInstance(suspended);
      const times = { startedAt: 0, endedAt: 1 };
      await e.appendStep(suspended, revision, {
        sequence: 90,
        elementId: "A",
        elementType: "task",
        status: "completed",
        ...times,
      });
    },
  },
  "saveInstance": {
    call: async (e, { suspended }) => {
      const { revision } = await e.getInstance(suspended);
      await e.saveInstance({ id: suspended, revision, variables: { saved: true } });
    },
  },
  "jobs.enqueue": { call: (e) => e.jobs.enqueue({ type: "own", payload: 1 }) },
  "jobs.claim": { call: (e) => e.jobs.claim({ types: ["spare"] }) },
  "jobs.extend": { call: (e, s) => e.jobs.extend(s.claim, 60_000), repeats: true },
  "jobs.complete": { call: (e, s) => e.jobs.complete(s.claim, { variables: { n: 4 } }), repeats: true },
  "jobs.fail": { call: (e, s) => e.jobs.fail(s.claim, { message: "no" }), repeats: true },
  "jobs.fail for good": {
    call: (e, s) => e.jobs.fail(s.claim, { message: "no", retry: false }),
    repeats: true,
  },
  "jobs.throwError": { call: (e, s) => e.jobs.throwError(s.claim, "nobody"), repeats: true },
  "jobs.release": { call: (e, s) => e.jobs.release(s.claim), repeats: true },
  "userTasks.claim": { call: (e, s) => e.userTasks.claim(s.task, "ann"), repeats: true },
  "userTasks.unclaim": { call: (e, s) => e.userTasks.unclaim(s.claimed), repeats: true },
  "userTasks.update": { call: (e, s) => e.userTasks.update(s.task, { priority: 7 }) },
  "userTasks.complete": { call: (e, s) => e.userTasks.complete(s.task, { n: 5 }), repeats: true },
  "userTasks.throwError": { call: (e, s) => e.userTasks.throwError(s.task, "no"), repeats: true },
  "userTasks.throwEscalation": { call: (e, s) => e.userTasks.throwEscalation(s.task, "late") },
  "incidents.resolve": { call: (e, s) => e.incidents.resolve({ instanceId: s.id }) },
  "suspend": { call: (e, s) => e.suspend(s.id), repeats: true },
  "resume": { call: (e, s) => e.resume(s.suspended), repeats: true },
  "fail": { call: (e, s) => e.fail(s.id, "enough"), repeats: true },
  "cancel": { call: (e, s) => e.cancel(s.id, "enough"), repeats: true },
};

/** Commands that change nothing in a store. */
const READING = [
  ...[
    "lint",
    "getDefinition",
    "findDefinition",
    "definitions",
    "getDefinitionXml",
    "getModel",
    "getInstance",
  ],
  ...["instances", "callTree", "variables", "positions", "history", "notes", "kpis", "canStep", "simulate"],
  ...["simulate an instance", "loadInstance", "jobs.get", "jobs.list", "userTasks.get", "userTasks.list"],
  ...["incidents.list", "forTenant"],
];

Deno.test("every method of the engine is among those that write or those that do not", () => {
  const none = { instanceId: "", definitionId: "", taskId: "", jobId: "", incidentId: "", model: "" };
  const known = new Set([...READING, ...Object.keys(WRITING)]);
  const missing = Object.keys(methods(none)).filter((name) =>
    !known.has(name) && !known.has(name.replace(/ .*/, ""))
  );
  assert.deepEqual(missing, []);
});

/** Loses the answer to the n-th write after it was told to. */
function forgetful(inner: Store): { readonly store: Store; lose(nth: number): void; writes(): number } {
  let writes = 0;
  let lost = 0;
  const store = new Proxy(inner, {
    get(target, name) {
      const value = Reflect.get(target, name, target);
      if (typeof value !== "function") return value;
      if (!WRITES.has(String(name))) return value.bind(target);
      return async (...given: unknown[]) => {
        const answer = await value.apply(target, given);
        if (++writes === lost) throw new FaultError(`the answer to ${String(name)} was lost`);
        return answer;
      };
    },
  });
  return {
    store,
    lose(nth) {
      writes = 0;
      lost = nth;
    },
    writes: () => writes,
  };
}

onEachStore("a command whose answer is lost is applied once or not at all", async (given) => {
  const { store, lose, writes } = forgetful(given.store);
  // From here on all ids have as many digits.
  await given.store.reserveIds(16_384);
  const engine = await given.engine({ store });
  let tenants = 0;
  const trial = async ({ call, repeats }: Writing, nth: number) => {
    const tenant = `t${++tenants}`;
    const own = engine.forTenant(tenant);
    const subjects = await prepare(own);
    lose(nth);
    let error: unknown;
    const answer = () => call(own, subjects).then(() => error = undefined, (cause) => error = cause);
    await answer();
    const made = writes();
    lose(0);
    if (error instanceof FaultError && repeats) await answer();
    await comeToRest(given, tenant);
    return { after: await describe(given.store, tenant), error, writes: made };
  };
  const { after: before } = await trial({ call: () => Promise.resolve() }, 0);
  for (const [name, writing] of Object.entries(WRITING)) {
    const expected = await trial(writing, 0);
    assert.equal(expected.error, undefined, `${name}: ${(expected.error as Error)?.stack}`);
    assert.ok(expected.writes > 0, `${name} writes`);
    // Extending moves only a time.
    if (name !== "jobs.extend") assert.notDeepEqual(expected.after, before, `${name} changes something`);
    for (let nth = 1; nth <= expected.writes; nth++) {
      const { after, error } = await trial(writing, nth);
      const context = `${name}, the answer to its write ${nth} lost: ${error ?? "no error"}`;
      const known = error === undefined || error instanceof FaultError || error instanceof RejectedError ||
        error instanceof LeaseLostError || error instanceof ConflictError;
      assert.ok(known, context);
      const undone = error !== undefined && JSON.stringify(after) === JSON.stringify(before);
      if (!undone) assert.deepEqual(after, expected.after, context);
    }
  }
});

async function prepare(engine: Engine): Promise<Subjects> {
  await engine.deploy(MODEL);
  const { id } = await engine.start("p", { variables: { order: "k", n: 0, done: false } });
  const { id: suspended } = await engine.start("p", { variables: { order: "other", done: false } });
  await engine.suspend(suspended);
  const { id: manual } = await engine.start("p", {
    variables: { order: "third", done: false },
    manual: true,
  });
  await engine.jobs.enqueue({ type: "spare" });
  const [broken] = await engine.jobs.claim({ types: ["broken"] });
  await engine.jobs.fail(broken, { message: "no", retry: false });
  const [claim] = await engine.jobs.claim({ types: ["work"] });
  const task = (await engine.userTasks.list({ instanceId: id, elementId: "U" })).items[0].id;
  const claimed = (await engine.userTasks.list({ instanceId: id, elementId: "X" })).items[0].id;
  await engine.userTasks.claim(claimed, "bob");
  const { root } = JSON.parse((await engine.loadInstance(id)).state);
  const adHoc = root.tokens.find((each: { readonly el: string }) => each.el === "D").id;
  return { id, suspended, manual, task, claimed, claim, adHoc };
}

/** Time goes on, and a worker does what is left to the engine. */
async function comeToRest(given: Given, tenant: string): Promise<void> {
  const worker = await given.worker({ tenants: [tenant], handlers: {}, migrate: false });
  for (const ms of [0, 120_000]) {
    given.clock.advance(ms);
    await worker.drain();
  }
  await worker.stop();
}

/** All that a tenant has; ids by the order in which they come, times left out. */
async function describe(store: Store, tenant: string): Promise<unknown> {
  const all: unknown[] = [];
  all.push((await store.listDefinitions({ tenant })).items);
  for (const record of (await store.listInstances({ tenant })).items.toReversed()) {
    const [{ state, variables, locals, ...rest }] = await store.loadInstances([record.id]);
    const { applied: _, ...kept } = JSON.parse(state);
    const steps = await store.listSteps(record.id);
    all.push({ ...rest, state: kept, variables, locals, steps, notes: await store.listNotes(record.id) });
  }
  const jobs = (await store.listJobs({ tenant })).items;
  all.push(jobs.map(({ payload, worker, ...job }) => ({
    ...job,
    leased: worker !== undefined,
    payload: payload && JSON.parse(payload),
  })));
  for (const kind of ["message", "signal", "conditional"] as const) {
    all.push((await store.findSubscriptions({ tenant, kind })).items);
  }
  all.push((await store.listUserTasks({ tenant })).items, (await store.listIncidents({ tenant })).items);
  for (const [name, key] of [["go", "k"], ["told", "k"]]) {
    all.push(await store.listMessages(tenant, name, key));
  }
  const ids = new Map<string, string>();
  const text = JSON.stringify(all)
    .replaceAll(/"\d{4,}"/g, (id) => {
      if (!ids.has(id)) ids.set(id, `"#${ids.size}"`);
      return ids.get(id) ?? "";
    })
    .replaceAll(/\d{13}/g, "0")
    .replaceAll(tenant, "tenant");
  return JSON.parse(text);
}
