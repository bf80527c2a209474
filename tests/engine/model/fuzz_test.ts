import assert from "node:assert/strict";
import fc from "fast-check";
import { lint } from "../../../engine/model/lint.ts";
import { parseBpmn } from "../../../engine/model/parse.ts";
import { file } from "./support.ts";

/** Many kinds of elements in one model, so that a mutation meets each part of the linker. */
const RICH = file(
  `<startEvent id="s"/><task id="a" default="f2"/><exclusiveGateway id="x"/><complexGateway id="cg"><activationCondition>activationCount > 1</activationCondition></complexGateway>
  <sequenceFlow id="f1" sourceRef="s" targetRef="a"/><sequenceFlow id="f2" sourceRef="a" targetRef="x"/>
  <sequenceFlow id="f3" sourceRef="x" targetRef="sub"><conditionExpression>amount > 1</conditionExpression></sequenceFlow>
  <dataObject id="d" name="Orders"/><dataObjectReference id="dr" dataObjectRef="d"/>
  <serviceTask id="mi"><ioSpecification><dataInput id="di"/><dataOutput id="do"/><inputSet><dataInputRefs>di</dataInputRefs></inputSet></ioSpecification>
    <dataInputAssociation><sourceRef>dr</sourceRef><targetRef>di</targetRef></dataInputAssociation>
    <dataOutputAssociation><sourceRef>do</sourceRef><targetRef>dr</targetRef></dataOutputAssociation>
    <multiInstanceLoopCharacteristics behavior="Complex"><loopDataInputRef>di</loopDataInputRef><inputDataItem id="item"/>
      <complexBehaviorDefinition><condition>true</condition><event><signalEventDefinition signalRef="g"/></event></complexBehaviorDefinition>
    </multiInstanceLoopCharacteristics></serviceTask>
  <transaction id="sub"><startEvent id="s2"/><task id="t2"/><boundaryEvent id="bc" attachedToRef="t2"><compensateEventDefinition/></boundaryEvent>
    <task id="undo" isForCompensation="true"/><association id="as" sourceRef="bc" targetRef="undo"/><endEvent id="ce"><cancelEventDefinition/></endEvent></transaction>
  <boundaryEvent id="bx" attachedToRef="sub"><cancelEventDefinition/></boundaryEvent>
  <subProcess id="esp" triggeredByEvent="true"><startEvent id="es"><eventDefinitionRef>shared</eventDefinitionRef></startEvent></subProcess>
  <callActivity id="call" calledElement="q"><extensionElements><camunda:in source="a" target="b"/></extensionElements></callActivity>
  <userTask id="u" camunda:assignee="kermit"><potentialOwner id="po"><resourceRef>res</resourceRef></potentialOwner><standardLoopCharacteristics loopMaximum="3"/></userTask>
  <adHocSubProcess id="ah" ordering="Sequential"><task id="ah1"/><completionCondition>done</completionCondition></adHocSubProcess>
  <eventBasedGateway id="eg"/><sequenceFlow id="f4" sourceRef="x" targetRef="eg"/><sequenceFlow id="f5" sourceRef="eg" targetRef="c1"/>
  <intermediateCatchEvent id="c1"><messageEventDefinition messageRef="m"/></intermediateCatchEvent>
  <intermediateThrowEvent id="lt"><linkEventDefinition id="ld" name="l"><target>lc</target></linkEventDefinition></intermediateThrowEvent>
  <intermediateCatchEvent id="le"><linkEventDefinition id="lc" name="l"><source>ld</source></linkEventDefinition></intermediateCatchEvent>
  <scriptTask id="script" scriptFormat="feel"><script>1 + 2</script></scriptTask>`,
  `<message id="m" name="Order"><extensionElements><zeebe:subscription correlationKey="=orderId"/></extensionElements></message>
  <signal id="g"/><signalEventDefinition id="shared" signalRef="g"/><resource id="res" name="Clerk"/><globalUserTask id="q"/>
  <collaboration id="co"><participant id="pa" processRef="p"/><messageFlow id="mf" sourceRef="lt" targetRef="pa"/>
    <correlationKey id="ck"><correlationPropertyRef>cp</correlationPropertyRef></correlationKey></collaboration>
  <correlationProperty id="cp"><correlationPropertyRetrievalExpression messageRef="m"><messagePath>orderId</messagePath></correlationPropertyRetrievalExpression></correlationProperty>`,
);

/** Every id, name, and number of the model: what one thing may be replaced with another of. */
const WORDS = [...new Set(RICH.match(/[A-Za-z][\w]*|\d+/g) ?? [])];
const TAGS = RICH.match(/<[^>]+>/g) ?? [];

const mutation = fc.oneof(
  fc.record({
    kind: fc.constant("swap word" as const),
    at: fc.nat(),
    by: fc.constantFrom(...WORDS, "__proto__", "constructor", "", "-1"),
  }),
  fc.record({ kind: fc.constant("drop tag" as const), at: fc.nat(), by: fc.constant("") }),
  fc.record({ kind: fc.constant("add tag" as const), at: fc.nat(), by: fc.constantFrom(...TAGS) }),
  fc.record({ kind: fc.constant("drop leaf" as const), at: fc.nat(), by: fc.constant("") }),
  fc.record({ kind: fc.constant("copy leaf" as const), at: fc.nat(), by: fc.constant("") }),
  fc.record({ kind: fc.constant("character" as const), at: fc.nat(), by: fc.string({ maxLength: 3 }) }),
);

const PATTERNS = {
  "swap word": /[A-Za-z][\w]*|\d+/g,
  "drop tag": /<[^>]+>/g,
  "add tag": /<[^>]+>/g,
  "drop leaf": /<[^/>]+\/>/g,
  "copy leaf": /<[^/>]+\/>/g,
  "character": /[^]/g,
};

function mutate(
  text: string,
  { kind, at, by }: { kind: keyof typeof PATTERNS; at: number; by: string },
): string {
  const matches = [...text.matchAll(PATTERNS[kind])];
  if (matches.length === 0) return text;
  const match = matches[at % matches.length];
  const replaced = kind === "add tag" ? match[0] + by : kind === "copy leaf" ? match[0] + match[0] : by;
  return text.slice(0, match.index) + replaced + text.slice(match.index + match[0].length);
}

Deno.test("the rich model itself is accepted", () => {
  assert.deepEqual(parseBpmn(RICH).problems.filter((p) => p.severity === "error"), []);
});

Deno.test("mutated models give problems with places, never exceptions", () => {
  const seed = Number(Deno.env.get("FUZZ_SEED") ?? 20100524);
  const numRuns = Number(Deno.env.get("FUZZ_RUNS") ?? 1500);
  fc.assert(
    fc.property(fc.array(mutation, { minLength: 1, maxLength: 6 }), (mutations) => {
      const source = mutations.reduce(mutate, RICH);
      const lines = source.split(/\r\n|\r|\n/).length;
      for (const problem of lint(source)) {
        assert.ok(problem.line >= 1 && problem.line <= lines && problem.column >= 1, JSON.stringify(problem));
        assert.ok(problem.message.length > 0 && !problem.message.endsWith("."), problem.message);
      }
    }),
    { seed, numRuns },
  );
});

Deno.test("any bytes at all give problems, never exceptions", () => {
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 64 }), fc.string({ maxLength: 64 })), (source) => {
      assert.ok(parseBpmn(source).problems.some((p) => p.severity === "error"));
    }),
    { seed: 20100524, numRuns: 500 },
  );
});
