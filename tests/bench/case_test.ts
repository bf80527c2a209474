import assert from "node:assert/strict";
import { row } from "../../bench/case.ts";
import { BPMN_ELEMENTS, prepareBpmnElements } from "../../bench/peers/bpmn_elements.ts";
import { formatJson, formatTable } from "../../bench/table.ts";

const figure = { case: "core", value: 300, unit: "instances/s", configuration: "4 tasks" };
const peer = { name: "other", value: 100 };

Deno.test("row() compares with the peer, from below and from above", () => {
  assert.equal(row({ ...figure, peer, atLeast: 3 }).holds, true);
  assert.equal(row({ ...figure, peer, atLeast: 3.1 }).holds, false);
  assert.equal(row({ ...figure, peer, atMost: 3 }).holds, true);
  assert.equal(row({ ...figure, peer, atMost: 2.9 }).holds, false);
  assert.deepEqual(row({ ...figure, peer, atLeast: 4 }), {
    case: "core",
    value: 300,
    unit: "instances/s",
    peer: "other",
    peerValue: 100,
    ratio: 3,
    mustReach: 4,
    holds: false,
    configuration: "4 tasks",
  });
});

Deno.test("row() refuses figures that would hold by accident", () => {
  assert.throws(() => row({ ...figure, value: NaN, peer, atMost: 1 }), RangeError);
  assert.throws(() => row({ ...figure, peer: { name: "other", value: Infinity }, atMost: 1 }), RangeError);
  assert.throws(() => row({ ...figure, peer: { name: "other", value: 0 }, atLeast: 1 }), RangeError);
  assert.throws(() => row({ ...figure, atLeast: 1 }), RangeError);
});

Deno.test("formatTable() shows what does not hold, and how each figure was measured", () => {
  const text = formatTable([
    row({ ...figure, peer, atLeast: 4 }),
    row({ ...figure, case: "alone", value: 1234.5 }),
  ]);
  assert.match(text, /^core +300 +instances\/s +other +100 +3\.00× +4× +DOES NOT HOLD$/m);
  assert.match(text, /^alone +1,235 +instances\/s$/m);
  assert.match(text, /^core: 4 tasks$/m);
});

Deno.test("formatJson() has the fields that programs read, and no others", () => {
  assert.deepEqual(JSON.parse(formatJson([row({ ...figure, peer, atLeast: 4 }), row(figure)])), [
    {
      case: "core",
      value: 300,
      unit: "instances/s",
      peer: "other",
      peerValue: 100,
      ratio: 3,
      mustReach: 4,
      holds: false,
    },
    {
      case: "core",
      value: 300,
      unit: "instances/s",
      peer: null,
      peerValue: null,
      ratio: null,
      mustReach: null,
      holds: true,
    },
  ]);
});

Deno.test(`${BPMN_ELEMENTS} runs all four services of order fulfilment, each instance anew`, async () => {
  const xml = await Deno.readTextFile(new URL("../../bench/models/order_fulfilment.bpmn", import.meta.url));
  const run = await prepareBpmnElements(xml);
  assert.deepEqual([await run(), await run()], [4, 4]);
});
