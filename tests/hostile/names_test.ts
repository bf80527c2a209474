import assert from "node:assert/strict";
import { createEngine, silentLogger } from "../../mod.ts";
import { MemoryStore } from "../../storage/memory.ts";
import { onEachStore } from "../runtime/each_store.ts";
import { bpmn } from "../support/bpmn_builder.ts";
import { random } from "./seeded.ts";

/** Names that JavaScript's objects, databases and file systems know. */
const IDS = [
  "__proto__",
  "constructor",
  "toString",
  "hasOwnProperty",
  "prototype",
  "valueOf",
  "__defineGetter__",
];
const TEXTS = [
  ...IDS,
  "'; drop table baton.instances; --",
  "$1",
  "%s",
  "{}",
  "*",
  "../../../etc/passwd",
  "C:\\CON",
  "a/b\tc\nd",
  "\u202Eevil",
  "e\u0301",
  "\u00e9",
  "😀",
  "\uFFFF",
  "null",
  "0",
  " ",
  "A".repeat(400),
];

onEachStore(
  "names of JavaScript's own are names like any other, as ids of elements and processes",
  async ({ engine }) => {
    const baton = await engine({ handlers: { work: () => ({ done: true }) } });
    for (const id of IDS) {
      await baton.deploy(
        bpmn(`
      process ${id}
        start1 -> W -> end1
        service W: type=work
    `).replaceAll('"W"', `"${id}_W"`).replaceAll('"start1"', '"toString1"'),
      );
      assert.equal((await baton.findDefinition(id)).key, id);
      const { id: instance } = await baton.start(id, { variables: JSON.parse(`{"${id}": {"${id}": 1}}`) });
      assert.equal((await baton.run(instance)).status, "completed", id);
      const variables = await baton.variables(instance);
      assert.deepEqual(JSON.stringify(variables), `{"${id}":{"${id}":1},"done":true}`, id);
      assert.equal((await baton.history(instance)).length, 3);
      assert.equal((await baton.kpis({ key: id })).length, 3);
    }
    const same = IDS[0];
    for (const id of IDS) {
      const xml = bpmn("start -> Wait -> end").replaceAll("Wait", id);
      await baton.deploy(xml);
      const { id: instance } = await baton.start("p");
      const [task] = (await baton.userTasks.list({ instanceId: instance })).items;
      assert.equal(task.elementId, id);
      await baton.userTasks.complete(task.id);
      assert.equal((await baton.getInstance(instance)).status, "completed");
    }
    assert.equal(({} as Record<string, unknown>)[same + "x"], undefined);
    assert.equal(Object.prototype.toString.call({}), "[object Object]");
  },
);

onEachStore(
  "prototype names as variables: conditions, handlers, scripts and searches see the data alone",
  async ({ engine }) => {
    const seen: unknown[] = [];
    const baton = await engine({
      handlers: {
        look: (ctx) => {
          for (const name of IDS) seen.push(ctx.get(name), Object.hasOwn(ctx.variables, name));
          ctx.set("__proto__", { polluted: true });
        },
      },
    });
    await baton.deploy(bpmn(`
    start -> L -> S -> choice
    choice -[=constructor = null and valueOf = null]-> yes -> endYes
    choice -/-> no -> endNo
    xor choice
    service L: type=look
    script S: scriptFormat=javascript
      <script>set("kind", typeof variables.constructor + typeof variables.toString)</script>
    task yes
    task no
    end endYes
    end endNo
  `));
    const { id } = await baton.start("p", { variables: { a: 1 } });
    await baton.run(id);
    assert.deepEqual(seen, IDS.flatMap(() => [undefined, false]));
    assert.equal(({} as { polluted?: boolean }).polluted, undefined);
    const steps = (await baton.history(id)).map((step) => step.elementId);
    assert.ok(steps.includes("endYes"), steps.join(" "));
    const variables = await baton.variables(id);
    assert.ok(Object.hasOwn(variables, "__proto__"));
    assert.deepEqual((await baton.instances({ variables: [{ name: "constructor", value: 1 }] })).items, []);
  },
);

onEachStore("tricks in every text that reaches a store come back as they were", async ({ engine, store }) => {
  const root = await engine();
  const model = bpmn(`
    start -> Wait -> end
    user Wait
  `);
  for (const [index, text] of TEXTS.entries()) {
    const baton = root.forTenant(text);
    await baton.deploy(model);
    const { id } = await baton.start("p", {
      businessKey: text,
      uniqueBusinessKey: true,
      variables: { [text]: text, "__proto__x": text },
    });
    assert.equal((await baton.start("p", { businessKey: text, uniqueBusinessKey: true })).id, id, text);
    assert.deepEqual((await baton.instances({ businessKey: text })).items.map((each) => each.id), [id], text);
    const found = await baton.instances({ variables: [{ name: text, value: text }] });
    // Searchable up to 200 bytes.
    assert.deepEqual(found.items.map((each) => each.id), text.length > 200 ? [] : [id], text);
    assert.deepEqual((await baton.variables(id))[text], text);
    await baton.addNote(id, text, { author: text });
    assert.deepEqual((await baton.notes(id)).map((note) => [note.text, note.author]), [[text, text]]);
    const [task] = (await baton.userTasks.list()).items;
    await baton.userTasks.update(task.id, {
      candidateUsers: [text],
      candidateGroups: [text, "{,}"],
      formKey: text,
    });
    assert.equal((await baton.userTasks.claim(task.id, text)).assignee, text);
    assert.equal((await baton.userTasks.list({ assignee: text })).items.length, 1, text);
    assert.equal((await baton.userTasks.list({ candidateUser: text })).items.length, 1, text);
    assert.equal((await baton.userTasks.list({ candidateGroups: [text] })).items.length, 1, text);
    const message = await baton.publishMessage(text, {
      key: text,
      messageId: text,
      timeToLiveMs: 60_000,
      variables: { text },
    });
    assert.equal(message.duplicate, false);
    assert.equal(
      (await baton.publishMessage(text, { key: text, messageId: text, timeToLiveMs: 60_000 })).duplicate,
      true,
    );
    assert.equal((await store.listMessages(text, text, text)).length, 1, text);
    await baton.broadcastSignal(text);
    const job = await baton.jobs.enqueue({ type: text, payload: { [text]: text } });
    const [claimed] = await baton.jobs.claim({ types: [text], worker: text });
    assert.equal(claimed.id, job);
    assert.deepEqual(JSON.parse(claimed.payload ?? ""), JSON.parse(JSON.stringify({ [text]: text })));
    await baton.jobs.fail(claimed, { message: text, retry: false });
    assert.deepEqual((await baton.jobs.get(job)).attempts.map((attempt) => attempt.message), [text]);
    await baton.cancel(id, text);
    assert.equal((await baton.getInstance(id)).reason, text);
    assert.equal((await baton.instances()).items.length, 1, `tenant ${index} sees others`);
  }
});

/** So many bytes, which no database can compress: all parts of an index's entry at once. */
function longName(bytes: number, seed: number): string {
  const pick = random(seed);
  const signs = Array.from(
    { length: Math.floor(bytes / 3) },
    () => String.fromCharCode(0x4e00 + pick(20_000)),
  );
  return signs.join("") + "x".repeat(bytes % 3);
}

onEachStore(
  "names of 500 bytes fit into the indexes of every store, longer ones are refused",
  async ({ engine }) => {
    let seed = 0;
    const name = (): string => longName(500, ++seed);
    const root = await engine();
    const key = name(), message = name(), messageKey = name(), variable = name();
    const model = bpmn(`
    process p
      start -> fork -> U, W, C, S
      parallel fork
      user U: camunda:assignee=\${name}
      service W: type=work
      catch C: message=${message}@name
      catch S: signal=${name()}
  `).replaceAll('"p"', `"${key}"`).replaceAll('"U"', `"${name().slice(2)}_abc"`);
    const baton = root.forTenant(name());
    await baton.deploy(model);
    const value = longName(198, ++seed);
    const { id } = await baton.start(key, {
      businessKey: name(),
      uniqueBusinessKey: true,
      variables: { name: messageKey, [variable]: value },
    });
    const found = async (query: Parameters<typeof baton.instances>[0]) =>
      (await baton.instances(query)).items.map((each) => each.id);
    assert.deepEqual(await found({ variables: [{ name: variable, value }] }), [id]);
    const [task] = (await baton.userTasks.list({ assignee: messageKey })).items;
    const candidateUsers = [name()], candidateGroups = [name(), name()];
    await baton.userTasks.update(task.id, { candidateUsers, candidateGroups });
    assert.equal((await baton.userTasks.list({ candidateGroups: [candidateGroups[1]] })).items.length, 1);
    await baton.publishMessage(message, { key: messageKey, messageId: name(), timeToLiveMs: 60_000 });
    await baton.run(id);
    assert.equal(
      (await baton.history(id)).filter((step) =>
        step.elementType === "intermediateCatchEvent" && step.status === "completed"
      ).length,
      1,
    );
    const type = name();
    const job = await baton.jobs.enqueue({ type });
    assert.deepEqual((await baton.jobs.claim({ types: [type], worker: name() })).map((each) => each.id), [
      job,
    ]);
    await baton.broadcastSignal(name());

    const long = (): string => longName(501, ++seed);
    const refused: Readonly<Record<string, () => unknown>> = {
      tenant: () => root.forTenant(long()).instances(),
      businessKey: () => baton.start(key, { businessKey: long() }),
      "name of a message": () => baton.publishMessage(long()),
      "key of a message": () => baton.publishMessage("m", { key: long() }),
      messageId: () => baton.publishMessage("m", { messageId: long() }),
      "key of a correlation": () => baton.correlateMessage("m", { key: long() }),
      "name of a correlation": () => baton.correlateMessage(long()),
      signal: () => baton.broadcastSignal(long()),
      user: () => baton.userTasks.claim(task.id, long()),
      candidateUsers: () => baton.userTasks.update(task.id, { candidateUsers: ["a", long()] }),
      candidateGroups: () => baton.userTasks.update(task.id, { candidateGroups: [long()] }),
      assignee: () => baton.userTasks.update(task.id, { assignee: long() }),
      "job type": () => baton.jobs.enqueue({ type: long() }),
      worker: () => baton.jobs.claim({ types: [type], worker: long() }),
      "what a model reads from a variable": () => baton.start(key, { variables: { name: long() } }),
    };
    for (const [what, call] of Object.entries(refused)) {
      await assert.rejects(async () => await call(), (error: Error) => {
        assert.ok(error instanceof RangeError, `${what}: ${error}`);
        assert.match(error.message, /takes more than 500 bytes$/);
        return true;
      }, what);
    }
    // It is a variable like any other, but nobody finds its instance by it.
    const unfound = long(), last = longName(199, ++seed);
    const { id: other } = await baton.start(key, { variables: { name: "", [unfound]: 1, [variable]: last } });
    assert.equal((await baton.variables(other))[unfound], 1);
    assert.deepEqual(await found({ variables: [{ name: unfound, value: 1 }] }), []);
    assert.deepEqual(await found({ variables: [{ name: variable, value: last }] }), []);
    assert.deepEqual(await found({ variables: [{ name: "name", value: "" }] }), [other]);
  },
);

const FROM_VARIABLES: Readonly<Record<string, string>> = {
  "job type": "service T: camunda:type=external camunda:topic=${v}",
  "name": "catch T: signal=${v}",
  "correlation key": "catch T: message=m@v",
  "assignee": "user T: camunda:assignee=${v}",
  "candidate user": "user T: camunda:candidateUsers=a,${v}",
  "candidate group": "user T: camunda:candidateGroups=${v}",
};

Deno.test("names that models read from variables may take 500 bytes, and say what they are when they take more", async () => {
  await using baton = await createEngine({ store: new MemoryStore(), logger: silentLogger });
  for (const [what, line] of Object.entries(FROM_VARIABLES)) {
    await baton.deploy(bpmn(`start -> T -> end\n${line}`));
    for (const fits of ["x".repeat(500), "é".repeat(250), longName(500, 1)]) {
      const { id } = await baton.start("p", { variables: { v: fits } });
      assert.deepEqual((await baton.incidents.list({ instanceId: id })).items, [], what);
    }
    for (const long of ["x".repeat(501), `x${"é".repeat(250)}`, longName(501, 1)]) {
      await assert.rejects(baton.start("p", { variables: { v: long } }), (error: Error) => {
        assert.ok(error instanceof RangeError, `${what}: ${error}`);
        assert.ok(error.message.includes(`the ${what} "`), error.message);
        return true;
      }, what);
    }
  }
});

onEachStore(
  "a message that a model sends with too long a name, key or id is an incident where it is sent",
  async ({ engine, worker }) => {
    const baton = await engine();
    await baton.deploy(bpmn(`
    start -> Send -> end
    send Send: message=\${name}
      <extensionElements><zeebe:publishMessage correlationKey="= key" messageId="= id"/></extensionElements>
  `));
    const fits = { name: longName(500, 1), key: longName(500, 2), id: longName(500, 3) };
    for (const part of ["name", "key", "id"]) {
      const { id } = await baton.start("p", { variables: { ...fits, [part]: longName(501, 4) } });
      const [incident] = (await baton.incidents.list({ instanceId: id })).items;
      assert.deepEqual([incident.kind, incident.elementId], ["expression", "Send"]);
      assert.match(
        incident.message,
        new RegExp(`^Cannot publish a message: its ${part} ".*" takes more than 500 bytes$`),
      );
      await baton.incidents.resolve(incident.id, fits);
      assert.equal((await baton.getInstance(id)).status, "completed");
    }
    await (await worker()).drain();
    assert.deepEqual((await baton.jobs.list({ held: true })).items, []);
  },
);

onEachStore("what cannot be stored is refused by path, and nothing is stored", async ({ engine }) => {
  const baton = await engine({
    handlers: { work: (ctx) => ctx.set("x", "\0") },
    retries: 0,
    maxVariablesBytes: 10_000,
  });
  await baton.deploy(bpmn(`
    start -> W -> end
    service W: type=work
  `));
  let deep: unknown = 1;
  for (let i = 0; i < 201; i++) deep = [deep];
  const refused: readonly (readonly [unknown, RegExp, typeof TypeError | typeof RangeError])[] = [
    [{ a: { b: ["\0"] } }, /variables\.a\.b\[0\]/, TypeError],
    [{ a: "\ud800" }, /variables\.a/, TypeError],
    [{ "\udfff": 1 }, /surrogate/, TypeError],
    [{ a: deep }, /nested deeper/, TypeError],
    [{ a: 1n }, /variables\.a/, TypeError],
    [{ a: NaN }, /variables\.a/, TypeError],
    [{ a: new Map() }, /Map/, TypeError],
    [{ a: "x".repeat(20_000) }, /10000 are allowed/, RangeError],
    [{ a: Array.from({ length: 6_000 }, () => 1) }, /10000 are allowed/, RangeError],
  ];
  for (const [variables, message, kind] of refused) {
    await assert.rejects(
      baton.start("p", { variables: variables as Record<string, unknown> }),
      (error: Error) => {
        assert.ok(error instanceof kind, String(error));
        assert.match(error.message, message);
        return true;
      },
    );
  }
  assert.deepEqual((await baton.instances()).items, []);
  const { id } = await baton.start("p");
  await assert.rejects(baton.setVariables(id, { a: "x".repeat(20_000) }), RangeError);
  await baton.run(id);
  const [incident] = (await baton.incidents.list()).items;
  assert.match(incident.message, /"x".*u0000/);
});

onEachStore("what a handler throws is kept, whatever it is", async ({ engine }) => {
  const thrown: readonly unknown[] = [
    new Error("a\0b"),
    new Error("\ud800"),
    new Error("x".repeat(5_000_000)),
    "\0",
    null,
    undefined,
    Symbol("s"),
    { toString: null },
    Object.create(null, {
      message: {
        get: () => {
          throw new Error("no");
        },
      },
    }),
    Object.assign(new Error(), { message: { toString: null } }),
    new Proxy({}, {
      get() {
        throw new Error("trap");
      },
      ownKeys() {
        throw new Error("trap");
      },
    }),
  ];
  let next = 0;
  const baton = await engine({
    handlers: {
      work: () => {
        throw thrown[next];
      },
    },
    retries: 0,
  });
  await baton.deploy(bpmn(`
    start -> W -> end
    service W: type=work
  `));
  for (next = 0; next < thrown.length; next++) {
    const { id } = await baton.start("p");
    await baton.run(id);
    const [incident] = (await baton.incidents.list({ instanceId: id })).items;
    assert.ok(incident, `thrown ${next}: no incident`);
    assert.ok(incident.message.length > 0 && incident.message.length < 11_000, `thrown ${next}`);
    assert.ok(incident.message.isWellFormed() && !incident.message.includes("\0"));
  }
});
