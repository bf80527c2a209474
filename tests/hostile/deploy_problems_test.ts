import assert from "node:assert/strict";
import { BpmnValidationError, createEngine, silentLogger } from "../../mod.ts";
import { MemoryStore } from "../../storage/memory.ts";

const PARTS = 300;

async function problemsOf(content: string): Promise<BpmnValidationError> {
  await using engine = await createEngine({ store: new MemoryStore(), logger: silentLogger });
  const refused = await engine.deploy(
    `<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"><process id="p" isExecutable="true">${content}</process></definitions>`,
  ).then(() => assert.fail("it was deployed"), (error) => error);
  assert.ok(refused instanceof BpmnValidationError, String(refused));
  return refused;
}

const times = (part: (i: number) => string): string =>
  Array.from({ length: PARTS }, (_, i) => part(i)).join("");

for (
  const [rule, content] of [
    ["long-id", times((i) => `<task id="t${i}${"x".repeat(600)}"/>`)],
    [
      "start-expression",
      times((i) =>
        `<startEvent id="s${i}"><timerEventDefinition><timeDate>\${missing}</timeDate></timerEventDefinition></startEvent>`
      ),
    ],
  ]
) {
  Deno.test(`what only a deploy finds is counted beyond the first hundred: ${rule}`, async () => {
    const { problems, message } = await problemsOf(content);
    assert.deepEqual(new Set(problems.map((p) => p.rule)), new Set([rule]));
    assert.equal(problems.length, 101);
    assert.equal(problems[100].more, PARTS - 100);
    assert.match(problems[100].message, /\.\.\. and 200 more of rule/);
    assert.match(message, /300 errors/);
  });
}
