/** Data associations of activities (BPMN 2.0.2, 10.4.2). */
import assert from "node:assert/strict";
import { CoreWorld } from "../../support/core_world.ts";

const MODEL = `<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="urn:test">
<process id="p" isExecutable="true">
  <dataObject id="data"/>
  <startEvent id="s"/><sequenceFlow id="f1" sourceRef="s" targetRef="write"/>
  <scriptTask id="write">
    <ioSpecification>
      <dataOutput id="out1"/><inputSet/><outputSet><dataOutputRefs>out1</dataOutputRefs></outputSet>
    </ioSpecification>
    <dataOutputAssociation><sourceRef>out1</sourceRef><targetRef>data</targetRef></dataOutputAssociation>
    <script>WRITE</script>
  </scriptTask>
  <sequenceFlow id="f2" sourceRef="write" targetRef="e"/><endEvent id="e"/>
</process></definitions>`;

function dataAfter(results: Record<string, unknown>): Record<string, unknown> {
  const w = new CoreWorld();
  w.handlers.set("script:", () => ({ variables: results }));
  w.deploy(MODEL);
  const id = w.start("p");
  w.run();
  assert.equal(w.status(id), "completed");
  return w.vars(id);
}

Deno.test("a data output goes to the data object that its association leads to, and nothing else leaves", () => {
  assert.deepEqual(dataAfter({ out1: "a", other: "b" }), { data: "a" });
});

Deno.test("a value under the data object's own name was written to the object", () => {
  assert.deepEqual(dataAfter({ data: "a" }), { data: "a" });
  assert.deepEqual(dataAfter({ data: "by name", out1: "by output" }), { data: "by output" });
});

Deno.test("a data output without value leaves the data object as it was", () => {
  assert.deepEqual(dataAfter({}), { data: null });
});
