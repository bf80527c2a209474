/** Variables beyond their limit: refused from outside, an incident at the element from inside; never a hot loop. */
import assert from "node:assert/strict";
import { BpmnError, type Engine, VariablesSizeError } from "../../mod.ts";
import type { Handlers } from "../../mod.ts";
import { bpmn } from "../support/bpmn_builder.ts";
import { type Given, onEachStore } from "./each_store.ts";

const MAX = 1_000;
const LARGE = "x".repeat(2_000);
const SAYS = /"(\w+)" \(\d+ bytes\) they take \d+ bytes, 1000 are allowed/;

interface Inside {
  /** Lines of the model; without process lines it is `p`. */
  readonly model: string;
  readonly variables?: Record<string, unknown>;
  readonly handlers?: Handlers;
  /** Kind and element of the incident. */
  readonly at: string;
  /** The variable that its message names. */
  readonly names?: string;
  readonly says?: RegExp;
  /** What a person sets when resolving it, so that it goes on; absent: the handler does better the next time. */
  readonly better?: Record<string, unknown>;
  /** From outside, once it waits. */
  readonly happens?: (engine: Engine, id: string) => Promise<unknown>;
}

let calls = 0;

/** All ways in which variables grow by the process's own doing. */
const INSIDE: Readonly<Record<string, Inside>> = {
  "a handler's result": {
    model: `
      start -> W -> end
      service W: type=work
    `,
    handlers: { work: () => ({ text: calls++ ? "short" : LARGE }) },
    at: "job-no-retries W",
    names: "text",
  },
  "an output mapping": {
    model: `
      start -> W -> end
      service W: camunda:type=external camunda:topic=work
        <extensionElements><zeebe:ioMapping><zeebe:output source="= a + a" target="b"/></zeebe:ioMapping></extensionElements>
    `,
    variables: { a: "y".repeat(400) },
    handlers: { work: () => {} },
    at: "variables W",
    names: "b",
    better: { a: "short" },
  },
  "an input mapping": {
    model: `
      start -> W -> end
      service W: camunda:type=external camunda:topic=work
        <extensionElements><zeebe:ioMapping><zeebe:input source="= a + a + a" target="b"/></zeebe:ioMapping></extensionElements>
    `,
    variables: { a: "y".repeat(400) },
    handlers: { work: () => {} },
    at: "variables W",
    names: "b",
    better: { a: "short" },
  },
  "a FEEL script": {
    model: `
      start -> S -> end
      script S: feel="a + a + a" result=b
    `,
    variables: { a: "y".repeat(400) },
    at: "variables S",
    names: "b",
    better: { a: "short" },
  },
  "a JavaScript script": {
    model: `
      start -> S -> end
      script S: scriptFormat=javascript
        <script>set("b", get("a").repeat(3))</script>
    `,
    variables: { a: "y".repeat(400) },
    at: "variables S",
    names: "b",
    better: { a: "short" },
  },
  "an output collection": {
    model: `
      start -> S -> end
      script S
        <extensionElements><zeebe:script expression="= a" resultVariable="b"/></extensionElements><multiInstanceLoopCharacteristics><extensionElements><zeebe:loopCharacteristics inputCollection="= list" inputElement="item" outputCollection="results" outputElement="= a"/></extensionElements></multiInstanceLoopCharacteristics>
    `,
    variables: { a: "y".repeat(300), list: [1, 2, 3, 4, 5] },
    at: "variables S",
    says: /output of item 3: with its 302 bytes "results" takes \d+ bytes, 1000 are allowed/,
  },
  "an output collection that does not fit beside the others": {
    model: `
      start -> S -> end
      script S
        <extensionElements><zeebe:script expression="= 1" resultVariable="b"/></extensionElements><multiInstanceLoopCharacteristics isSequential="true"><extensionElements><zeebe:loopCharacteristics inputCollection="= list" inputElement="item" outputCollection="results" outputElement="= a"/></extensionElements></multiInstanceLoopCharacteristics>
    `,
    variables: { a: "y".repeat(300), list: [1, 2, 3] },
    at: "variables S",
    names: "results",
    better: { a: "short" },
  },
  "the items of a collection": {
    model: `
      start -> S -> end
      user S: assignee=a
        <multiInstanceLoopCharacteristics><extensionElements><zeebe:loopCharacteristics inputCollection="= for i in 1..20 return a" inputElement="item"/></extensionElements></multiInstanceLoopCharacteristics>
    `,
    variables: { a: "y".repeat(300) },
    at: "variables S",
    says: /as a collection: it takes 60\d+ bytes, 1000 are allowed/,
    better: { a: "" },
  },
  "the inner variables of parallel items": {
    model: `
      start -> S -> end
      user S: assignee=a
        <multiInstanceLoopCharacteristics><extensionElements><zeebe:loopCharacteristics inputCollection="= for i in 1..80 return i" inputElement="item"/></extensionElements></multiInstanceLoopCharacteristics>
    `,
    at: "variables S",
    names: "item",
  },
  "a called process's results": {
    model: `
      process p
        start -> C -> end
        call C: calls=q
      process q
        start2 -> Q -> end2
        service Q: type=work
    `,
    variables: { a: "y".repeat(300) },
    handlers: { work: (ctx) => ({ [ctx.get("a") ? "b" : "c"]: "z".repeat(300) }) },
    at: "none",
  },
  "a called process's results that do not fit beside the caller's": {
    model: `
      process p
        start -> C -> end
        call C
          <extensionElements><zeebe:calledElement processId="q" propagateAllParentVariables="false"/></extensionElements>
      process q
        start2 -> Q -> end2
        service Q: type=work
    `,
    variables: { a: "y".repeat(600) },
    handlers: { work: () => ({ b: "z".repeat(600) }) },
    at: "variables C",
    names: "b",
    better: { a: "short" },
  },
  "what a called process is given": {
    model: `
      process p
        start -> S -> end
        sub S
          start1 -> C -> end1
          call C: calls=q
            <extensionElements><zeebe:ioMapping><zeebe:input source="= a" target="b"/></zeebe:ioMapping></extensionElements>
      process q
        start2 -> Q -> end2
    `,
    variables: { a: "y".repeat(600) },
    at: "variables C",
    says: /Cannot call "q": with "[ab]" \(602 bytes\) its variables take \d+ bytes, 1000 are allowed/,
    better: { a: "short" },
  },
  "a BPMN error's variables": {
    model: `
      start -> W -> end
      service W: type=work
      boundary caught on W: error=E
      caught -> Late -> end
    `,
    handlers: {
      work: () => {
        throw new BpmnError("E", { variables: { text: LARGE.slice(0, 800) } });
      },
    },
    variables: { a: "y".repeat(400) },
    at: "variables caught",
    names: "text",
    better: { a: "" },
  },
  "a message's variables": {
    model: `
      start -> wait -> end
      catch wait: message=go
    `,
    variables: { a: "y".repeat(500) },
    happens: (engine) => engine.publishMessage("go", { variables: { text: "z".repeat(700) } }),
    at: "variables wait",
    names: "text",
    better: { a: "short" },
  },
  "a signal's variables, in an event sub-process": {
    model: `
      start -> Wait -> end
      event E
        start heard: signal=s
        heard -> Late -> endE
    `,
    happens: (engine) => engine.broadcastSignal("s", { variables: { text: "z".repeat(985) } }),
    at: "variables E",
    names: "text",
  },
  "a message that a model sends": {
    model: `
      start -> send -> end
      throw send: message=go
        <extensionElements><zeebe:ioMapping><zeebe:input source="= a + a + a" target="b"/></zeebe:ioMapping></extensionElements>
    `,
    variables: { a: "y".repeat(400) },
    at: "variables send",
    names: "b",
    better: { a: "short" },
  },
  "a signal that a model throws": {
    model: `
      start -> send -> end
      throw send: signal=go
        <extensionElements><zeebe:ioMapping><zeebe:input source="= a + a + a" target="b"/></zeebe:ioMapping></extensionElements>
    `,
    variables: { a: "y".repeat(400) },
    at: "variables send",
    names: "b",
    better: { a: "short" },
  },
  "the output collection of an ad-hoc sub-process": {
    model: `
      start -> A -> end
      adhoc A
        <extensionElements><zeebe:adHoc outputCollection="results" outputElement="= a"/></extensionElements>
        script One: feel="1" result=one
        script Two: feel="2" result=two
    `,
    variables: { a: "y".repeat(400) },
    at: "variables A",
    names: "results",
    better: { a: "short" },
  },
};

async function settle(
  given: Given,
  how: string,
  engine: Engine,
  id: string,
  options: Options,
): Promise<void> {
  if (how === "by hand") {
    for (let i = 0; i < 60 && await engine.canStep(id); i++) await engine.step(id);
    return void await engine.run(id);
  }
  const worker = await given.worker(options);
  for (let i = 0; i < 3; i++) {
    await worker.drain();
    given.clock.advance(60_000);
  }
  await worker.stop();
}

interface Options {
  readonly maxVariablesBytes: number;
  readonly handlers: Handlers;
}

for (const [what, inside] of Object.entries(INSIDE)) {
  for (const how of ["with a worker", "by hand"]) {
    onEachStore(`${what}, too large, is an incident: ${how}`, async (given) => {
      calls = 0;
      let ran = 0;
      const handlers: Handlers = Object.fromEntries(
        Object.entries(inside.handlers ?? {}).map(([type, handler]) => [type, (ctx) => {
          ran++;
          return handler(ctx);
        }]),
      );
      const options = { maxVariablesBytes: MAX, handlers };
      const engine = await given.engine(options);
      await engine.deploy(bpmn(inside.model));
      const { id } = await engine.start("p", { variables: inside.variables });
      await settle(given, how, engine, id, options);
      await inside.happens?.(engine, id);
      await settle(given, how, engine, id, options);
      const { items } = await engine.incidents.list();
      if (inside.at === "none") return void assert.deepEqual(items, []);
      // Of several items each has its own.
      assert.deepEqual([...new Set(items.map(({ kind, elementId }) => `${kind} ${elementId}`))], [inside.at]);
      const [{ message }] = items;
      assert.match(message, inside.says ?? SAYS);
      if (inside.names) assert.ok(message.includes(`with "${inside.names}" (`), message);
      assert.ok(ran <= 1, "its handler is not tried in vain");
      assert.equal((await engine.getInstance(id)).status, "running");
      // No job is left that goes on trying.
      const busy = (await engine.jobs.list()).items.filter((job) => job.failures > 0 && job.dueAt !== null);
      assert.deepEqual(busy, []);
      if (!inside.better && !inside.handlers) return await engine.cancel(id);
      for (const { id: incident } of items) await engine.incidents.resolve(incident, inside.better);
      await settle(given, how, engine, id, options);
      assert.deepEqual((await engine.incidents.list()).items, []);
    });
  }
}

onEachStore("what is too large from outside is refused, and nothing has changed", async (given) => {
  const engine = await given.engine({ maxVariablesBytes: MAX });
  await engine.deploy(bpmn(`
    start -> fork -> U, W, wait
    parallel fork
    service W: type=work
    catch wait: message=go
    xor X
    fork -> X
    X -[false]-> Z -> end
  `));
  const { id } = await engine.start("p", { variables: { a: 1 } });
  const [task] = (await engine.userTasks.list({ instanceId: id })).items;
  const [incident] = (await engine.incidents.list({ instanceId: id })).items;
  const [claim] = await engine.jobs.claim({ types: ["work"] });
  const before = await given.store.loadInstances([id]);
  const variables = { big: LARGE };
  const refused: Readonly<Record<string, () => Promise<unknown>>> = {
    start: () => engine.start("p", { variables }),
    setVariables: () => engine.setVariables(id, variables),
    "userTasks.complete": () => engine.userTasks.complete(task.id, variables),
    "jobs.complete": () => engine.jobs.complete(claim, { variables }),
    "jobs.complete, by its result": () => engine.jobs.complete(claim, { result: variables }),
    "incidents.resolve": () => engine.incidents.resolve(incident.id, variables),
    publishMessage: () => engine.publishMessage("go", { variables }),
    correlateMessage: () => engine.correlateMessage("go", { variables }),
    broadcastSignal: () => engine.broadcastSignal("s", { variables }),
    saveInstance: () => engine.saveInstance({ id, revision: before[0].revision, variables }),
  };
  for (const [name, act] of Object.entries(refused)) {
    await assert.rejects(act(), (error: Error) => {
      assert.ok(error instanceof VariablesSizeError && error instanceof RangeError, `${name}: ${error}`);
      assert.match(error.message, /take \d+ bytes, 1000 are allowed/);
      return true;
    }, name);
  }
  assert.deepEqual(await given.store.loadInstances([id]), before);
  assert.equal((await engine.instances()).items.length, 1);
  // What fits is taken by the same ways.
  await engine.jobs.complete(claim, { variables: { small: 1 } });
  await engine.userTasks.complete(task.id, { other: 2 });
});

onEachStore("variables may take all bytes that are allowed, and not one more", async (given) => {
  const engine = await given.engine({ maxVariablesBytes: MAX });
  await engine.deploy(bpmn("start -> A -> end"));
  for (const sign of ["x", "é", "語", "😀"]) {
    const room = MAX - JSON.stringify({ a: "" }).length;
    const bytes = new TextEncoder().encode(sign).length;
    const text = sign.repeat(Math.floor(room / bytes)) + "x".repeat(room % bytes);
    const { id } = await engine.start("p", { variables: { a: text } });
    assert.deepEqual(await engine.variables(id), { a: text });
    await assert.rejects(engine.start("p", { variables: { a: `${text}x` } }), VariablesSizeError, sign);
    await assert.rejects(
      engine.setVariables(id, { a: `${text}x` }),
      /take 1001 bytes, 1000 are allowed/,
      sign,
    );
    await engine.setVariables(id, { a: text });
  }
});

onEachStore("what is asked for together is refused or done one by one", async (given) => {
  const engine = await given.engine({ maxVariablesBytes: MAX });
  await engine.deploy(bpmn("start -> A -> end"));
  const { id } = await engine.start("p");
  const done = await Promise.allSettled([
    engine.setVariables(id, { a: 1 }),
    engine.setVariables(id, { big: LARGE }),
    engine.setVariables(id, { b: 2 }),
  ]);
  assert.deepEqual(done.map(({ status }) => status), ["fulfilled", "rejected", "fulfilled"]);
  assert.deepEqual(await engine.variables(id), { a: 1, b: 2 });
});

onEachStore("an instance that is over a limit that was lowered may shrink, not grow", async (given) => {
  const wide = await given.engine();
  await wide.deploy(bpmn("start -> A -> B -> end"));
  const { id } = await wide.start("p", { variables: { big: LARGE, c: 1 } });
  const engine = await given.engine({ maxVariablesBytes: MAX });
  await assert.rejects(engine.setVariables(id, { more: 1 }), VariablesSizeError);
  await engine.setVariables(id, { c: 2 });
  await engine.setVariables(id, { big: "short" });
  await engine.setVariables(id, { more: 1 });
  assert.deepEqual(await engine.variables(id), { big: "short", c: 2, more: 1 });
});
