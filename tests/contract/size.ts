import assert from "node:assert/strict";
import {
  all,
  changeOf,
  commitAll,
  commitOne,
  definition,
  givenInstance,
  givenJobs,
  job,
  lease,
  leaseOf,
  load,
  message,
  newId,
  newIds,
  newUnit,
  step,
  subscription,
  T0,
  TENANT,
} from "./given.ts";
import type { StoreUnderTest } from "./store_under_test.ts";

/** What people write: emoji, right-to-left, composed and decomposed letters, quotes, control characters. */
const UNICODE = "Größe 😀 \u05e9\u05dc\u05d5\u05dd e\u0301 é '\"\\ \u0001\ufffd\u2028 𝒳 日本語";

/** A JSON text of about this many characters that does not compress to nothing. */
function big(characters: number): string {
  const words: string[] = [];
  for (let length = 0, n = 0; length < characters; n++) {
    const word = `wörd-${(n * 2654435761 % 4294967296).toString(36)}`;
    words.push(word);
    length += word.length + 3;
  }
  return JSON.stringify(words);
}

/** Big, many and strange. */
export function testSizeContract({ name, open, reopen, manyJobs: total = 100_000 }: StoreUnderTest): void {
  Deno.test(`${name}: values far larger than 64 KiB come back as they were`, async () => {
    await using store = await open();
    const [jobId, incidentId, noteId, definitionId, messageId, matcher] = await newIds(store, 6);
    const text = big(300_000);
    const instance = await givenInstance(store, {
      state: text,
      variables: `{"v":${text}}`,
      locals: `{"l":${text}}`,
      steps: [step(1, { error: text })],
      openIncidents: [{ id: incidentId, kind: "script", elementId: "x", message: text }],
    });
    assert.equal(instance.state, text);
    assert.equal(instance.variables, `{"v":${text}}`);
    assert.equal(instance.locals, `{"l":${text}}`);
    await store.enqueueJobs(TENANT, [job(jobId, { payload: text, instanceId: instance.id })], T0);
    const leased = await lease(store);
    assert.equal(leased.jobs[0].payload, text);
    assert.equal(leased.instances[0].variables, `{"v":${text}}`);
    assert.equal((await store.listSteps(instance.id))[0].error, text);
    assert.equal((await store.listIncidents()).items[0].message, text);
    await store.addNote({ id: noteId, instanceId: instance.id, kind: "info", text, createdAt: T0 });
    assert.equal((await store.listNotes(instance.id))[0].text, text);
    const definitions = [definition(definitionId)];
    await store.deploy({ tenant: TENANT, xml: text, hash: "h", definitions, at: T0 });
    assert.equal(await store.getDefinitionXml(definitionId), text);
    await store.publishMessage(message(messageId, { variables: text }), job(matcher, { payload: text }));
    assert.equal((await store.listMessages(TENANT, "paid", "k1", T0))[0].variables, text);
  });

  Deno.test(`${name}: big variables change, stay and shrink`, async () => {
    await using store = await open();
    const first = big(200_000), second = big(250_001);
    const { id } = await givenInstance(store, { variables: first });
    await commitAll(store, [changeOf(await load(store, id), { state: '{"n":1}' })]);
    assert.equal((await load(store, id)).variables, first, "not written again, still there");
    await commitAll(store, [changeOf(await load(store, id), { variables: second })]);
    assert.equal((await load(store, id)).variables, second);
    const stale = changeOf({ ...await load(store, id), revision: 1 }, { variables: big(100_000) });
    assert.equal((await commitOne(store, stale)).outcome, "conflict");
    assert.equal((await load(store, id)).variables, second, "a refused commit changes nothing");
    await commitAll(store, [changeOf(await load(store, id), { variables: "{}" })]);
    assert.equal((await load(store, id)).variables, "{}");
  });

  Deno.test(`${name}: readers of big variables never see half of a change`, async () => {
    await using store = await open();
    const other = await reopen?.(store);
    try {
      const { id } = await givenInstance(store, { variables: JSON.stringify(`${"a".repeat(150_000)}`) });
      let writing = true;
      const reader = (async () => {
        const seen = new Set<string>();
        while (writing) {
          const { variables } = await load(other ?? store, id);
          const text = JSON.parse(variables) as string;
          assert.equal(text, text[0].repeat(150_000));
          seen.add(text[0]);
          await new Promise((resolve) => setTimeout(resolve, 0));
        }
        return seen.size;
      })();
      for (const letter of "bcdefghijkl") {
        const variables = JSON.stringify(letter.repeat(150_000));
        await commitAll(store, [changeOf(await load(store, id), { variables })]);
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
      writing = false;
      assert.ok(await reader >= 1);
    } finally {
      await other?.[Symbol.asyncDispose]();
    }
  });

  Deno.test(`${name}: one call commits more than one Deno KV commit can hold`, async () => {
    await using store = await open();
    const units = [];
    for (let i = 0; i < 150; i++) {
      const ids = await newIds(store, 10);
      const variables = JSON.stringify("x".repeat(9_000));
      units.push(
        await newUnit(store, {
          variables,
          openJobs: ids.map((id) => job(id)),
          steps: ids.map((_, n) => step(n + 1)),
        }),
      );
    }
    await commitAll(store, units);
    assert.equal((await all((cursor) => store.listJobs({ take: 1_000, cursor }))).length, 1_500);
    assert.equal((await store.listInstances({ take: 1_000 })).items.length, 150);
  });

  Deno.test(`${name}: one unit commits more than one Deno KV commit can hold, all or nothing`, async () => {
    await using store = await open();
    const instance = await givenInstance(store);
    const ids = await newIds(store, 2_000);
    const rows = {
      steps: Array.from({ length: 3_000 }, (_, n) => step(n + 1, { error: "x".repeat(300) })),
      openJobs: ids.map((id, n) => job(id, { instanceId: instance.id, payload: `"${n}"` })),
      openSubscriptions: ids.slice(0, 500).map((id) => subscription(id, { instanceId: instance.id })),
    };
    const refused = { ...changeOf(instance, rows), revision: 9 };
    assert.deepEqual(await commitOne(store, refused), { outcome: "conflict" });
    assert.deepEqual(await store.listSteps(instance.id), []);
    assert.deepEqual((await store.listJobs()).items, []);

    assert.deepEqual(await commitOne(store, changeOf(instance, rows)), { outcome: "committed", revision: 2 });
    const steps = [];
    for (let after = 0;;) {
      const read = await store.listSteps(instance.id, { after, take: 1_000 });
      steps.push(...read);
      if (read.length < 1_000) break;
      after = read[read.length - 1].sequence;
    }
    assert.equal(steps.length, 3_000);
    const jobs = await all((cursor) => store.listJobs({ instanceId: instance.id, take: 1_000, cursor }));
    assert.deepEqual(jobs.map((each) => each.payload), ids.map((_, n) => `"${n}"`));
    const armed = await store.findSubscriptions({
      tenant: TENANT,
      kind: "message",
      name: "paid",
      take: 1_000,
    });
    assert.equal(armed.items.length, 500);

    const next = changeOf(await load(store, instance.id), {
      closeJobs: ids,
      closeSubscriptions: ids.slice(0, 500),
      status: "cancelled",
      endedAt: T0,
    });
    assert.deepEqual(await commitOne(store, next), { outcome: "committed", revision: 3 });
    assert.deepEqual((await store.listJobs()).items, []);
    assert.deepEqual((await lease(store, { max: 100 })).jobs, []);
  });

  Deno.test(`${name}: one unit completes hundreds of leased jobs, or none of them`, async () => {
    await using store = await open();
    const ids = await newIds(store, 400);
    const instance = await givenInstance(store, { openJobs: ids.map((id) => job(id)) });
    const { jobs } = await lease(store, { max: 400 });
    assert.equal(jobs.length, 400);
    await store.updateJobs([{ ...leaseOf(jobs[399]), action: "update", dueAt: T0 + 9_000_000 }], T0);
    const unit = changeOf(instance, {
      state: '{"n":1}',
      leases: jobs.map(leaseOf),
      closeJobs: jobs.map((each) => each.id),
    });
    assert.deepEqual(await commitOne(store, unit), { outcome: "lease-lost", jobIds: [jobs[399].id] });
    assert.equal((await all((cursor) => store.listJobs({ cursor, take: 1_000 }))).length, 400);
    const held = jobs.slice(0, 399);
    const folded = { ...unit, leases: held.map(leaseOf), closeJobs: held.map((each) => each.id) };
    assert.deepEqual(await commitOne(store, folded), { outcome: "committed", revision: 2 });
    assert.deepEqual((await store.listJobs()).items.map((each) => each.id), [jobs[399].id]);
  });

  Deno.test(`${name}: ${total.toLocaleString("en")} jobs are enqueued, leased and finished`, async () => {
    await using store = await open();
    for (let i = 0; i < total; i += 5_000) await givenJobs(store, 5_000, { class: 1 });
    const seen = new Set<string>();
    for (;;) {
      const { jobs } = await lease(store, { max: 1_000 });
      if (jobs.length === 0) break;
      for (const each of jobs) seen.add(each.id);
      const results = await store.updateJobs(
        jobs.map((each) => ({ ...leaseOf(each), action: "delete" })),
        T0,
      );
      assert.ok(results.every((result) => result === "done"));
    }
    assert.equal(seen.size, total);
    assert.deepEqual((await store.listJobs()).items, []);
  });

  Deno.test(`${name}: any text comes back as it was, wherever it stands`, async () => {
    await using store = await open();
    const [jobId, noteId, definitionId, armed, messageId, matcher] = await newIds(store, 6);
    const json = JSON.stringify({ [UNICODE]: UNICODE });
    const instance = await givenInstance(store, {
      created: { key: UNICODE, businessKey: UNICODE, uniqueKey: UNICODE },
      tenant: UNICODE,
      state: json,
      variables: json,
      searchable: [[UNICODE, JSON.stringify(UNICODE)]],
      openJobs: [job(jobId, { type: UNICODE, payload: json })],
      openSubscriptions: [subscription(armed, { name: UNICODE, key: UNICODE })],
      steps: [step(1, { elementId: UNICODE, error: UNICODE })],
    });
    assert.deepEqual([instance.key, instance.businessKey, instance.tenant], [UNICODE, UNICODE, UNICODE]);
    assert.deepEqual([instance.state, instance.variables], [json, json]);
    const variables = [{ name: UNICODE, value: UNICODE }];
    const query = { tenant: UNICODE, key: UNICODE, businessKey: UNICODE, variables };
    assert.deepEqual((await store.listInstances(query)).items.map((each) => each.id), [instance.id]);
    assert.deepEqual((await store.listInstances({ variables })).items.map((each) => each.id), [instance.id]);
    assert.equal((await store.findByUniqueKey(UNICODE, UNICODE))?.id, instance.id);
    const { jobs } = await lease(store, { wants: [{ type: UNICODE, max: 1 }], tenants: [UNICODE] });
    assert.deepEqual(jobs.map((each) => each.payload), [json]);
    const found = await store.findSubscriptions({
      tenant: UNICODE,
      kind: "message",
      name: UNICODE,
      key: UNICODE,
    });
    assert.deepEqual(found.items.map((each) => each.id), [armed]);
    assert.equal((await store.listSteps(instance.id))[0].elementId, UNICODE);
    assert.equal((await store.kpis({ key: UNICODE, elementId: UNICODE }))[0]?.count, 1);
    await store.addNote({ id: noteId, instanceId: instance.id, kind: "user", text: UNICODE, createdAt: T0 });
    assert.equal((await store.listNotes(instance.id))[0].text, UNICODE);
    const definitions = [definition(definitionId, { key: UNICODE, name: UNICODE })];
    await store.deploy({ tenant: UNICODE, xml: UNICODE, hash: "h", definitions, at: T0 });
    assert.equal((await store.findDefinition(UNICODE, UNICODE))?.name, UNICODE);
    const sent = message(messageId, { tenant: UNICODE, name: UNICODE, key: UNICODE, messageId: UNICODE });
    await store.publishMessage(sent, job(matcher));
    assert.deepEqual(await store.listMessages(UNICODE, UNICODE, UNICODE, T0), [{ ...sent, takenBy: [] }]);
  });

  Deno.test(`${name}: long names are found whole, not by their beginning`, async () => {
    await using store = await open();
    const long = (end: string) => "x".repeat(600) + "ü".repeat(100) + end;
    const a = await givenInstance(store, { created: { businessKey: long("a"), uniqueKey: long("a") } });
    const b = await givenInstance(store, {
      created: { businessKey: long("b"), uniqueKey: long("b") },
      searchable: [[long("name"), JSON.stringify(long("b"))]],
    });
    const ids = async (query: Parameters<typeof store.listInstances>[0]) =>
      (await store.listInstances(query)).items.map((each) => each.id);
    assert.deepEqual(await ids({ businessKey: long("a") }), [a.id]);
    assert.deepEqual(await ids({ businessKey: long("b") }), [b.id]);
    assert.deepEqual(await ids({ variables: [{ name: long("name"), value: long("b") }] }), [b.id]);
    assert.deepEqual(await ids({ variables: [{ name: long("name"), value: long("a") }] }), []);
    assert.equal((await store.findByUniqueKey(TENANT, long("b")))?.id, b.id);
  });

  Deno.test(`${name}: reserved ids never repeat and are safe integers`, async () => {
    await using store = await open();
    const other = await reopen?.(store);
    try {
      const stores = other ? [store, other] : [store];
      const firsts = await Promise.all(
        Array.from({ length: 60 }, (_, i) => stores[i % stores.length].reserveIds(i % 7 + 1)),
      );
      const ids = firsts.flatMap((first, i) => Array.from({ length: i % 7 + 1 }, (_, n) => first + n));
      assert.equal(new Set(ids).size, ids.length);
      assert.ok(ids.every((id) => Number.isSafeInteger(id) && id > 0));
      const huge = await store.reserveIds(100_000);
      assert.ok(!ids.includes(huge));
      assert.ok(await newId(store) > "0");
    } finally {
      await other?.[Symbol.asyncDispose]();
    }
  });
}
