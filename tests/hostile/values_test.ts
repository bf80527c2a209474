/** Values of variables where the model wants a text, a list or a name: an incident, never an error of JavaScript's. */
import assert from "node:assert/strict";
import { onEachStore } from "../runtime/each_store.ts";
import { bpmn } from "../support/bpmn_builder.ts";
import { random } from "./seeded.ts";

// Without repetition: a database may compress what it indexes.
const pick = random(1);
const LONG = Array.from({ length: 20_000 }, () => String.fromCharCode(0x4e00 + pick(20_000))).join("");

const VALUES: readonly unknown[] = [
  { toString: 1 },
  [{ toString: 1 }],
  [[]],
  [null],
  { valueOf: 1, toString: { a: 1 } },
  JSON.parse('{"__proto__": {"a": 1}}'),
  "",
  ",,,",
  -1e308,
  true,
  LONG,
  [LONG],
  "3000000000",
  3e9,
  "9999-12-31T23:59:59Z",
  "+275760-09-13T00:00:00Z",
  "-000100-01-01T00:00:00Z",
  "P9999Y",
  "R/PT0.000001S",
  "=1",
  "${v}",
  "__proto__",
  "'; drop table baton.user_tasks; --",
  { length: 1e9 },
  { constructor: null },
  { toJSON: "x" },
  { then: 1 },
];

const PLACES: Readonly<Record<string, string>> = {
  assignee: "user T: camunda:assignee=${v}",
  "candidate groups": "user T: camunda:candidateGroups=${v}",
  "candidate users": "user T: camunda:candidateUsers=${v}",
  "due date": "user T: camunda:dueDate=${v}",
  priority: "user T: camunda:priority=${v}",
  "form key": "user T: camunda:formKey=a${v}b",
  "follow-up date": "user T: camunda:followUpDate=${v}",
  "job type": 'service T: camunda:topic="${v}"',
  "job priority": 'service T: camunda:topic=t camunda:taskPriority="${v}"',
  "signal name": "throw T: signal=${v}",
  "error code": "end T: error=${v}",
  collection: "user T: each=v:item",
  cardinality: "user T: each=${v}",
  "called process": "call T: calledElement=${v}",
  "message key": "catch T: message=m@v",
  timer: "catch T: timer=${v}",
  script: "script T: scriptFormat=juel\n  <script>[v, v.length, v.get(0)]</script>",
  "FEEL script":
    "script T: scriptFormat=feel\n  <script>{a: v, b: v[1], c: string(v), d: v.a, e: v = v}</script>",
};

onEachStore("odd values where the model wants something else are an incident or do", async ({ engine }) => {
  const baton = await engine();
  for (const [place, line] of Object.entries(PLACES)) {
    const flow = place === "error code" ? "start -> T" : "start -> T -> end";
    await baton.deploy(bpmn(`${flow}\n${line}`));
    for (const v of VALUES) {
      const what = `${place}: ${JSON.stringify(v).slice(0, 50)}`;
      const started = await baton.start("p", { variables: { v } }).catch((error) => {
        // Names and keys are refused by their length.
        assert.match(String(error), /^RangeError: Cannot .* takes more than 500 bytes$/, what);
      });
      if (!started) continue;
      await baton.positions(started.id);
      for (const { message } of (await baton.incidents.list({ instanceId: started.id })).items) {
        assert.match(message, /^Cannot |^Nothing |^No /, `${what}: ${message.slice(0, 200)}`);
        assert.ok(message.length < 11_000, `${what}: the message is too long to be read`);
      }
    }
  }
});
